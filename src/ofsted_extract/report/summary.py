"""The summary of one letter that a newspaper or a council would write by hand.

Strengths, then what stands against them, then what must improve: in the letter's own words, each
with its page. Which sentences are chosen and how well that meets what journalists chose is told
and measured in docs/summary.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from ofsted_extract.explore.match import points_back
from ofsted_extract.letter import Letter, Role, Unit, UnitLabels
from ofsted_extract.names import (
    grade_name,
    judgement_name,
    kind_name,
    listed,
    period,
)
from ofsted_extract.report.markdown import escaped

Side = Literal["strength", "weakness"]

#: From n sentences of a side, this many times the root of n are chosen: about as many as
#: journalists chose from a letter of 60 and a report of 190 sentences.
TIMES_ROOT = 2.0
FEWEST = 3

#: What makes a sentence tell more or less than its score alone; measured in docs/summary.md.
OPENS_PARAGRAPH = 1.4
IN_SUMMARY = 1.3
IN_LIST_OF_SIDE = 1.4
POINTS_BACK = 0.4
ODD_LENGTH = 0.6
GOOD_LENGTHS = range(8, 46)
STATES_CHANGE = 1.1

_LISTS = {"strength": Role.STRENGTHS, "weakness": Role.WEAKNESSES}


class Placed(Protocol):
    """A sentence with its place: of a letter just read, or a row of a dataset."""

    @property
    def position(self) -> int: ...
    @property
    def page(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence for one side of the summary, or the clause of a mixed one that states it."""

    unit: Placed
    text: str
    salience: float


def summary(letter: Letter) -> str:
    """Return the summary of ``letter`` as Markdown."""
    strengths = choose(points(letter, "strength"))
    weaknesses = choose(points(letter, "weakness"))
    asked = [(each.text, each.page) for each in letter.facts.recommendations]
    parts = [
        _head(letter),
        _section("Strengths", _quotes(strengths)),
        _section("However", _quotes(weaknesses)),
        _section("What must improve", asked),
    ]
    return "\n".join(part for part in parts if part)


def points(letter: Letter, side: Side) -> list[Point]:
    """Return all sentences of a side with their salience, in the order of the letter."""
    found: list[Point] = []
    item = -1
    for unit, labels in zip(letter.structured.units, letter.labels, strict=True):
        opens, item = unit.item != item, unit.item
        states = labels.is_strength if side == "strength" else labels.is_weakness
        if states and not labels.is_recommendation:
            text = _words(unit, labels, side)
            score = labels.strength_score if side == "strength" else labels.weakness_score
            weight = salience(
                score,
                text,
                opens=opens,
                in_summary=unit.role is Role.SUMMARY,
                in_list=unit.role is _LISTS[side],
                states_change=labels.progress != "none",
            )
            found.append(Point(unit, text, weight))
    return found


def choose(candidates: list[Point]) -> list[Point]:
    """Return the most telling of ``candidates``, no text twice, in the order of the letter."""
    wanted = max(round(TIMES_ROOT * math.sqrt(len(candidates))), FEWEST)
    ranked = sorted(candidates, key=lambda each: (-each.salience, each.unit.position))
    chosen = {each.text: each for each in reversed(ranked)}
    best = sorted(chosen.values(), key=lambda each: (-each.salience, each.unit.position))[:wanted]
    return sorted(best, key=lambda each: each.unit.position)


def salience(
    score: float, text: str, *, opens: bool, in_summary: bool, in_list: bool, states_change: bool
) -> float:
    """Return how telling a sentence is: its score for a side (0 to 1), times what its place lends.

    ``opens`` a paragraph or an item, stands ``in_summary`` of the letter or ``in_list`` of what its
    heading calls strengths or weaknesses, ``states_change`` since an earlier visit.
    """
    factors = (
        (opens, OPENS_PARAGRAPH),
        (in_summary, IN_SUMMARY),
        (in_list, IN_LIST_OF_SIDE),
        (points_back(text), POINTS_BACK),
        (len(text.split()) not in GOOD_LENGTHS, ODD_LENGTH),
        (states_change, STATES_CHANGE),
    )
    for fits, factor in factors:
        score *= factor if fits else 1
    return score


def _words(unit: Unit, labels: UnitLabels, side: Side) -> str:
    clause = labels.strength_text if side == "strength" else labels.weakness_text
    return clause if labels.finding == "mixed" and clause else unit.text


def _head(letter: Letter) -> str:
    facts = letter.facts
    start = facts.visit_start or facts.published_on
    date = f", {period(start, facts.visit_end)}" if start else ""
    lines = [f"# {facts.authority or 'Unknown authority'}: {kind_name(facts.document_kind)}{date}"]
    if facts.inspectors:
        lines.append(f"Inspectors: {listed(facts.inspectors)}.")
    if facts.reported:
        lines.append("Reported at second hand: a newspaper or a council speaks, not Ofsted.")
    if facts.judgements:
        grades = (
            f"- {judgement_name(each.judgement)}: **{grade_name(each.grade)}** (page {each.page})"
            for each in facts.judgements
        )
        lines.append("\n".join(grades))
    return "\n\n".join(lines) + "\n"


def _quotes(chosen: Iterable[Point]) -> list[tuple[str, int]]:
    return [(each.text, each.unit.page) for each in chosen]


def _section(title: str, quotes: Iterable[tuple[str, int]]) -> str:
    lines = [f"- {escaped(text)} (page {page})" for text, page in quotes]
    return "\n".join([f"## {title}", "", *lines, ""]) if lines else ""
