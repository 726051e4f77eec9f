"""Dates as letters print them: "10 and 11 July 2018", "21 November to 2 December 2022".

A printed period names each day, but the month and the year often only once. What is missing is
taken from the neighbour that has it; where the months run backwards the year's end lies between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ofsted_extract.names import MONTHS

_MONTHS = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}

#: "Febuary": the one month that is often misspelt.
_WRITTEN = (*MONTHS, "Febuary", "Feburary", "Sept", *(name[:3] for name in MONTHS))
_MONTH = "(?P<month>" + "|".join(_WRITTEN) + r")\b\.?"
_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth",
)  # fmt: skip
_WORDS = {
    word: number
    for number, word in enumerate(
        (*_UNITS, *_TEENS, "twentieth", *(f"twenty-{unit}" for unit in _UNITS), "thirtieth",
         "thirty-first"), 1)
}  # fmt: skip
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
#: A word is a day only where a month follows it: "the third and fourth of May", not "the third".
_IN_WORDS = (
    rf"(?:the\s+)?\b(?P<word>{_WORD})\b(?=(?:\s+(?:and|to)\s+(?:the\s+)?(?:{_WORD}))?\s+(?:of\s+)?"
    rf"(?:{'|'.join(_WRITTEN)})\b)"
)
_ORDINAL = r"(?P<day>\d{1,2})(?:\s?(?:st|nd|rd|th))?(?![\d/:.]\d)\b"
_DAY = rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?(?:(?<!\d){_ORDINAL}|{_IN_WORDS})"
_YEAR = r"(?P<year>(?:19|20)\d\d|['’‘]\d\d)"
#: "10", "10 July", "10th of July 2018", "10-Jul-2018", "the tenth of July ’18"
_PIECE = re.compile(
    rf"{_DAY}(?:(?:\s+(?:of\s+)?|-){_MONTH}(?:(?:,?\s+|-){_YEAR}\b)?)?", re.IGNORECASE
)
#: "July 12", "July 12, 2022"
_AMERICAN = re.compile(rf"\b{_MONTH}\s+{_ORDINAL}(?:,?\s+{_YEAR}\b)?", re.IGNORECASE)
_AMERICAN_YEAR = re.compile(rf",\s+{_YEAR}\b")
_ISO = re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
#: "17/09/2024", "17.9.24": two figures are a year of this century.
_NUMBERS = re.compile(
    r"(?<![\d/.])(?P<day>\d{1,2})(?P<sep>[/.])(?P<month>\d{1,2})(?P=sep)"
    r"(?P<year>(?:19|20)\d\d|[012]\d)(?![\d/]|\.\d)"
)
_JOIN = re.compile(r"\s*(?:,?\s*\b(?:to|and|until|till|through)\b|[-‐‑‒–—―−─&,])\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """A printed stretch of days. ``legs`` are its parts where a visit was interrupted.

    ``year`` is None where no year is printed; then ``start`` and ``end`` are too.
    """

    legs: tuple[tuple[date, date], ...]
    printed: str
    position: int

    @property
    def start(self) -> date:
        return self.legs[0][0]

    @property
    def end(self) -> date:
        return self.legs[-1][1]


@dataclass(slots=True)
class _Day:
    day: int
    month: int | None
    year: int | None
    joined_by: str = ""


def find_periods(text: str, *, year: int | None = None) -> Iterator[Period]:
    """Yield every date or period of days printed in ``text``, in order.

    ``year`` is assumed where none is printed; without it such periods are left out, as are
    impossible dates ("31 June 2018").
    """
    text = " ".join(text.split())
    at = 0
    while at < len(text):
        found = _read_from(text, at)
        if found is None:
            return
        days, start, at = found
        _complete(days, year)
        legs = _legs(days)
        if legs:
            yield Period(legs, text[start:at], start)


def first_period(text: str, *, year: int | None = None) -> Period | None:
    """Return the first period of ``text``, or None."""
    return next(find_periods(text, year=year), None)


def first_date(text: str) -> date | None:
    """Return the first day of the first period of ``text``, or None."""
    period = first_period(text)
    return period.start if period else None


def _read_from(text: str, at: int) -> tuple[list[_Day], int, int] | None:
    """Return the days of the next expression that names a month, its start and its end."""
    while at < len(text):
        starts = [
            match
            for pattern in (_PIECE, _AMERICAN, _ISO, _NUMBERS)
            if (match := pattern.search(text, at))
        ]
        if not starts:
            return None
        # a number date is also a piece ("12" of 12/07/2022): the longer reading counts
        match = min(starts, key=lambda candidate: (candidate.start(), -candidate.end()))
        days, end = [_day(match)], match.end()
        while True:
            join = _JOIN.match(text, end)
            if not join:
                break
            following = next(
                (
                    piece
                    for pattern in (_ISO, _NUMBERS, _PIECE)
                    if (piece := pattern.match(text, join.end()))
                ),
                None,
            )
            if following is None:
                break
            days.append(_day(following, join.group().strip(" ,").lower()))
            end = following.end()
        if days[-1].year is None and (late := _AMERICAN_YEAR.match(text, end)):
            days[-1].year, end = _year(late["year"]), late.end()
        if any(day.month for day in days):
            return days, match.start(), end
        at = max(end, match.end())
    return None


def _day(match: re.Match[str], joined_by: str = "") -> _Day:
    parts = match.groupdict()
    month = parts.get("month")
    if month is None:
        number = None
    else:
        number = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
    day = parts.get("day")
    return _Day(
        int(day) if day else _WORDS[parts["word"].lower()],
        number,
        _year(parts["year"]) if parts.get("year") else None,
        joined_by,
    )


def _year(printed: str) -> int:
    """Return the year of "2018", "’18" or "18"."""
    figures = printed.strip("'’‘")
    return int(figures) if len(figures) == 4 else 2000 + int(figures)


def _complete(days: list[_Day], assumed: int | None) -> None:
    """Fill months and years that are named once, from the right, then from the left."""
    pairs = list(pairwise(days))
    for before, after in reversed(pairs):
        before.month = before.month or after.month
    for before, after in pairs:
        after.month = after.month or before.month
    turns = [(before.month or 0) > (after.month or 0) for before, after in pairs]
    for (before, after), turn in zip(reversed(pairs), reversed(turns), strict=True):
        if before.year is None and after.year is not None:
            before.year = after.year - turn
    for (before, after), turn in zip(pairs, turns, strict=True):
        if after.year is None and before.year is not None:
            after.year = before.year + turn
    if days[0].year is None and assumed is not None:
        days[0].year = assumed
        _complete(days, None)


def _legs(days: list[_Day]) -> tuple[tuple[date, date], ...]:
    """Pair the days to stretches: "to" goes on with the stretch, "and" begins one.

    Two single days joined by "and" ("10 and 11 July") are one stretch.
    """
    dates = []
    for day in days:
        if day.month is None or day.year is None:
            return ()
        try:
            dates.append(date(day.year, day.month, day.day))
        except ValueError:
            return ()
    if dates != sorted(dates):
        return ()
    legs: list[tuple[date, date]] = [(dates[0], dates[0])]
    for day, moment in zip(days[1:], dates[1:], strict=True):
        first, last = legs[-1]
        if day.joined_by in ("and", "&", "") and (moment - last).days > 1:
            legs.append((moment, moment))
        else:
            legs[-1] = (first, moment)
    return tuple(legs)
