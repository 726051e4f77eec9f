"""``ofsted_finding``, ``ofsted_theme``, ``ofsted_progress``: what the encoder's vectors say.

A head is a linear layer over a unit's vector, then a calibration. Its labels are stored with it, so
that its columns are found by name: a theme that was added to ``data/themes.toml`` after training is
left to the rules, one that was removed there is not asked for.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from ofsted_extract.classify.doc import RULES, SCORES, VECTORS
from ofsted_extract.classify.model.scores import Scores
from ofsted_extract.classify.model.storage import (
    Arrays,
    Parts,
    StoredComponent,
    pack_arrays,
    unpack_arrays,
)
from ofsted_extract.classify.models import ModelError
from ofsted_extract.classify.rules import RuleLabels
from ofsted_extract.classify.rules.topics import threshold_score
from ofsted_extract.labels import FINDING_CODES
from ofsted_extract.schema import PROGRESS
from ofsted_extract.themes import theme_ids

Array = npt.NDArray[np.float32]

#: Classes of the finding head, of which strength is "strength" and "mixed" together, and so on.
FINDING_CLASSES = tuple(FINDING_CODES)
#: What the finding head is calibrated for.
FINDINGS = ("strength", "weakness", "recommendation")


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
    """Return the probabilities of ``FINDINGS`` (n, 3) from logits of ``FINDING_CLASSES``."""
    _, strength, weakness, mixed, recommendation = softmax(logits).T
    return np.stack([strength + mixed, weakness + mixed, recommendation], axis=1)


def blend_themes(model: Array, by_rule: Array, weight: float) -> Array:
    """Return the weighted mean of two theme scores (n, themes) in log-odds.

    The scores of the rules are taken for no surer than 1 in 1,000.
    """
    odds = (1 - weight) * log_odds(model) + weight * log_odds(np.clip(by_rule, 0.001, 0.999))
    return sigmoid(odds)


def blend_progress(model: Array, by_rule: npt.NDArray[np.int64], weight: float) -> Array:
    """Return the weighted mean of progress scores (n, changes) and of the rules' choice (n,)."""
    choice = np.eye(model.shape[1], dtype=np.float32)[by_rule]
    return np.asarray((1 - weight) * model + weight * choice, np.float32)


class Head(StoredComponent):
    """Reads ``doc.user_data["ofsted_vectors"]`` and fills its part of ``ofsted_scores``.

    Parameters
    ----------
    name
        the component's name, for messages

    """

    #: Arrays that every head has.
    ARRAYS: ClassVar[tuple[str, ...]] = (
        "weights",
        "bias",
        "slope",
        "shift",
        "thresholds",
        "rule_weight",
    )
    #: Of these, the ones whose last axis has one entry per label.
    PER_LABEL: ClassVar[tuple[str, ...]] = ("weights", "bias", "slope", "shift", "thresholds")

    def __init__(self, name: str = "") -> None:
        self.name = name or type(self).__name__
        self.labels: tuple[str, ...] = ()
        self.stored: Arrays = {}
        self.arrays: Arrays = {}

    @property
    def wanted(self) -> tuple[str, ...]:
        """The labels that the program knows, in the order of its scores."""
        raise NotImplementedError

    def set_weights(self, labels: tuple[str, ...], arrays: Arrays) -> None:
        """Take over what was trained.

        Parameters
        ----------
        labels
            the ids of the columns
        arrays
            ``weights`` (size of a vector, labels) and ``bias`` (labels,); ``slope`` and ``shift``,
            which turn scores into calibrated log-odds; ``thresholds``; and ``rule_weight``, a
            number: the weight of what the rules say beside it (the rules know rare themes by name,
            the network knows the rest by context; 0 where there is none)

        Raises
        ------
        ModelError
            if labels and arrays do not fit together, or are not those of this program.

        """
        self.labels, self.stored = tuple(labels), arrays
        self.loaded()

    def loaded(self) -> None:
        missing = [name for name in self.ARRAYS if name not in self.stored]
        if missing:
            raise ModelError(f"{self.name}: the array {missing[0]!r} is missing in head.npz")
        for name in self.PER_LABEL:
            if self.stored[name].shape[-1:] != (len(self.labels),):
                raise ModelError(
                    f"{self.name}: {len(self.labels)} labels, but {name} has the shape "
                    f"{self.stored[name].shape}; its files are not of one model"
                )
        self.check_labels()
        columns = [self.labels.index(label) for label in self.wanted if label in self.labels]
        if columns == list(range(len(self.labels))):  # the same bytes give the same sums
            self.arrays = self.stored
            return
        self.arrays = {
            name: np.ascontiguousarray(value[..., columns]) if name in self.PER_LABEL else value
            for name, value in self.stored.items()
        }

    def check_labels(self) -> None:
        """Raise ``ModelError`` if the stored labels are not those that the program knows."""
        if sorted(self.labels) != sorted(self.wanted):
            raise ModelError(
                f"{self.name}: the model knows {', '.join(self.labels) or 'no labels'}, this "
                f"program {', '.join(self.wanted)}; train it anew or use the version of "
                "ofsted-extract that it was made for"
            )

    def __call__(self, doc: Doc) -> Doc:
        vectors = doc.user_data.get(VECTORS)
        if vectors is not None:  # without an encoder the rules decide
            scores = doc.user_data.setdefault(SCORES, Scores())
            self.fill(self.logits(vectors), doc.user_data.get(RULES, ()), scores)
        return doc

    def logits(self, vectors: Array) -> Array:
        """Return the uncalibrated scores (n, labels) of vectors (n, inputs)."""
        return np.asarray(vectors @ self.arrays["weights"] + self.arrays["bias"], np.float32)

    def fill(self, logits: Array, rules: tuple[RuleLabels, ...], scores: Scores) -> None:
        """Write calibrated probabilities and thresholds into ``scores``."""
        raise NotImplementedError

    def calibrated(self, odds: Array) -> Array:
        """Return calibrated probabilities of log-odds (Platt's method, one line per class)."""
        return sigmoid(odds * self.arrays["slope"] + self.arrays["shift"])

    def parts(self) -> Parts:
        return {
            "cfg": (
                lambda: json.dumps({"labels": self.labels}, indent=1).encode(),
                self._read_labels,
            ),
            "head.npz": (lambda: pack_arrays(self.stored), self._read_arrays),
        }

    def _read_labels(self, data: bytes) -> None:
        self.labels = tuple(json.loads(data)["labels"])

    def _read_arrays(self, data: bytes) -> None:
        self.stored = unpack_arrays(data)


class FindingHead(Head):
    """Strength, weakness, recommendation, from a choice between ``FINDING_CLASSES``."""

    PER_LABEL: ClassVar[tuple[str, ...]] = ("weights", "bias")

    @property
    def wanted(self) -> tuple[str, ...]:
        return FINDING_CLASSES

    def fill(self, logits: Array, rules: tuple[RuleLabels, ...], scores: Scores) -> None:
        scores.findings = self.probabilities(logits)
        scores.finding_thresholds = self.arrays["thresholds"]

    def probabilities(self, logits: Array) -> Array:
        """Return the calibrated probabilities (n, 3) of strength, weakness, recommendation."""
        return self.calibrated(log_odds(finding_marginals(logits)))


class ThemeHead(Head):
    """The KLOE themes, each on its own."""

    @property
    def wanted(self) -> tuple[str, ...]:
        return theme_ids()

    def check_labels(self) -> None:
        if not set(self.labels) & set(self.wanted):
            raise ModelError(
                f"{self.name}: the model knows none of the themes of data/themes.toml, "
                f"only {', '.join(self.labels) or 'none'}"
            )

    def fill(self, logits: Array, rules: tuple[RuleLabels, ...], scores: Scores) -> None:
        known = np.isin(self.wanted, self.labels)
        by_rule = np.zeros((len(logits), len(known)), np.float32)
        for row, rule in enumerate(rules):
            by_rule[row] = rule.theme_scores
        found = self.calibrated(logits)
        if rules:
            found = blend_themes(found, by_rule[:, known], float(self.arrays["rule_weight"]))
        scores.themes = by_rule
        scores.themes[:, known] = found
        scores.known_themes = known
        scores.theme_thresholds = np.full(len(known), threshold_score(), np.float32)
        scores.theme_thresholds[known] = self.arrays["thresholds"]


class ProgressHead(Head):
    """Improved, declined, no change or nothing said; ``slope`` is one temperature for all."""

    @property
    def wanted(self) -> tuple[str, ...]:
        return PROGRESS

    def fill(self, logits: Array, rules: tuple[RuleLabels, ...], scores: Scores) -> None:
        found = softmax(logits * self.arrays["slope"] + self.arrays["shift"])
        if rules:
            by_rule = np.array([PROGRESS.index(rule.progress) for rule in rules])
            found = blend_progress(found, by_rule, float(self.arrays["rule_weight"]))
        scores.progress = found
        scores.progress_thresholds = self.arrays["thresholds"]


_READS_VECTORS: dict[str, Any] = {
    "requires": ["doc._.ofsted_vectors"],
    "assigns": ["doc._.ofsted_scores"],
}


@Language.factory("ofsted_finding", **_READS_VECTORS)
def make_finding(nlp: Language, name: str) -> FindingHead:
    """Return the head for findings, without weights."""
    return FindingHead(name)


@Language.factory("ofsted_theme", **_READS_VECTORS)
def make_theme(nlp: Language, name: str) -> ThemeHead:
    """Return the head for themes, without weights."""
    return ThemeHead(name)


@Language.factory("ofsted_progress", **_READS_VECTORS)
def make_progress(nlp: Language, name: str) -> ProgressHead:
    """Return the head for progress, without weights."""
    return ProgressHead(name)
