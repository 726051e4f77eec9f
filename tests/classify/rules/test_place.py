"""What a unit's place in the letter decides alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ofsted_extract.classify.rules.place import decided_by_place
from ofsted_extract.letter import Role, UnitKind

from .conftest import unit


def in_list(text: str, *, demand: int = 0, kind: UnitKind = UnitKind.SENTENCE) -> str:
    return decided_by_place(
        replace(unit(text, kind=kind, role=Role.RECOMMENDATIONS), demand=demand)
    )


@pytest.mark.parametrize("text", ["The front door.", "Improve the plans of care leavers by:"])
@pytest.mark.parametrize("kind", [UnitKind.SENTENCE, UnitKind.BULLET])
def test_what_is_part_of_a_demand_is_a_recommendation(text, kind):
    assert in_list(text, demand=3, kind=kind) == "recommendation"


@pytest.mark.parametrize("kind", [UnitKind.SENTENCE, UnitKind.BULLET])
def test_that_there_is_nothing_to_improve_is_none(kind):
    assert in_list("Inspectors did not find any areas for priority action.", kind=kind) == "none"


def test_a_line_that_opens_the_list_is_none():
    assert in_list("Inspectors named these parts of the council's own work above all:") == "none"
    assert in_list("The council should take action on the following areas of its work:") == ""


def test_a_running_sentence_above_the_list_is_left_to_its_words():
    assert in_list("Leaders know these weaknesses well.") == ""


def test_a_numbered_paragraph_elsewhere_is_left_to_its_words():
    elsewhere = replace(unit("Plans are clear and children help to write them."), paragraph="12")
    assert decided_by_place(elsewhere) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The effectiveness of the panel that plans for babies.", "strength"),
        ("How well schools know their pupils.", "strength"),
        ("The quality of plans is good for most children.", ""),
        ("The number of plans should be lower.", ""),
        ("Schools know their pupils.", ""),
    ],
)
def test_a_bullet_that_only_names_is_a_strength_under_a_heading_of_strengths(text, expected):
    assert decided_by_place(unit(text, kind=UnitKind.BULLET, role=Role.STRENGTHS)) == expected
    assert decided_by_place(unit(text, kind=UnitKind.BULLET)) == ""
