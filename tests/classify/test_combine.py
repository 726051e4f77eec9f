"""What is decided from the scores of a letter's units."""

from __future__ import annotations

import numpy as np
import spacy
from spacy.tokens import Doc

from ofsted_extract.classify.combine import OfstedCombine
from ofsted_extract.classify.doc import LABELS, RULES, SCORES, set_spans
from ofsted_extract.classify.model.scores import Scores
from ofsted_extract.classify.rules import RuleLabels
from ofsted_extract.letter import UnitLabels
from ofsted_extract.schema import PROGRESS
from ofsted_extract.themes import theme_ids


def decided(finding: tuple[float, float, float], *, structure: str = "", **themes: float):
    """Return the labels of one unit with scores for finding and themes (0.01 if not given)."""
    assert set(themes) <= set(theme_ids())
    given = np.array([[themes.get(theme, 0.01) for theme in theme_ids()]], np.float32)
    nlp = spacy.blank("en")
    doc = Doc(nlp.vocab, ["text"])
    set_spans(doc, [(0, 4)])
    no_themes = (0.0,) * len(theme_ids())
    doc.user_data[RULES] = (RuleLabels(structure=structure, theme_scores=no_themes),)
    doc.user_data[SCORES] = Scores(
        findings=np.array([finding], np.float32),
        themes=given,
        progress=np.full((1, len(PROGRESS)), 1 / len(PROGRESS), np.float32),
        finding_thresholds=np.full(3, 0.5, np.float32),
        theme_thresholds=np.full(len(theme_ids()), 0.5, np.float32),
        progress_thresholds=np.ones(len(PROGRESS), np.float32),
    )
    (label,) = OfstedCombine(nlp)(doc).user_data[LABELS]
    assert doc.spans["sentences"][0].label_ == label.finding
    assert isinstance(label, UnitLabels)
    return label


def test_themes_that_reach_the_threshold_best_first():
    label = decided((0.9, 0.1, 0.1), planning=0.6, voice_direct_work=0.8, health=0.4)
    assert label.themes == ("voice_direct_work", "planning")
    many = decided((0.9, 0.1, 0.1), **dict.fromkeys(theme_ids()[:6], 0.9))
    assert len(many.themes) == 4


def test_a_finding_gets_its_likeliest_theme_where_none_reaches_the_threshold():
    for finding in ((0.9, 0.1, 0.1), (0.1, 0.9, 0.1), (0.1, 0.1, 0.9)):
        label = decided(finding, planning=0.3, health=0.2)
        assert label.themes == ("planning",)
        assert np.allclose(label.theme_scores, 0.3)


def test_no_theme_is_made_up_for_what_is_no_finding():
    assert decided((0.1, 0.1, 0.1), planning=0.3).themes == ()
    # a score for a recommendation that a greater one for strength keeps from being one
    assert decided((0.9, 0.1, 0.6), planning=0.3).finding == "strength"
    assert decided((0.9, 0.9, 0.9), structure="none", planning=0.9).themes == ()


def test_the_place_decides_before_the_scores():
    label = decided((0.9, 0.1, 0.1), structure="recommendation", planning=0.3)
    assert (label.finding, label.method, label.themes) == (
        "recommendation", "structure", ("planning",),
    )  # fmt: skip


def test_doubt_between_strength_and_weakness_is_not_both():
    from ofsted_extract.classify.combine import _by_score

    thresholds = [0.4, 0.5, 0.5]
    assert _by_score(RuleLabels(), [0.42, 0.58, 0.0], thresholds).finding == "weakness"
    assert _by_score(RuleLabels(), [0.56, 0.52, 0.0], thresholds).finding == "strength"
    assert _by_score(RuleLabels(), [0.70, 0.60, 0.0], thresholds).finding == "mixed"
