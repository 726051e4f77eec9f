"""Rows as CSV: UTF-8, line feeds, ``;``-joined lists, and nothing that a spreadsheet runs.

A cell of text that begins (after spaces) with a character that a spreadsheet takes for a formula
gets an apostrophe before it. So does every such character behind a semicolon, tab or line end: a
spreadsheet that splits cells there instead of at commas would begin a cell with it (OWASP, CSV
injection). Numbers, dates and truth values are written as such and stay numbers. A cell longer than
Excel's limit is cut, with a sign that says so: Excel would spill the rest over the cells below. A
file begins with the UTF-8 mark, without which Excel takes it for the Windows code page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from ofsted_extract.schema import ColumnType, Table
from ofsted_extract.schema import table as table_named
from ofsted_extract.write.rows import Row, Tables

LIST_SEPARATOR = ";"
#: Begins a file, and no line that goes into a pipe.
MARK = "\ufeff"
#: Characters (UTF-16 units) that a cell holds: Excel's specifications and limits.
LONGEST_CELL = 32_767
#: Ends a cell that was cut.
CUT = " […]"

#: ASCII and full-width signs; tab and line ends, which some programs skip.
_SIGN = "[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_LEADING = re.compile(f"[ \u00a0\u3000\ufeff]*{_SIGN}")
_INNER = re.compile(f"(?<=[;\t\r\n])(?={_SIGN})")
#: Besides CSV's own, characters that some program ends a cell or a line at.
_PLAIN = re.compile(r"[A-Za-z0-9_](?:[\w .:‘’“”()/&?!–-]*[\w.:’”)?!])?", re.ASCII)
_QUOTED = re.compile("[\",;\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]|^['\\s]|\\s$")


def csv_header(table: Table) -> str:
    """Return the header line."""
    return ",".join(table.column_names) + "\n"


def csv_lines(table: Table, rows: Iterable[Row]) -> str:
    """Return ``rows`` as CSV lines without a header."""
    # column by column: most columns repeat few words, and each word is looked at once
    listed = list(rows)
    columns = [
        _column(column.type, [row[column.name] for row in listed]) for column in table.columns
    ]
    return "".join([",".join(cells) + "\n" for cells in zip(*columns, strict=True)])


def csv_text(table: Table, rows: Iterable[Row]) -> str:
    """Return a table with its header, without the mark of a file."""
    return csv_header(table) + csv_lines(table, rows)


def csv_bytes(tables: Tables) -> bytes:
    """Return the one table of ``tables`` as a file (see `formats`), with its mark."""
    ((name, rows),) = tables.items()
    return (MARK + csv_text(table_named(name), rows)).encode()


def csv_record(cells: Sequence[Any]) -> str:
    """Return one line of cells, for files that are no table of the schema."""
    return ",".join([csv_cell(cell) for cell in cells]) + "\n"


def csv_cell(cell: Any) -> str:
    """Return one cell as it stands in the file.

    >>> print(csv_cell("=1+1"), csv_cell(-1), csv_cell(["a", "b"]), csv_cell("a, b"))
    "'=1+1" -1 "a;b" "a, b"
    """
    if cell is None or cell in ("", []):
        return ""
    if isinstance(cell, str):
        if len(cell) <= LONGEST_CELL and _PLAIN.fullmatch(cell):
            return cell
        return _quoted(_shortened(_neutral(cell)))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list):
        return _quoted(_shortened(LIST_SEPARATOR.join([_member(value) for value in cell])))
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _column(type_: ColumnType, cells: list[Any]) -> list[str]:
    if type_ in {"int", "float"}:
        return list(map(str, cells))
    if type_.startswith("list"):
        cells = list(map(tuple, cells))
        lists = {cell: csv_cell(list(cell)) for cell in set(cells)}
        return [lists[cell] for cell in cells]
    written = {cell: csv_cell(cell) for cell in set(cells)}
    return [written[cell] for cell in cells]


def _member(value: Any) -> str:
    # a separator inside a member would make two of it
    return _neutral(value.replace(LIST_SEPARATOR, ",")) if isinstance(value, str) else str(value)


def _neutral(text: str) -> str:
    if _LEADING.match(text):
        text = "'" + text
    return _INNER.sub("'", text)


def _shortened(text: str) -> str:
    if 2 * len(text) <= LONGEST_CELL:  # no character has more than two units
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    kept = units[: 2 * (LONGEST_CELL - len(CUT))]
    return kept.decode("utf-16-le", "ignore") + CUT  # half of a character is left out


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
