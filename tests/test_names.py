"""What people call things: every id that the schema knows has a name in the data files."""

from __future__ import annotations

from datetime import date

import pytest

from ofsted_extract import names, schema
from ofsted_extract.resources import load_toml


@pytest.mark.parametrize(
    ("known", "ids"),
    [
        (names.FINDING, schema.FINDINGS),
        (names.VERDICTS, schema.VERDICTS),
        (names.METHODS, schema.METHODS),
        (names.EXTENTS, schema.EXTENTS),
        (names.PRIORITIES, schema.PRIORITIES),
        (names.GRADES, schema.GRADES),
        (names.PROGRESS, set(schema.PROGRESS) - {"none"}),
        (names.JUDGEMENTS, {row["id"] for row in load_toml("judgements.toml")["judgement"]}),
        (names.COHORTS, set(load_toml("cohorts.toml"))),
    ],
)
def test_every_id_has_a_name_and_no_name_is_left_over(known, ids) -> None:
    assert set(known) == set(ids)
    assert all(known.values())


def test_signs_tell_findings_apart_and_verdicts_share_them() -> None:
    assert len({finding.sign for finding in names.FINDINGS}) == len(names.FINDINGS)
    assert names.VERDICTS["still_weak"].sign == names.FINDING["weakness"].sign
    assert names.VERDICTS["improved"].sign == names.FINDING["strength"].sign


def test_names_of_groups_of_children_are_no_ids() -> None:
    assert names.cohort_name("children_in_need") == "Children in need"
    assert names.cohort_name("an_own_group") == "An own group"


def test_judgements_have_a_short_name_and_an_order() -> None:
    assert names.short_judgement_name("impact_of_leaders") == "Leaders"
    assert names.short_judgement_name("overall_effectiveness") == "Overall effectiveness"
    assert names.judgement_name("an_older_one") == "An older one"
    ordered = sorted(["an_older_one", "lscb", "impact_of_leaders"], key=names.judgement_order)
    assert ordered == ["impact_of_leaders", "lscb", "an_older_one"]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Kingston upon Hull, City of", "kingston-upon-hull-city-of"),
        ("King’s Lynn & West Norfolk", "kings-lynn-west-norfolk"),
        ("St. Helens", "st-helens"),
        ("../../etc", "etc"),
        ("Con", "con-"),
        ("con-", "con-"),
        ("LPT1", "lpt1-"),
        ("Conwy", "conwy"),
        ("…", ""),
        ("a" * 99 + "-b", "a" * 99),
    ],
)
def test_slugs(name: str, folder: str) -> None:
    assert names.slug(name) == folder


def test_months_are_english_whatever_the_locale() -> None:
    assert len(names.MONTHS) == 12
    assert names.day(date(2024, 3, 5)) == "5 March 2024"


def test_what_steers_a_terminal_is_shown_by_its_number() -> None:
    assert names.printable("a\x1b[1m\x9b\r\u202e\ud800z") == r"a\x1b[1m\x9b\r\u202e\ud800z"
    assert names.printable("line\n\tcafé “x” \xa0 —") == "line\n\tcafé “x” \xa0 —"
