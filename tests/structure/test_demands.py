"""What a list asks for, and which lists only tell. The wordings are our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ofsted_extract.classify.rules.place import decided_by_place
from ofsted_extract.letter import Role, StructuredLetter
from ofsted_extract.read import read_bytes
from ofsted_extract.structure import structure_letter
from ofsted_extract.structure.demands import describes, directs

LETTER = "{date}\n\nDear Ms Ward\n\nFocused visit to Northmere\n\n{heading}\n\n{items}\n"
TOLD = "• Plans are late. This leaves children unsure.\n\n• Some workers have too many cases.\n"
ASKED = "• The timeliness of plans.\n\n• How many cases each worker, who may be new, has.\n"


def letter(items: str, heading: str = "Areas for improvement", date: str = "3 May 2018"):
    text = LETTER.format(items=items, heading=heading, date=date)
    return structure_letter(read_bytes(text.encode(), "letter.txt"))


def assert_rows_and_labels_agree(structured: StructuredLetter) -> None:
    """What place calls a recommendation is in exactly one demand, and the reverse."""
    labelled = [u.position for u in structured.units if decided_by_place(u) == "recommendation"]
    in_rows = [position for demand in structured.demands for position in demand.positions]
    assert sorted(in_rows) == labelled
    assert all(demand.positions for demand in structured.demands)


@pytest.mark.parametrize("heading", ["Areas for improvement", "What needs to improve"])
def test_a_list_that_tells_asks_for_nothing(heading: str) -> None:
    told = letter(TOLD, heading)
    assert told.demands == ()
    assert {unit.role for unit in told.units if unit.text.startswith(("Plans", "This"))} == {
        Role.WEAKNESSES
    }


def test_an_item_tells_by_half_of_its_sentences_too() -> None:
    told = (
        "• The way in which plans are kept makes them hard to read. Staff are not sure of them.\n"
    )
    assert letter(told).demands == ()


def test_a_list_that_names_what_to_improve_asks() -> None:
    assert [demand.text for demand in letter(ASKED).demands] == [
        "The timeliness of plans.",
        "How many cases each worker, who may be new, has.",
    ]


def test_lists_of_2021_and_later_ask_in_whole_sentences_too() -> None:
    assert len(letter(TOLD, date="3 May 2020").demands) == 0
    assert len(letter(TOLD, date="3 May 2021").demands) == 2


def test_a_further_sentence_that_describes_is_left_to_its_words() -> None:
    found = letter("• The front door. Calls wait for days. Leaders should act.\n")
    assert [found.units[position - 1].text for position in found.demands[0].positions] == [
        "The front door.",
        "Leaders should act.",
    ]


@pytest.mark.parametrize("unmarked", ["The quality of plans.", "Leaders should write plans."])
def test_a_paragraph_without_mark_is_a_demand(unmarked: str) -> None:
    found = letter(f"{unmarked}\n\nThe pace of work at the front door.\n")
    assert found.demands[0].text == unmarked
    assert len(found.demands) == 2


def test_weaknesses_that_a_plan_must_answer_are_demands_of_their_own() -> None:
    found = letter(
        TOLD + "\nThe area must send a plan that answers the following areas of weakness:\n\n"
        "• the long waits for help\n\n• the poor quality of plans\n"
    )
    assert [demand.text for demand in found.demands] == [
        "the long waits for help",
        "the poor quality of plans",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plans are late.", True),
        ("This raises questions about how plans are kept.", True),
        ("When children move, plans are late.", True),
        ("The quality of plans, which are late.", False),
        ("How well plans are kept.", False),
        ("The time to take a case to court.", False),
    ],
)
def test_describing(text: str, expected: bool) -> None:
    assert describes(text) is expected


def test_directing() -> None:
    assert directs("Swift action is required of the trust.")
    assert not directs("Plans are late.")


_WORDS = st.sampled_from(
    ["•", "1.", "2.", "a)", "Plans", "are late.", "The quality", "of plans", "should", "improve:",
     "This includes", "(outcome 1)", "What needs to improve\n\n", "Areas for priority action\n\n",
     "Main findings\n\n", "There are no areas for priority action.", "\n", "\n\n", "Next steps\n\n"]
)  # fmt: skip


@given(st.lists(_WORDS, max_size=40))
def test_rows_and_labels_agree_whatever_is_printed(words: list[str]) -> None:
    assert_rows_and_labels_agree(letter(" ".join(words), "What needs to improve"))
