"""The write stage: from one letter to the rows, files and folders that analysts work with.

- ``rows``: a letter as rows of the tables of ``schema.py``
- ``arrow``: rows as Arrow columns and Parquet bytes
- ``csv``: rows as CSV text that no spreadsheet runs
- ``json``: rows as one JSON object, or as JSON lines
- ``xlsx``: rows as an Excel workbook
- ``formats``: the registry of these
- ``sheets``: the CSV files beside the dataset
- ``frames``: a letter as pandas frames
- ``store``: a folder to write into, local or any fsspec path, each file whole or not at all
- ``dataset``: the partitioned dataset of many letters
"""
