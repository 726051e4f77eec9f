"""Progress, extent and cohorts of one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ofsted_extract.classify.rules.matching import Hit

_CHANGES = ("improved", "declined", "no_change")


#: Amounts that count people and their cases only.
_OF_PEOPLE = ("one", "none_of")


@dataclass(frozen=True, slots=True)
class Counting:
    """The word lists of ``data/extents.toml`` as hashes of token norms.

    ``reach`` and ``negation_reach`` are numbers of tokens; ``through`` are those of ``breaks`` that
    a negation reaches through.
    """

    nouns: frozenset[int]
    people: frozenset[int]
    breaks: frozenset[int]
    reach: int
    negations: frozenset[int]
    through: frozenset[int]
    negation_reach: int


def extent(
    quantifiers: Sequence[Hit], norms: Sequence[int], bounds: tuple[int, int], counting: Counting
) -> str:
    """Return how many children or cases a sentence names first, or nothing.

    A quantifier counts where a child, a family or a piece of work about one follows within reach.
    """
    start, end = bounds
    for first, last, quantifier in quantifiers:
        nouns = counting.people if quantifier.amount in _OF_PEOPLE else counting.nouns
        if quantifier.alone or _counts(last, norms, end, nouns, counting):
            negated = quantifier.negated and _negated(first, norms, start, counting)
            return str(quantifier.negated if negated else quantifier.amount)
    return ""


def _counts(
    last: int, norms: Sequence[int], end: int, nouns: frozenset[int], counting: Counting
) -> bool:
    for position in range(last, min(end, last + counting.reach)):
        if norms[position] in nouns:
            return True
        if norms[position] in counting.breaks:
            return False
    return False


def _negated(first: int, norms: Sequence[int], start: int, counting: Counting) -> bool:
    for position in range(first - 1, max(start, first - counting.negation_reach) - 1, -1):
        if norms[position] in counting.negations:
            return True
        if norms[position] in counting.breaks and norms[position] not in counting.through:
            return False
    return False


def progress(hits: Sequence[Hit], threshold: float) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the change that the summed cues speak for, and where its words stand."""
    if not hits:
        return "none", ()
    sums = dict.fromkeys(_CHANGES, 0.0)
    for _, _, (change, weight) in hits:
        sums[change] += weight
    best = max(_CHANGES, key=lambda change: sums[change])
    if sums[best] < threshold:
        return "none", ()
    return best, tuple((first, last) for first, last, (change, _) in hits if change == best)


def cohorts(hits: Sequence[Hit]) -> tuple[str, ...]:
    """Return the groups of children that a sentence names, in the order of their first word."""
    return tuple(dict.fromkeys(value for _, _, value in hits))
