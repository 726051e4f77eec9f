"""When a visit was held and when its letter was published, and what other places say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ofsted_extract.facts.dates import Period, find_periods, first_period
from ofsted_extract.facts.kind import Kind
from ofsted_extract.facts.lines import head_lines, joined
from ofsted_extract.letter import Role, StructuredLetter

_FIELD = re.compile(
    r"\b(?:inspection dates?|dates? of (?:inspection|visit)|visit dates?)\s*:?\s*", re.I
)
_PUBLISHED = re.compile(
    r"\b(?:report )?(?:published|posted|publication date)(?: on)?\s*:?\s*", re.I
)
_VISIT = re.compile(r"\b(?:visit|inspect|monitoring)", re.I)
_AGO = re.compile(r"\b(one|two|three|four|five|six|seven|\d+) years? ago\b", re.I)
_WORDS = ("one", "two", "three", "four", "five", "six", "seven")
_NUMBERS = {word: number for number, word in enumerate(_WORDS, 1)}
#: A period belongs to a field if it begins within so many characters behind it.
_NEAR = 12
#: How far behind "three years ago" the year of that event may be printed.
_SAME_STORY = 400


@dataclass(frozen=True, slots=True)
class Visit:
    """The dates of a visit, as far as they are printed, and warnings."""

    period: Period | None = None
    published_on: date | None = None
    warnings: tuple[str, ...] = ()


def read_visit(structured: StructuredLetter, kind: Kind, *, letter: bool) -> Visit:
    """Return the dates of the visit and of the publication.

    A report prints them as fields on its cover, a letter in its first sentences, a newspaper or a
    council wherever it speaks of the visit. Running footers repeat the dates: where they disagree
    with the cover, the cover counts.
    """
    head = joined(head_lines(structured.raw))
    warnings: list[str] = []
    if kind.is_reported:
        period, published = _told(structured, warnings), _field(_PUBLISHED, head)
    elif letter:
        period, published = _in_letter(head, kind), _letter_date(structured)
    else:
        period, published = _field(_FIELD, head), _field(_PUBLISHED, head)
        period = period or first_period(head[kind.title[1] :])
    if period is None:
        warnings.append("no visit date is printed")
    else:
        warnings += _footer_warnings(structured, period)
    return Visit(period, published.start if published else None, tuple(warnings))


def _field(label: re.Pattern[str], text: str) -> Period | None:
    """Return the period right behind the first label that has one."""
    for match in label.finditer(text):
        period = first_period(text[match.end() :])
        if period is not None and period.position <= _NEAR:
            return period
    return None


def _letter_date(structured: StructuredLetter) -> Period | None:
    """Return the date of a letter: a line of its letterhead that is nothing but a date."""
    for unit in structured.units:
        if unit.role is Role.LETTERHEAD:
            period = first_period(unit.text)
            if period is not None and len(period.printed) >= len(unit.text.strip()) - 2:
                return period
    head = joined(head_lines(structured.raw))
    before = re.split(r"\bDear\b", head, maxsplit=1)[0]
    return first_period(before)


def _in_letter(head: str, kind: Kind) -> Period | None:
    """Return the first period behind the title, else behind the salutation."""
    greeted = re.split(r"\bDear\b", head, maxsplit=1)[-1]
    return first_period(head[kind.title[1] :]) or first_period(greeted)


def _told(structured: StructuredLetter, warnings: list[str]) -> Period | None:
    """Return the first visit of which a newspaper or a council gives the days."""
    text = " ".join(unit.text for unit in structured.units)
    for unit in structured.units:
        if not _VISIT.search(unit.text):
            continue
        period = first_period(unit.text)
        if period is not None:
            return period
        year, reason = _told_year(text)
        period = first_period(unit.text, year=year) if year else None
        if period is not None:
            warnings.append(f"the year of the visit is not printed: {year} follows from {reason}")
            return period
    return None


def _told_year(text: str) -> tuple[int | None, str]:
    """Work out the year in which somebody writes from "three years ago" and that event's year."""
    ago = _AGO.search(text)
    if ago is None:
        return None, ""
    printed = re.search(r"\b(?:in|since)\s+(?:[A-Z][a-z]+\s+)?((?:19|20)\d\d)\b", text[ago.end() :])
    if printed is None or printed.start() > _SAME_STORY:
        return None, ""
    count = ago.group(1).lower()
    year = int(printed.group(1)) + int(_NUMBERS.get(count, 0) or count)
    return year, f"'{ago.group()}' and '{printed.group()}'"


def _footer_warnings(structured: StructuredLetter, period: Period) -> list[str]:
    running = {
        found.printed: found
        for _, text in structured.furniture
        for found in find_periods(text)
        if (found.start, found.end) != (period.start, period.end)
    }
    return [
        f"the title prints the visit as '{period.printed}', the footer as '{printed}': "
        "the title counts"
        for printed in running
    ]
