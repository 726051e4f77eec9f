"""The data files say what they mean."""

from __future__ import annotations

import pytest

from ofsted_extract.classify.rules.cues import Family, expand, phrases, spellings
from ofsted_extract.resources import load_toml
from ofsted_extract.schema import EXTENTS
from ofsted_extract.themes import theme_ids


def test_braces_stand_for_alternatives() -> None:
    assert expand("{a|b} {c|}") == ["a c", "a", "b c", "b"]
    assert expand("plain") == ["plain"]


def test_hyphens_open_and_close_up() -> None:
    assert spellings("step-down") == ["step-down", "step down", "stepdown"]


def test_every_cue_is_a_word_or_phrase_and_no_sentence() -> None:
    long = [phrase for phrase in phrases() if len(phrase.split()) > 8]
    assert long == []


def test_a_finding_cue_speaks_for_one_side_only() -> None:
    sides = {
        phrase: {use.value[0] for use in uses if use.family is Family.POLARITY}
        for phrase, uses in phrases().items()
    }
    assert [phrase for phrase, found in sides.items() if len(found) > 1] == []


def test_every_theme_and_every_extent_has_words() -> None:
    uses = [use for found in phrases().values() for use in found]
    themes = {use.value[0] for use in uses if use.family is Family.THEME and use.value[1] > 0}
    assert themes == set(range(len(theme_ids())))
    extents = {use.value.amount for use in uses if use.family is Family.EXTENT and use.value}
    assert extents == set(EXTENTS)


@pytest.mark.parametrize("name", ["finding_cues", "theme_cues", "progress"])
def test_grades_are_known(name: str) -> None:
    table = load_toml(f"{name}.toml")
    lists = table["themes"] if name == "theme_cues" else table
    settings = {
        "from_previous",
        "from_previous_pronoun",
        "words",
        "strength",
        "weakness",
        "neutral",
    }
    skipped = {"grades", "start", "scope", "context", "place", "rule", "never", "threshold"}
    for key, section in lists.items():
        if key not in skipped:
            assert set(section) - settings <= set(table["grades"]), key


def test_cohorts_are_named_for_people() -> None:
    cohorts = load_toml("cohorts.toml")
    assert all(row["name"] and row["words"] for row in cohorts.values())
    assert {"care_leavers", "privately_fostered", "unaccompanied_children"} <= set(cohorts)
