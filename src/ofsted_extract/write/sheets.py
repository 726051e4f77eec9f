"""The rows of a visit beside the Parquet files, in a form that every spreadsheet opens: CSV.

Each begins with the UTF-8 mark, so that Excel shows what the letter prints.

    csv/<slug>/<visit>/<table>.csv

Nothing else in `write` and `batch` knows which form that is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ofsted_extract.schema import DOCUMENT_TABLES, Table
from ofsted_extract.write.csv import MARK, csv_header, csv_text
from ofsted_extract.write.csv import csv_lines as sheet_lines
from ofsted_extract.write.rows import Partition, Row

__all__ = [
    "FOLDER",
    "partition_of",
    "sheet_header",
    "sheet_lines",
    "sheet_path",
    "sheet_paths",
    "sheet_text",
]

#: Where the sheets stand in a dataset.
FOLDER = "csv"
_SUFFIX = ".csv"
_PATH = re.compile(
    rf"{FOLDER}/([^/]+)/([^/]+)/(?:"
    + "|".join(table.name for table in DOCUMENT_TABLES)
    + rf"){re.escape(_SUFFIX)}"
)


def sheet_header(table: Table) -> str:
    """Return what a sheet begins with."""
    return MARK + csv_header(table)


def sheet_text(table: Table, rows: Iterable[Row]) -> str:
    """Return a whole sheet."""
    return MARK + csv_text(table, rows)


def sheet_path(table: Table, partition: Partition) -> str:
    """Return where a visit's rows of ``table`` stand."""
    return f"{FOLDER}/{partition.authority_slug}/{partition.visit}/{table.name}{_SUFFIX}"


def sheet_paths(partition: Partition) -> list[str]:
    """Return where a visit's sheets stand, in the order of the tables."""
    return [sheet_path(table, partition) for table in DOCUMENT_TABLES]


def partition_of(path: str) -> Partition | None:
    """Return whose sheet stands at ``path``; None for any other file."""
    found = _PATH.fullmatch(path)
    return Partition(found[1], found[2]) if found else None
