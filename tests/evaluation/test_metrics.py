from __future__ import annotations

import numpy as np
import pytest

from ofsted_extract.evaluation import metrics
from ofsted_extract.evaluation.metrics import Case, Codes


def case(gold: str, given: str, gold_themes: str = "PL", given_themes: str = "PL") -> Case:
    return Case(
        "d, page 1, 1",
        "SEND",
        "send_inspection",
        "train",
        Codes(gold, frozenset(gold_themes.split()), "."),
        Codes(given, frozenset(given_themes.split()), "+"),
        (0.9, 0.2, 0.0),
    )


CASES = [case("S", "S"), case("SW", "W"), case("W", "S"), case("R", "R"), case("N", "S")]


def test_mixed_counts_for_both():
    scores = metrics.finding_scores(CASES)
    assert scores["strength"].count == 2
    assert scores["strength"].recall == 0.5
    assert scores["strength"].precision == pytest.approx(1 / 3)
    assert scores["weakness"].f1 == 2 / 3


def test_themes_are_scored_where_there_is_a_finding():
    cases = [case("S", "S", "PL VC", "PL"), case("N", "N", "PL", "")]
    themes, micro = metrics.theme_scores(cases, ["PL", "VC"])
    assert (themes["PL"].f1, themes["VC"].f1) == (1.0, 0.0)
    assert micro.f1 == pytest.approx(2 / 3)


def test_labels_without_gold_are_not_in_the_mean():
    assert metrics.mean_f1([metrics.Score(0, 0, 0.8, 3), metrics.Score(0, 0, 0.0, 0)]) == 0.8


def test_confusions_and_worst_name_references_only():
    assert metrics.confusions(CASES)[0][2] == 1
    assert {row[0] for row in metrics.worst(CASES)} == {"d, page 1, 1"}


def test_platt_finds_the_line_that_made_the_labels():
    calibrate = pytest.importorskip("ofsted_extract.training.calibrate")
    random = np.random.default_rng(0)
    odds = random.normal(size=20000)
    truth = (random.random(20000) < 1 / (1 + np.exp(-(2 * odds - 1)))).astype(float)
    slope, shift = calibrate.platt(odds, truth)
    assert slope == pytest.approx(2, abs=0.1)
    assert shift == pytest.approx(-1, abs=0.1)


def test_the_best_threshold_lies_between_the_classes():
    calibrate = pytest.importorskip("ofsted_extract.training.calibrate")
    truth = np.array([0, 0, 0, 1, 1], np.float32)
    threshold = calibrate.best_threshold(np.array([0.1, 0.2, 0.3, 0.5, 0.9], np.float32), truth)
    assert 0.3 < threshold <= 0.5
