"""Which printed dates are the visit's, and what earlier visits a letter tells of."""

from __future__ import annotations

from datetime import date

import pytest

from ofsted_extract.facts.dates import first_period
from ofsted_extract.facts.kind import read_kind
from ofsted_extract.facts.previous import read_previous
from ofsted_extract.facts.visit import _NEAR, VisitDates, read_visit
from ofsted_extract.letter import Line, StructuredLetter
from ofsted_extract.structure import structure_letter

from .letters import Printed, facts_of, markdown, printed

TITLE = "Inspection of Rutland local authority children’s services"


def report(*lines: Printed) -> StructuredLetter:
    return structure_letter(printed([TITLE, *lines]))


def visit(structured: StructuredLetter) -> VisitDates:
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


LETTER = """\
Ofsted
Our ref: 12/11/2019/AB
{date}

Jo North
Director of Children’s Services
Rutland Council

Dear Jo North

## Focused visit to Rutland children’s services

{opening}

## Headline findings

Letters are answered.

Yours sincerely

Ada South
His Majesty’s Inspector
"""


@pytest.mark.parametrize(
    "opening",
    [
        "This letter tells of the focused visit to Rutland on 3 and 4 April 2024.",
        "Between 3 and 4 April 2024, inspectors undertook a visit to Rutland.",
        "This inspection took place from 3 April 2024 to 4 April 2024.",
        "Following the inspection of 6 May 2022, when services were judged inadequate, this letter "
        "summarises the findings of the visit on 3 and 4 April 2024.",
        "The report published on 1 July 2023 called for haste. The visit was on 3 and 4 April 2024.",
        "The last inspection of Rutland was on 6 May 2022. Inspectors were on site on 3 and 4 April "
        "2024.",
        "In the year to 31 March 2024, contacts to the visitor line rose. The visit to Rutland was "
        "on 3 and 4 April 2024.",
        "I write following the focused visit on 3 and 4 April 2024.",
        "This letter, published after the committee heard of it, is about a visit on 3 and 4 April 2024.",
        "Our findings of the visit were sent to you on 5 April 2024. We visited on 3 and 4 April 2024.",
        "This was the second visit since the inspection of 6 May 2022. We came on 3.4.24 to 4.4.24.",
    ],
)
def test_the_visit_is_when_a_sentence_says_it_was(opening: str) -> None:
    facts = facts_of(LETTER.format(date="2 May 2024", opening=opening))
    assert (facts.visit_start, facts.visit_end) == (date(2024, 4, 3), date(2024, 4, 4))
    assert facts.published_on == date(2024, 5, 2)


def test_no_sentence_about_the_visit_is_no_guess() -> None:
    facts = facts_of(LETTER.format(date="2 May 2024", opening="The act of 3 April 2011 applies."))
    assert facts.visit_start is None
    assert "no visit date is printed" in facts.warnings


def test_a_year_that_only_the_letters_date_tells() -> None:
    opening = "Between 20 and 24 November, Ofsted held an inspection of Rutland."
    facts = facts_of(LETTER.format(date="2 January 2017", opening=opening))
    assert facts.visit_start == date(2016, 11, 20)
    assert any("2016 follows from the date of the letter" in each for each in facts.warnings)


def test_a_misprinted_date_of_a_letter() -> None:
    opening = "The visit to Rutland was on 18 and 19 December 2023."
    facts = facts_of(LETTER.format(date="21 January 2023", opening=opening))
    assert facts.published_on == date(2023, 1, 21)
    assert any("before the visit" in each for each in facts.warnings)
    assert facts_of(LETTER.format(date="6 May 20205", opening=opening)).published_on is None


def test_days_of_a_visit_in_a_running_line_are_no_date_of_the_letter() -> None:
    opening = "This letter summarises the findings of the visit on 3 and 4 April 2024."
    for running in ("3 and 4 April 2024", "Focused findings, 3 and 4 April 2024"):
        facts = facts_of(f"{running}\n" + LETTER.format(date="2 May 2024", opening=opening))
        assert facts.published_on == date(2024, 5, 2)


@pytest.mark.parametrize(
    ("before", "published"),
    [
        ("Our ref: TRA/2024-01-05/7\n\n2 May 2024", date(2024, 5, 2)),
        ("Sent: 4 May 2024 09:12\nSubject: visit\n\n2 May 2024", date(2024, 5, 2)),
        ("Printed 02/01/2025 14:22\n\nDate: 2 May 2024", date(2024, 5, 2)),
        ("Our ref: 12/10/2019/AB", None),
    ],
)
def test_a_reference_is_no_date_of_publication(before: str, published: date | None) -> None:
    opening = "The visit to Rutland was on 3 and 4 April 2024."
    assert facts_of(LETTER.format(date=before, opening=opening)).published_on == published


def test_a_field_takes_the_date_right_behind_it() -> None:
    """A label and a date that other words part do not belong together."""
    near = report(f"Inspection dates:{' ' * (_NEAR - 2)}8 to 19 June 2026")
    assert visit(near).period is not None
    head = "Report published by the office of the inspectorate for Rutland 3 August 2026"
    far = visit(report("Inspection dates: 8 to 19 June 2026", head))
    assert far.published_on is None
    label = "Published:"
    edge = first_period(f"{'x' * (_NEAR - 1)} 3 August 2026")
    assert edge is not None and edge.position == _NEAR
    for gap, found in ((_NEAR, date(2026, 8, 3)), (_NEAR + 1, None)):
        line = f"{label} {'x' * (gap - 1)} 3 August 2026"
        assert visit(report("Inspection dates: 8 to 19 June 2026", line)).published_on == found


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

Much has changed in Rutland since the last inspection in 2016, when leaders were judged new.

Plans are read. The children's homes were judged good at their last inspection.

## What needs to improve?

- The work that was missing at the last inspection.
"""
    )
    assert read_previous(structured, "ilacs_inspection") == (
        "Much has changed in Rutland since the last inspection in 2016, when leaders were judged new."
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Rutland was last inspected in July 2017, when it was judged to be good.",
        "Since the previous inspection in 2018, when care was judged good, leaders have kept watch.",
        "The gaps identified at the last inspection have been closed.",
        "At the last inspection in 2016, inspectors found that files were lost.",
        "An inspection of Rutland took place in November 2019.",
        "This was the third monitoring visit since Rutland was judged inadequate in May 2020.",
        "Answers are quicker than was found at the last inspection.",
    ],
)
def test_a_statement_about_an_inspection(sentence: str) -> None:
    assert read_previous(_with_summary(sentence), "focused_visit", letter=True) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Since the last inspection in 2018, plans have become clearer.",
        "Plans have become clearer since the council was last inspected in June 2019.",
        "The panel that was set up following the last inspection meets weekly.",
        "Since the last assurance visit in October 2020, leaders have been at work.",
        "The homes for children had been seen before the visit.",
    ],
)
def test_a_date_of_a_change_is_no_statement(sentence: str) -> None:
    assert read_previous(_with_summary(sentence), "focused_visit", letter=True) == ""


def _with_summary(sentence: str) -> StructuredLetter:
    return markdown(
        "2 May 2021\n\nDear Jo North\n\n## Focused visit to Rutland\n\n"
        f"We came on 3 and 4 April 2021.\n\n## Headline findings\n\n{sentence}\n"
    )


def test_hyphenated_title_lines() -> None:
    raw = printed(["Inspection of Stoke-on", "Trent local authority children’s services"])
    page = raw.pages[0]
    first = Line(page.lines[0].text, x=70.0, y=page.lines[0].y, size=12.0, hyphenated=True)
    page = type(page)(1, (first, *page.lines[1:]), page.width, page.height)
    structured = structure_letter(type(raw)(raw.source, (page,)))
    from ofsted_extract.facts import read_facts

    assert read_facts(structured).authority == "Stoke-on-Trent"


def test_what_an_article_tells_of_a_publication_is_not_its_own() -> None:
    article = (
        "{line}\n\nInspectors said plans are late, a spokesperson for the watchdog told us. The "
        "letter was published on 2 May 2024 after a visit on 3 and 4 April 2024. Sign up for our "
        "newsletter. Read more.\n"
    )
    assert facts_of(article.format(line="Plans are late")).published_on is None
    told = facts_of(article.format(line="Posted on 5 May 2024 by Newsdesk"))
    assert told.document_kind == "press_article"
    assert told.published_on == date(2024, 5, 5)
