"""Whole letters of our own: every fact at once."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ofsted_extract.facts import read_facts
from ofsted_extract.letter import Facts
from ofsted_extract.schema import DOCUMENT_KINDS
from ofsted_extract.structure import structure_letter

from .letters import FOCUSED_VISIT, facts_of, printed


def test_focused_visit() -> None:
    facts = facts_of(FOCUSED_VISIT)
    assert facts.document_kind == "focused_visit"
    assert facts.framework == "ILACS focused visit"
    assert (facts.authority, facts.gss_code, facts.urn) == ("Northumberland", "E06000057", "80532")
    assert (facts.visit_start, facts.visit_end) == (date(2021, 7, 13), date(2021, 7, 14))
    assert facts.published_on == date(2021, 9, 3)
    assert facts.lead_inspector == "Ada North"
    assert facts.inspectors == ("Ada North", "Ben O'Hara-West")
    assert facts.addressee == "Clara Dray, Director of Children's Services"
    assert facts.scope.startswith("Inspectors looked at")
    assert facts.previous_visit == ("At the previous inspection their plans were found wanting.")
    assert facts.judgements == ()
    assert [r.text for r in facts.recommendations] == [
        "How soon young carers are told who helps them.",
        "The audit of case records.",
    ]
    assert [r.framework_reference for r in facts.recommendations] == ["", "enabler 2"]
    second = facts.recommendations[1]
    assert set(second.positions) <= set(facts.framework_references)
    assert set(facts.framework_references.values()) == {"enabler 2"}
    assert facts.reported == frozenset()
    assert facts.warnings == ()


def test_monitoring_letter_lists_its_lines_of_enquiry() -> None:
    facts = facts_of(
        """\
Dear Jo

## Monitoring visit to Cumbria children’s services

This letter tells what we saw in Cumbria on 30 and 31 March 2023. His Majesty’s Inspectors for
this visit were Ada North and Ben South.

## Areas covered by the visit

Inspectors reviewed the progress made in:

• the supervision of social workers
• how well managers listen to care leavers.

## Headline findings

Supervision is better than it was.

Yours sincerely

Ada North
"""
    )
    assert facts.document_kind == "monitoring_visit"
    assert facts.gss_code == "E10000006"  # two days before the county was split
    assert facts.visit_kloes == (
        "the supervision of social workers",
        "how well managers listen to care leavers.",
    )
    assert facts.inspectors == ("Ada North", "Ben South")


def test_a_newspaper_is_reported_speech() -> None:
    facts = facts_of(
        """\
Council told to do better

Ofsted said that Rutland has more to do. Its inspectors visited the council on 3 and 4 May 2022.

Inspectors Ada North and Ben South met young people. Inspectors said that plans were late.

A spokesperson for Rutland said: “We are glad.” The monitoring visit was the second.

Read more: sign up to our newsletter
"""
    )
    assert facts.document_kind == "press_article"
    assert facts.framework == "ILACS monitoring visit"
    assert facts.authority == "Rutland"
    assert (facts.visit_start, facts.visit_end) == (date(2022, 5, 3), date(2022, 5, 4))
    assert facts.inspectors == ("Ada North", "Ben South")
    assert facts.lead_inspector == ""
    assert facts.recommendations == ()
    assert facts.reported == frozenset(range(1, max(facts.reported) + 1))


def test_the_year_an_article_leaves_out() -> None:
    article = """\
Ofsted found late plans in Rutland two years ago, in May 2020. Ofsted visited again on July 5 and 6.

Inspectors said so. The report said more. A spokesman for Rutland was glad.

Read more
"""
    facts = facts_of(article)
    assert facts.visit_start == date(2022, 7, 5)
    assert any("year of the visit is not printed" in warning for warning in facts.warnings)
    undated = facts_of(article.replace("two years ago, ", ""))
    assert undated.visit_start is None
    assert "no visit date is printed" in undated.warnings


def test_council_report() -> None:
    facts = facts_of(
        """\
RUTLAND COUNCIL

Report to: Scrutiny Committee

Report of: The director

Report Title

What Ofsted saw

Background Papers

None

The monitoring visit was held on 3rd & 4th May 2022.

The key lines of enquiry for this visit were:

- Audits.

- The voice of children.
"""
    )
    assert facts.document_kind == "council_report"
    assert facts.authority == "Rutland"
    assert (facts.visit_start, facts.visit_end) == (date(2022, 5, 3), date(2022, 5, 4))
    assert facts.visit_kloes == ("Audits.", "The voice of children.")


def test_nothing_known() -> None:
    facts = facts_of("A walk along the river.\n\nIt was warm.")
    assert facts.document_kind == "other"
    assert facts.authority_slug == "unknown"
    assert len(facts.warnings) == 3  # no kind, no date, no authority


_PHRASES = st.sampled_from(
    [
        "Inspection of Rutland local authority children's services",
        "Focused visit to Rutland",
        "Inspection dates: 4 to 8 May 2020",
        "Lead inspector:",
        "Overall effectiveness",
        "Requires improvement",
        "Dear Ada North",
        "What needs to improve?",
        "◼ The audit of records (outcome 2",
        "Inspection team",
        "Responsible body",
    ]
)


@given(st.lists(st.one_of(st.text(max_size=60), _PHRASES), max_size=12))
def test_no_text_breaks_it(lines: list[str]) -> None:
    facts = read_facts(structure_letter(printed([*lines])))
    assert isinstance(facts, Facts)
    assert facts.document_kind in DOCUMENT_KINDS
    assert [r.number for r in facts.recommendations] == list(
        range(1, len(facts.recommendations) + 1)
    )
