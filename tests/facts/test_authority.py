"""Authorities under every name and at every time."""

from __future__ import annotations

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from ofsted_extract.facts.authority import (
    authority_on,
    mentions,
    read_authority,
    read_told_authority,
)
from ofsted_extract.resources import load_csv

from .letters import printed


def named(title: str, day: str = "2019-06-01") -> str:
    authority, _ = read_authority((title,), printed([]), date.fromisoformat(day))
    return authority.name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("London Borough of Hammersmith & Fulham", "Hammersmith and Fulham"),
        ("Royal Borough of Kingston upon Thames Council", "Kingston upon Thames"),
        ("Trafford Metropolitan Borough Council", "Trafford"),
        ("Metropolitan Borough of Solihull", "Solihull"),
        ("City of Bradford Metropolitan District Council", "Bradford"),
        ("Bath & North East Somerset", "Bath and North East Somerset"),
        ("St. Helens", "St Helens"),
        ("Stoke-on-Trent", "Stoke-on-Trent"),
        ("Kingston Upon Hull City Council", "Kingston upon Hull"),
        ("Hull", "Kingston upon Hull"),
        ("Bristol City of", "Bristol"),
        ("Council of the Isles of Scilly", "Isles of Scilly"),
        ("Durham County Council", "Durham"),
        ("Birmingham Children’s Trust", "Birmingham"),
        ("Slough Children First", "Slough"),
        ("Together for Children", "Sunderland"),
        ("Bournemouth, Christchurch & Poole Council", "Bournemouth, Christchurch and Poole"),
        ("North East Lincolnshire", "North East Lincolnshire"),
        ("Nottinghamshire County Council", "Nottinghamshire"),
        ("Nottingham City", "Nottingham"),
    ],
)
def test_names(title: str, name: str) -> None:
    assert named(f"Inspection of {title} local authority children’s services") == name
    assert named(title) == name


@pytest.mark.parametrize(
    ("name", "day", "code"),
    [
        ("Buckinghamshire", "2020-03-31", "E10000002"),
        ("Buckinghamshire", "2020-04-01", "E06000060"),
        ("Dorset", "2018-05-01", "E10000009"),
        ("Dorset", "2021-05-01", "E06000059"),
        ("Northumberland", "2013-03-01", "E06000048"),
        ("Gateshead", "2014-01-01", "E08000037"),
        ("Sheffield", "2023-09-11", "E08000019"),
        ("Sheffield", "2025-09-11", "E08000039"),
        ("Somerset", "2015-01-20", "E10000027"),
        ("North Yorkshire", "2023-07-03", "E06000065"),
    ],
)
def test_the_code_is_that_of_the_day(name: str, day: str, code: str) -> None:
    authority, warning = authority_on(name, date.fromisoformat(day))
    assert authority.gss_code == code
    assert warning == ""


def test_a_council_that_was_gone() -> None:
    authority, warning = authority_on("Cumbria", date(2024, 1, 1))
    assert authority.gss_code == "E10000006"
    assert "2024-01-01" in warning
    before, warning = authority_on("Cumberland", date(2022, 1, 1))
    assert before.gss_code == "E06000063"
    assert warning


def test_no_day_means_today() -> None:
    assert authority_on("Dorset", None)[0].gss_code == "E06000059"


def test_unknown_authorities_are_kept_as_printed() -> None:
    authority, warnings = read_authority(
        ("Inspection of the Aldermere local authority children’s services",), printed([]), None
    )
    assert (authority.name, authority.slug) == ("Aldermere", "aldermere")
    assert len(warnings) == 1
    assert "Aldermere" in warnings[0]


@pytest.mark.parametrize(
    "council",
    [
        "Aldermere Borough Council",
        "Aldermere County Council",
        "Aldermere Metropolitan District Council",
    ],
)
def test_what_sort_of_council_it_is_is_no_part_of_an_unknown_name(council: str) -> None:
    for title in (f"Inspection of {council}", f"{council} Inspection of services", council):
        assert named(title) == "Aldermere"


def test_an_unknown_council_in_capitals_heads_its_paper() -> None:
    paper = printed(["ALDERMERE BOROUGH COUNCIL", "Report to the scrutiny committee on a visit."])
    authority, _ = read_told_authority(paper, None, council=True)
    assert authority.name == "Aldermere"


def test_names_count_with_a_capital_only() -> None:
    assert mentions("reading in Bath, bury in Reading") == ["Reading"]


def test_the_table_is_sound() -> None:
    rows = load_csv("authorities.csv")
    assert len({row["gss_code"] for row in rows}) == len(rows)
    assert len({row["slug"] for row in rows}) == len({row["name"] for row in rows})
    by_name: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        assert row["region"]
        by_name.setdefault(row["name"], []).append(row)
    for periods in by_name.values():
        for before, after in pairwise(periods):
            gap = date.fromisoformat(after["valid_from"]) - date.fromisoformat(before["valid_to"])
            assert gap.days == 1
    assert sum(not row["valid_to"] for row in rows) == 153  # authorities with children's services


def test_the_table_is_what_the_script_makes() -> None:
    root = Path(__file__).parents[2]
    with (root / "scripts" / "authority_history.csv").open(encoding="utf-8") as handle:
        history = list(csv.DictReader(handle))
    made = {(row["name"], row["gss_code"]) for row in load_csv("authorities.csv")}
    assert {(row["name"], row["gss_code"]) for row in history} <= made
