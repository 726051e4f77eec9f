"""Strength, weakness and recommendation, on sentences of our own."""

from __future__ import annotations

import pytest
import spacy

from ofsted_extract.classify.rules import decide
from ofsted_extract.letter import Role, Unit, UnitKind

from .conftest import Label, LabelAll, Tag, unit

STRENGTHS = [
    "Visits are timely and purposeful.",
    "Managers provide clear oversight of this work.",
    "There is no delay in matching these children with adopters.",
    "Leaders have strengthened supervision since the last inspection.",
    "Thresholds are well understood by the partners of Westmarsh.",
]
WEAKNESSES = [
    "Visits are not always timely.",
    "Plans are neither clear nor specific.",
    "Supervision is inconsistent across the teams.",
    "Caseloads in the eastern team are too high.",
    "Social workers no longer have good access to training.",
    "There is a lack of effective challenge.",
    "Chronologies are poor and rarely updated.",
]
MIXED = [
    ("Visits are timely, but records of them are poor.", "Visits are timely", "records"),
    ("Although supervision is inconsistent, staff feel well supported.", "staff feel", "superv"),
    ("Plans are detailed; however, reviews are often delayed.", "Plans are", "reviews"),
    ("WHILE THE OFFER IS STRONG, TOO FEW YOUNG PEOPLE KNOW OF IT.", "THE OFFER", "TOO FEW"),
]
NARRATIVE_DUTIES = [
    "The local authority should review how it commissions short breaks.",
    "Leaders must ensure that every child has a named worker.",
    "The council and its partners should agree one protocol.",
    "Norfolk should publish its offer to care leavers.",
]
NO_DUTIES = [
    "Children are not seen as quickly as they should be.",
    "Parents know what must change.",
    "Plans do not say what should happen next.",
    "It was recommended that the local authority should act.",
]


@pytest.mark.parametrize("text", STRENGTHS)
def test_strengths(tag: Tag, text: str) -> None:
    assert tag(text).finding == "strength"


@pytest.mark.parametrize("text", WEAKNESSES)
def test_weaknesses(tag: Tag, text: str) -> None:
    assert tag(text).finding == "weakness"


@pytest.mark.parametrize("text", [*STRENGTHS, *WEAKNESSES])
def test_capitals_and_quotes_change_nothing(tag: Tag, text: str) -> None:
    assert tag(text.upper()).finding == tag(text).finding


def test_curly_and_straight_quotes_are_one(label: Label) -> None:
    curly = label("Children’s plans aren’t clear, and the ‘front door’ doesn’t respond.")
    straight = label("Children's plans aren't clear, and the 'front door' doesn't respond.")
    assert curly.weakness == straight.weakness
    assert curly.themes == straight.themes


@pytest.mark.parametrize(("text", "strength", "weakness"), MIXED)
def test_mixed_sentences_say_which_clause_is_which(
    tag: Tag, text: str, strength: str, weakness: str
) -> None:
    label = tag(text)
    assert label.finding == "mixed"
    assert label.strength_text.startswith(strength)
    assert label.weakness_text.startswith(weakness)
    assert label.strength_text in text
    assert label.weakness_text in text


def test_a_hedge_alone_is_not_mixed(tag: Tag) -> None:
    assert tag("Most children are seen regularly.").finding == "strength"
    assert tag("Some plans lack timescales.").finding == "weakness"


def test_a_circumstance_is_no_weakness(tag: Tag) -> None:
    text = "When children are not safe at home, social workers act promptly."
    assert tag(text).finding == "strength"


@pytest.mark.parametrize("text", NARRATIVE_DUTIES)
def test_the_authority_is_told(tag: Tag, text: str) -> None:
    assert tag(text).finding == "recommendation"


@pytest.mark.parametrize("text", NO_DUTIES)
def test_nobody_is_told(tag: Tag, text: str) -> None:
    assert tag(text).finding != "recommendation"


def test_a_bullet_may_be_an_order(tag: Tag) -> None:
    order = "Ensure that plans have timescales."
    assert tag(order, kind=UnitKind.BULLET).finding == "recommendation"
    told = "Managers ensure that plans have timescales."
    assert tag(told, kind=UnitKind.BULLET).finding == "strength"


@pytest.mark.parametrize("role", [Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS])
def test_a_list_of_improvements(tag: Tag, role: Role) -> None:
    bullet = tag("The quality of pathway plans.", kind=UnitKind.BULLET, role=role, demand=1)
    assert (bullet.finding, bullet.method, bullet.themes) == (
        "recommendation",
        "structure",
        ("care_leavers",),
    )
    reference = tag("(Outcome 2, national framework)", kind=UnitKind.BULLET, role=role)
    assert (reference.finding, reference.method) == ("none", "structure")


@pytest.mark.parametrize("role", [Role.ABOUT, Role.BACKGROUND, Role.LICENCE, Role.SCOPE])
def test_sections_without_findings(tag: Tag, role: Role) -> None:
    label = tag("Services are effective and strong.", role=role)
    assert (label.finding, label.method) == ("none", "structure")


def test_headings_and_lead_ins_are_no_findings(tag: Tag) -> None:
    assert tag("Strong leadership", kind=UnitKind.HEADING).finding == "none"
    assert tag("Inspectors found strengths in:").finding == "none"


def test_a_sentence_refers_back_to_the_one_before(label_all: LabelAll) -> None:
    leaning = "This means that it takes months."
    after = {
        first: decide(label_all([unit(first), unit(leaning)])[1])
        for first in ("Assessments are much too slow and poor.", "Assessments are excellent.")
    }
    weak, strong = after.values()
    assert weak.weakness_score > strong.weakness_score


def test_evidence_is_in_the_text(tag: Tag) -> None:
    text = "Supervision is inconsistent and too infrequent."
    evidence = tag(text).evidence.split("; ")
    assert evidence
    assert all(words in text for words in evidence)


def test_a_plain_text_needs_no_units() -> None:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("ofsted_sentences")
    pipeline.add_pipe("ofsted_rules")
    doc = pipeline("Visits are timely. Plans are poor.")
    found = [decide(rule).finding for rule in doc.user_data["ofsted_rules"]]
    assert found == ["strength", "weakness"]


def test_empty_units_are_no_findings(label_all: LabelAll) -> None:
    units: list[Unit] = [unit("Visits are timely."), unit(""), unit("Plans are poor.")]
    assert [decide(rule).finding for rule in label_all(units)] == ["strength", "none", "weakness"]
