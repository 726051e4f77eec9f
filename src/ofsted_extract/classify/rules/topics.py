"""Themes of all sentences: their own cues, and what heading and neighbour lend them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ofsted_extract.resources import load_toml
from ofsted_extract.themes import theme_ids

Vector = NDArray[np.float64]
#: What one sentence adds to the next is at most this.
_MOST_CARRIED = 1.5
_MOST_HEADING = 1.2


@dataclass(frozen=True, slots=True)
class TopicRule:
    """The settings of ``data/theme_cues.toml``; arrays have one entry per theme."""

    threshold: float
    fallback: float
    steepness: float
    heading: float
    before_last: float
    memory: float
    most: int
    from_previous: Vector
    from_previous_pronoun: Vector
    silent_headings: tuple[str, ...]


def load_rule() -> TopicRule:
    """Return the settings as the data file has them; a theme that it lacks has no cues."""
    table = load_toml("theme_cues.toml")
    rule = table["rule"]
    themes = [table["themes"].get(theme, {}) for theme in theme_ids()]
    return TopicRule(
        threshold=rule["threshold"],
        fallback=rule["fallback"],
        steepness=rule["steepness"],
        heading=rule["heading"],
        before_last=rule["before_last"],
        memory=rule["memory"],
        most=rule["most"],
        from_previous=np.array([theme.get("from_previous", 0.0) for theme in themes]),
        from_previous_pronoun=np.array(
            [theme.get("from_previous_pronoun", 0.0) for theme in themes]
        ),
        silent_headings=tuple(rule["silent_headings"]),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a sentence stands among the others.

    Is it a heading, which one is above it, does it lean on the sentence before ("This means …").
    """

    is_heading: bool
    section: str
    refers_back: bool


def topics(
    own: Vector, standings: Sequence[Standing], headings: dict[str, int], rule: TopicRule
) -> Vector:
    """Return the theme sums of every sentence, context included; 1.0 is about the threshold.

    ``own`` has a row per sentence; ``headings`` gives the row of a heading by its text.
    """
    total = own.copy()
    nothing = np.zeros(own.shape[1])
    last, before_last = nothing, nothing
    by_heading: dict[str, Vector] = {}
    for row, standing in enumerate(standings):
        if standing.is_heading:
            last = before_last = nothing
            continue
        section = standing.section
        if section not in by_heading:
            by_heading[section] = _from_heading(section, own, headings, rule)
        from_previous = rule.from_previous_pronoun if standing.refers_back else rule.from_previous
        context = from_previous * last + rule.before_last * before_last + by_heading[section]
        total[row] += context
        before_last = last
        last = np.minimum(np.maximum(own[row] + rule.memory * context, 0.0), _MOST_CARRIED)
    return total


def _from_heading(section: str, own: Vector, headings: dict[str, int], rule: TopicRule) -> Vector:
    row = headings.get(section)
    if row is None or any(words in section.lower() for words in rule.silent_headings):
        return np.zeros(own.shape[1])
    from_heading: Vector = rule.heading * np.clip(own[row], 0.0, _MOST_HEADING)
    return from_heading


def choose(total: Vector, is_finding: bool, rule: TopicRule) -> list[int]:
    """Return the numbers of the themes that one sentence has, best first."""
    chosen = [int(theme) for theme in np.flatnonzero(total >= rule.threshold)]
    if chosen:
        return sorted(chosen, key=lambda theme: -total[theme])[: rule.most]
    best = int(total.argmax())
    return [best] if is_finding and total[best] >= rule.fallback else []


def threshold_score() -> float:
    """Return the score, between 0 and 1, from which on the rules give a theme."""
    rule = load_rule()
    return float(scores(np.array(rule.threshold), rule))


def scores(total: Vector, rule: TopicRule) -> Vector:
    """Return the sums as scores between 0 and 1."""
    result: Vector = 1.0 / (1.0 + np.exp(-rule.steepness * (total - 1.0)))
    return result
