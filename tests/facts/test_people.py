"""Inspectors and addressees; every name is made up."""

from __future__ import annotations

import pytest

from ofsted_extract.facts.addressee import read_addressee
from ofsted_extract.facts.people import _MAX_NAME_WORDS, People, read_people, read_reported_people
from ofsted_extract.read import read_bytes

from .letters import Printed, printed


def people(*lines: Printed, letter: bool = False) -> People:
    return read_people(printed([*lines]), letter=letter)


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["Lead inspector: Ada North, Her Majesty’s Inspector", "Judgement Grade"], ["Ada North"]),
        (["Lead inspector: Ada North HMI"], ["Ada North"]),
        (
            ["Lead inspector: Ada North", "His Majesty’s Inspector", "Judgement Grade"],
            ["Ada North"],
        ),
        (["Reporting inspector Ada North HMI", "Age group: All"], ["Ada North"]),
        (["Lead inspector: Máire d’Arcy-Lane, HMI"], ["Máire d'Arcy-Lane"]),
        (["Lead inspector: Jo-ellen de la Rue SHMI"], ["Jo-ellen de la Rue"]),
        (
            [
                "Lead inspectors: Ada North, His Majesty’s Inspector, and Ben South,",
                "His Majesty’s Inspector",
            ],
            ["Ada North", "Ben South"],
        ),
    ],
)
def test_lead(lines: list[Printed], names: list[str]) -> None:
    found = people(*lines)
    assert found.lead == names[0]
    assert list(found.inspectors) == names


def test_team_fields() -> None:
    found = people(
        "The inspection team",
        "Lead inspector: Ada North HMI",
        "Deputy lead inspector Ben South HMI",
        "Team inspectors: Cy East HMI; Di West HMI, Eve",
        "Hill (Additional Inspector) and Flo Dale (OI).",
        "Shadow inspectors: Gus Moor",
        "Senior data analyst: Hal Tarn",
        "Quality assurance manager: Ivy Beck SHMI",
        "Information about this area",
    )
    assert found.inspectors == (
        "Ada North", "Ben South", "Cy East", "Di West", "Eve Hill", "Flo Dale", "Gus Moor",
    )  # fmt: skip


def test_a_second_visit() -> None:
    found = people(
        "Lead inspector: Ada North HMI",
        "Two came later. Inspectors who carried out this second visit were:",
        "Ben South Senior HMI; Cy East HMI",
        "They saw eleven plans",
    )
    assert found.inspectors == ("Ada North", "Ben South", "Cy East")


def test_two_columns_on_one_line() -> None:
    found = people(
        "Inspection team",
        "Ofsted Care Quality Commission",
        "Ada North HMI, Ofsted Lead inspector Ben South, CQC Lead inspector",
        "Dr Cy East, Ofsted HMI Di West, CQC inspector",
        "Mr Eve Hill, Ofsted Inspector",
    )
    assert found.lead == "Ada North"
    assert found.inspectors == ("Ada North", "Cy East", "Eve Hill", "Ben South", "Di West")


def test_no_inspector_is_no_guess() -> None:
    assert (
        people("Inspection dates: 4 May 2020", "Judgement Grade", "Overall effectiveness Good")
        == People()
    )


LETTER: list[Printed] = [
    "Ms Clara Dray",
    "Strategic Director, Children’s Services",
    "Rutland County Council",
    "Dear Clara",
    "This letter is short. The visit was carried out by Her Majesty’s Inspectors, Ada North and",
    "Ben South.",
    "Yours sincerely",
    "Ben South",
    "Her Majesty’s Inspector",
]


def test_letter() -> None:
    found = people(*LETTER, letter=True)
    assert found.lead == "Ben South"  # who signs
    assert found.inspectors == ("Ben South", "Ada North")
    assert read_addressee(printed(LETTER)) == "Clara Dray, Strategic Director, Children's Services"


@pytest.mark.parametrize(
    ("greeting", "addressee"),
    [
        ("Dear Ms Dray", "Clara Dray, Strategic Director, Children's Services"),
        ("Dear Clara Dray,", "Clara Dray, Strategic Director, Children's Services"),
        ("Dear Olu Adebayo", "Olu Adebayo"),
        ("Dear colleagues", "Clara Dray, Strategic Director, Children's Services"),
    ],
)
def test_greetings(greeting: str, addressee: str) -> None:
    lines = [greeting if line == "Dear Clara" else line for line in LETTER]
    assert read_addressee(printed(lines)) == addressee


def test_newspaper() -> None:
    raw = printed(
        ["Inspectors Ada North and Ben South-Lane met carers. Inspectors North of here did not."]
    )
    assert read_reported_people(raw) == ("Ada North", "Ben South-Lane")


def test_a_name_has_five_words_at_most() -> None:
    longest = "Ada Bea Cy Di North"
    assert len(longest.split()) == _MAX_NAME_WORDS
    assert people(f"Lead inspector: {longest}, HMI").lead == longest
    assert people(f"Lead inspector: Eve {longest}, HMI").lead == ""


def test_blank_lines_of_text_stand_between_a_heading_and_its_names() -> None:
    raw = read_bytes(
        b"Inspection team\n\nOfsted\n\nAda North, Ofsted Lead inspector\n\nBen South, Ofsted HMI\n\n"
        b"Care Quality Commission\n\nCy East, CQC inspector\n\nMore about the area: none\n",
        "a.txt",
    )
    assert read_people(raw, letter=False) == People(
        "Ada North", ("Ada North", "Ben South", "Cy East")
    )
