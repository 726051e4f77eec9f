"""The learned reading of a letter's sentences, on numbers and sentences made for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ofsted_extract.explore.answers import (
    HEARD,
    MOST_ANSWERS,
    SAID,
    AnswerModel,
    FollowUpModelError,
    Logistic,
    heard,
    said,
)
from ofsted_extract.explore.match import COLUMNS, Candidate, Matcher, Query, relate

ASKED = Query("The regularity of supervision.", ("management_oversight",))
OTHER = [
    Candidate(str(n), f"Matter {n} is well kept.", ("placements",), "B", f"p{n}", "strength")
    for n in range(20, 40)
]


def on_supervision(finding: str, number: int = 1) -> list[Candidate]:
    return [
        Candidate(
            str(at), "Supervision is described.", ("management_oversight",), "A", f"p{at}", finding
        )
        for at in range(number)
    ]


def read(model: AnswerModel, letter: list[Candidate]):
    return model.read(relate(ASKED, Matcher(letter).shares(ASKED), letter), letter)


@pytest.fixture(scope="module")
def model() -> AnswerModel:
    return AnswerModel.load()


@pytest.mark.parametrize(
    ("finding", "verdict"),
    [("strength", "improved"), ("weakness", "still_weak"), ("recommendation", "still_weak")],
)
def test_the_verdict_is_what_the_sentences_say(
    model: AnswerModel, finding: str, verdict: str
) -> None:
    reading = read(model, [*on_supervision(finding, 2), *OTHER])
    assert reading.verdict == verdict
    assert set(reading.chosen) == {0, 1}
    assert 0.5 < reading.confidence <= 1


def test_a_letter_about_something_else_is_silent(model: AnswerModel) -> None:
    reading = read(model, OTHER)
    assert reading.verdict == "not_mentioned"
    assert reading.chosen == () and reading.silent > 0.8


def test_an_empty_letter_is_silent(model: AnswerModel) -> None:
    assert read(model, []).verdict == "not_mentioned"


def test_at_most_five_are_shown_best_first(model: AnswerModel) -> None:
    reading = read(model, [*on_supervision("strength", 9), *OTHER])
    assert len(reading.chosen) == MOST_ANSWERS
    assert list(reading.scores) == sorted(reading.scores, reverse=True)


def test_a_recommendation_that_repeats_is_marked(model: AnswerModel) -> None:
    letter = [*on_supervision("recommendation"), *on_supervision("strength"), *OTHER]
    assert read(model, letter).repeated == (0,)


def test_an_unsure_verdict_between_the_extremes_is_mixed(model: AnswerModel) -> None:
    # as likely improved as still weak: to be wrong by one step is better than by two
    zero = np.zeros((3, len(SAID)))
    undecided = Logistic(zero[0], zero[0] + 1, zero, np.log([0.4, 0.2, 0.4]))
    torn = AnswerModel(model.on_point, model.quotable, model.silent, undecided, model.settings)
    assert read(torn, [*on_supervision("mixed", 2), *OTHER]).verdict == "mixed"


def test_it_is_saved_and_opened_again(model: AnswerModel, tmp_path: Path) -> None:
    model.save(tmp_path, {"fitted to": "nothing"})
    letter = [*on_supervision("strength", 2), *OTHER]
    opened = AnswerModel.load(tmp_path)
    assert opened.settings == model.settings
    assert read(opened, letter) == read(model, letter)


def test_what_is_wrong_with_a_model_is_told(model: AnswerModel, tmp_path: Path) -> None:
    with pytest.raises(FollowUpModelError, match="there is no follow-up model"):
        AnswerModel.load(tmp_path)
    short = replace(model.said, mean=model.said.mean[:-1])
    with pytest.raises(FollowUpModelError, match="fit it anew"):
        Logistic.from_json(short.as_json(), len(SAID))
    (tmp_path / "model.json").write_text("{}")
    with pytest.raises(FollowUpModelError, match="is damaged"):
        AnswerModel.load(tmp_path)


def test_what_is_heard_and_said_has_a_number_for_each_name() -> None:
    letter = [*on_supervision("mixed"), *OTHER]
    related = relate(ASKED, Matcher(letter).shares(ASKED), letter)
    assert related.shape == (len(letter), len(COLUMNS))
    chances = np.linspace(0.9, 0.1, len(letter))
    assert heard(related, chances, chances).shape == (len(HEARD),)
    found = dict(zip(SAID, said(letter, related, chances), strict=True))
    assert found["first_mixed"] == 1 and found["best_weakness"] == pytest.approx(0.9)
