"""The batch: many documents, on this machine or on a cluster, safe to interrupt and safe to feed.

- ``options``: what a run was asked for
- ``discover``: files and folders given, as documents to read
- ``ledger``: what stands in an output folder, and from which bytes it was made
- ``plan``: what of it is to do
- ``work``: one document, from its bytes to its files
- ``worker``, ``local``: worker processes of this machine, each document within limits
- ``dask``: the same documents on a Dask cluster
- ``progress``: what a person or a log file sees of it
- ``run``: the whole batch
"""
