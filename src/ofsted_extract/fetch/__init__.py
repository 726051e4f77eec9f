"""From Ofsted's site to files: which letters it lists, and a copy of each, politely.

- ``markup``: the site's pages as typed values; a page of another form is an error, never "nothing"
- ``client``: one request at a time, spaced, retried, within robots.txt
- ``manifest``: what was listed and what became of it (``manifest.csv``)
- ``listing``: which letters there are, from the site or from a list of addresses
- ``download``: the walk that joins them

How the site is built was gathered from what others wrote about it; see docs/getting-letters.md.
"""

from __future__ import annotations

from ofsted_extract.fetch.client import Client, ForbiddenError, Manners, SiteError
from ofsted_extract.fetch.download import Fetched, Wanted, fetch
from ofsted_extract.fetch.manifest import Entry, Manifest
from ofsted_extract.fetch.markup import MarkupError

__all__ = [
    "Client",
    "Entry",
    "Fetched",
    "ForbiddenError",
    "Manifest",
    "Manners",
    "MarkupError",
    "SiteError",
    "Wanted",
    "fetch",
]
