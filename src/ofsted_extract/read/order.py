"""The order in which a person reads the lines of a page, where it is not the order of drawing.

A PDF may draw its headings, its letterhead or all of its lines in any order. PDFium hands lines on
as they are drawn. What was drawn too late is put back where it stands; columns and cells, which
begin higher up again as well, stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ofsted_extract.letter import Line

#: Baselines that differ by less are one row.
_SAME_ROW = 3.0  # points
_SHORT_CELL = 4  # words: a grade, a name; longer ones are running text
#: Points from the page's foot within which running lines stand; many PDFs draw them first.
_FOOT = 100.0
_TABLE_ROWS = 3
_MARK_LENGTH = 2  # characters: a bullet, a footnote's number, the number of a page
_LATE_LINES = 12  # so many lines drawn out of place at once are a column or a page of their own


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and its right edge in points."""

    line: Line
    right: float


def in_reading_order(placed: Sequence[Placed]) -> list[Placed]:
    """Return the lines of a page in the order in which they are read."""
    runs = _runs(placed)
    if len(runs) == 1:
        return list(placed)
    if len(runs) > len(placed) // 2 and _is_one_column(placed):
        return sorted(placed, key=lambda each: -each.line.y)  # drawn in no order at all
    result: list[Placed] = []
    moved = range(0)  # where the piece before was put back
    for run in runs:
        for piece in _pieces(run, result):
            if _are_rows(result, piece):
                result = _row_by_row(result, piece)
                moved = range(0)
                continue
            at = _place_of(result, piece, moved)
            result[at:at] = piece
            start = moved.start if at == moved.stop and moved else at
            moved = range(start, at + len(piece)) if at + len(piece) < len(result) else range(0)
    return result


def _runs(placed: Sequence[Placed]) -> list[list[Placed]]:
    """Cut the lines where one stands higher than the line before."""
    runs: list[list[Placed]] = []
    for each in placed:
        if not runs or each.line.y > runs[-1][-1].line.y + _SAME_ROW:
            runs.append([])
        runs[-1].append(each)
    return runs


def _is_one_column(placed: Sequence[Placed]) -> bool:
    heights = sorted(each.line.y for each in placed)
    return all(b - a > _SAME_ROW for a, b in pairwise(heights))


def _overlap(first: Placed, second: Placed) -> bool:
    return first.line.x < second.right and second.line.x < first.right


def _pieces(run: list[Placed], before: list[Placed]) -> list[list[Placed]]:
    """Cut a run where it passes a line drawn before, and where it leaves all of them behind."""
    if not before:
        return [run]
    floor = min(each.line.y for each in before)
    pieces = [[run[0]]]
    for above, below in pairwise(run):
        high, low = above.line.y, below.line.y
        leaves = low < floor - _SAME_ROW <= high
        passes = any(low < each.line.y < high and _overlap(each, below) for each in before)
        if leaves or passes:
            pieces.append([])
        pieces[-1].append(below)
    return pieces


def _place_of(before: list[Placed], piece: list[Placed], moved: range) -> int:
    """Return where a piece belongs among the lines ``before``: at the end, unless drawn late.

    What was drawn late stands between two lines of the flow or above all of them, and beside none
    but such as were drawn late with it.
    """
    end = len(before)
    is_mark = all(len(each.line.text) <= _MARK_LENGTH for each in piece)
    only_foot = all(each.line.y < _FOOT for each in before)
    if len(piece) > _LATE_LINES or is_mark or only_foot:
        return end
    top, bottom = piece[0].line.y, piece[-1].line.y
    beside = [
        n for n, each in enumerate(before) if bottom - _SAME_ROW < each.line.y < top + _SAME_ROW
    ]
    if beside:
        return moved.stop if all(n in moved for n in beside) else end
    above = [n for n, each in enumerate(before) if each.line.y > top]
    if not above:
        return 0
    start = above[-1] + 1
    if start == end or before[start].line.y > bottom:
        return end
    neighbours = (before[start - 1], before[start])
    in_flow = any(_overlap(each, neighbour) for each in piece for neighbour in neighbours)
    return start if in_flow else end


def _are_rows(before: list[Placed], run: list[Placed]) -> bool:
    """Return whether a run is the next column of a table that was drawn column by column."""
    if any(len(each.line.text.split()) > _SHORT_CELL for each in run):
        return False
    firsts = [_row_of(before, each) for each in run]
    found = [row for row in firsts if row is not None]
    if len(found) < _TABLE_ROWS or firsts[0] is None:
        return False
    names = [before[row] for row in found]
    if all(len(each.line.text.split()) <= _SHORT_CELL for each in names):
        return False  # an address beside telephone numbers
    left_edges = all(before[row].right <= each.line.x for row, each in zip(firsts, run, strict=True)
                     if row is not None)  # fmt: skip
    return left_edges and found == sorted(found)


def _row_of(before: list[Placed], cell: Placed) -> int | None:
    near = (n for n, each in enumerate(before) if abs(each.line.y - cell.line.y) < _SAME_ROW)
    return next(near, None)


def _row_by_row(before: list[Placed], run: list[Placed]) -> list[Placed]:
    """Put each cell of a column behind the row that it stands in, wrapped lines with it."""
    starts: list[tuple[int, list[Placed]]] = []
    for cell in run:
        row = _row_of(before, cell)
        if row is not None and not cell.line.text[:1].islower():
            starts.append((row, [cell]))
        else:
            starts[-1][1].append(cell)
    result = before[: starts[0][0]]
    bounds = [row for row, _ in starts[1:]]
    end = _table_end(before, starts[-1][0])
    for (row, cells), following in zip(starts, [*bounds, end], strict=True):
        result.extend(before[row:following])
        result.extend(cells)
    return [*result, *before[end:]]


def _table_end(before: list[Placed], row: int) -> int:
    """Return the index behind the last row's wrapped lines."""
    end = row + 1
    while end < len(before):
        gap = before[end - 1].line.y - before[end].line.y
        size = before[end].line.size or gap
        if not before[end].line.text[:1].islower() or not 0 < gap < 1.5 * size:
            break
        end += 1
    return end
