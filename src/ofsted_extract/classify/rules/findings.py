"""Strength and weakness of one sentence, from its cues and the scope of the words around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import exp, inf

from ofsted_extract.classify.rules.cues import Side
from ofsted_extract.classify.rules.matching import Hit

#: Words of evidence that are handed on for each side.
_WORDS = 4


class _State(IntEnum):
    """What the words around a cue leave of it."""

    STRENGTH = 0
    WEAKNESS = 1
    NEUTRAL = 2
    NEGATED_STRENGTH = 3
    NEGATED_WEAKNESS = 4
    CONDITIONAL_STRENGTH = 5
    CONDITIONAL_WEAKNESS = 6
    RELATIVE_WEAKNESS = 7


@dataclass(frozen=True, slots=True)
class Scope:
    """The words of ``data/scope.toml`` and the values of ``data/finding_cues.toml``.

    Words are hashes of token norms, as ``Doc.to_array`` gives them.
    """

    window: int
    breaks: frozenset[int]
    openers: frozenset[int]
    relatives: frozenset[int]
    comma: int
    start: tuple[float, float, float]
    remains: dict[str, float]
    cuts: frozenset[int]


#: One cue in a sentence: first token, token behind the last, state, weight.
_Cue = tuple[int, int, int, float]


@dataclass(frozen=True, slots=True)
class Weighing:
    """Sums for strength, weakness and neither, the words, and the clauses that stand opposed."""

    strength: float
    weakness: float
    neutral: float
    strength_words: tuple[tuple[int, int], ...] = ()
    weakness_words: tuple[tuple[int, int], ...] = ()
    mixed: bool = False
    strength_clause: tuple[int, int] | None = None
    weakness_clause: tuple[int, int] | None = None

    def shares(self, strength: float = 0.0, weakness: float = 0.0) -> tuple[float, float]:
        """Return strength and weakness as shares of the three, given what the context adds."""
        powers = [
            exp(min(value, 30.0))
            for value in (self.strength + strength, self.weakness + weakness, self.neutral)
        ]
        whole = sum(powers)
        return powers[0] / whole, powers[1] / whole


def weigh(
    bounds: tuple[int, int],
    polarity: Sequence[Hit],
    negations: Sequence[Hit],
    contrasts: Sequence[Hit],
    norms: Sequence[int],
    scope: Scope,
) -> Weighing:
    """Weigh the cues of the sentence between ``bounds``; ``norms`` are those of the whole Doc."""
    cues = _in_scope(bounds, polarity, negations, norms, scope)
    strength, weakness, neutral = _sums(cues, scope)
    first, second, third = scope.start
    return Weighing(
        first + strength,
        second + weakness,
        third + neutral,
        _strongest(cues, (_State.STRENGTH, _State.NEGATED_WEAKNESS)),
        _strongest(cues, (_State.WEAKNESS, _State.NEGATED_STRENGTH)),
        *(_opposed(bounds, cues, contrasts, norms, scope) if _two_sided(cues) else ()),
    )


def _in_scope(
    bounds: tuple[int, int],
    polarity: Sequence[Hit],
    negations: Sequence[Hit],
    norms: Sequence[int],
    scope: Scope,
) -> list[_Cue]:
    start, end = bounds
    condition = 0
    if norms[start] in scope.openers:
        for position in range(start, min(end, start + 25)):
            if norms[position] == scope.comma:
                condition = position
                break
    cues: list[_Cue] = []
    for first, last, (side, weight) in polarity:
        state = int(side)
        if side is not Side.NEUTRAL:
            if _negated(first, negations, norms, scope):
                state = _State.NEGATED_STRENGTH + side
            elif first < condition:
                state = _State.CONDITIONAL_STRENGTH + side
            elif side is Side.WEAKNESS and any(
                norms[position] in scope.relatives
                for position in range(max(start, first - 2), first)
            ):
                state = _State.RELATIVE_WEAKNESS
        cues.append((first, last, state, weight))
    return cues


def _negated(first: int, negations: Sequence[Hit], norms: Sequence[int], scope: Scope) -> bool:
    return any(
        behind <= first <= behind + scope.window
        and not any(norms[position] in scope.breaks for position in range(behind, first))
        for _, behind, _ in negations
    )


def _sums(cues: Sequence[_Cue], scope: Scope) -> tuple[float, float, float]:
    sums = [0.0, 0.0, 0.0]
    seen: set[_State] = set()
    for _, _, state, weight in cues:
        if state <= _State.NEUTRAL:
            sums[state] += weight
        else:
            seen.add(_State(state))
    for state in seen:
        remains = scope.remains[state.name.lower()]
        good = state in (_State.CONDITIONAL_STRENGTH, _State.NEGATED_WEAKNESS)
        sums[Side.STRENGTH if good else Side.WEAKNESS] += remains
    return sums[0], sums[1], sums[2]


def _strongest(cues: Sequence[_Cue], states: tuple[_State, ...]) -> tuple[tuple[int, int], ...]:
    chosen = sorted((-cue[3], cue[0], cue[1]) for cue in cues if cue[2] in states)[:_WORDS]
    return tuple((first, last) for _, first, last in chosen)


def _opposed(
    bounds: tuple[int, int],
    cues: Sequence[_Cue],
    contrasts: Sequence[Hit],
    norms: Sequence[int],
    scope: Scope,
) -> tuple[bool, tuple[int, int] | None, tuple[int, int] | None]:
    """Say whether two clauses stand against each other, and which is strength, which weakness.

    The clauses are given wherever the sentence can be cut into two that lean apart, so that they
    are at hand when something else finds the sentence mixed.
    """
    best = -inf
    mixed = False
    clauses: tuple[tuple[int, int] | None, tuple[int, int] | None] = (None, None)
    for head, resume, cut, margin in _cuts(bounds, contrasts, norms, scope):
        before = _balance([cue for cue in cues if cue[0] < cut], scope)
        after = _balance([cue for cue in cues if cue[0] >= resume], scope)
        gap = min(before, -after) if before > after else min(-before, after)
        if gap <= best or (margin is None and gap <= 0.0):
            continue
        best = gap
        mixed = margin is not None and gap > margin
        first, second = (head, cut), (resume, bounds[1])
        # Behind praise that is only fainter than what follows, "but" still opens the reserve.
        weakness_first = before < after and (before < 0.0 or head > bounds[0])
        clauses = (second, first) if weakness_first else (first, second)
        if mixed and head > bounds[0]:
            break  # an opening clause ends at the first comma that will do
    return mixed, *clauses


def _cuts(
    bounds: tuple[int, int], contrasts: Sequence[Hit], norms: Sequence[int], scope: Scope
) -> Iterator[tuple[int, int, int, float | None]]:
    """Yield where a sentence may be cut: head, second clause, end of the first one, margin."""
    start, end = bounds
    found = False
    for first, last, (within, opening) in contrasts:
        if first <= start + 1:
            if opening is not None:
                for at in range(last, end):
                    if norms[at] == scope.comma:
                        found = True
                        yield last, at + 1, at, opening
        elif within is not None:
            found = True
            yield start, last, first, within
    if not found:
        for at in range(start + 1, end - 1):
            if norms[at] in scope.cuts:
                yield start, at + 1, at, None


def _two_sided(cues: Sequence[_Cue]) -> bool:
    states = {cue[2] for cue in cues}
    return _State.STRENGTH in states and bool(states & {_State.WEAKNESS, _State.NEGATED_STRENGTH})


def _balance(cues: Sequence[_Cue], scope: Scope) -> float:
    strength, weakness, _ = _sums(cues, scope)
    return strength - weakness
