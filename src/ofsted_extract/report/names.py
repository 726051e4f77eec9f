"""What the ids of the schema are called on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

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


FINDINGS = (
    Finding("strength", "Strength", "Strengths", "▲", "s"),
    Finding("weakness", "Weakness", "Weaknesses", "▼", "w"),
    Finding("mixed", "Mixed", "Mixed", "◆", "m"),
    Finding("recommendation", "Recommendation", "Recommendations", "➜", "r"),
    Finding("none", "No finding", "No finding", "○", "n"),
)
FINDING = {finding.id: finding for finding in FINDINGS}

SHORT_JUDGEMENTS = {
    "impact_of_leaders": "Leaders",
    "help_and_protection": "Help",
    "in_care_and_care_leavers": "Care",
    "in_care": "Care",
    "care_leavers": "Leavers",
    "adoption": "Adoption",
    "lscb": "Board",
}
GRADES = {
    "outstanding": "Outstanding",
    "good": "Good",
    "adequate": "Adequate",
    "requires_improvement": "Requires improvement",
    "inadequate": "Inadequate",
}
JUDGEMENTS = {
    "overall_effectiveness": "Overall effectiveness",
    "impact_of_leaders": "Impact of leaders",
    "help_and_protection": "Help and protection",
    "in_care_and_care_leavers": "In care and care leavers",
    "in_care": "Children in care",
    "care_leavers": "Care leavers",
    "adoption": "Adoption performance",
    "lscb": "Safeguarding children board",
}
PROGRESS = {
    "improved": "improved",
    "declined": "got worse",
    "no_change": "no change, or too slow",
}
EXTENTS = {
    "all": "all children or cases",
    "most": "most",
    "many": "many",
    "some": "some",
    "few": "few",
    "one": "one",
    "none_of": "none",
}
METHODS = {
    "structure": "where it stands in the letter",
    "rule": "a rule",
    "model": "the trained model",
    "review": "a person’s correction",
}
PRIORITIES = {"immediate": "Immediate action", "priority": "Priority action"}
VERDICTS = {
    "improved": ("▲", "Improved", "s"),
    "mixed": ("◆", "Mixed", "m"),
    "still_weak": ("▼", "Still weak", "w"),
    "not_mentioned": ("○", "Not mentioned", "n"),
}
UNKNOWN_AUTHORITY = "Authority not recognised"

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@cache
def theme_names() -> dict[str, str]:
    """Return the themes' names by id, in their fixed order."""
    return {theme.id: theme.name for theme in all_themes()}


@cache
def _judgement_order() -> dict[str, int]:
    rows: list[dict[str, Any]] = load_toml("judgements.toml")["judgement"]
    return {row["id"]: index for index, row in enumerate(rows)}


def theme_name(theme: str) -> str:
    return theme_names().get(theme) or words(theme)


def judgement_name(judgement: str) -> str:
    return JUDGEMENTS.get(judgement) or words(judgement)


def judgement_order(judgement: str) -> tuple[int, str]:
    """Sort key: the order of ``data/judgements.toml``, then what older frameworks print."""
    order = _judgement_order()
    return order.get(judgement, len(order)), judgement


def grade_name(grade: str) -> str:
    return GRADES.get(grade) or words(grade)


def kind_name(kind: str) -> str:
    return document_kind(kind).name


def short_kind_name(kind: str) -> str:
    found = document_kind(kind)
    return found.short_name or found.name


def short_judgement_name(judgement: str) -> str:
    return SHORT_JUDGEMENTS.get(judgement) or judgement_name(judgement)


def words(identifier: str) -> str:
    """Return an id as words: ``help_and_protection`` as "Help and protection"."""
    return identifier.replace("_", " ").strip().capitalize()


def day(value: date) -> str:
    return f"{value.day} {month(value)}"


def month(value: date) -> str:
    return f"{_MONTHS[value.month - 1]} {value.year}"


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
        return f"{start.day} {_MONTHS[start.month - 1]} to {day(end)}"
    return f"{day(start)} to {day(end)}"


def listed(items: Iterable[str]) -> str:
    """Return items as a sentence has them: "a, b and c"."""
    found = list(items)
    return " and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def number(count: int, singular: str, plural: str = "") -> str:
    """Return a count with its noun: "1 letter", "1,204 letters"."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
