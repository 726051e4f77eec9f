"""An SQLite file: the contract's tables with keys, linked tables for lists, full text and views.

Dates are ISO 8601 text, truth values 0 and 1, lists ``;``-joined text beside their linked tables.
``sentences_fts`` finds sentences by words and their stems; Datasette offers it as a search box.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from ofsted_extract.explore.export.relations import (
    KEYS,
    Linked,
    linked_tables,
    quoted,
    references,
    views,
)
from ofsted_extract.explore.selection import Selection
from ofsted_extract.schema import TABLES, ColumnType, Table
from ofsted_extract.write.csv import LIST_SEPARATOR

_TYPES: dict[ColumnType, str] = {"bool": "INTEGER", "int": "INTEGER", "float": "REAL"}
#: Columns by which tables are joined and searched most.
_INDEXED = ("document_id", "authority_slug", "finding", "visit_start", "later_document_id")


def write(selection: Selection, path: Path) -> tuple[str, ...]:
    """Write the file."""
    with closing(sqlite3.connect(path)) as base, base:
        for table in TABLES:
            columns = selection.cells(table)
            _create(base, table)
            _insert(base, table.name, [_plain(columns[name]) for name in table.column_names])
            for linked in linked_tables():
                if linked.table == table:
                    _create_linked(base, linked)
                    _insert_rows(base, linked.name, _members(linked, columns, selection))
        for name, select in views().items():
            base.execute(f"CREATE VIEW {quoted(name)} AS {select}")
        base.execute(
            "CREATE VIRTUAL TABLE sentences_fts USING fts5"
            "(text, section, content=\"sentences\", tokenize='porter unicode61')"
        )
        base.execute("INSERT INTO sentences_fts(sentences_fts) VALUES ('rebuild')")
    return ()


def _create(base: sqlite3.Connection, table: Table) -> None:
    parts = [f"{quoted(each.name)} {_TYPES.get(each.type, 'TEXT')}" for each in table.columns]
    if KEYS[table.name]:
        parts.append(f"PRIMARY KEY ({', '.join(KEYS[table.name])})")
    parts += _foreign_keys(table.name, table.column_names)
    base.execute(f"CREATE TABLE {quoted(table.name)} ({', '.join(parts)})")
    for name in _INDEXED:
        if name in table.column_names and (name,) != KEYS[table.name]:
            base.execute(f"CREATE INDEX {table.name}_by_{name} ON {table.name} ({name})")


def _create_linked(base: sqlite3.Connection, linked: Linked) -> None:
    parts = [f"{name} TEXT" for name in linked.key]
    parts += ["position INTEGER", f"{linked.member} TEXT"]
    if linked.beside:
        parts.append(f"{linked.member_beside} REAL")
    parts.append(f"PRIMARY KEY ({', '.join(linked.key)}, position)")
    key = ", ".join(linked.key)
    parts.append(f"FOREIGN KEY ({key}) REFERENCES {linked.table.name} ({key})")
    parts += _foreign_keys(linked.table.name, [linked.member])
    base.execute(f"CREATE TABLE {linked.name} ({', '.join(parts)})")
    index = f"{linked.name}_by_{linked.member}"
    base.execute(f"CREATE INDEX {index} ON {linked.name} ({linked.member})")


def _foreign_keys(table: str, columns: tuple[str, ...] | list[str]) -> list[str]:
    return [
        f"FOREIGN KEY ({name}) REFERENCES {target} ({KEYS[target][0]})"
        for name in columns
        if (target := references(name, table))
    ]


def _members(
    linked: Linked, columns: dict[str, list[Any]], selection: Selection
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a linked table; sentences that were not chosen have none."""
    present = None
    if references(linked.member, linked.table.name) == "sentences":
        present = set(selection.frames["sentences"]["sentence_id"])
    keys = zip(*(columns[name] for name in linked.key), strict=True)
    beside = columns[linked.beside] if linked.beside else None
    for at, (key, members) in enumerate(zip(keys, columns[linked.column], strict=True)):
        for position, member in enumerate(members, start=1):
            if present is None or member in present:
                row = (*key, position, member)
                yield row if beside is None else (*row, beside[at][position - 1])


def _insert(base: sqlite3.Connection, table: str, columns: list[list[Any]]) -> None:
    _insert_rows(base, table, zip(*columns, strict=True), len(columns))


def _insert_rows(
    base: sqlite3.Connection, table: str, rows: Iterator[tuple[Any, ...]], width: int | None = None
) -> None:
    if width is None:
        width = len(base.execute(f"SELECT * FROM {quoted(table)}").description)
    marks = ", ".join("?" * width)
    base.executemany(f"INSERT INTO {quoted(table)} VALUES ({marks})", rows)


def _plain(values: list[Any]) -> list[Any]:
    return [
        LIST_SEPARATOR.join(map(str, value))
        if isinstance(value, list)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for value in values
    ]
