"""Windows: consecutive units of a letter, packed so that a teacher reads each in its context.

A window begins with ``[CLS]`` and a mark for the kind of document; every unit in it begins with a
mark that says heading or not and ends with ``[SEP]``. A window that does not begin with a heading
repeats the heading above and the unit before it, as context that no vector is read from. So each
unit is encoded once, and still read after its heading and its predecessors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

#: The marks that tell a window the family of forms (``kinds.FAMILIES``) of its letter.
FAMILY_MARKS = {
    "letter": "[unused10]",
    "sif": "[unused11]",
    "send": "[unused12]",
    "unknown": "[unused13]",
}


@dataclass(slots=True)
class Window:
    """Word pieces of one window, and its units as (unit, first piece, piece after the last)."""

    pieces: list[int]
    targets: list[tuple[int, int, int]] = field(default_factory=list)


def pack(
    units: Sequence[Sequence[int]],
    headings: Sequence[bool],
    start: Sequence[int],
    separator: int,
    length: int,
    first_length: int = 0,
) -> list[Window]:
    """Pack units into windows.

    Parameters
    ----------
    units
        word pieces of every unit, mark included, in reading order
    headings
        which units are headings
    start
        the pieces every window starts with
    separator
        the piece that ends a unit
    length
        most pieces in a window; more only for one long unit
    first_length
        a shorter limit for the first window, so that training sees other windows each time

    """
    windows: list[Window] = []
    window: Window | None = None
    limit = first_length or length
    heading = before = -1
    for number, pieces in enumerate(units):
        need = len(pieces) + 1
        if window is None or len(window.pieces) + need > limit:
            if window is not None:
                limit = length
            window = Window(list(start))
            windows.append(window)
            if heading not in (-1, before) and not headings[number]:
                window.pieces += [*units[heading], separator]
            if before >= 0 and len(window.pieces) + len(units[before]) + 1 + need <= length:
                window.pieces += [*units[before], separator]
        begin = len(window.pieces)
        window.pieces += [*pieces, separator]
        window.targets.append((number, begin, begin + len(pieces)))
        if headings[number]:
            heading = number
        before = number
    return windows
