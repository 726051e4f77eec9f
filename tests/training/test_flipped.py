from __future__ import annotations

import re

import pytest

from ofsted_extract.labels import FINDING_CODES, PROGRESS_CODES
from ofsted_extract.resources import load_toml
from ofsted_extract.training.flipped import flipped_sentences

TABLE = {
    "times": 50,
    "slots": {"harm": ["drift", "delay"], "where": ["", " in the north"]},
    "template": [
        {"text": "there is no {harm}{where}.", "finding": "S", "progress": "."},
        {"text": "{harm} {is|remains} common{where}.", "finding": "W", "progress": "="},
    ],
}


def test_each_template_gives_its_combinations_once_and_its_codes():
    sentences = flipped_sentences(TABLE, seed=0)
    assert len({one.text for one in sentences}) == len(sentences) == 4 + 8
    assert {one.text for one in sentences if one.finding == "S"} == {
        "There is no drift.",
        "There is no delay.",
        "There is no drift in the north.",
        "There is no delay in the north.",
    }
    assert {one.progress for one in sentences if one.finding == "W"} == {"="}


def test_the_same_seed_gives_the_same_sentences():
    assert flipped_sentences(TABLE | {"times": 3}, 1) == flipped_sentences(TABLE | {"times": 3}, 1)
    assert flipped_sentences(TABLE | {"times": 3}, 1) != flipped_sentences(TABLE | {"times": 3}, 2)


def test_a_slot_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        flipped_sentences({**TABLE, "slots": {}}, 0)


def test_the_sentences_that_ship_are_whole_known_and_even():
    sentences = flipped_sentences(load_toml("polarity_sentences.toml"), 0)
    for one in sentences:
        assert re.fullmatch(r"[A-Z][^{}|]+\.", one.text)
        assert "  " not in one.text
        assert one.finding in FINDING_CODES.values()
        assert one.progress in PROGRESS_CODES.values()
    good = sum(one.finding == "S" for one in sentences)
    bad = sum(one.finding == "W" for one in sentences)
    assert 0.8 < good / bad < 1.25


def test_no_sentence_is_told_to_be_two_things():
    seen: dict[str, tuple[str, str]] = {}
    for one in flipped_sentences(load_toml("polarity_sentences.toml"), 0):
        assert seen.setdefault(one.text, (one.finding, one.progress)) == (one.finding, one.progress)
