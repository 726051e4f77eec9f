from __future__ import annotations

import numpy as np
import pytest
import spacy

from ofsted_extract.classify.doc import RULES, SCORES, VECTORS
from ofsted_extract.classify.model.heads import (
    FINDING_CLASSES,
    FINDINGS,
    FindingHead,
    Head,
    ProgressHead,
    ThemeHead,
    finding_marginals,
)
from ofsted_extract.classify.model.storage import pack_arrays, unpack_arrays
from ofsted_extract.classify.models import ModelError
from ofsted_extract.classify.rules import RuleLabels
from ofsted_extract.classify.rules.topics import threshold_score
from ofsted_extract.schema import PROGRESS
from ofsted_extract.themes import theme_ids


def arrays(classes: int, outputs: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    return {
        "weights": random.normal(size=(8, classes)).astype(np.float32),
        "bias": np.arange(classes, dtype=np.float32) / 10,
        "slope": np.ones(outputs, np.float32),
        "shift": np.zeros(outputs, np.float32),
        "thresholds": np.full(outputs, 0.5, np.float32),
        "rule_weight": np.array(0.3, np.float32),
    }


def finding_head() -> FindingHead:
    head = FindingHead("ofsted_finding")
    head.set_weights(FINDING_CLASSES, arrays(len(FINDING_CLASSES), len(FINDINGS)))
    return head


def with_labels(head: Head, labels: tuple[str, ...]) -> Head:
    head.set_weights(labels, arrays(len(labels), len(labels)))
    return head


def scored(*heads: Head, rules: tuple[RuleLabels, ...] = ()):
    doc = spacy.blank("en")("One. Two. Three.")
    doc.user_data[VECTORS] = np.random.default_rng(1).normal(size=(3, 8)).astype(np.float32)
    doc.user_data[RULES] = rules
    for head in heads:
        doc = head(doc)
    return doc.user_data[SCORES]


def test_heads_fill_scores_of_every_unit():
    scores = scored(
        finding_head(), with_labels(ThemeHead(), theme_ids()), with_labels(ProgressHead(), PROGRESS)
    )
    assert scores.findings.shape == (3, len(FINDINGS))
    assert scores.themes.shape == (3, len(theme_ids()))
    assert np.allclose(scores.progress.sum(axis=1), 1)
    assert ((scores.themes >= 0) & (scores.themes <= 1)).all()
    assert scores.known_themes.all()


def test_a_mixed_sentence_counts_for_both():
    logits = np.array([[0, 0, 0, 9, 0]], np.float32)
    strength, weakness, recommendation = finding_marginals(logits)[0]
    assert strength > 0.9 and weakness > 0.9 and recommendation < 0.1


def test_an_empty_letter_has_empty_scores():
    doc = spacy.blank("en")("")
    doc.user_data[VECTORS] = np.zeros((0, 8), np.float32)
    assert finding_head()(doc).user_data[SCORES].findings.shape == (0, len(FINDINGS))


def test_a_head_survives_bytes_and_disk(tmp_path):
    head = finding_head()
    head.to_disk(tmp_path / "head")
    for copy in (
        FindingHead().from_bytes(head.to_bytes()),
        FindingHead().from_disk(tmp_path / "head"),
    ):
        assert copy.labels == FINDING_CLASSES
        assert all((copy.arrays[name] == value).all() for name, value in head.arrays.items())


def test_equal_arrays_give_equal_bytes():
    first, second = arrays(5, 3), dict(reversed(arrays(5, 3).items()))
    assert pack_arrays(first) == pack_arrays(second)
    assert set(unpack_arrays(pack_arrays(first))) == set(first)


@pytest.mark.parametrize("cls", [ThemeHead, ProgressHead])
def test_columns_are_found_by_name(cls):
    """The same column under the same name, wherever training had put it."""
    head = cls()
    wanted = head.wanted
    given = arrays(len(wanted), len(wanted))
    head.set_weights(wanted, given)
    turned = cls()
    turned.set_weights(
        wanted[::-1],
        {name: value[..., ::-1] if value.ndim else value for name, value in given.items()},
    )
    assert all((turned.arrays[name] == value).all() for name, value in head.arrays.items())


def test_a_theme_that_the_model_does_not_know_has_the_score_of_the_rules():
    ids = theme_ids()
    unknown, learnt = 5, (*ids[:5], *ids[6:])
    by_rule = np.linspace(0.1, 0.9, len(ids))
    rules = tuple(RuleLabels(theme_scores=tuple(by_rule.tolist())) for _ in range(3))
    scores = scored(with_labels(ThemeHead(), learnt), rules=rules)
    assert scores.known_themes.tolist() == [theme in learnt for theme in ids]
    assert np.allclose(scores.themes[:, unknown], by_rule[unknown])
    assert not np.allclose(scores.themes[:, unknown + 1], by_rule[unknown + 1])
    assert scores.theme_thresholds[unknown] == pytest.approx(threshold_score())


def test_a_theme_that_is_no_more_is_not_asked_for():
    ids = theme_ids()
    scores = scored(with_labels(ThemeHead(), ("stargazing", *ids)))
    known = with_labels(ThemeHead(), ids)
    assert scores.themes.shape == (3, len(ids))
    assert known.arrays["weights"].shape[1] == len(ids)


def test_a_model_of_other_findings_is_refused_with_both_lists():
    head = FindingHead("ofsted_finding")
    with pytest.raises(
        ModelError, match=r"ofsted_finding: the model knows good, bad, this program"
    ):
        head.set_weights(("good", "bad"), arrays(2, len(FINDINGS)))
    with pytest.raises(ModelError, match="none of the themes"):
        with_labels(ThemeHead(), ("stargazing",))


def test_labels_and_weights_of_two_models_are_refused():
    with pytest.raises(ModelError, match="not of one model"):
        ThemeHead().set_weights(theme_ids(), arrays(3, 3))
    broken = arrays(len(theme_ids()), len(theme_ids()))
    del broken["slope"]
    with pytest.raises(ModelError, match="'slope' is missing"):
        ThemeHead().set_weights(theme_ids(), broken)
