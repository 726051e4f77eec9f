"""Which printed dates are the visit's, and what earlier visits a letter tells of."""

from __future__ import annotations

from datetime import date

from ofsted_extract.facts.kind import read_kind
from ofsted_extract.facts.previous import read_previous
from ofsted_extract.facts.visit import Visit, read_visit
from ofsted_extract.letter import Line, StructuredLetter
from ofsted_extract.structure import structure_letter

from .letters import Printed, facts_of, markdown, printed

TITLE = "Inspection of Rutland local authority children’s services"


def report(*lines: Printed) -> StructuredLetter:
    return structure_letter(printed([TITLE, *lines]))


def visit(structured: StructuredLetter) -> Visit:
    return read_visit(structured, read_kind(structured.raw), letter=False)


def test_fields() -> None:
    found = visit(
        report("Inspection dates: 8 to 19 June", "2026", "Report published: 3 August 2026")
    )
    assert found.period is not None
    assert (found.period.start, found.period.end) == (date(2026, 6, 8), date(2026, 6, 19))
    assert found.published_on == date(2026, 8, 3)
    assert found.warnings == ()


def test_an_earlier_inspections_dates_are_not_taken() -> None:
    raw = printed(
        [
            "Area SEND inspection of Rutland Local Area Partnership",
            "Inspection dates: 6 to 10 March 2023",
            "Dates of previous inspection: 1 to 5 October 2018",
            "Inspection outcome",
        ]
    )
    structured = structure_letter(raw)
    found = visit(structured)
    assert found.period is not None
    assert found.period.start == date(2023, 3, 6)
    assert read_previous(structured, "send_inspection") == "1 to 5 October 2018"


def test_no_date_is_a_warning() -> None:
    assert visit(report("Lead inspector: Ada North")).warnings == ("no visit date is printed",)


def test_the_title_counts_and_the_footer_is_told() -> None:
    structured = report("Inspection dates: 8 to 19 June 2026")
    structured = StructuredLetter(
        structured.raw,
        structured.units,
        furniture=((2, "9 to 19 June 2026 2"), (3, "9 to 19 June 2026 3")),
    )
    found = visit(structured)
    assert found.period is not None
    assert found.period.start == date(2026, 6, 8)
    assert len(found.warnings) == 1
    assert "8 to 19 June 2026" in found.warnings[0]
    assert "9 to 19 June 2026" in found.warnings[0]


def test_a_letters_own_date_is_not_the_visit() -> None:
    facts = facts_of(
        "2 May 2019\n\nDear Jo North\n\n## Focused visit to Rutland\n\nWe came on 3 and 4 April 2019.\n"
    )
    assert facts.published_on == date(2019, 5, 2)
    assert facts.visit_start == date(2019, 4, 3)


def test_earlier_inspections_in_the_summary() -> None:
    structured = markdown(
        f"""\
# {TITLE}

Inspection dates: 4 to 8 May 2020

Much has changed in Rutland since the last inspection in 2016, when leaders were new.

Plans are read. The children's homes were judged good at their last inspection.

## What needs to improve?

- The work that was missing at the last inspection.
"""
    )
    assert read_previous(structured, "ilacs_inspection") == (
        "Much has changed in Rutland since the last inspection in 2016, when leaders were new."
    )


def test_hyphenated_title_lines() -> None:
    raw = printed(["Inspection of Stoke-on", "Trent local authority children’s services"])
    page = raw.pages[0]
    first = Line(page.lines[0].text, x=70.0, y=page.lines[0].y, size=12.0, hyphenated=True)
    page = type(page)(1, (first, *page.lines[1:]), page.width, page.height)
    structured = structure_letter(type(raw)(raw.source, (page,)))
    from ofsted_extract.facts import read_facts

    assert read_facts(structured).authority == "Stoke-on-Trent"
