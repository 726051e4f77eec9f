"""What ``nlp.evaluate`` says of the sentences of gold Docs: spaCy's figures for our labels.

The same definitions as ``ofsted-extract evaluate``, which scores whole reports: strength, weakness
and recommendation with a mixed sentence counted for both, their mean; themes over sentences with a
finding; progress. A label that the gold lacks counts in no mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from spacy.scorer import PRFScore
from spacy.tokens import Doc, Span
from spacy.training import Example

from ofsted_extract.classify.doc import LABELS, SPANS, labels_of
from ofsted_extract.letter import UnitLabels
from ofsted_extract.schema import PROGRESS
from ofsted_extract.themes import theme_ids

#: The figures that sum up the others, with their weights, as ``[training.score_weights]`` has it.
SCORE_WEIGHTS: dict[str, float | None] = {
    "findings_macro_f": 0.5,
    "themes_micro_f": 0.3,
    "progress_macro_f": 0.2,
}

#: Labels of a sentence in the reference, and as predicted.
Pair = tuple[UnitLabels, UnitLabels]


def score_examples(examples: Iterable[Example]) -> dict[str, Any]:
    """Return the figures of examples whose reference has labelled sentences.

    A sentence of the reference is compared with the predicted one that covers most of it. Where the
    reference has findings only (``span.label_``), themes and progress are not scored.

    Returns
    -------
    dict
        ``findings_per_type``, ``themes_per_type``, ``progress_per_type`` (label to ``p``, ``r``,
        ``f``) and ``findings_macro_f``, ``themes_macro_f``, ``progress_macro_f``,
        ``themes_micro_p``, ``themes_micro_r``, ``themes_micro_f``: 0 to 1, None where the reference
        has no such label

    """
    pairs: list[Pair] = []
    whole: list[Pair] = []
    for example in examples:
        if SPANS in example.reference.spans:
            found = list(_aligned(example.reference, example.predicted))
            pairs += found
            whole += found if LABELS in example.reference.user_data else []
    about = [pair for pair in whole if pair[0].finding != "none"]
    themes = _scores(about, theme_ids(), lambda labels, theme: theme in labels.themes)
    micro = PRFScore()
    for score in themes.values():
        micro += score
    micros = {"p": micro.precision, "r": micro.recall, "f": micro.fscore}
    return {
        **_table("findings", _scores(pairs, _FINDINGS, _has_finding)),
        **_table("themes", themes),
        **{f"themes_micro_{name}": value if about else None for name, value in micros.items()},
        **_table("progress", _scores(whole, PROGRESS, lambda labels, one: labels.progress == one)),
    }


_FINDINGS = ("strength", "weakness", "recommendation")


def _has_finding(labels: UnitLabels, finding: str) -> bool:
    return bool(getattr(labels, f"is_{finding}"))


def _scores(
    pairs: Sequence[Pair], names: Iterable[str], has: Callable[[UnitLabels, str], bool]
) -> dict[str, PRFScore]:
    scores = {}
    for name in names:
        score = scores[name] = PRFScore()
        gold, given = (
            {number for number, pair in enumerate(pairs) if has(pair[side], name)}
            for side in (0, 1)
        )
        score.score_set(given, gold)
    return scores


def _table(name: str, scores: dict[str, PRFScore]) -> dict[str, Any]:
    per_type = {label: score for label, score in scores.items() if score.tp + score.fn}
    if not per_type:
        return {f"{name}_per_type": None, f"{name}_macro_f": None}
    return {
        f"{name}_per_type": {label: score.to_dict() for label, score in per_type.items()},
        f"{name}_macro_f": sum(score.fscore for score in per_type.values()) / len(per_type),
    }


def _aligned(reference: Doc, predicted: Doc) -> Iterator[Pair]:
    found = list(zip(predicted.spans[SPANS], labels_of(predicted), strict=True))
    for span, labels in zip(reference.spans[SPANS], _gold(reference), strict=True):
        shared, best = max(
            ((_shared(span, other), given) for other, given in found),
            key=lambda pair: pair[0],
            default=(0, UnitLabels()),
        )
        yield labels, best if shared > 0 else UnitLabels()


def _shared(one: Span, other: Span) -> int:
    return int(min(one.end_char, other.end_char) - max(one.start_char, other.start_char))


def _gold(reference: Doc) -> tuple[UnitLabels, ...]:
    if LABELS in reference.user_data:
        return labels_of(reference)
    return tuple(_of_finding(span.label_) for span in reference.spans[SPANS])


def _of_finding(finding: str) -> UnitLabels:
    return UnitLabels(
        is_strength=finding in ("strength", "mixed"),
        is_weakness=finding in ("weakness", "mixed"),
        is_recommendation=finding == "recommendation",
    )
