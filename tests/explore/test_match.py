from __future__ import annotations

import numpy as np
import pytest

from ofsted_extract.explore.match import (
    COLUMNS,
    SHARES,
    Candidate,
    Matcher,
    Query,
    carries_on,
    relate,
    unanswered,
)

LETTER = [
    Candidate("1", "Return home interviews are prompt.", ("exploitation_missing",), "A", "p1"),
    Candidate("2", "They inform plans.", (), "A", "p1"),
    Candidate("3", "Leaders are visible.", ("leadership",), "B", "p2"),
    Candidate("4", "Supervision is regular and reflective.", ("management_oversight",), "B", "p3"),
    Candidate("5", "Care leavers like their homes.", ("care_leavers",), "C", "p4"),
    Candidate("6", "Pathway plans of care leavers are late.", ("care_leavers",), "C", "p5"),
]


def shares(query: Query, name: str) -> dict[str, float]:
    found = Matcher(LETTER).shares(query)[:, SHARES.index(name)]
    return {each.sentence_id: score for each, score in zip(LETTER, found, strict=True)}


def related(query: Query, name: str) -> dict[str, float]:
    found = relate(query, Matcher(LETTER).shares(query), LETTER)[:, COLUMNS.index(name)]
    return {each.sentence_id: score for each, score in zip(LETTER, found, strict=True)}


def test_the_sentence_on_the_subject_is_nearest() -> None:
    query = Query("The regularity of supervision.", ("management_oversight",))
    assert related(query, "rank")["4"] == 1
    assert related(query, "of_best")["4"] == pytest.approx(1)
    assert all(related(query, "plain")[name] < 0.2 for name in "1356")


def test_another_name_for_the_subject_is_enough_without_a_shared_word() -> None:
    query = Query("Talks with children who go missing.", ("exploitation_missing",))
    assert shares(query, "words")["1"] == 0
    assert related(query, "rank")["1"] == 1
    assert related(query, "plain")["1"] > 3 * related(query, "plain")["3"]


def test_a_sentence_that_goes_on_takes_over_part_of_the_score() -> None:
    query = Query("Return home interviews.", ("exploitation_missing",))
    assert related(query, "carried")["2"] > 0.3
    assert related(query, "carried")["3"] == 0
    assert carries_on(LETTER[0], LETTER[1])
    assert not carries_on(LETTER[1], LETTER[2])


def test_the_same_group_but_another_matter_is_less() -> None:
    query = Query("The quality of pathway plans for care leavers.", ("care_leavers",))
    assert shares(query, "groups")["5"] == shares(query, "groups")["6"] == 1
    assert shares(query, "missed")["5"] > shares(query, "missed")["6"]
    assert shares(query, "rarest")["5"] == 0 < shares(query, "rarest")["6"]


def test_another_group_counts_against() -> None:
    other = [*LETTER, Candidate("7", "Disabled children have plans.", (), "C", "p6")]
    found = Matcher(other).shares(Query("Plans for care leavers."))[:, SHARES.index("groups")]
    assert found.tolist() == [0, 0, 0, 0, 1, 1, -1]


def test_a_supervision_order_is_no_supervision() -> None:
    orders = [*LETTER, Candidate("7", "Supervision orders are reviewed in time.", (), "C", "p6")]
    found = Matcher(orders).shares(Query("The quality of supervision."))
    assert found[3, SHARES.index("rarest")] > 0
    assert found[6, SHARES.index("rarest")] == found[6, SHARES.index("covered")] == 0


def test_scores_do_not_depend_on_the_order_of_words_asked() -> None:
    one = related(Query("supervision that is regular"), "plain")
    other = related(Query("regular is that supervision"), "plain")
    assert one["4"] == pytest.approx(other["4"], rel=0.2)


def test_the_part_that_no_answer_names_is_told() -> None:
    asked = "Visits to children in care and the quality of supervision."
    assert unanswered(asked, ["Supervision is regular."]) == ("Visits to children in care",)
    assert unanswered(asked, ["Supervision is regular.", "Visits are rare."]) == ()
    assert unanswered(asked, []) == ()
    assert unanswered("The quality of supervision.", ["Visits are rare."]) == ()


def test_shares_lie_between_nothing_and_one() -> None:
    query = Query("Return home interviews, and supervision.", ("exploitation_missing",))
    found = np.delete(Matcher(LETTER).shares(query), SHARES.index("groups"), axis=1)
    assert found.shape == (len(LETTER), len(SHARES) - 1)
    assert found.min() >= 0 and found.max() <= 1


def test_nothing_asked_and_nothing_said() -> None:
    assert Matcher([]).shares(Query("Plans.")).shape == (0, len(SHARES))
    assert relate(Query("Plans."), np.zeros((0, len(SHARES))), []).shape == (0, len(COLUMNS))
    assert set(related(Query(""), "plain").values()) == {0.0}
