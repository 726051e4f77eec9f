"""How a later sentence compares with what an earlier visit asked for: shares that can be checked.

    matcher = Matcher(candidates)               # all sentences of an authority, letter by letter
    shares = matcher.shares(Query("The regularity of supervision.", ("management_oversight",)))

A share is between 0 and 1 and says one thing that both texts have in common: words, subjects,
themes. What a letter's sentences have beside them (neighbours, ranks) is added in `relate`;
what the numbers together mean was learned (`explore/answers.py`, docs/followup.md).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ofsted_extract.explore.words import GROUP, PAIR, SUBJECT, features, parts
from ofsted_extract.resources import load_toml

Array = npt.NDArray[np.float64]

#: How much a pair of neighbouring stems weighs beside a single one.
_PAIR_WEIGHT = 0.5

#: The columns of `Matcher.shares`, in this order.
SHARES = (
    "words",      # cosine of stems and pairs of stems
    "covered",    # how much of what the request names, by weight, the sentence names too
    "pairs",      # how much of the request's pairs of neighbouring stems
    "rarest",     # weight of the rarest subject that both name
    "subjects",   # cosine of the subjects
    "missed",     # weight of the rarest subject of the request that the sentence does not name
    "groups",     # 1 where both name one group of children, -1 where the sentence names another
    "themes",     # cosine of the themes, the first weighing most
    "first",      # 1 where the first themes are the same
    "heading",    # how much of what the request names the sentence's heading names
    "part",       # the best `covered` of the parts of a request of several
)  # fmt: skip
_AT = {name: column for column, name in enumerate(SHARES)}
#: What stands for the whole where sentences are ranked by one number before anything is learned.
_PLAIN = {"words": 0.35, "rarest": 0.28, "subjects": 0.09, "themes": 0.28}
#: What a sentence that goes on about the same thing takes over of the one before it, and what every
#: sentence gains from the better of its neighbours in the paragraph.
_CARRIED, _BESIDE = 0.7, 0.25


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence as it is compared; ``paragraph`` and ``section`` say where it stands."""

    sentence_id: str
    text: str
    themes: tuple[str, ...] = ()
    section: str = ""
    paragraph: str = ""
    finding: str = "none"
    progress: str = "none"


@dataclass(frozen=True, slots=True)
class Query:
    """What a visit asked for: a recommendation, or a line of enquiry."""

    text: str
    themes: tuple[str, ...] = ()


class Matcher:
    """Compares the sentences of one authority with requests.

    How telling a word, a subject or a theme is depends on how many of the authority's own
    sentences have it (inverse document frequency), so that other authorities change nothing.
    """

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(candidates)
        self._places = _places([features(each.text) for each in candidates])
        of_heading = {section: features(section) for section in {e.section for e in candidates}}
        self._headings = _places([of_heading[each.section] for each in candidates])
        total = len(candidates)
        self._unseen = math.log1p(max(total, 1) / 2)
        self._rarity = {
            name: math.log1p(total / (len(at) + 1)) for name, at in self._places.items()
        }
        counts = Counter(theme for each in candidates for theme in each.themes)
        self._theme_rarity = {name: math.log1p(total / (n + 1)) for name, n in counts.items()}
        self._themes = [self._ranked(each.themes) for each in candidates]
        self._theme_norms = np.array([math.hypot(*each.values()) for each in self._themes])
        self._theme_places = _places([each.themes for each in candidates])
        self._first = np.array([each.themes[0] if each.themes else "" for each in candidates])
        self._word_mass = self._masses(_is_word)
        self._subject_mass = self._masses(_is_subject)
        self._grouped = self._found([name for name in self._places if name[0] == GROUP]) > 0

    def shares(self, query: Query) -> Array:
        """Return what each candidate shares with the request, array (candidates, len(SHARES))."""
        asked = features(query.text)
        found = np.zeros((len(self.candidates), len(SHARES)))
        if not len(found):
            return found
        words = [name for name in asked if _is_word(name)]
        matters = [name for name in asked if name[0] == SUBJECT]
        groups = [name for name in asked if name[0] == GROUP]
        found[:, _AT["words"]] = self._cosine(words, self._word_mass)
        found[:, _AT["subjects"]] = self._cosine([*matters, *groups], self._subject_mass)
        found[:, _AT["covered"]] = self._covered(asked)
        found[:, _AT["pairs"]] = self._covered([name for name in asked if name[0] == PAIR])
        found[:, _AT["rarest"]] = self._rarest(matters or groups)
        found[:, _AT["missed"]] = self._missed(matters or groups)
        if groups:
            same = self._found(groups) > 0
            found[:, _AT["groups"]] = np.where(same, 1.0, np.where(self._grouped, -1.0, 0.0))
        found[:, _AT["themes"]] = self._by_themes(query.themes)
        if query.themes:
            found[:, _AT["first"]] = self._first == query.themes[0]
        found[:, _AT["heading"]] = self._covered(asked, self._headings)
        found[:, _AT["part"]] = np.max(
            [self._covered(features(part)) for part in parts(query.text)], axis=0
        )
        return found

    def _found(
        self, names: Iterable[str], places: Mapping[str, npt.NDArray[np.intp]] | None = None
    ) -> Array:
        """Sum of the weights of ``names`` that each candidate has."""
        mass = np.zeros(len(self.candidates))
        for name in names:
            at = (self._places if places is None else places).get(name)
            if at is not None:
                mass[at] += self._weight(name)
        return mass

    def _covered(
        self, names: Iterable[str], places: Mapping[str, npt.NDArray[np.intp]] | None = None
    ) -> Array:
        names = tuple(names)
        whole = sum(map(self._weight, names))
        return self._found(names, places) / whole if whole else np.zeros(len(self.candidates))

    def _cosine(self, asked: Sequence[str], masses: Array) -> Array:
        whole = sum(map(self._weight, asked))
        found: Array = self._found(asked) / np.sqrt(np.maximum(whole * masses, 1e-9))
        return found

    def _rarest(self, names: Iterable[str]) -> Array:
        best = np.zeros(len(self.candidates))
        for name in names:
            at = self._places.get(name)
            if at is not None:
                best[at] = np.maximum(best[at], self._weight(name) / self._unseen)
        return best

    def _missed(self, names: Iterable[str]) -> Array:
        worst = np.zeros(len(self.candidates))
        for name in names:
            lacks = np.ones(len(worst), bool)
            lacks[self._places.get(name, [])] = False
            worst[lacks] = np.maximum(worst[lacks], self._weight(name) / self._unseen)
        return worst

    def _by_themes(self, themes: Sequence[str]) -> Array:
        asked = self._ranked(themes)
        shared = np.zeros(len(self.candidates))
        for theme, weight in asked.items():
            for at in self._theme_places.get(theme, ()):
                shared[at] += weight * self._themes[at][theme]
        norms = self._theme_norms * math.hypot(*asked.values())
        return np.divide(shared, norms, out=np.zeros_like(shared), where=norms > 0)

    def _masses(self, wanted: object) -> Array:
        assert callable(wanted)
        return self._found(name for name in self._places if wanted(name))

    def _weight(self, name: str) -> float:
        kind = _PAIR_WEIGHT if name[0] == PAIR else 1.0
        return kind * self._rarity.get(name, self._unseen)

    def _ranked(self, themes: Iterable[str]) -> dict[str, float]:
        return {
            theme: self._theme_rarity.get(theme, self._unseen) / rank
            for rank, theme in enumerate(themes, 1)
        }


#: The columns of `relate`, in this order: `SHARES` and
CONTEXT = (
    "plain",      # one sum of shares, with what neighbours lend
    "before",     # `plain` of the sentence before it, in the same paragraph
    "after",      # and of the one after it
    "carried",    # `plain` of the one before, where this one goes on about the same thing
    "rank",       # 1 / rank by `plain` in the letter
    "of_best",    # `plain` as a part of the letter's best
    "best",       # the letter's best `plain`
    "above",      # how far above the letter's mean, in standard deviations
    "strength", "weakness", "mixed", "recommendation",
    "improved", "declined", "no_change",
    "length",     # of the sentence: logarithm of its words
    "asked",      # of the request, likewise
)  # fmt: skip
COLUMNS = (*SHARES, *CONTEXT)


def relate(query: Query, shares: Array, candidates: Sequence[Candidate]) -> Array:
    """Return what is known of each sentence of one letter as an answer, (candidates, len(COLUMNS)).

    ``shares`` are the rows of `Matcher.shares` of these candidates, in the letter's order.
    """
    plain, before, after, carried = _with_neighbours(shares, candidates)
    ranks = np.empty(len(plain))
    ranks[np.argsort(-plain, kind="stable")] = np.arange(1, len(plain) + 1)
    best = plain.max(initial=0.0)
    spread = float(plain.std()) if len(plain) else 0.0
    context = [
        plain,
        before,
        after,
        carried,
        1 / ranks,
        plain / max(best, 1e-9),
        np.full(len(plain), best),
        (plain - plain.mean()) / max(spread, 1e-9) if len(plain) else plain,
        *(
            np.array([each.finding == name for each in candidates], float)
            for name in ("strength", "weakness", "mixed", "recommendation")
        ),
        *(
            np.array([each.progress == name for each in candidates], float)
            for name in ("improved", "declined", "no_change")
        ),
        np.array([math.log1p(each.text.count(" ")) for each in candidates]),
        np.full(len(plain), math.log1p(query.text.count(" "))),
    ]
    return np.column_stack([shares, *context])


def unanswered(request: str, answers: Iterable[str]) -> tuple[str, ...]:
    """Return the parts of a request of several that no answer names a subject of.

    Empty for a request of one part, and where there is no answer at all.
    """
    asked = parts(request)
    said = {name for text in answers for name in features(text) if name[0] == SUBJECT}
    if len(asked) < 2 or not said:
        return ()
    return tuple(part for part in asked if said.isdisjoint(_matters(part)))


def _matters(text: str) -> list[str]:
    return [name for name in features(text) if name[0] == SUBJECT]


def _with_neighbours(
    shares: Array, candidates: Sequence[Candidate]
) -> tuple[Array, Array, Array, Array]:
    own = shares @ np.array([_PLAIN.get(name, 0.0) for name in SHARES])
    carried = np.zeros_like(own)
    for index in range(1, len(own)):
        if carries_on(candidates[index - 1], candidates[index]):
            carried[index] = own[index - 1]
            own[index] = max(own[index], _CARRIED * own[index - 1])
    before, after = np.zeros_like(own), np.zeros_like(own)
    same = np.array(
        [one.paragraph == two.paragraph for one, two in pairwise(candidates)],
        bool,
    )
    before[1:] = np.where(same, own[:-1], 0.0)
    after[:-1] = np.where(same, own[1:], 0.0)
    return own + _BESIDE * np.maximum(before, after), before, after, carried


def _places(texts: Sequence[Iterable[str]]) -> dict[str, npt.NDArray[np.intp]]:
    """Which candidates have each name."""
    found: dict[str, list[int]] = {}
    for at, names in enumerate(texts):
        for name in names:
            found.setdefault(name, []).append(at)
    return {name: np.array(at, np.intp) for name, at in found.items()}


def _is_word(name: str) -> bool:
    return name[0] not in {SUBJECT, GROUP}


def _is_subject(name: str) -> bool:
    return name[0] in {SUBJECT, GROUP}


def points_back(text: str) -> bool:
    """Return whether a sentence names its subject only in the one before it ("This", "They")."""
    return bool(_opening("points_back").match(text))


def carries_on(before: Candidate, candidate: Candidate) -> bool:
    """Return whether ``candidate`` goes on about the subject of the sentence ``before`` it."""
    return before.section == candidate.section and (
        points_back(candidate.text) or bool(_opening("same_subject").match(candidate.text))
    )


@cache
def _opening(name: str) -> re.Pattern[str]:
    words = load_toml("followup_words.toml")["opening"][name]
    return re.compile(rf"(?:{'|'.join(words)})\b", re.IGNORECASE)
