"""Rows as Arrow columns and as Parquet bytes.

Columns are put together from plain buffers: pyarrow's own conversion from lists looks for pandas
and imports it, which would cost each worker a fifth of a second and forty megabytes for nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ofsted_extract.schema import Column, ColumnType, Table
from ofsted_extract.schema import table as table_named
from ofsted_extract.write.rows import Row, Tables

_TYPES: dict[ColumnType, Any] = {
    "string": pa.string(),
    "bool": pa.bool_(),
    "int": pa.int32(),
    "float": pa.float32(),
    "date": pa.date32(),
    "list[string]": pa.list_(pa.string()),
    "list[float]": pa.list_(pa.float32()),
}
_EPOCH = date(1970, 1, 1).toordinal()


@cache
def arrow_schema(table: Table, *, with_path: bool = False) -> Any:
    """Return the ``pyarrow.Schema`` of ``table``.

    ``with_path`` adds the columns that the dataset keeps in its folder names.
    """
    return pa.schema([(column.name, _TYPES[column.type]) for column in _columns(table, with_path)])


def arrow_table(table: Table, rows: Sequence[Row], *, with_path: bool = False) -> Any:
    """Return ``rows`` as a ``pyarrow.Table`` with the types of the schema, also when empty."""
    columns = [
        _BUILDERS[column.type]([row[column.name] for row in rows])
        for column in _columns(table, with_path)
    ]
    return pa.Table.from_arrays(columns, schema=arrow_schema(table, with_path=with_path))


def parquet_bytes(table: Table, rows: Sequence[Row], *, with_path: bool = False) -> bytes:
    """Return ``rows`` as a Parquet file: the same rows give the same bytes.

    No time stamp, no schema of Arrow's own, one row group. Measured on a letter of 250 sentences:
    zstd makes it a quarter smaller than snappy and takes three times as long; statistics serve
    only to skip files by date, and would make the footers of small files a sixth larger.
    """
    sink = pa.BufferOutputStream()
    pq.write_table(
        arrow_table(table, rows, with_path=with_path),
        sink,
        version="2.6",
        compression="snappy",
        use_dictionary=_repeating(table, with_path),
        write_statistics=[c.name for c in _columns(table, with_path) if c.type == "date"],
        store_schema=False,
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def parquet_file(tables: Tables) -> bytes:
    """Return the one table of ``tables`` as a file of its own, with the folder names' columns."""
    ((name, rows),) = tables.items()
    return parquet_bytes(table_named(name), rows, with_path=True)


def parquet_rows(table: Table, content: bytes) -> list[Row]:
    """Return the rows of a file that `parquet_bytes` made (without the folder names' columns)."""
    rows: list[Row] = pq.ParquetFile(pa.BufferReader(content)).read().to_pylist()
    floats = [column.name for column in table.stored_columns if "float" in column.type]
    for row in rows:
        for name in floats:
            row[name] = _rounded(row[name])
    return rows


def _columns(table: Table, with_path: bool) -> tuple[Column, ...]:
    return table.columns if with_path else table.stored_columns


def _repeating(table: Table, with_path: bool) -> list[str]:
    """Columns worth a dictionary: the labels, and what is the same in all rows of a letter."""
    same = {"document_id", "authority", "authority_slug", "visit", "section"}
    return [
        column.name
        for column in _columns(table, with_path)
        if column.type == "string" and (column.allowed or column.name in same)
    ]


def _rounded(value: Any) -> Any:
    # a 32-bit float read back carries digits that were never meant
    return [round(each, 4) for each in value] if isinstance(value, list) else round(value, 4)


# One builder per column type; each takes the column's cells. Cells are of the type that the schema
# names (letter_rows sees to it), hence Any: a wrong one raises in the buffer that refuses it.


def _strings(cells: Sequence[Any]) -> Any:
    joined = "".join(cells)
    lengths = map(len, cells) if joined.isascii() else [len(cell.encode()) for cell in cells]
    return pa.Array.from_buffers(
        pa.string(),
        len(cells),
        [None, _offsets(lengths), pa.py_buffer(joined.encode())],
        null_count=0,
    )


def _bools(cells: Sequence[Any]) -> Any:
    return pa.Array.from_buffers(pa.bool_(), len(cells), [None, _bitmap(cells)], null_count=0)


def _ints(cells: Sequence[Any]) -> Any:
    return _fixed("int", array("i", cells))


def _floats(cells: Sequence[Any]) -> Any:
    return _fixed("float", array("f", cells))


def _dates(cells: Sequence[Any]) -> Any:
    days = array("i", [cell.toordinal() - _EPOCH if cell else 0 for cell in cells])
    known = _bitmap([cell is not None for cell in cells])
    return pa.Array.from_buffers(pa.date32(), len(cells), [known, pa.py_buffer(days)])


def _string_lists(cells: Sequence[Any]) -> Any:
    return _lists("list[string]", cells, _strings)


def _float_lists(cells: Sequence[Any]) -> Any:
    return _lists("list[float]", cells, _floats)


def _lists(type_: ColumnType, cells: Sequence[Any], inner: Callable[[Sequence[Any]], Any]) -> Any:
    return pa.Array.from_buffers(
        _TYPES[type_],
        len(cells),
        [None, _offsets(map(len, cells))],
        null_count=0,
        children=[inner([value for cell in cells for value in cell])],
    )


def _fixed(type_: ColumnType, values: array[Any]) -> Any:
    return pa.Array.from_buffers(
        _TYPES[type_], len(values), [None, pa.py_buffer(values)], null_count=0
    )


def _offsets(lengths: Iterable[int]) -> Any:
    return pa.py_buffer(array("i", accumulate(lengths, initial=0)))


def _bitmap(flags: Sequence[Any]) -> Any:
    bits = np.packbits(np.fromiter(flags, dtype=bool, count=len(flags)), bitorder="little")
    return pa.py_buffer(bits.tobytes())


_BUILDERS: dict[ColumnType, Callable[[Sequence[Any]], Any]] = {
    "string": _strings,
    "bool": _bools,
    "int": _ints,
    "float": _floats,
    "date": _dates,
    "list[string]": _string_lists,
    "list[float]": _float_lists,
}
