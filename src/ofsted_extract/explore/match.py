"""How well a later sentence answers what an earlier visit asked for: a score that can be checked.

The score is a sum of shares, each between 0 and 1, with the weights of `Weights`; the words, the
subjects and the weights are explained and measured in docs/followup.md.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ofsted_extract.explore.words import PAIR, SUBJECT, features

#: A sentence that opens so names its subject only in the one before it.
_POINTS_BACK = re.compile(
    r"(?:this|these|they|it|its|their|such|those|others?|as a (?:result|consequence)|"
    r"consequently|in (?:addition|some cases)|for (?:some|others)|some of)\b",
    re.IGNORECASE,
)
#: A sentence that opens so goes on about the same subject.
_GOES_ON = re.compile(
    r"(?:however|although|nevertheless|despite this|also|but|further(?:more)?|while|"
    r"when th(?:is|ey)|where this|more positively)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence as the score sees it."""

    sentence_id: str
    text: str
    themes: tuple[str, ...] = ()
    area: str = ""
    section: str = ""
    is_recommendation: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What a visit asked for: a recommendation, or a line of enquiry."""

    text: str
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the score, tuned on an authority that no figure is reported for."""

    words: float = 0.65
    themes: float = 0.35
    pair: float = 0.5
    subject: float = 2.0
    carried: float = 0.6
    threshold: float = 0.35


class Matcher:
    """Scores the sentences of one authority against requests.

    How telling a word or a theme is depends on how many of the authority's own sentences have it
    (inverse document frequency), so that other authorities in the dataset change nothing.
    """

    def __init__(self, passages: Sequence[Passage], weights: Weights | None = None) -> None:
        self.weights = weights or Weights()
        self._features = {each.sentence_id: frozenset(features(each.text)) for each in passages}
        counts = Counter(name for found in self._features.values() for name in found)
        themes = Counter(theme for each in passages for theme in each.themes)
        total = len(passages)
        self._unseen = math.log1p(total / 2)
        self._rarity = {name: math.log1p(total / (count + 1)) for name, count in counts.items()}
        self._theme_rarity = {name: math.log1p(total / (n + 1)) for name, n in themes.items()}

    def scores(self, request: Request, passages: Sequence[Passage]) -> list[float]:
        """Return the score of each of ``passages``, sentences of one letter in their order."""
        asked = frozenset(features(request.text))
        themes = self._ranked(request.themes)
        found: list[float] = []
        for index, passage in enumerate(passages):
            score = self._score(asked, themes, passage)
            if index and carries_on(passages[index - 1], passage):
                score = max(score, self.weights.carried * found[-1])
            found.append(score)
        return found

    def _score(self, asked: frozenset[str], themes: dict[str, float], passage: Passage) -> float:
        own = self._features[passage.sentence_id]
        shared = sum(map(self._weight, asked & own))
        words = shared / math.sqrt(self._mass(asked) * max(self._mass(own), 1e-9)) if shared else 0
        overlap = sum(themes.get(theme, 0) for theme in passage.themes) if themes else 0
        share = overlap / sum(themes.values()) if themes else 0
        return self.weights.words * words + self.weights.themes * share

    def _ranked(self, themes: Iterable[str]) -> dict[str, float]:
        return {
            theme: self._theme_rarity.get(theme, self._unseen) / rank
            for rank, theme in enumerate(themes, 1)
        }

    def _mass(self, names: Iterable[str]) -> float:
        return sum(map(self._weight, names))

    def _weight(self, name: str) -> float:
        kind = {SUBJECT: self.weights.subject, PAIR: self.weights.pair}.get(name[0], 1.0)
        return kind * self._rarity.get(name, self._unseen)


def points_back(text: str) -> bool:
    """Return whether a sentence names its subject only in the one before it ("This", "They")."""
    return bool(_POINTS_BACK.match(text))


def carries_on(before: Passage, passage: Passage) -> bool:
    """Return whether ``passage`` goes on about the subject of the sentence ``before`` it."""
    return before.section == passage.section and (
        points_back(passage.text) or bool(_GOES_ON.match(passage.text))
    )
