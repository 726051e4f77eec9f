"""Is the authority told to do something: recommendations in the narrative."""

from __future__ import annotations

from collections.abc import Sequence

from ofsted_extract.classify.rules.matching import Hit


def duty_words(
    addressees: Sequence[Hit],
    duties: Sequence[Hit],
    excuses: Sequence[Hit],
    reach: int,
) -> tuple[int, int] | None:
    """Return the words by which the authority is told to do something, as token bounds.

    An addressee ("the local authority", "leaders") followed within ``reach`` tokens by a duty
    ("should", "must"), with no excuse between them or over the duty ("as quickly as they should").
    A duty whose value is true needs no addressee.
    """
    for first, last, phrase in duties:
        if phrase:
            if not any(end == first for _, end, _ in excuses):
                return first, last
            continue
        for start, behind, _ in addressees:
            if behind <= first <= behind + reach and not any(
                begin <= first and end >= start - 1 for begin, end, _ in excuses
            ):
                return first, last
    return None


def command_words(start: int, orders: Sequence[Hit]) -> tuple[int, int] | None:
    """Return the verb of command with which a bullet opens, as token bounds."""
    return next(((first, last) for first, last, _ in orders if first == start), None)
