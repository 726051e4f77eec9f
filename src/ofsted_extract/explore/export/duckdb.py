"""A DuckDB file: the contract's tables with keys, lists as lists, and the views of `relations`.

What are linked tables in SQLite are views over the lists here, under the same names.
"""

from __future__ import annotations

from pathlib import Path

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

_TYPES: dict[ColumnType, str] = {
    "string": "VARCHAR", "bool": "BOOLEAN", "int": "INTEGER", "float": "REAL", "date": "DATE",
    "list[string]": "VARCHAR[]", "list[float]": "REAL[]",
}  # fmt: skip


def write(selection: Selection, path: Path) -> tuple[str, ...]:
    """Write the file.

    Raises
    ------
    ModuleNotFoundError
        without duckdb, which the extra ``export`` brings.

    """
    import duckdb  # noqa: PLC0415 - an extra
    import pyarrow as pa  # noqa: PLC0415

    from ofsted_extract.write.arrow import arrow_schema  # noqa: PLC0415

    with duckdb.connect(str(path)) as base:
        for table in TABLES:
            base.execute(_create(table))
            rows = pa.table(selection.cells(table), schema=arrow_schema(table, with_path=True))
            base.register("incoming", rows)
            base.execute(f"INSERT INTO {quoted(table.name)} SELECT * FROM incoming")
            base.unregister("incoming")
        for linked in linked_tables():
            base.execute(f"CREATE VIEW {linked.name} AS {_unnested(linked)}")
        for name, select in views().items():
            base.execute(f"CREATE VIEW {quoted(name)} AS {select}")
    return ()


def _create(table: Table) -> str:
    parts = [f"{quoted(each.name)} {_TYPES[each.type]}" for each in table.columns]
    if KEYS[table.name]:
        parts.append(f"PRIMARY KEY ({', '.join(KEYS[table.name])})")
    parts += [
        f"FOREIGN KEY ({name}) REFERENCES {target} ({KEYS[target][0]})"
        for name in table.column_names
        if (target := references(name, table.name))
    ]
    return f"CREATE TABLE {quoted(table.name)} ({', '.join(parts)})"


def _unnested(linked: Linked) -> str:
    key = ", ".join(linked.key)
    beside = f", unnest({linked.beside}) AS {linked.member_beside}" if linked.beside else ""
    return (
        f"SELECT {key}, unnest(range(1, len({linked.column}) + 1)) AS position, "
        f"unnest({linked.column}) AS {linked.member}{beside} FROM {linked.table.name}"
    )
