"""Themes, rare ones above all, on sentences of our own."""

from __future__ import annotations

import pytest

from ofsted_extract.letter import UnitKind
from ofsted_extract.themes import theme_ids

from .conftest import Label, LabelAll, unit

NAMED = [
    ("Young carers receive good support.", "young_carers"),
    ("Private fostering arrangements are well monitored.", "private_fostering"),
    ("Privately fostered children are visited on time.", "private_fostering"),
    ("Allegations against professionals are handled promptly.", "allegations"),
    ("The LADO gives clear advice.", "allegations"),
    ("The local authority designated officer gives clear advice.", "allegations"),
    ("Young people who present as homeless are assessed quickly.", "homeless_16_17"),
    ("The joint housing protocol for 16- and 17-year-olds is good.", "homeless_16_17"),
    ("Unaccompanied asylum-seeking children are well supported.", "unaccompanied_children"),
    ("UASC have timely age assessments.", "unaccompanied_children"),
    ("Pathway plans are up to date.", "care_leavers"),
    ("Care-experienced young people value their PAs.", "care_leavers"),
    ("Strategy discussions are timely.", "child_protection"),
    ("The MASH responds promptly to contacts.", "front_door"),
    ("The out of hours service is effective.", "front_door"),
    ("Edge-of-care services are effective.", "early_help"),
    ("Return home interviews are of poor quality.", "exploitation_missing"),
    ("Domestic abuse is well understood.", "household_harm"),
    ("Children who are electively home educated are known.", "missing_education"),
    ("The adoption panel is strong.", "permanence"),
    ("Foster carers are well supported.", "placements"),
    ("Life-story work is sensitive.", "family_time"),
    ("Initial health assessments are late.", "health"),
    ("The virtual school is ambitious.", "education"),
    ("IROs know the children well.", "independent_review"),
    ("Supervision is regular and reflective.", "management_oversight"),
    ("Audits are not yet effective.", "quality_assurance"),
    ("Caseloads are manageable.", "workforce"),
    ("The corporate parenting board is strong.", "corporate_parenting"),
]


@pytest.mark.parametrize(("text", "theme"), NAMED)
def test_a_theme_that_is_named_comes_first(label: Label, text: str, theme: str) -> None:
    assert label(text).themes[0] == theme


def test_a_longer_phrase_hides_a_shorter_one(label: Label) -> None:
    assert "placements" not in label("Private fostering is well known.").themes
    assert "assessment" not in label("Health assessments are late.").themes


def test_at_most_four_themes_best_first(label: Label) -> None:
    text = (
        "Early help, the MASH, private fostering, young carers, care leavers, adoption and the "
        "virtual school are good."
    )
    found = label(text)
    assert len(found.themes) == 4
    assert list(found.chosen_scores) == sorted(found.chosen_scores, reverse=True)


def test_a_pronoun_takes_the_theme_before_it(label_all: LabelAll) -> None:
    first = unit("Private fostering arrangements are well monitored.")
    leaning, standing = unit("They are visited often."), unit("Audits are regular.")
    assert "private_fostering" in label_all([first, leaning])[1].themes
    assert "private_fostering" not in label_all([first, standing])[1].themes


def test_a_heading_ends_what_was_said_before(label_all: LabelAll) -> None:
    units = [
        unit("Private fostering arrangements are well monitored."),
        unit("Grade", kind=UnitKind.HEADING),
        unit("They are effective."),
    ]
    assert "private_fostering" not in label_all(units)[2].themes


def test_scores_have_one_entry_per_theme(label: Label) -> None:
    scores = label("Plans are clear.").theme_scores
    assert len(scores) == len(theme_ids())
    assert all(0.0 <= score <= 1.0 for score in scores)
