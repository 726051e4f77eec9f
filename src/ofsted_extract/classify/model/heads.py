"""``ofsted_finding``, ``ofsted_theme``, ``ofsted_progress``: what the encoder's vectors say.

A head is a linear layer over a unit's vector, then a calibration. Its arrays: ``w`` (size of a
vector, classes) and ``b``; ``slope`` and ``shift``, which turn scores into calibrated log-odds;
``cut``, the thresholds; ``rules``, the weight of what the rules say beside it (themes and progress:
the rules know rare ones by name, the network knows the rest by context; 0 where there is none).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from ofsted_extract.classify.doc import RULES, SCORES
from ofsted_extract.classify.model.encoder import VECTORS
from ofsted_extract.classify.model.scores import Scores
from ofsted_extract.classify.model.storage import Arrays, Storable, pack_arrays, unpack_arrays
from ofsted_extract.classify.rules import RuleLabels
from ofsted_extract.schema import PROGRESS

Array = npt.NDArray[np.float32]

_FILE = "head.npz"


def softmax(logits: Array) -> Array:
    """Return the probabilities of the classes, array like ``logits`` (n, classes)."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def sigmoid(logits: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), np.float32)


def log_odds(probability: Array) -> Array:
    """Return ln(p / (1 - p)), kept finite."""
    bounded = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(bounded / (1 - bounded)), np.float32)


def finding_marginals(logits: Array) -> Array:
    """Return the probabilities (n, 3) of strength, weakness, recommendation from (n, 5) logits."""
    _, strength, weakness, mixed, recommendation = softmax(logits).T
    return np.stack([strength + mixed, weakness + mixed, recommendation], axis=1)


def blend_themes(model: Array, by_rule: Array, weight: float) -> Array:
    """Return the weighted mean of two theme scores (n, 31) in log-odds.

    The scores of the rules are taken for no surer than 1 in 1,000.
    """
    odds = (1 - weight) * log_odds(model) + weight * log_odds(np.clip(by_rule, 0.001, 0.999))
    return sigmoid(odds)


def blend_progress(model: Array, by_rule: npt.NDArray[np.int64], weight: float) -> Array:
    """Return the weighted mean of progress scores (n, 4) and of the rules' choice (n,)."""
    choice = np.eye(model.shape[1], dtype=np.float32)[by_rule]
    return np.asarray((1 - weight) * model + weight * choice, np.float32)


class Head(Storable):
    """Reads ``doc.user_data["ofsted_vectors"]`` and fills its part of ``ofsted_scores``."""

    def __init__(self) -> None:
        self.arrays: Arrays = {}

    def __call__(self, doc: Doc) -> Doc:
        vectors = doc.user_data[VECTORS]
        if len(vectors):
            rules = doc.user_data.get(RULES, ())
            self.score(self.logits(vectors), rules, doc.user_data.setdefault(SCORES, Scores()))
        else:
            doc.user_data.setdefault(SCORES, Scores())
        return doc

    def logits(self, vectors: Array) -> Array:
        """Return the uncalibrated scores (n, classes) of vectors (n, inputs)."""
        return np.asarray(vectors @ self.arrays["w"] + self.arrays["b"], np.float32)

    def score(self, logits: Array, rules: tuple[RuleLabels, ...], scores: Scores) -> None:
        """Write calibrated scores and thresholds into ``scores``."""
        raise NotImplementedError

    def calibrated(self, odds: Array) -> Array:
        """Return calibrated probabilities of log-odds (Platt's method, one line per class)."""
        return sigmoid(odds * self.arrays["slope"] + self.arrays["shift"])

    def files(self) -> dict[str, bytes]:
        return {_FILE: pack_arrays(self.arrays)}

    def restore(self, files: dict[str, bytes]) -> None:
        self.arrays = unpack_arrays(files[_FILE])


class FindingHead(Head):
    """Strength, weakness, recommendation, from a choice between five codes."""

    def score(self, logits: Array, rules: tuple[RuleLabels, ...], scores: Scores) -> None:
        chances = np.ascontiguousarray(self.chances(logits).T)
        scores.strength, scores.weakness, scores.recommendation = chances
        scores.finding_cut = self.arrays["cut"]

    def chances(self, logits: Array) -> Array:
        """Return the calibrated probabilities (n, 3) of strength, weakness, recommendation."""
        return self.calibrated(log_odds(finding_marginals(logits)))


class ThemeHead(Head):
    """The KLOE themes, each on its own."""

    def score(self, logits: Array, rules: tuple[RuleLabels, ...], scores: Scores) -> None:
        scores.themes = self.calibrated(logits)
        if rules:
            by_rule = np.array([rule.theme_scores for rule in rules], np.float32)
            scores.themes = blend_themes(scores.themes, by_rule, float(self.arrays["rules"]))
        scores.theme_cut = self.arrays["cut"]


class ProgressHead(Head):
    """Improved, declined, no change or nothing said; ``slope`` is one temperature for all."""

    def score(self, logits: Array, rules: tuple[RuleLabels, ...], scores: Scores) -> None:
        scores.progress = softmax(logits * self.arrays["slope"] + self.arrays["shift"])
        if rules:
            by_rule = np.array([PROGRESS.index(rule.progress) for rule in rules])
            scores.progress = blend_progress(scores.progress, by_rule, float(self.arrays["rules"]))
        scores.progress_cut = self.arrays["cut"]


@Language.factory("ofsted_finding")
def make_finding(nlp: Language, name: str) -> FindingHead:
    """Return the head for findings, without weights."""
    return FindingHead()


@Language.factory("ofsted_theme")
def make_theme(nlp: Language, name: str) -> ThemeHead:
    """Return the head for themes, without weights."""
    return ThemeHead()


@Language.factory("ofsted_progress")
def make_progress(nlp: Language, name: str) -> ProgressHead:
    """Return the head for progress, without weights."""
    return ProgressHead()
