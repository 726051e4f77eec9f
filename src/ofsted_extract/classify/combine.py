"""``ofsted_combine``: rules and trained scores to one label per sentence.

The order of authority: what a section is for (structure), then the trained model where there is
one, then the rules. Rules keep four tasks whatever the model says: they name extent and cohorts,
they propose the clauses of mixed sentences (``ofsted_clauses`` goes on from there), they add a rare
theme that they name with certainty (the model sees too few examples of those), and they decide a
sentence that a certain form of ``data/polarity.toml`` opens ("There is no backlog").

What is found is about something: where no theme reaches its threshold, a strength, weakness or
recommendation gets the likeliest (each of the 10,239 labelled ones has a theme; micro-F1 gains
0.0005 in cross-validation).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from ofsted_extract.classify.doc import RULES, SCORES, set_labels, spans_of
from ofsted_extract.classify.model.scores import Scores, relative_to_best
from ofsted_extract.classify.rules import RuleLabels, decide
from ofsted_extract.classify.rules.labels import by_place, by_verdict, change_of
from ofsted_extract.classify.scoring import SCORE_WEIGHTS, score_examples
from ofsted_extract.letter import UnitLabels
from ofsted_extract.resources import load_toml
from ofsted_extract.schema import FINDINGS, PROGRESS
from ofsted_extract.themes import theme_ids

Array = npt.NDArray[np.float32]

#: A mixed sentence has at least this sum of strength and weakness. What is above 1 is the least
#: chance that it is both, the rest is doubt which of the two. On the folds that each fit had not
#: seen (16,683 new labels) F1 of mixed goes from 0.790 to 0.801, strength and weakness stay.
_BOTH = 1.1


class OfstedCombine:
    """Writes ``doc.user_data["ofsted_labels"]``, and the finding of each span as its ``label_``.

    Parameters
    ----------
    nlp
        the pipeline, whose vocabulary learns the names of the findings
    most_themes
        no sentence gets more themes than this (the codebook allows four)

    """

    #: What a span's ``label_`` may be.
    labels = FINDINGS

    def __init__(self, nlp: Language, most_themes: int = 4) -> None:
        self.most_themes = most_themes
        for finding in FINDINGS:
            nlp.vocab.strings.add(finding)

    def __call__(self, doc: Doc) -> Doc:
        spans = spans_of(doc)
        rules: tuple[RuleLabels, ...] = doc.user_data.get(RULES, ())
        if not rules:  # no component has asked them
            rules = (RuleLabels(theme_scores=(0.0,) * len(theme_ids())),) * len(spans)
        labels = [decide(rule) for rule in rules]
        scores: Scores | None = doc.user_data.get(SCORES)
        if scores is not None and rules:
            labels = self._findings(labels, rules, scores)
            labels = self._themes(labels, rules, scores)
            labels = self._progress(labels, rules, scores)
        set_labels(doc, tuple(labels))
        return doc

    def score(self, examples: Iterable[Example], **_: Any) -> dict[str, Any]:
        """Return the figures of ``scoring.score_examples``; ``nlp.evaluate`` asks for them."""
        return score_examples(examples)

    def _findings(
        self, labels: list[UnitLabels], rules: tuple[RuleLabels, ...], scores: Scores
    ) -> list[UnitLabels]:
        """Return the labels with findings by score, but where a unit's place decides alone."""
        if scores.findings is None or scores.finding_thresholds is None:
            return labels
        thresholds = scores.finding_thresholds.tolist()
        return [
            _by_place(rule) if rule.structure else _by_score(rule, row, thresholds)
            for rule, row in zip(rules, scores.findings.tolist(), strict=True)
        ]

    def _progress(
        self, labels: list[UnitLabels], rules: tuple[RuleLabels, ...], scores: Scores
    ) -> list[UnitLabels]:
        if scores.progress is None or scores.progress_thresholds is None:
            return [
                replace(label, progress=change_of(rule, label))
                for label, rule in zip(labels, rules, strict=True)
            ]
        best = np.argmax(scores.progress / scores.progress_thresholds, axis=1).tolist()
        return [
            replace(label, progress=_change(rule, label, PROGRESS[change]))
            if label.is_strength or label.is_weakness
            else label
            for rule, label, change in zip(rules, labels, best, strict=True)
        ]

    def _themes(
        self, labels: list[UnitLabels], rules: tuple[RuleLabels, ...], scores: Scores
    ) -> list[UnitLabels]:
        """Return the labels with their likeliest themes, best first.

        Those that reach their threshold, ordered by how far they pass it; what is a finding or a
        recommendation has one at least.
        """
        if scores.themes is None or scores.theme_thresholds is None:
            return [
                label
                if rule.structure == "none"
                else replace(label, themes=rule.themes, theme_scores=rule.chosen_scores)
                for label, rule in zip(labels, rules, strict=True)
            ]
        by_rule = np.array([rule.theme_scores for rule in rules], np.float32)
        certain = _certain(by_rule)
        themes = scores.themes
        margin = themes / scores.theme_thresholds
        known = slice(None) if scores.known_themes is None else scores.known_themes
        margin[:, known] = relative_to_best(themes[:, known]) / scores.theme_thresholds[known]
        margin = np.where(certain > 0, np.maximum(margin, 1.0), margin)
        order = np.argsort(-margin, axis=1, kind="stable")[:, : self.most_themes]
        passed = (np.take_along_axis(margin, order, axis=1) >= 1.0).sum(axis=1)
        best = np.take_along_axis(np.maximum(themes, certain), order, axis=1)
        ids = theme_ids()
        chosen = []
        for label, rule, columns, likely, count in zip(
            labels, rules, order.tolist(), best.tolist(), passed.tolist(), strict=True
        ):
            most = 0 if rule.structure == "none" else max(count, int(label.finding != "none"))
            chosen.append(
                replace(
                    label,
                    themes=tuple(ids[column] for column in columns[:most]),
                    theme_scores=tuple(likely[:most]),
                )
            )
        return chosen


def _by_place(rule: RuleLabels) -> UnitLabels:
    found = by_place(rule)
    if not found.is_recommendation:
        return found
    return replace(found, extent=rule.extent, cohorts=rule.cohorts)


def _by_score(rule: RuleLabels, probabilities: list[float], thresholds: list[float]) -> UnitLabels:
    strength, weakness, recommendation = probabilities
    recommended = recommendation >= thresholds[2] and recommendation >= max(strength, weakness)
    if rule.verdict and not recommended:
        return replace(by_verdict(rule), recommendation_score=recommendation)
    is_strength = not recommended and strength >= thresholds[0]
    is_weakness = not recommended and weakness >= thresholds[1]
    mixed = is_strength and is_weakness
    if mixed and strength + weakness < _BOTH:
        is_strength, is_weakness = strength >= weakness, strength < weakness
        mixed = False
    return UnitLabels(
        is_strength=is_strength,
        is_weakness=is_weakness,
        is_recommendation=recommended,
        strength_score=strength,
        weakness_score=weakness,
        recommendation_score=recommendation,
        extent=rule.extent if is_strength or is_weakness or recommended else "",
        cohorts=rule.cohorts,
        strength_text=rule.strength_text if mixed else "",
        weakness_text=rule.weakness_text if mixed else "",
        method="model",
    )


def _change(rule: RuleLabels, label: UnitLabels, by_score: str) -> str:
    """Return the change by score, or that of a certain form that has decided the finding too."""
    return (label.method == "rule" and rule.verdict_progress) or by_score


def _certain(by_rule: Array) -> Array:
    """Return the rules' scores (n, themes) where they are certain of a rare theme, else 0."""
    rare = load_toml("rare_themes.toml")
    columns = np.isin(theme_ids(), rare["themes"])
    return np.where((by_rule >= rare["certain"]) & columns, by_rule, 0).astype(np.float32)


@Language.factory(
    "ofsted_combine",
    default_config={"most_themes": 4},
    requires=["doc.spans", "doc._.ofsted_rules"],
    assigns=[
        "doc._.ofsted_labels",
        "span._.finding",
        "span._.themes",
        "span._.progress",
    ],
    default_score_weights=SCORE_WEIGHTS,
)
def make_combine(nlp: Language, name: str, most_themes: int) -> OfstedCombine:
    """Return the component that decides."""
    return OfstedCombine(nlp, most_themes)
