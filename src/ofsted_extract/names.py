"""What people call things: the ids of the tables in words, dates, counts and folder names.

The names are data: ``names.toml``, and the files of themes, kinds, judgements and cohorts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from ofsted_extract.kinds import document_kind
from ofsted_extract.resources import load_toml
from ofsted_extract.themes import all_themes


@dataclass(frozen=True, slots=True)
class Finding:
    """How a finding is shown: never by colour alone. ``css`` names its colours."""

    id: str
    name: str
    plural: str
    sign: str
    css: str


class Verdict(NamedTuple):
    """How a verdict of the follow-up is shown; ``short`` stands behind a year."""

    sign: str
    name: str
    css: str
    short: str


def _verdict(row: Mapping[str, str]) -> Verdict:
    return Verdict(FINDING[row["like"]].sign, row["name"], FINDING[row["like"]].css, row["short"])


@dataclass(frozen=True, slots=True)
class JudgementName:
    """What a judgement is called: ``short`` in narrow columns."""

    name: str
    short: str


_DATA = load_toml("names.toml")
FINDINGS = tuple(Finding(**row) for row in _DATA["finding"])
FINDING = {finding.id: finding for finding in FINDINGS}
VERDICTS = {row["id"]: _verdict(row) for row in _DATA["verdict"]}
#: What is shown in place of a verdict of which the program is less sure than this.
UNSURE, SURE_FROM = _verdict(_DATA["unsure"]), float(_DATA["unsure"]["from"])
PROGRESS: dict[str, str] = _DATA["progress"]
EXTENTS: dict[str, str] = _DATA["extent"]
METHODS: dict[str, str] = _DATA["method"]
PRIORITIES: dict[str, str] = _DATA["priority"]
MONTHS: tuple[str, ...] = tuple(_DATA["months"])
UNKNOWN_AUTHORITY: str = _DATA["unknown_authority"]
#: Judgements and grades in the order of tables and charts.
JUDGEMENTS = {
    row["id"]: JudgementName(row["shown"], row.get("short", row["shown"]))
    for row in load_toml("judgements.toml")["judgement"]
}
GRADES: dict[str, str] = {row["id"]: row["shown"] for row in load_toml("judgements.toml")["grade"]}
COHORTS: dict[str, str] = {name: row["name"] for name, row in load_toml("cohorts.toml").items()}

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 100
#: Names that Windows keeps for devices, whatever follows behind a dot.
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
#: What steers a terminal or an editor: C0 (but for tab and line feed), DEL and C1, marks that turn
#: the direction of writing (Unicode Technical Report 36), line separators, half characters.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def shown_verdict(verdict: str, confidence: float) -> Verdict:
    """Return how a verdict is shown: one that is too unsure asks to read the sentences instead.

    That no clear sentence was found is shown as it is: then there is nothing to read.
    """
    unsure = confidence < SURE_FROM and verdict != "not_mentioned"
    return UNSURE if unsure else VERDICTS[verdict]


@cache
def theme_names() -> dict[str, str]:
    """Return the themes' names by id, in their fixed order."""
    return {theme.id: theme.name for theme in all_themes()}


def theme_name(theme: str) -> str:
    return theme_names().get(theme) or words(theme)


def judgement_name(judgement: str) -> str:
    found = JUDGEMENTS.get(judgement)
    return found.name if found else words(judgement)


def judgement_order(judgement: str) -> tuple[int, str]:
    """Sort key: the order of ``data/judgements.toml``, then what older frameworks print."""
    order = list(JUDGEMENTS)
    return order.index(judgement) if judgement in JUDGEMENTS else len(order), judgement


def grade_name(grade: str) -> str:
    return GRADES.get(grade) or words(grade)


def kind_name(kind: str) -> str:
    return document_kind(kind).name


def short_kind_name(kind: str) -> str:
    found = document_kind(kind)
    return found.short_name or found.name


def short_judgement_name(judgement: str) -> str:
    found = JUDGEMENTS.get(judgement)
    return found.short if found else words(judgement)


def cohort_name(cohort: str) -> str:
    return COHORTS.get(cohort) or words(cohort)


def slug(name: str) -> str:
    """Return a name as a folder name: lower case, words joined by hyphens; may be empty.

    A name that Windows keeps for a device ends with a hyphen: "Con" becomes ``con-``.

    >>> slug("King’s Lynn & West Norfolk")
    'kings-lynn-west-norfolk'
    """
    bare = re.sub("['’‘]", "", name.lower())
    made = _NOT_SLUG.sub("-", bare).strip("-")[:_LONGEST_SLUG].strip("-")
    return f"{made}-" if _RESERVED.fullmatch(made) else made


def printable(text: str) -> str:
    r"""Return text in which nothing steers a terminal: such characters are shown by their number.

    >>> print(printable("red \x1b[31mletter"))
    red \x1b[31mletter
    """
    return _STEERING.sub(lambda found: ascii(found[0])[1:-1], text)


def words(identifier: str) -> str:
    """Return an id as words: ``help_and_protection`` as "Help and protection"."""
    return identifier.replace("_", " ").strip().capitalize()


def day(value: date) -> str:
    return f"{value.day} {month(value)}"


def month(value: date) -> str:
    return f"{MONTHS[value.month - 1]} {value.year}"


def period(start: date, end: date | None) -> str:
    """Return two dates as people write them.

    >>> print(period(date(2018, 7, 10), date(2018, 7, 11)))
    10 to 11 July 2018
    """
    if end is None or end == start:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {day(end)}"
    if start.year == end.year:
        return f"{start.day} {MONTHS[start.month - 1]} to {day(end)}"
    return f"{day(start)} to {day(end)}"


def listed(items: Iterable[str]) -> str:
    """Return items as a sentence has them: "a, b and c"."""
    found = list(items)
    return " and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def number(count: int, singular: str, plural: str = "") -> str:
    """Return a count with its noun: "1 letter", "1,204 letters"."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
