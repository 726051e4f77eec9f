from __future__ import annotations

import pytest

from ofsted_extract.explore.match import Candidate, Matcher, Query, Weights, carries_on

LETTER = [
    Candidate("1", "Return home interviews are prompt.", ("exploitation_missing",), "A", "p1"),
    Candidate("2", "They inform plans.", (), "A", "p1"),
    Candidate("3", "Leaders are visible.", ("leadership",), "B", "p2"),
    Candidate("4", "Supervision is regular and reflective.", ("management_oversight",), "B", "p3"),
    Candidate("5", "Care leavers like their homes.", ("care_leavers",), "C", "p4"),
    Candidate("6", "Pathway plans of care leavers are late.", ("care_leavers",), "C", "p5"),
]


def scores(query: Query, **weights: float) -> dict[str, float]:
    found = Matcher(LETTER, Weights(**weights)).scores(query, LETTER)
    return {each.sentence_id: score for each, score in zip(LETTER, found, strict=True)}


def test_the_sentence_on_the_subject_scores_highest() -> None:
    found = scores(Query("The regularity of supervision.", ("management_oversight",)))
    assert max(found, key=lambda name: found[name]) == "4"
    assert found["4"] >= Weights().best
    assert all(found[name] < Weights().enough for name in "1356")


def test_another_name_for_the_subject_is_enough_without_a_shared_word() -> None:
    found = scores(Query("Talks with children who go missing.", ("exploitation_missing",)))
    assert found["1"] >= Weights().best
    assert found["1"] > 3 * found["3"]


def test_a_sentence_that_goes_on_takes_over_part_of_the_score() -> None:
    request = Query("Return home interviews.", ("exploitation_missing",))
    found = scores(request, beside=0.0)
    assert found["2"] == pytest.approx(Weights().carried * found["1"])
    assert carries_on(LETTER[0], LETTER[1])
    assert not carries_on(LETTER[1], LETTER[2])


def test_the_same_group_but_another_matter_is_no_answer() -> None:
    found = scores(Query("The quality of pathway plans for care leavers.", ("care_leavers",)))
    assert found["6"] >= Weights().best
    assert found["5"] < found["6"] / 2 + 0.05


def test_scores_do_not_depend_on_the_order_of_words_asked() -> None:
    one = scores(Query("supervision that is regular"))
    other = scores(Query("regular is that supervision"))
    assert one["4"] == pytest.approx(other["4"], rel=0.2)


def test_nothing_asked_and_nothing_said() -> None:
    assert Matcher([]).scores(Query("Plans."), []) == []
    assert set(scores(Query("")).values()) == {0.0}
