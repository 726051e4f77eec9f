"""Plain text as it was printed: its columns and its paragraphs told apart.

Text comes wrapped at a margin with blank lines between paragraphs (a mail, a text editor), wrapped
without them (``pdftotext``, a viewer's copy), with columns side by side (``pdftotext -layout``) or
with each paragraph on one line (Word). All of them leave here as lines with blank lines between
what does not run on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_GAP = re.compile(r"\t+| {3,}")
#: A mark that opens a list item or a numbered paragraph; what stands behind it is no column.
_MARK = re.compile(
    r"[^\w\s\"'‘’“”(£&]{1,2}|[o§l]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]?|\d{1,2}\.\d{1,2}\.?"
)
_COLUMN_SLACK = 3  # characters by which cells of one column begin apart
_SHORT_CELL = 6  # words: a grade, a name, a date; longer cells are running text
_SENTENCE_END = re.compile(r"[.!?:;][\"'’”)\]]*\d{0,2}$")
_LOWER = re.compile(r"[\"'’‘“(]*[a-z]")
#: Wrapped text has lines of 40 to 130 characters; longer ones are whole paragraphs.
_NARROWEST_WRAP, _WIDEST_WRAP = 40, 130
#: Of the wrap width: a line that the next word would have fitted on by so much was broken by its
#: writer. Type is set in proportion, so that full lines differ in their number of characters.
_BROKEN_BY_WRITER = 0.9
_SHORT_LINE = 0.78


@dataclass(frozen=True, slots=True)
class _Cell:
    column: int
    row: int  # line of the block
    text: str


def printed_lines(sheets: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the lines of each page, columns one after the other, blank lines where text ends."""
    pages = [_uncolumned(sheet.split("\n")) for sheet in sheets]
    width = _wrap_width([line for page in pages for line in page])
    return tuple(_with_paragraphs(page, width) for page in pages)


# ------------------------------------------------------------------------- columns


def _uncolumned(lines: list[str]) -> list[str]:
    """Return the lines of a page, each cell of a row of columns a line (or more) of its own."""
    result: list[str] = []
    block: list[list[tuple[int, str]]] = []
    for line in [*lines, ""]:
        cells = _cells(line.rstrip())
        if cells:
            block.append(cells)
            continue
        result.extend(_block_lines(block))
        block = []
        result.append("")
    return result[:-1]


def _cells(line: str) -> list[tuple[int, str]]:
    """Return (column of the page, words) of what wide gaps part; a list's mark is no cell."""
    cells = []
    start = len(line) - len(line.lstrip())
    while start < len(line):
        gap = _GAP.search(line, start)
        end = gap.start() if gap else len(line)
        cells.append((start, line[start:end].strip()))
        start = gap.end() if gap else len(line)
    if len(cells) > 1 and _MARK.fullmatch(cells[0][1]):
        (first, mark), (_, words), *others = cells
        cells = [(first, f"{mark} {words}"), *others]
    return cells


def _block_lines(block: list[list[tuple[int, str]]]) -> list[str]:
    starts = sorted(start for cells in block for start, _ in cells[1:])
    if not starts:
        return [words for cells in block for _, words in cells]
    columns = [starts[0]]
    columns.extend(b for a, b in pairwise(starts) if b - a > _COLUMN_SLACK)
    cells = [
        _Cell(sum(start >= column - _COLUMN_SLACK for column in columns), row, words)
        for row, found in enumerate(block)
        for start, words in found
    ]
    beside = [cell for cell in cells if cell.column]
    if all(len(cell.text.split()) <= _SHORT_CELL for cell in beside):
        return _by_rows(cells)
    return _by_columns(cells, len(columns))


def _by_rows(cells: list[_Cell]) -> list[str]:
    """Lay out a table of short cells: a row begins where a cell beside the first one begins."""
    begins = {cell.row for cell in cells if cell.column and not _LOWER.match(cell.text)}
    rows: list[list[_Cell]] = [[]]
    for cell in cells:
        if cell.row in begins and rows[-1] and rows[-1][-1].row != cell.row:
            has_beside = any(other.column for other in rows[-1])
            if has_beside:
                rows.append([])
        rows[-1].append(cell)
    width = max(cell.column for cell in cells) + 1
    return [line for row in rows for line in _by_columns(row, width)]


def _by_columns(cells: list[_Cell], columns: int) -> list[str]:
    result: list[str] = []
    for column in range(columns + 1):
        words = [cell.text for cell in cells if cell.column == column]
        if words:
            result.extend([*([""] if result else []), *words])
    return [*result, ""]


# ---------------------------------------------------------------------- paragraphs


def _wrap_width(lines: list[str]) -> int:
    """Return the width in characters at which the lines are wrapped, 0 where they are not."""
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    return width if width >= _NARROWEST_WRAP else 0


def _with_paragraphs(lines: list[str], width: int) -> tuple[str, ...]:
    """Put a blank line behind every line that its writer, not the margin, ended."""
    result: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        result.append(line)
        if line and following and width and _ends_paragraph(line, following, width):
            result.append("")
    return tuple(result)


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    if width > _WIDEST_WRAP:
        return not _MARK.fullmatch(line)
    complete = bool(_SENTENCE_END.search(line))
    needed = len(line) + 1 + len(following.split(maxsplit=1)[0])
    if _LOWER.match(following) or _MARK.fullmatch(line):
        return False
    return needed <= width * (_BROKEN_BY_WRITER if complete else _SHORT_LINE)
