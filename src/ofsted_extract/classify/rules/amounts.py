"""Progress, extent and cohorts of one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ofsted_extract.classify.rules.matching import Hit

_CHANGES = ("improved", "declined", "no_change")


@dataclass(frozen=True, slots=True)
class Counting:
    """The nouns and breaks of ``data/extents.toml`` as hashes of token norms."""

    nouns: frozenset[int]
    breaks: frozenset[int]
    reach: int


def extent(quantifiers: Sequence[Hit], norms: Sequence[int], end: int, counting: Counting) -> str:
    """Return how many children or cases a sentence names first, or nothing.

    A quantifier counts where a child, a family or a piece of work about one follows within reach.
    """
    for _, last, (amount, alone) in quantifiers:
        if alone or _counts(last, norms, end, counting):
            return str(amount)
    return ""


def _counts(last: int, norms: Sequence[int], end: int, counting: Counting) -> bool:
    for position in range(last, min(end, last + counting.reach)):
        if norms[position] in counting.nouns:
            return True
        if norms[position] in counting.breaks:
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
