"""Tables of grades in every shape we have seen, typed by hand."""

from __future__ import annotations

import pytest

from ofsted_extract.facts.judgements import read_judgements
from ofsted_extract.letter import Judgement
from ofsted_extract.resources import load_toml
from ofsted_extract.schema import DOCUMENT_KINDS, GRADES
from ofsted_extract.structure import structure_letter

from .letters import Printed, markdown, printed

NAMES = {row["id"]: row["names"] for row in load_toml("judgements.toml")["judgement"]}
LEADERS, LEADERS_2026, MANAGEMENT = NAMES["impact_of_leaders"]
HELP, HELP_SHORT = NAMES["help_and_protection"]
CARE, _, CARE_SIF = NAMES["in_care_and_care_leavers"]
IN_CARE = NAMES["in_care"][0]
LEAVERS = NAMES["care_leavers"][0]


def cut(name: str, words: int) -> tuple[str, str]:
    """Return a name as two lines, the first of so many words (from the end if negative)."""
    return " ".join(name.split()[:words]), " ".join(name.split()[words:])


COVER: list[Printed] = [
    "Inspection of Rutland local authority children’s services",
    "Judgement Grade",
]


def grades(*pages: list[Printed], kind: str = "ilacs_inspection") -> dict[str, str]:
    found, warnings = read_judgements(structure_letter(printed(*pages)), kind)
    assert warnings == ()
    return {judgement.judgement: judgement.grade for judgement in found}


def test_cells_one_under_the_other() -> None:
    page: list[Printed] = [
        *COVER,
        *cut(LEADERS, 7),
        ("Requires improvement to be good", 300.0),
        *cut(IN_CARE, 5),
        ("Outstanding", 300.0),
        *cut(LEAVERS, 6),
        ("Good", 300.0),
        "Overall effectiveness Good",
        "Services for children are good",
    ]
    assert grades(page) == {
        "impact_of_leaders": "requires_improvement",
        "in_care": "outstanding",
        "care_leavers": "good",
        "overall_effectiveness": "good",
    }


def test_cells_side_by_side() -> None:
    page: list[Printed] = [
        *COVER,
        f"{cut(LEADERS, -2)[0]} Requires",
        f"{cut(LEADERS, -2)[1]} improvement to",
        "be good",
        f"{cut(CARE, -1)[0]} INADEQUATE",
        cut(CARE, -1)[1],
        "Overall effectiveness requires improvement",
        "to be good",
        "Much has been done in Rutland and much is good",
    ]
    assert grades(page) == {
        "impact_of_leaders": "requires_improvement",
        "in_care_and_care_leavers": "inadequate",
        "overall_effectiveness": "requires_improvement",
    }


def test_grades_in_the_middle_of_their_rows() -> None:
    page: list[Printed] = [
        *COVER,
        cut(CARE, -1)[0],
        ("Good", 300.0),
        cut(CARE, -1)[1],
        ("Requires improvement", 300.0),
        "Overall effectiveness",
        ("to be good", 300.0),
        "Much has been done in Rutland",
    ]
    assert grades(page) == {
        "in_care_and_care_leavers": "good",
        "overall_effectiveness": "requires_improvement",
    }


def test_no_overall_grade_is_no_row() -> None:
    page: list[Printed] = [
        *COVER,
        f"{LEADERS_2026} Good",
        f"{LEAVERS} Good",
        "In 2023 the overall effectiveness in Rutland was inadequate",
    ]
    assert set(grades(page)) == {"impact_of_leaders", "care_leavers"}


def test_the_single_inspection_framework() -> None:
    cover: list[Printed] = [
        "Rutland Council",
        "Children’s services in Rutland require improvement to be",
        "good",
        f"1. {HELP_SHORT} Requires",
        "Improvement",
        f"2. {cut(CARE_SIF, -1)[0]}",
        cut(CARE_SIF, -1)[1],
        "Good",
        "2.1 Adoption performance Outstanding",
        f"3. {MANAGEMENT} Good",
    ]
    later: list[Printed] = [
        "The Local Safeguarding Children Board requires",
        "improvement",
        "It met.",
    ]
    found, warnings = read_judgements(structure_letter(printed(cover, later)), "sif_inspection")
    assert warnings == ()
    assert {(j.judgement, j.grade, j.page) for j in found} == {
        ("overall_effectiveness", "requires_improvement", 1),
        ("help_and_protection", "requires_improvement", 1),
        ("in_care_and_care_leavers", "good", 1),
        ("adoption", "outstanding", 1),
        ("impact_of_leaders", "good", 1),
        ("lscb", "requires_improvement", 2),
    }


def test_four_grades_with_adequate() -> None:
    pages: list[list[Printed]] = [
        ["Inspection of looked after children services"],
        [
            *cut(NAMES["overall_effectiveness"][2], 6),
            "Grade 4 (Inadequate)",
            "Some text.",
            "Capacity to improve",
            "Grade 3 (adequate)",
        ],
        [
            "Record of main findings",
            "Overall effectiveness Inadequate Grade 4",
            "Capacity to improve Adequate",
        ],
    ]
    found, warnings = read_judgements(structure_letter(printed(*pages)), "lac_inspection")
    assert warnings == ()
    assert found == (
        Judgement("overall_effectiveness", "inadequate", "Inadequate", 2),
        Judgement("capacity_to_improve", "adequate", "adequate", 2),
    )


def test_table_and_heading_disagree() -> None:
    structured = markdown(
        f"""\
# Inspection of Rutland local authority children’s services

Inspection dates: 4 to 8 May 2020

| Judgement | Grade |
|---|---|
| {HELP} | Good |

Children are seen soon and their plans are kept.

## {HELP}: requires improvement to be good

1. Children are seen.
"""
    )
    found, warnings = read_judgements(structured, "ilacs_inspection")
    assert [(j.judgement, j.grade) for j in found] == [("help_and_protection", "good")]
    assert len(warnings) == 1
    assert "help_and_protection" in warnings[0]


def test_a_report_without_its_grades_warns() -> None:
    found, warnings = read_judgements(
        structure_letter(printed(["Nothing here"])), "ilacs_inspection"
    )
    assert found == ()
    assert len(warnings) == 1


@pytest.mark.parametrize(
    "kind",
    ["send_inspection", "jtai", "focused_visit", "monitoring_visit", "press_article", "other"],
)
def test_kinds_without_grades(kind: str) -> None:
    page: list[Printed] = [*COVER, f"{LEADERS} Good", "Overall effectiveness Good"]
    assert read_judgements(structure_letter(printed(page)), kind) == ((), ())


def test_the_data_file() -> None:
    table = load_toml("judgements.toml")
    assert {row["id"] for row in table["grade"]} == set(GRADES)
    assert all(set(row["kinds"]) <= set(DOCUMENT_KINDS) for row in table["sentence"])
    ids = [row["id"] for row in table["judgement"]]
    assert len(ids) == len(set(ids))
    assert all(row["id"] in ids for row in table["sentence"])
