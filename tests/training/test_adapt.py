"""Going on from a trained model, on a few units of our own."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="layers are fitted with torch")

from ofsted_extract.classify.model.wordpieces import neighbours  # noqa: E402
from ofsted_extract.classify.pipeline import load_pipeline  # noqa: E402
from ofsted_extract.training.adapt import (  # noqa: E402
    Units,
    adapted,
    encode_units,
    scores_of,
    start_layers,
)
from ofsted_extract.training.flipped import Flipped  # noqa: E402
from ofsted_extract.training.network import FINDINGS, OUTPUTS, PROGRESSES, UpperLayers  # noqa: E402
from ofsted_extract.training.settings import AdaptSettings  # noqa: E402

TEXTS = ["Children do not wait for help.", "Children wait too long for help.", "Plans are clear."]


@pytest.fixture(scope="module")
def nlp():
    return load_pipeline("default")


def units(count: int = 40) -> Units:
    """Units whose own vector tells whether they are a strength or a weakness."""
    random = np.random.default_rng(0)
    finding = np.arange(count) % 2 + 1
    pooled = random.normal(size=(count, 768)).astype(np.float32) * 0.1
    pooled[:, 0] = np.where(finding == 1, 3, -3)
    goals = np.zeros((count, OUTPUTS), np.float32)
    goals[np.arange(count), finding] = 1
    goals[:, PROGRESSES.start] = 1
    return Units(
        pooled=pooled,
        beside=neighbours([False] * count),
        families=np.zeros(count, np.int64),
        goals=goals,
        labelled=np.ones(count, np.bool_),
        fold=np.arange(count) % 5,
        new=np.ones(count, np.bool_),
        has_themes=np.ones(count, np.bool_),
        rule_themes=np.zeros((count, 31), np.float32),
        rule_progress=np.zeros(count, np.int64),
    )


def fitted(given: Units, left_out: tuple[int, ...]) -> UpperLayers:
    torch.manual_seed(0)
    settings = AdaptSettings(epochs=6, units_per_step=8, rate=1e-3, head_rate=1e-3)
    return adapted(given, UpperLayers(), settings, left_out, lambda _: None)


def test_the_layers_learn_what_the_labels_say_and_the_order_of_rows_does_not_matter():
    given = units()
    rows = np.arange(40)
    scores = scores_of(fitted(given, (0,)), given, rows)
    assert (scores[:, FINDINGS].argmax(1) == given.goals[:, FINDINGS].argmax(1)).all()
    network = fitted(given, (0,))
    assert np.allclose(
        scores_of(network, given, rows[::-1]), scores_of(network, given, rows)[::-1], atol=1e-5
    )


def test_nothing_is_learnt_from_a_fold_that_is_left_out():
    one, two = units(), units()
    two.goals[two.fold == 3] = one.goals[one.fold == 3][:, ::-1]
    rows = np.arange(40)
    assert np.array_equal(
        scores_of(fitted(one, (0, 3)), one, rows), scores_of(fitted(two, (0, 3)), two, rows)
    )
    assert not np.array_equal(
        scores_of(fitted(one, (0,)), one, rows), scores_of(fitted(two, (0,)), two, rows)
    )


def test_the_layers_of_a_pipeline_start_as_the_network_that_they_are(nlp):
    encoder = nlp.get_pipe("ofsted_encoder")
    given = encode_units(encoder, [], [], [Flipped(text, "S", ".") for text in TEXTS])
    scores = scores_of(start_layers(nlp), given, np.arange(len(TEXTS)))
    vectors = encoder.encode(TEXTS, [False] * len(TEXTS), "letter", alone=True)
    head = nlp.get_pipe("ofsted_finding")
    assert np.allclose(scores[:, FINDINGS], head.logits(vectors), atol=1e-3)
    assert not given.has_themes.any()
    assert (given.fold == -1).all()
