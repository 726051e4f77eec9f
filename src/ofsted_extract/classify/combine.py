"""``ofsted_combine``: rules and trained scores to one label per sentence.

The order of authority: what a section is for (structure), then the trained model where there is
one, then the rules. Rules keep three tasks whatever the model says: they name extent and cohorts,
they propose the clauses of mixed sentences (``ofsted_clauses`` goes on from there), and they add a
rare theme that they name with certainty (the model sees too few examples of those).

What is found is about something: where no theme reaches its threshold, a strength, weakness or
recommendation gets the likeliest (each of the 10,239 labelled ones has a theme; micro-F1 gains
0.0005 in cross-validation).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from ofsted_extract.classify.doc import LABELS, RULES, SCORES, SPANS
from ofsted_extract.classify.model.scores import Scores, eased
from ofsted_extract.classify.rules import RuleLabels, decide
from ofsted_extract.letter import UnitLabels
from ofsted_extract.resources import load_toml
from ofsted_extract.schema import PROGRESS
from ofsted_extract.themes import theme_ids

Array = npt.NDArray[np.float32]


class OfstedCombine:
    """Writes ``doc.user_data["ofsted_labels"]``.

    Parameters
    ----------
    most_themes
        no sentence gets more themes than this (the codebook allows four)

    """

    def __init__(self, most_themes: int = 4) -> None:
        self.most_themes = most_themes

    def __call__(self, doc: Doc) -> Doc:
        rules: tuple[RuleLabels, ...] = doc.user_data[RULES]
        scores: Scores | None = doc.user_data.get(SCORES)
        if scores is None:
            labels = [decide(rule) for rule in rules]
        elif len(scores.strength) != len(rules):
            raise ValueError(f"{len(doc.spans[SPANS])} sentences, {len(scores.strength)} scores")
        else:
            labels = self._combined(rules, scores)
        doc.user_data[LABELS] = tuple(labels)
        return doc

    def _combined(self, rules: tuple[RuleLabels, ...], scores: Scores) -> list[UnitLabels]:
        if not rules:
            return []
        by_rule = np.array([rule.theme_scores for rule in rules], np.float32)
        certain = self._certain(by_rule)  # the rules' score where it is certain, else 0
        progress = np.argmax(scores.progress / scores.progress_cut, axis=1).tolist()
        likely, passed = self._themes(scores.themes, scores.theme_cut, certain)
        findings = np.stack([scores.strength, scores.weakness, scores.recommendation], axis=1)
        cut = scores.finding_cut.tolist()
        rows = zip(rules, findings.tolist(), likely, passed, progress, strict=True)
        return [self._label(rule, cut, *row) for rule, *row in rows]

    def _certain(self, by_rule: Array) -> Array:
        rare = load_toml("rare_themes.toml")
        columns = np.isin(theme_ids(), rare["themes"])
        return np.where((by_rule >= rare["certain"]) & columns, by_rule, 0).astype(np.float32)

    def _label(
        self,
        rule: RuleLabels,
        cut: list[float],
        finding_scores: list[float],
        likely: list[tuple[str, float]],
        passed: int,
        progress: int,
    ) -> UnitLabels:
        strength, weakness, recommendation = finding_scores
        by_structure = bool(rule.structure)
        if by_structure:
            recommended = rule.structure == "recommendation"
            is_strength = is_weakness = False
            strength = weakness = 0.0
            recommendation = float(recommended)
        else:
            recommended = recommendation >= cut[2] and recommendation >= max(strength, weakness)
            is_strength = not recommended and strength >= cut[0]
            is_weakness = not recommended and weakness >= cut[1]
        finding = is_strength or is_weakness
        chosen = likely[: max(passed, int(finding or recommended))]
        if rule.structure == "none":
            chosen = []
        mixed = is_strength and is_weakness
        return UnitLabels(
            is_strength=is_strength,
            is_weakness=is_weakness,
            is_recommendation=recommended,
            strength_score=strength,
            weakness_score=weakness,
            recommendation_score=recommendation,
            themes=tuple(theme for theme, _ in chosen),
            theme_scores=tuple(score for _, score in chosen),
            progress=PROGRESS[progress] if finding else "none",
            extent=rule.extent if finding or recommended else "",
            cohorts=rule.cohorts if rule.structure != "none" else (),
            strength_text=rule.strength_text if mixed else "",
            weakness_text=rule.weakness_text if mixed else "",
            method="structure" if by_structure else "model",
            evidence="; ".join(rule.recommendation_words) if by_structure and recommended else "",
        )

    def _themes(
        self, scores: Array, cut: Array, certain: Array
    ) -> tuple[list[list[tuple[str, float]]], list[int]]:
        """Return each unit's likeliest themes with their scores, and how many reach their cut.

        They are ordered by how far they pass it.
        """
        margin = eased(scores) / cut
        margin = np.where(certain > 0, np.maximum(margin, 1.0), margin)
        order = np.argsort(-margin, axis=1, kind="stable")[:, : self.most_themes]
        passed = (np.take_along_axis(margin, order, axis=1) >= 1.0).sum(axis=1)
        best = np.take_along_axis(np.maximum(scores, certain), order, axis=1)
        ids = theme_ids()
        likely = [
            [(ids[column], score) for column, score in zip(row, row_scores, strict=True)]
            for row, row_scores in zip(order.tolist(), best.tolist(), strict=True)
        ]
        return likely, passed.tolist()


@Language.factory("ofsted_combine", default_config={"most_themes": 4})
def make_combine(nlp: Language, name: str, most_themes: int) -> OfstedCombine:
    """Return the component that decides."""
    return OfstedCombine(most_themes)
