"""When a visit was held and when its letter was published, and what other places say of it.

A date counts as the visit's for what is said around it, never for where it stands first: letters
print their own date, that of an earlier inspection, of a law, of a deadline. The wordings are data:
``data/visit_dates.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from ofsted_extract.facts.dates import Period, find_periods, first_period
from ofsted_extract.facts.kind import Kind
from ofsted_extract.facts.lines import head_lines, is_salutation, joined
from ofsted_extract.letter import Role, StructuredLetter, UnitKind
from ofsted_extract.resources import load_toml
from ofsted_extract.wording import straight

_AGO = re.compile(r"\b(one|two|three|four|five|six|seven|\d+) years? ago\b", re.I)
_WORDS = ("one", "two", "three", "four", "five", "six", "seven")
_NUMBERS = {word: number for number, word in enumerate(_WORDS, 1)}
#: A period belongs to a field if it begins within so many characters behind it.
_NEAR = 12
#: How far behind "three years ago" the year of that event may be printed.
_SAME_STORY = 400
#: How many characters behind a date may say that it is the visit's: "Between 3 and 7 May, Ofsted
#: and the Care Quality Commission undertook a joint inspection".
_BEHIND = 220
#: The end of a sentence or clause in front of a date.
_CLAUSE = re.compile(r"[.;:!?](?=\s)|,")
_NO_DATES = (
    Role.LETTERHEAD, Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS, Role.LICENCE, Role.DEFINITIONS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VisitDates:
    """The dates of a visit, as far as they are printed, and warnings."""

    period: Period | None = None
    published_on: date | None = None
    warnings: tuple[str, ...] = ()


def read_visit(structured: StructuredLetter, kind: Kind, *, letter: bool) -> VisitDates:
    """Return the dates of the visit and of the publication.

    A report prints them as fields on its cover, a letter in the sentence that says when the visit
    was, a newspaper or a council wherever it speaks of the visit. Running footers repeat the dates:
    where they disagree with the cover, the cover counts.
    """
    head = joined(head_lines(structured.raw))
    warnings: list[str] = []
    if kind.is_reported:
        period, published = _told(structured, warnings), _own_date(structured)
    elif letter:
        published = _letter_date(structured)
        period = _in_letter(structured, head, published, warnings)
    else:
        published = _field("published_fields", head)
        period = _field("visit_fields", head) or _behind_title(head, kind)
    if period is None:
        warnings.append("no visit date is printed")
    else:
        warnings += _footer_warnings(structured, period)
        if published is not None and published.start < period.start:
            warnings.append(
                f"the letter is dated '{published.printed}', which is before the visit: as printed"
            )
    return VisitDates(period, published.start if published else None, tuple(warnings))


def _field(name: str, text: str) -> Period | None:
    """Return the period right behind the first label that has one."""
    for match in _pattern(name).finditer(text):
        period = first_period(text[match.end() :])
        if period is not None and period.position <= _NEAR:
            return period
    return None


def _own_date(structured: StructuredLetter) -> Period | None:
    """Return when an article or a paper came out: a line that opens with it, not what it tells."""
    lines = (straight(line.text).strip("#*| ") for line in head_lines(structured.raw))
    fields = (line for line in lines if _pattern("published_fields").match(line))
    return next((found for line in fields if (found := _field("published_fields", line))), None)


def _behind_title(head: str, kind: Kind) -> Period | None:
    """Return the first period behind the title that is not another event's."""
    behind = head[kind.title[1] :]
    return next((found for found in find_periods(behind) if not _is_other(behind, found)), None)


# --------------------------------------------------------------------------- letters


def _letter_date(structured: StructuredLetter) -> Period | None:
    """Return the date of a letter: a line in front of the salutation that is nothing but a date.

    Without such a line, the first date there that is not a reference's or an e-mail header's. More
    than one day is a visit, as running lines print it.
    """
    lines = []
    for line in head_lines(structured.raw):
        text = straight(line.text).strip("#*| ")
        if is_salutation(text):
            break
        lines.append(text)
    else:
        return None
    others = [text for text in lines if not _pattern("not_letter_date").search(text)]
    for text in others:
        bare = _pattern("letter_date_field").sub("", text, count=1).strip()
        day = _one_day(bare)
        if day is not None and len(day.printed) >= len(bare.rstrip(".")):
            return day
    return next((day for text in others if (day := _one_day(text))), None)


def _one_day(text: str) -> Period | None:
    return next((found for found in find_periods(text) if found.start == found.end), None)


def _in_letter(
    structured: StructuredLetter, head: str, published: Period | None, warnings: list[str]
) -> Period | None:
    """Return the period of the first sentence that says when the visit was."""
    greeting = [n for n, unit in enumerate(structured.units) if is_salutation(unit.text)]
    texts = [
        straight(unit.text)
        for unit in structured.units[greeting[0] if greeting else 0 :]
        if unit.kind is not UnitKind.HEADING and unit.role not in _NO_DATES
    ]
    period = _said(texts) or _field("visit_fields", head)
    if period is not None or published is None:
        return period
    period = _said(texts, year=published.start.year)
    if period is not None and period.start > published.start:
        period = _said(texts, year=published.start.year - 1)
    if period is not None:
        warnings.append(
            f"the year of the visit is not printed: {period.start.year} follows from the date of "
            f"the letter, '{published.printed}'"
        )
    return period


def _said(texts: Iterable[str], *, year: int | None = None) -> Period | None:
    """Return the first period of which a sentence says that it is a visit's."""
    told = list(_visits(texts, year=year))
    sure = (period for period, is_sure in told if is_sure)
    return next(sure, told[0][0] if told else None)


def _visits(texts: Iterable[str], *, year: int | None) -> Iterator[tuple[Period, bool]]:
    """Yield the periods that may be a visit's, and whether nothing speaks for another's."""
    for text in texts:
        for period in find_periods(text, year=year):
            before = _clause_before(text, period)
            around = before + text[period.position : period.position + _BEHIND]
            if _pattern("visit").search(around) and not _is_anothers(before):
                yield period, not _pattern("perhaps_earlier").search(before)


def _is_other(text: str, period: Period) -> bool:
    return _is_anothers(_clause_before(text, period))


def _is_anothers(before: str) -> bool:
    """Tell whether the clause in front of a date gives it to an earlier visit or another event."""
    if _pattern("earlier").search(before):
        return True
    last_visit = max((match.end() for match in _pattern("visit").finditer(before)), default=0)
    return bool(_pattern("other_event").search(before, last_visit))


def _clause_before(text: str, period: Period) -> str:
    """Return the clause in front of a period: "this letter summarises ... services on"."""
    before = text[: period.position]
    ends = [match.end() for match in _CLAUSE.finditer(before)]
    clause = before[ends[-1] :] if ends else before
    # a clause of one or two words leans on the one before it: "the last inspection, on"
    if len(clause.split()) < 3 and len(ends) > 1:
        clause = before[ends[-2] :]
    elif len(clause.split()) < 3:
        clause = before
    return clause.rstrip()


# ---------------------------------------------------------------- newspapers, councils


def _told(structured: StructuredLetter, warnings: list[str]) -> Period | None:
    """Return the first visit of which a newspaper or a council gives the days."""
    texts = [straight(unit.text) for unit in structured.units]
    spoken = [text for text in texts if _pattern("visit").search(text)]
    period = _said(spoken)
    if period is not None:
        return period
    year, reason = _told_year(" ".join(texts))
    period = _said(spoken, year=year) if year else None
    if period is not None:
        warnings.append(f"the year of the visit is not printed: {year} follows from {reason}")
    return period


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


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Return one pattern for a list of the data file; fields take their colon along."""
    wordings = "|".join(load_toml("visit_dates.toml")[name])
    if name == "letter_date_field":
        return re.compile(rf"^(?:{wordings})\s*", re.IGNORECASE)
    colon = r"\s*:?\s*" if name.endswith("_fields") else ""
    edge = "" if name == "not_letter_date" else r"\b"
    return re.compile(rf"{edge}(?:{wordings}){colon}", re.IGNORECASE)
