"""Rows as an Excel workbook, one sheet a table: real dates and numbers, wrapped text, a fixed head.

Text is written as text, so that nothing in a letter becomes a formula or a link. XlsxWriter is a
default dependency: it is pure Python, a sixth of a megabyte, and needs nothing else.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from ofsted_extract.schema import Column, Table
from ofsted_extract.schema import table as table_named
from ofsted_extract.write.rows import Cell, Row, Tables

#: What Excel takes (its specifications and limits): characters a cell, rows a sheet.
_LONGEST_CELL, _MOST_ROWS = 32_767, 1_048_576
#: Widths in characters: of running text, of lists and names, of the rest.
_WIDE, _MIDDLE, _NARROW = 80, 28, 14
_PROSE = frozenset({"text", "scope", "addressee", "previous_visit", "warnings", "visit_kloes"})
#: No time of making in the file: the same rows give the same bytes.
_CREATED = datetime(2000, 1, 1)


def xlsx_bytes(tables: Tables) -> bytes:
    """Return a workbook of ``tables``, a sheet each, in their order.

    Raises
    ------
    ValueError
        if a table has more rows than a sheet holds.

    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": _CREATED})
    styles = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        "float": book.add_format({"num_format": "0.00", "valign": "top"}),
    }
    for name, rows in tables.items():
        if len(rows) >= _MOST_ROWS:
            raise ValueError(f"{len(rows):,} rows of {name} are more than a sheet holds; use CSV")
        _fill(book.add_worksheet(name), table_named(name), rows, styles)
    book.close()
    return file.getvalue()


def _fill(sheet: Any, table: Table, rows: Sequence[Row], styles: dict[str, Any]) -> None:
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, _width(column))
        sheet.write_string(0, at, column.name, styles["head"])
        for number, row in enumerate(rows, start=1):
            _write(sheet, number, at, row[column.name], styles)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(table.columns) - 1)


def _write(sheet: Any, row: int, at: int, cell: Cell, styles: dict[str, Any]) -> None:
    if cell is None or cell in ("", []):
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, at, cell, styles["text"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, at, cell, styles["date"])
    elif isinstance(cell, int | float):
        style = styles["float" if isinstance(cell, float) else "text"]
        sheet.write_number(row, at, cell, style)
    else:
        text = "; ".join(map(str, cell)) if isinstance(cell, list) else cell
        sheet.write_string(row, at, text[:_LONGEST_CELL], styles["text"])


def _width(column: Column) -> int:
    if column.name in _PROSE or column.name.endswith("_text"):
        return _WIDE
    return _MIDDLE if column.type.startswith("list") or not column.allowed else _NARROW
