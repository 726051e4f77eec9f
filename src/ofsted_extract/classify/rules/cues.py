"""The words of the data files, as phrases and what each one says.

A phrase belongs to a *family* (what it is used for) and a *lane*: within one lane the longest of
overlapping phrases counts alone, so "not always" hides "always", but the lanes of two themes, or of
a theme and of the finding, do not disturb each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

from ofsted_extract.resources import load_csv, load_toml
from ofsted_extract.schema import EXTENTS
from ofsted_extract.themes import theme_ids

_BRACES = re.compile(r"\{([^{}]*)\}")


class Family(IntEnum):
    """What a phrase is used for."""

    POLARITY = 0
    NEGATION = 1
    CONTRAST = 2
    PROGRESS = 3
    EXTENT = 4
    COHORT = 5
    ADDRESSEE = 6
    DUTY = 7
    EXCUSE = 8
    ORDER = 9
    THEME = 10
    SIGN = 11


class Side(IntEnum):
    """What a cue speaks for."""

    STRENGTH = 0
    WEAKNESS = 1
    NEUTRAL = 2


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a phrase. ``value`` is what its family needs to know, ``None`` to hide only."""

    family: Family
    lane: int
    value: Any


@dataclass(frozen=True, slots=True)
class Quantifier:
    """What a quantifier says: how many, whether it needs no noun, how many under a negation."""

    amount: str
    alone: bool
    negated: str


def expand(phrase: str) -> list[str]:
    """Return the phrases that a phrase with alternatives in braces stands for.

    >>> expand("{go|goes} missing{|.}")
    ['go missing', 'go missing.', 'goes missing', 'goes missing.']
    """
    found = _BRACES.search(phrase)
    if not found:
        return [" ".join(phrase.split())]
    head, tail = phrase[: found.start()], phrase[found.end() :]
    return [
        whole for choice in found.group(1).split("|") for whole in expand(f"{head}{choice}{tail}")
    ]


def spellings(phrase: str) -> list[str]:
    """Return a phrase with its hyphens kept, opened and closed up.

    >>> spellings("multi-agency")
    ['multi-agency', 'multi agency', 'multiagency']
    """
    if "-" not in phrase:
        return [phrase]
    return [phrase, phrase.replace("-", " "), phrase.replace("-", "")]


@cache
def phrases() -> dict[str, tuple[Use, ...]]:
    """Return every phrase of the data files, spelled out, with all its uses."""
    found: dict[str, list[Use]] = {}
    for phrase, use in _all_uses():
        for whole in expand(phrase):
            for spelled in spellings(whole):
                uses = found.setdefault(spelled, [])
                if use not in uses:
                    uses.append(use)
    return {phrase: tuple(uses) for phrase, uses in found.items()}


def _all_uses() -> Iterator[tuple[str, Use]]:
    lanes = _Lanes()
    for source in _SOURCES:
        yield from source(lanes)


class _Lanes:
    """Numbers for lanes, by name."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))


def _each(words: Iterable[str], family: Family, lane: int, value: Any) -> Iterator[tuple[str, Use]]:
    use = Use(family, lane, value)
    return ((word, use) for word in words)


def _finding_cues(lanes: _Lanes) -> Iterator[tuple[str, Use]]:
    table = load_toml("finding_cues.toml")
    for side in Side:
        for grade, words in table[side.name.lower()].items():
            value = (side, table["grades"][grade])
            yield from _each(words, Family.POLARITY, lanes("polarity"), value)


def _scopes(lanes: _Lanes) -> Iterator[tuple[str, Use]]:
    table = load_toml("scope.toml")
    yield from _each(table["negation"]["words"], Family.NEGATION, lanes("negation"), True)
    contrast = table["contrast"]
    within, opening = contrast["within"], contrast["opening"]
    for word in sorted({*within, *opening}):
        margins = (within.get(word), opening.get(word))
        yield word, Use(Family.CONTRAST, lanes("contrast"), margins)
    yield from _each(contrast["never"]["words"], Family.CONTRAST, lanes("contrast"), None)


def _themes(lanes: _Lanes) -> Iterator[tuple[str, Use]]:
    table = load_toml("theme_cues.toml")
    grades = table["grades"]
    for number, theme in enumerate(theme_ids()):
        for grade, words in table["themes"].get(theme, {}).items():
            if grade in grades:
                value = (number, grades[grade])
                yield from _each(words, Family.THEME, lanes(f"theme {theme}"), value)


def _progress(lanes: _Lanes) -> Iterator[tuple[str, Use]]:
    table = load_toml("progress.toml")
    for change in ("improved", "declined", "no_change"):
        for grade, words in table[change].items():
            if grade in table["grades"]:
                value = (change, table["grades"][grade])
                yield from _each(words, Family.PROGRESS, lanes(change), value)
        yield from _each(table["never"]["words"], Family.PROGRESS, lanes(change), None)


def _extents(lanes: _Lanes) -> Iterator[tuple[str, Use]]:
    table = load_toml("extents.toml")
    for extent in EXTENTS:
        negated = table[extent].get("negated", {})
        for key in ("words", "any", "alone"):
            value = Quantifier(extent, key == "alone", negated.get(key, ""))
            yield from _each(table[extent].get(key, ()), Family.EXTENT, lanes("extent"), value)
    yield from _each(table["never"]["words"], Family.EXTENT, lanes("extent"), None)


def _cohorts(lanes: _Lanes) -> Iterator[tuple[str, Use]]:
    for cohort, row in load_toml("cohorts.toml").items():
        lane = lanes(f"cohort {cohort}")
        yield from _each(row["words"], Family.COHORT, lane, cohort)
        yield from _each(row.get("never", ()), Family.COHORT, lane, None)


def _recommendations(lanes: _Lanes) -> Iterator[tuple[str, Use]]:
    table = load_toml("recommendation_cues.toml")
    names = [row["name"] for row in load_csv("authorities.csv")]
    yield from _each([*table["addressees"], *names], Family.ADDRESSEE, lanes("addressee"), False)
    yield from _each(table["duties"], Family.DUTY, lanes("duty"), False)
    yield from _each(table["phrases"], Family.DUTY, lanes("duty phrase"), True)
    yield from _each(table["excuses"], Family.EXCUSE, lanes("excuse"), True)
    yield from _each(table["orders"], Family.ORDER, lanes("order"), True)


def _signs(lanes: _Lanes) -> Iterator[tuple[str, Use]]:
    for number, words in enumerate(load_toml("polarity.toml")["words"].values()):
        yield from _each(words, Family.SIGN, lanes("sign"), number)


_SOURCES: tuple[Callable[[_Lanes], Iterator[tuple[str, Use]]], ...] = (
    _finding_cues,
    _scopes,
    _themes,
    _progress,
    _extents,
    _cohorts,
    _recommendations,
    _signs,
)
