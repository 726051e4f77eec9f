"""Strength and weakness of one sentence, from its cues and the scope of the words around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import exp

from ofsted_extract.classify.rules.cues import EITHER, OPENING, Side
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
    margin: float
    opening_margin: float


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
    strength_clause: tuple[int, int] | None = None
    weakness_clause: tuple[int, int] | None = None

    @property
    def mixed(self) -> bool:
        return self.strength_clause is not None

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
    clauses = _opposed(bounds, cues, contrasts, norms, scope) if contrasts else None
    return Weighing(
        first + strength,
        second + weakness,
        third + neutral,
        _strongest(cues, (_State.STRENGTH, _State.NEGATED_WEAKNESS)),
        _strongest(cues, (_State.WEAKNESS, _State.NEGATED_STRENGTH)),
        *(clauses or (None, None)),
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
            negator = _negator(first, negations, norms, scope)
            if negator:
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


def _negator(first: int, negations: Sequence[Hit], norms: Sequence[int], scope: Scope) -> bool:
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
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return the clauses of strength and of weakness where a contrast sets them apart."""
    start, end = bounds
    best = 0.0
    clauses = None
    for first, last, kind in contrasts:
        opening = first <= start + 1
        if opening and kind in (OPENING, EITHER):
            cuts = [(at, at + 1) for at in range(last, end) if norms[at] == scope.comma]
            margin = scope.opening_margin
        elif not opening and kind != OPENING:
            cuts = [(first, last)]
            margin = scope.margin
        else:
            continue
        for cut, resume in cuts:
            before = _balance([cue for cue in cues if cue[0] < cut], scope)
            after = _balance([cue for cue in cues if cue[0] >= resume], scope)
            gap = min(before, -after) if before > after else min(-before, after)
            if gap - margin > best:
                best = gap - margin
                head = (last if opening else start, cut)
                clauses = (head, (resume, end)) if before > after else ((resume, end), head)
    return clauses


def _balance(cues: Sequence[_Cue], scope: Scope) -> float:
    strength, weakness, _ = _sums(cues, scope)
    return strength - weakness
