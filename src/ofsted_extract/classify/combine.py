"""``ofsted_combine``: rules and trained scores to one label per sentence.

The order of authority: what a section is for (structure), then the trained model where there is
one, then the rules. Rules keep three tasks whatever the model says: they name extent and cohorts,
they cut the clauses of mixed sentences, and they add a rare theme that they name with certainty
(the model sees too few examples of those).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from ofsted_extract.classify.doc import LABELS, RULES, SCORES, SPANS
from ofsted_extract.classify.model.scores import Scores
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
        progress = np.argmax(scores.progress / scores.progress_cut, axis=1)
        return [
            self._label(
                rule, scores, index, scores.themes[index], certain[index], int(progress[index])
            )
            for index, rule in enumerate(rules)
        ]

    def _certain(self, by_rule: Array) -> Array:
        rare = load_toml("rare_themes.toml")
        columns = np.isin(theme_ids(), rare["themes"])
        return np.where((by_rule >= rare["certain"]) & columns, by_rule, 0).astype(np.float32)

    def _label(
        self,
        rule: RuleLabels,
        scores: Scores,
        index: int,
        themes: Array,
        certain: Array,
        progress: int,
    ) -> UnitLabels:
        strength, weakness, recommendation = (
            float(score[index])
            for score in (scores.strength, scores.weakness, scores.recommendation)
        )
        by_structure = bool(rule.structure)
        if by_structure:
            recommended = rule.structure == "recommendation"
            is_strength = is_weakness = False
            strength = weakness = 0.0
            recommendation = float(recommended)
        else:
            cut = scores.finding_cut
            recommended = recommendation >= cut[2] and recommendation >= max(strength, weakness)
            is_strength = not recommended and strength >= cut[0]
            is_weakness = not recommended and weakness >= cut[1]
        chosen = self._themes(themes, scores.theme_cut, certain)
        if rule.structure == "none":
            chosen = []
        finding = is_strength or is_weakness
        mixed = is_strength and is_weakness
        return UnitLabels(
            is_strength=is_strength,
            is_weakness=is_weakness,
            is_recommendation=recommended,
            strength_score=strength,
            weakness_score=weakness,
            recommendation_score=recommendation,
            themes=tuple(theme_ids()[column] for column in chosen),
            theme_scores=tuple(float(max(themes[column], certain[column])) for column in chosen),
            progress=PROGRESS[progress] if finding else "none",
            extent=rule.extent if finding or recommended else "",
            cohorts=rule.cohorts if rule.structure != "none" else (),
            strength_text=rule.strength_text if mixed else "",
            weakness_text=rule.weakness_text if mixed else "",
            method="structure" if by_structure else "model",
            evidence="; ".join(rule.recommendation_words) if by_structure and recommended else "",
        )

    def _themes(self, scores: Array, cut: Array, certain: Array) -> list[int]:
        """Return the columns of the themes given, best first by how far they pass their cut."""
        margin = np.where(certain > 0, np.maximum(scores / cut, 1.0), scores / cut)
        order = np.argsort(-margin, kind="stable")[: self.most_themes]
        return [int(column) for column in order if margin[column] >= 1.0]


@Language.factory("ofsted_combine", default_config={"most_themes": 4})
def make_combine(nlp: Language, name: str, most_themes: int) -> OfstedCombine:
    """Return the component that decides."""
    return OfstedCombine(most_themes)
