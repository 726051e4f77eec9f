from __future__ import annotations

import numpy as np
import spacy

from ofsted_extract.classify.model.encoder import VECTORS
from ofsted_extract.classify.model.heads import (
    FindingHead,
    ProgressHead,
    ThemeHead,
    finding_marginals,
)
from ofsted_extract.classify.model.storage import pack_arrays, unpack_arrays


def arrays(classes: int, outputs: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    return {
        "w": random.normal(size=(8, classes)).astype(np.float32),
        "b": np.zeros(classes, np.float32),
        "slope": np.ones(outputs, np.float32),
        "shift": np.zeros(outputs, np.float32),
        "cut": np.full(outputs, 0.5, np.float32),
        "rules": np.array(0.3, np.float32),
    }


def test_heads_fill_scores_of_every_unit():
    doc = spacy.blank("en")("One. Two. Three.")
    doc.user_data[VECTORS] = np.random.default_rng(1).normal(size=(3, 8)).astype(np.float32)
    for head, classes, outputs in (
        (FindingHead(), 5, 3),
        (ThemeHead(), 31, 31),
        (ProgressHead(), 4, 4),
    ):
        head.arrays = arrays(classes, outputs)
        doc = head(doc)
    scores = doc.user_data["ofsted_scores"]
    assert scores.strength.shape == scores.weakness.shape == (3,)
    assert scores.themes.shape == (3, 31)
    assert np.allclose(scores.progress.sum(axis=1), 1)
    assert ((scores.themes >= 0) & (scores.themes <= 1)).all()


def test_a_mixed_sentence_counts_for_both():
    logits = np.array([[0, 0, 0, 9, 0]], np.float32)
    strength, weakness, recommendation = finding_marginals(logits)[0]
    assert strength > 0.9 and weakness > 0.9 and recommendation < 0.1


def test_an_empty_letter_has_empty_scores():
    doc = spacy.blank("en")("")
    doc.user_data[VECTORS] = np.zeros((0, 8), np.float32)
    assert len(FindingHead()(doc).user_data["ofsted_scores"].strength) == 0


def test_a_head_survives_bytes_and_disk(tmp_path):
    head = FindingHead()
    head.arrays = arrays(5, 3)
    head.to_disk(tmp_path / "head")
    for copy in (
        FindingHead().from_bytes(head.to_bytes()),
        FindingHead().from_disk(tmp_path / "head"),
    ):
        assert all((copy.arrays[name] == value).all() for name, value in head.arrays.items())


def test_equal_arrays_give_equal_bytes():
    first, second = arrays(5, 3), dict(reversed(arrays(5, 3).items()))
    assert pack_arrays(first) == pack_arrays(second)
    assert set(unpack_arrays(pack_arrays(first))) == set(first)
