"""What a unit's place in the letter decides alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ofsted_extract.classify.rules.place import decided_by_place
from ofsted_extract.letter import Role, UnitKind

from .conftest import unit


def told(text: str, paragraph: str, kind: UnitKind = UnitKind.SENTENCE) -> str:
    return decided_by_place(
        replace(unit(text, kind=kind, role=Role.RECOMMENDATIONS), paragraph=paragraph)
    )


@pytest.mark.parametrize(
    "text",
    [
        "Recruit enough foster carers for brothers and sisters who wait for a home together.",
        "If that cannot be done in time, ensure that another way is found.",
        "Improve the plans of young people who leave care by:",
    ],
)
def test_every_sentence_of_a_numbered_improvement_is_a_recommendation(text):
    assert told(text, "12") == "recommendation"


@pytest.mark.parametrize("paragraph", ["12", "p4"])
@pytest.mark.parametrize("kind", [UnitKind.SENTENCE, UnitKind.BULLET])
def test_that_there_is_nothing_to_improve_is_none(paragraph, kind):
    assert told("Inspectors did not find any areas for priority action.", paragraph, kind) == "none"


def test_a_running_sentence_above_the_list_is_left_to_its_words():
    assert told("Leaders know these weaknesses well.", "p4") == ""


def test_a_numbered_paragraph_elsewhere_is_left_to_its_words():
    elsewhere = replace(unit("Plans are clear and children help to write them."), paragraph="12")
    assert decided_by_place(elsewhere) == ""
