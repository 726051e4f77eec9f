"""Calibration and thresholds, from scores of authorities that the scoring network had not seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ofsted_extract.classify.model.heads import (
    blend_progress,
    blend_themes,
    finding_marginals,
    log_odds,
    sigmoid,
    softmax,
)
from ofsted_extract.classify.model.scores import relative_to_best
from ofsted_extract.training.network import FINDINGS, PROGRESSES, THEMES
from ofsted_extract.training.teacher import Logits

Array = npt.NDArray[np.float32]
Calibration = dict[str, npt.NDArray[np.float32]]

#: Thresholds tried.
_THRESHOLDS = np.arange(0.1, 0.81, 0.02)


def calibrate(
    logits: Logits,
    finding: npt.NDArray[np.int64],
    themes: Array,
    progress: npt.NDArray[np.int64],
    rule_themes: Array,
    rule_progress: npt.NDArray[np.int64],
    rule_weight: float,
) -> dict[str, Calibration]:
    """Return ``slope``, ``shift``, ``thresholds`` for the heads "finding", "theme", "progress".

    Parameters
    ----------
    logits
        scores (n, OUTPUTS) of labelled units
    finding, themes, progress
        their labels: column numbers (n,), marks (n, themes), column numbers (n,)
    rule_themes, rule_progress, rule_weight
        what the rules say, (n, themes) and (n,), and its weight: the thresholds are for the blend

    """
    truth = np.stack(
        [np.isin(finding, (1, 3)), np.isin(finding, (2, 3)), finding == 4], axis=1
    ).astype(np.float32)
    odds = log_odds(finding_marginals(logits[:, FINDINGS]))
    slopes, shifts, thresholds = [], [], []
    for column in range(3):
        slope, shift = platt(odds[:, column], truth[:, column])
        slopes.append(slope)
        shifts.append(shift)
        probabilities = sigmoid(odds[:, column] * slope + shift)
        thresholds.append(best_threshold(probabilities, truth[:, column]))
    has_finding = finding != 0
    marks, goals = logits[has_finding][:, THEMES], themes[has_finding]
    slope, shift = platt(marks.ravel(), goals.ravel())
    probabilities = blend_themes(
        sigmoid(marks * slope + shift), rule_themes[has_finding], rule_weight
    )
    return {
        "finding": _arrays(slopes, shifts, thresholds),
        "theme": _arrays(
            np.full(marks.shape[1], slope),
            np.full(marks.shape[1], shift),
            # one for all: thresholds of their own gained nothing in cross-validation
            np.full(
                marks.shape[1],
                best_threshold(relative_to_best(probabilities).ravel(), goals.ravel()),
            ),
        ),
        "progress": _progress(logits[:, PROGRESSES], progress, rule_progress, rule_weight),
    }


def platt(odds: Array, truth: Array) -> tuple[float, float]:
    """Return slope and shift that make sigmoid(slope * odds + shift) most likely (Platt 1999).

    The targets are drawn in a little, as Platt does, so that a perfect score stays finite.
    """
    positives, negatives = truth.sum(), (1 - truth).sum()
    goal = np.where(truth > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    design = np.stack([odds, np.ones_like(odds)], axis=1).astype(np.float64)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        probabilities = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (probabilities - goal)
        curvature = (design * (probabilities * (1 - probabilities))[:, None]).T @ design
        step = np.linalg.solve(curvature + 1e-6 * np.eye(2), gradient)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return float(weights[0]), float(weights[1])


def f1(truth: npt.NDArray[np.bool_], given: npt.NDArray[np.bool_]) -> float:
    """Return 2 TP / (positives + given); 0 where there are neither."""
    both = truth.sum() + given.sum()
    return float(2 * (truth & given).sum() / both) if both else 0.0


def best_threshold(probabilities: Array, truth: Array) -> float:
    """Return the threshold of best F1, the middle of the range where several are as good."""
    scores = np.array([f1(truth > 0, probabilities >= threshold) for threshold in _THRESHOLDS])
    return float(np.median(_THRESHOLDS[scores >= scores.max() - 0.0005]))


def _progress(
    logits: Array,
    truth: npt.NDArray[np.int64],
    by_rule: npt.NDArray[np.int64],
    rule_weight: float,
) -> Calibration:
    """Return one temperature for all codes, and the thresholds of best macro-F1 over them."""
    slopes = np.arange(0.4, 1.61, 0.05)
    rows = np.arange(len(truth))
    loss = [-np.log(softmax(logits * slope)[rows, truth] + 1e-9).mean() for slope in slopes]
    slope = float(slopes[int(np.argmin(loss))])
    probabilities = blend_progress(softmax(logits * slope), by_rule, rule_weight)
    threshold = np.ones(logits.shape[1], np.float32)

    def macro(thresholds: Array) -> float:
        given = np.argmax(probabilities / thresholds, axis=1)
        return float(np.mean([f1(truth == code, given == code) for code in range(len(thresholds))]))

    for _ in range(2):
        for code in range(1, len(threshold)):
            tried = []
            for value in (0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0):
                changed = threshold.copy()
                changed[code] = value
                tried.append((macro(changed), -abs(np.log(value)), value))
            threshold[code] = max(tried)[2]
    return _arrays([slope] * len(threshold), [0.0] * len(threshold), threshold)


def _arrays(slope: object, shift: object, threshold: object) -> Calibration:
    named = {"slope": slope, "shift": shift, "thresholds": threshold}
    return {name: np.asarray(value, np.float32) for name, value in named.items()}
