from __future__ import annotations

import pytest

from ofsted_extract.explore.words import features, stem


@pytest.mark.parametrize(
    "words",
    [
        ("assessment", "assessments", "assessing"),
        ("plan", "plans", "planned", "planning"),
        ("supervision", "supervised", "supervisor"),
        ("permanence", "permanent"),
        ("delay", "delays", "delayed"),
        ("audit", "auditing"),
        ("adoption", "adopters"),
    ],
)
def test_forms_of_a_word_share_a_stem(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


@pytest.mark.parametrize(
    ("one", "other", "subject"),
    [
        ("Contacts are screened in the MASH.", "The front door is strong.", "=front_door"),
        ("The EDT acts quickly.", "Support out of hours is weak.", "=out_of_hours"),
        ("The LADO is known.", "Allegations are managed well.", "=allegations"),
        ("IROs escalate.", "Independent reviewing officers visit.", "=reviewing_officer"),
        ("Child protection co-ordinators.", "Conference chairs.", "=chairs"),
        ("Pathway plans.", "Transition to adulthood.", "=pathway_plan"),
        ("Care leavers.", "Care-experienced young people.", "@care_leavers"),
    ],
)
def test_one_subject_under_several_names(one: str, other: str, subject: str) -> None:
    assert subject in features(one)
    assert subject in features(other)


def test_what_says_nothing_about_a_subject_is_no_feature() -> None:
    assert features("Children receive the services that they need.") == ()


def test_references_in_brackets_are_left_out() -> None:
    assert features("Audits (outcome 2, national framework)") == features("Audits")


def test_every_feature_once_and_pairs_of_words() -> None:
    found = features("Pathway plans and pathway plans")
    assert len(found) == len(set(found))
    assert "+plan pathwa" in found
