from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from ofsted_extract.classify.clauses import Cutter, OfstedClauses
from ofsted_extract.classify.doc import LABELS, SPANS, set_spans
from ofsted_extract.classify.model.encoder import OfstedEncoder
from ofsted_extract.classify.model.heads import FindingHead
from ofsted_extract.letter import UnitLabels

CUTTER = Cutter()


def pairs(sentence: str) -> list[tuple[str, str]]:
    return [(cut.first, cut.second) for cut in CUTTER(sentence)]


def test_a_sentence_is_cut_at_signs_and_before_words():
    assert pairs("Plans are clear; visits are late, and few are recorded") == [
        ("Plans are clear", "visits are late, and few are recorded"),
        ("Plans are clear; visits are late", "few are recorded"),
    ]


def test_words_of_contrast_belong_to_no_clause_and_count():
    (cut,) = CUTTER("Plans are clear but visits are late")
    assert (cut.first, cut.second) == ("Plans are clear", "visits are late")
    (concession,) = CUTTER("Although improving slowly, audits are too few")
    assert (concession.first, concession.second) == ("improving slowly", "audits are too few")
    (plain,) = CUTTER("Plans are clear and visits are late")
    assert min(cut.bonus, concession.bonus) > plain.bonus


def test_yet_and_while_set_clauses_apart_only_behind_a_sign():
    assert pairs("Not all plans are yet in place while they wait") == []
    assert pairs("Plans are made, yet visits are late") == [("Plans are made", "visits are late")]


def test_a_clause_of_one_word_is_none():
    assert pairs("Good, but late") == []


@given(st.text(max_size=200))
def test_clauses_are_parts_of_their_sentence(sentence):
    for cut in CUTTER(sentence):
        assert cut.first in sentence and cut.second in sentence
        assert len(cut.first) + len(cut.second) <= len(sentence)


class _Encoder(OfstedEncoder):
    """Reads nothing but two words."""

    def encode(self, texts, headings, kind, *, alone=False):
        assert alone, "clauses are no neighbours of each other"
        return [("clear" in text, "late" in text) for text in texts]


class _Finding(FindingHead):
    def logits(self, vectors):
        return vectors

    def probabilities(self, logits):
        return [(0.9 * good, 0.8 * bad, 0.0) for good, bad in logits]


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        ("Plans are clear, but visits are late.", ("Plans are clear", "visits are late.")),
        ("While visits are late, plans are clear.", ("plans are clear.", "visits are late")),
        ("Plans are made, and clear, and visits are late.",
         ("Plans are made, and clear", "visits are late.")),
        ("Nothing here is one, nor is it the other.", ("", "")),
    ],
)  # fmt: skip
def test_the_cut_that_sets_a_strength_against_a_weakness_is_kept(sentence, clauses):
    nlp = spacy.blank("en")
    parts = {"ofsted_encoder": _Encoder(), "ofsted_finding": _Finding()}
    nlp.get_pipe = parts.__getitem__  # type: ignore[method-assign]
    nlp.has_pipe = parts.__contains__  # type: ignore[method-assign]
    doc = nlp.make_doc(sentence)
    set_spans(doc, [(0, len(sentence))])
    assert len(doc.spans[SPANS]) == 1
    doc.user_data[LABELS] = (UnitLabels(is_strength=True, is_weakness=True),)
    (label,) = OfstedClauses(nlp, "ofsted_encoder", "ofsted_finding")(doc).user_data[LABELS]
    assert (label.strength_text, label.weakness_text) == clauses


def test_only_mixed_sentences_are_cut():
    nlp = spacy.blank("en")
    doc = nlp.make_doc("Plans are clear, but visits are late.")
    set_spans(doc, [(0, 37)])
    doc.user_data[LABELS] = (UnitLabels(is_strength=True),)
    (label,) = OfstedClauses(nlp, "ofsted_encoder", "ofsted_finding")(doc).user_data[LABELS]
    assert (label.strength_text, label.weakness_text) == ("", "")
