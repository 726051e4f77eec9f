"""Lists of recommendations in every shape; the wishes are our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ofsted_extract.facts.recommendations import read_recommendations, without_references
from ofsted_extract.letter import Recommendation
from ofsted_extract.schema import PRIORITIES
from ofsted_extract.structure import structure_letter

from .letters import markdown, printed


def read(text: str) -> tuple[Recommendation, ...]:
    return read_recommendations(markdown(text))[0]


@pytest.mark.parametrize(
    ("printed_text", "text", "reference"),
    [
        ("Better plans. (outcome 2, national framework)", "Better plans.", "outcome 2"),
        ("Better plans. (Outcome four, National Framework)", "Better plans.", "outcome 4"),
        ("Better plans (Enabler Two: National Framework).", "Better plans.", "enabler 2"),
        ("Better plans (National Framework, Outcome 3)", "Better plans", "outcome 3"),
        ("Better plans (principle 1)", "Better plans", "principle 1"),
        ("Plans. (outcomes 1 and 3, national framework)", "Plans.", "outcome 1; outcome 3"),
        (
            "Plans. (enabler: the workforce is well, national framework)",
            "Plans.",
            "enabler: the workforce is well",
        ),
        ("Better plans (paragraphs 37, 84).", "Better plans.", ""),
        ("Better plans (Page 12, paragraph 40. Page 13, paragraph 2)", "Better plans", ""),
        ("Plans for (some) children.", "Plans for (some) children.", ""),
        ("Outcomes (for all).", "Outcomes (for all).", ""),
    ],
)
def test_references(printed_text: str, text: str, reference: str) -> None:
    assert without_references(printed_text) == (text, reference)


@given(st.text(max_size=120))
def test_references_only_take_away(text: str) -> None:
    kept, _ = without_references(text)
    assert len(kept) <= len(" ".join(text.split()))


def test_bullets() -> None:
    found, references = read_recommendations(
        markdown(
            "## What needs to improve?\n\n- Audits.\n- Plans. (outcome 1)\n\n## Findings\n\nFine.\n"
        )
    )
    assert [(r.number, r.text, r.framework_reference) for r in found] == [
        (1, "Audits.", ""),
        (2, "Plans.", "outcome 1"),
    ]
    assert references == dict.fromkeys(found[1].positions, "outcome 1")


def test_numbers_with_bullets_below() -> None:
    found = read(
        """\
## Recommendations

1. Strengthen the work of managers:

• in the first team
• in the second team.

2. Write to every carer.

## Summary for children and young people

- Fine.
"""
    )
    assert [r.text for r in found] == [
        "Strengthen the work of managers: in the first team; in the second team.",
        "Write to every carer.",
    ]


def test_urgency() -> None:
    found = read(
        """\
## Areas for improvement

20. In order to improve its work, the council should take the following action.

### Immediately:

- Ring every carer.

### Within three months:

- Write to them.
"""
    )
    assert [(r.text, r.priority) for r in found] == [
        ("Ring every carer.", "immediate"),
        ("Write to them.", ""),
    ]


def test_priority_actions() -> None:
    found = read("## Areas for priority action\n\n- Ring every carer.\n\n## Findings\n\nFine.\n")
    assert [r.priority for r in found] == ["priority"]
    assert set(PRIORITIES) == {"immediate", "priority"}


def test_an_empty_list_says_so() -> None:
    assert (
        read(
            "## Priority and immediate action\n\n65. The inspection did not find any areas for this.\n"
        )
        == ()
    )
    assert read("## Priority actions\n\n1. There are no priority or immediate actions.\n") == ()


def test_a_remark_is_no_recommendation() -> None:
    assert read("## What needs to improve?\n\nLittle varies here. Managers know it.\n") == ()


def test_the_boards_own_list_has_its_rows() -> None:
    structured = structure_letter(
        printed(
            ["Rutland"],
            ["Nothing"],
            ["# Recommendations", "1. Ring every carer in the county.", "# Findings", "Fine."],
            [
                "# The Local Safeguarding Children Board is good",
                "# Recommendations",
                "2. Meet more often than now.",
            ],
        )
    )
    found = read_recommendations(structured)[0]
    assert [r.text for r in found] == [
        "Ring every carer in the county.",
        "Meet more often than now.",
    ]


def test_table_rows_told_apart_by_their_borders() -> None:
    raw = printed(
        [
            "# Areas for improvement",
            "Leaders should write to carers soon. They should do so in plain",
            "words, so that all can read them. A word that is long is seldom a",
            "word that helps, and it takes the reader more time than a short one.",
            "Leaders should ring carers who do not answer in time.",
        ]
    )
    page = raw.pages[0]
    *above, last = page.lines
    lower = type(last)(last.text, x=last.x, y=last.y - 0.5, size=last.size)
    page = type(page)(1, (*above, lower), page.width, page.height)
    found = read_recommendations(structure_letter(type(raw)(raw.source, (page,))))[0]
    assert len(found) == 2
    assert found[0].text.endswith("than a short one.")


def test_responsible_bodies_are_no_recommendations() -> None:
    raw = printed(
        [
            "# Areas for priority action",
            "# Responsible body Areas for priority action",
            ("Rutland County", 62.0),
            ("Council and NHS", 62.0),
            ("Leaders should write to every carer without", 224.0, 2),
            ("delay.", 224.0),
            ("They should ring them too.", 224.0),
            None,
            ("Rutland County", 62.0),
            ("Council", 62.0),
            ("Leaders must meet every week.", 224.0, 2),
        ]
    )
    found = read_recommendations(structure_letter(raw))[0]
    assert [r.priority for r in found] == ["priority", "priority"]
    assert [r.text.split()[1] for r in found] == ["should", "must"]
    assert [r.responsible for r in found] == [
        "Rutland County Council and NHS",
        "Rutland County Council",
    ]
