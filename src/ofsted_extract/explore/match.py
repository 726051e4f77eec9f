"""How well a later sentence answers what an earlier visit asked for: a score that can be checked.

The score is a sum of shares, each between 0 and 1, with the weights of `Weights`; the words, the
subjects and the weights are explained and measured in docs/followup.md.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ofsted_extract.explore.words import GROUP, PAIR, SUBJECT, features
from ofsted_extract.resources import load_toml


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence as the score sees it; ``paragraph`` and ``section`` say where it stands."""

    sentence_id: str
    text: str
    themes: tuple[str, ...] = ()
    section: str = ""
    paragraph: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What a visit asked for: a recommendation, or a line of enquiry."""

    text: str
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the score, and what is enough.

    ``words``, ``subjects`` and ``themes`` add up to 1. ``carried``: what a sentence that goes on
    about the same thing takes over of the score before it. ``beside``: what it gains from the
    better of its neighbours in the paragraph. ``enough``: from this score a sentence is an answer,
    if the best one of the document reaches ``best``.
    """

    words: float = 0.35
    subjects: float = 0.37
    themes: float = 0.28
    pair: float = 0.5
    rarest: float = 0.75
    carried: float = 0.7
    beside: float = 0.25
    enough: float = 0.36
    best: float = 0.48


class Matcher:
    """Scores the sentences of one authority against requests.

    How telling a word, a subject or a theme is depends on how many of the authority's own
    sentences have it (inverse document frequency), so that other authorities change nothing.
    """

    def __init__(self, candidates: Sequence[Candidate], weights: Weights | None = None) -> None:
        self.weights = weights or Weights()
        self._features = {each.sentence_id: frozenset(features(each.text)) for each in candidates}
        counts = Counter(name for found in self._features.values() for name in found)
        themes = Counter(theme for each in candidates for theme in each.themes)
        total = len(candidates)
        self._unseen = math.log1p(total / 2)
        self._rarity = {name: math.log1p(total / (count + 1)) for name, count in counts.items()}
        self._theme_rarity = {name: math.log1p(total / (n + 1)) for name, n in themes.items()}

    def scores(self, query: Query, candidates: Sequence[Candidate]) -> list[float]:
        """Return the score of each of ``candidates``, sentences of one letter in their order."""
        asked = frozenset(features(query.text))
        themes = self._ranked(query.themes)
        own: list[float] = []
        for index, candidate in enumerate(candidates):
            score = self._score(asked, themes, candidate)
            if index and carries_on(candidates[index - 1], candidate):
                score = max(score, self.weights.carried * own[-1])
            own.append(score)
        gains = (
            max((own[at] for at in _beside(candidates, index)), default=0.0)
            for index in range(len(candidates))
        )
        return [score + self.weights.beside * gain for score, gain in zip(own, gains, strict=True)]

    def _score(
        self, asked: frozenset[str], themes: dict[str, float], candidate: Candidate
    ) -> float:
        own = self._features[candidate.sentence_id]
        weights = self.weights
        return (
            weights.words * self._cosine(_words(asked), _words(own))
            + weights.subjects * self._subjects(_subjects(asked), _subjects(own))
            + weights.themes * _cosine(themes, self._ranked(candidate.themes))
        )

    def _subjects(self, asked: frozenset[str], own: frozenset[str]) -> float:
        matters = frozenset(name for name in asked if name.startswith(SUBJECT)) or asked
        rarest = max((self._weight(name) for name in matters & own), default=0.0) / self._unseen
        share = self.weights.rarest
        return share * rarest + (1 - share) * self._cosine(asked, own)

    def _cosine(self, asked: frozenset[str], own: frozenset[str]) -> float:
        shared = self._mass(asked & own)
        return shared / math.sqrt(self._mass(asked) * self._mass(own)) if shared else 0.0

    def _mass(self, names: Iterable[str]) -> float:
        return sum(map(self._weight, names))

    def _weight(self, name: str) -> float:
        kind = self.weights.pair if name.startswith(PAIR) else 1.0
        return kind * self._rarity.get(name, self._unseen)

    def _ranked(self, themes: Iterable[str]) -> dict[str, float]:
        return {
            theme: self._theme_rarity.get(theme, self._unseen) / rank
            for rank, theme in enumerate(themes, 1)
        }


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if name[0] not in {SUBJECT, GROUP})


def _subjects(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if name[0] in {SUBJECT, GROUP})


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    shared = sum(value * other.get(name, 0.0) for name, value in one.items())
    return shared / (math.hypot(*one.values()) * math.hypot(*other.values())) if shared else 0.0


def _beside(candidates: Sequence[Candidate], index: int) -> Iterator[int]:
    """Yield the places next to ``index`` in the same paragraph."""
    for at in (index - 1, index + 1):
        if 0 <= at < len(candidates) and candidates[at].paragraph == candidates[index].paragraph:
            yield at


def points_back(text: str) -> bool:
    """Return whether a sentence names its subject only in the one before it ("This", "They")."""
    return bool(_opening("points_back").match(text))


def carries_on(before: Candidate, candidate: Candidate) -> bool:
    """Return whether ``candidate`` is about the same subject as the sentence ``before`` it."""
    return before.section == candidate.section and (
        points_back(candidate.text) or bool(_opening("same_subject").match(candidate.text))
    )


@cache
def _opening(name: str) -> re.Pattern[str]:
    words = load_toml("followup_words.toml")["opening"][name]
    return re.compile(rf"(?:{'|'.join(words)})\b", re.IGNORECASE)
