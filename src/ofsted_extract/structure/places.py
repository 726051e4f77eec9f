"""Where on the page a unit begins: for lists whose items only the layout tells apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ofsted_extract.letter import Line, RawLetter, Unit
from ofsted_extract.wording import plain

_WORDS = 6
#: Points more than a usual line's distance that a new row of a table stands lower: Word draws a
#: border of a quarter to half a point between rows; within a row distances differ by 0.1.
_ROW = 0.25
_SAME_LEFT = 4.0


@dataclass(frozen=True, slots=True)
class Place:
    """The line in which a unit begins. ``opens`` is true where the unit opens the line.

    ``drop`` is how much lower than usual the line stands under the one before it, in points;
    0.0 where the page or the column begins with it.
    """

    line: Line
    opens: bool
    drop: float

    @property
    def opens_row(self) -> bool:
        """True where the unit opens a line that stands a little lower than the text's lines."""
        return self.opens and self.drop > _ROW

    def is_right_of(self, other: Place) -> bool:
        return self.line.x > other.line.x + _SAME_LEFT


class Places:
    """Finds the places of units, which must be asked for in reading order."""

    def __init__(self, raw: RawLetter) -> None:
        self._pages = {page.number: page.lines for page in raw.pages if page.has_layout}
        self._at = (0, 0)  # page, line

    def find(self, unit: Unit) -> Place | None:
        """Return the place of ``unit``, or None for plain text and for mended or reordered text."""
        lines = self._pages.get(unit.page, ())
        if not lines:
            return None
        wanted = plain(unit.text).split()[:_WORDS]
        first = self._at[1] if self._at[0] == unit.page else 0
        for index in range(first, len(lines)):
            words = plain(lines[index].text).split()
            below = " ".join(line.text for line in lines[index + 1 : index + _WORDS])
            follows = plain(below).split()
            start = _find(wanted, words, follows)
            if start is None:
                continue
            self._at = (unit.page, index)
            number = re.match(r"\W*\d{1,3}(?:\.\d+)?\.", lines[index].text) is not None
            return Place(lines[index], start <= number, _drop(lines, index))
        return None


def _find(wanted: list[str], words: list[str], follows: list[str]) -> int | None:
    """Return at which word of a line ``wanted`` begins; it may run on into the lines below."""
    for start in range(len(words)):
        here = words[start : start + len(wanted)]
        if here == wanted[: len(here)] and (
            len(here) == len(wanted) or follows[: len(wanted) - len(here)] == wanted[len(here) :]
        ):
            return start
    return None


def _drop(lines: tuple[Line, ...], index: int) -> float:
    """Return how much more than usual line ``index`` stands under the line above it."""
    here = lines[index]
    same = [line for line in lines if abs(line.size - here.size) < 0.6]
    gaps = [above.y - below.y for above, below in pairwise(same)]
    usual = [gap for gap in gaps if 0.9 * here.size < gap < 1.6 * here.size]
    if index == 0 or not usual:
        return 0.0
    gap = lines[index - 1].y - here.y
    return gap - median(usual) if gap > 0 else 0.0
