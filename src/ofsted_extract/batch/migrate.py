"""Datasets of version 0.2, whose ids were bare digits, to this version's, without reading again."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from ofsted_extract.letter import document_id_of
from ofsted_extract.schema import TABLES, Table
from ofsted_extract.write.arrow import parquet_bytes, parquet_rows
from ofsted_extract.write.rows import Partition, Row
from ofsted_extract.write.sheets import sheet_paths
from ofsted_extract.write.store import Store

_OLD_FILE = re.compile(
    r"(parquet/(\w+)/authority_slug=([^/]+)/visit=([^/]+)/)([0-9a-f]{16})\.parquet"
)
#: An id of version 0.2, or of one of its sentences, recommendations or lines of enquiry.
_OLD_ID = re.compile(r"([0-9a-f]{16})((?:-[rk]?\d+)?)")
_ID_COLUMNS = (
    "document_id", "sentence_id", "recommendation_id", "later_document_id", "sentence_ids",
    "asked_again", "same_as",
)  # fmt: skip
_BLANK: dict[str, Any] = {"string": "", "int": 0, "float": 0.0, "bool": False, "date": None}


def migrate(store: Store) -> int:
    """Give every document of version 0.2 its new id; return how many documents there were.

    A document's new files are whole before its old ones are removed, so that it can be interrupted
    at any moment. The sheets of its visit are removed, to be made again.
    """
    tables = {table.name: table for table in TABLES}
    old: dict[tuple[Partition, str], list[tuple[Table, str]]] = defaultdict(list)
    for path in store.sizes("parquet"):
        match = _OLD_FILE.fullmatch(path)
        if match and match[2] in tables:
            key = Partition(match[3], match[4]), match[5]
            old[key].append((tables[match[2]], path))
    for (partition, digits), found in sorted(old.items()):
        new = {
            path.replace(f"/{digits}.", f"/{document_id_of(digits)}."): parquet_bytes(
                table, [_row(table, row) for row in parquet_rows(table, store.read(path))]
            )
            for table, path in found
        }
        store.write(new)
        store.remove([*(path for _, path in found), *sheet_paths(partition)])
    return len({digits for _, digits in old})


def _row(table: Table, row: Row) -> Row:
    """Return a row with new ids; columns that version 0.2 did not have are empty."""
    blank = {
        column.name: [] if column.type.startswith("list") else _BLANK[column.type]
        for column in table.stored_columns
    }
    return {
        **blank,
        **{name: _renamed(name, value) for name, value in row.items() if name in blank},
    }


def _renamed(name: str, value: Any) -> Any:
    if name not in _ID_COLUMNS:
        return value
    if isinstance(value, list):
        return [_new_id(each) for each in value]
    return _new_id(value)


def _new_id(value: Any) -> Any:
    match = _OLD_ID.fullmatch(str(value))
    return f"{document_id_of(match[1])}{match[2]}" if match else value
