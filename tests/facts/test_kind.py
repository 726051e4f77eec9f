"""Kinds of document and frameworks from titles, never from file names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ofsted_extract.facts.dates import first_period
from ofsted_extract.facts.kind import Kind, framework_of, read_kind
from ofsted_extract.resources import load_toml
from ofsted_extract.schema import DOCUMENT_KINDS

from .letters import printed

TITLES: list[dict[str, Any]] = load_toml("kinds.toml")["title"]
SIF = next(row["patterns"][0] for row in TITLES if row["framework"] == "SIF").capitalize()


@pytest.mark.parametrize(
    ("title", "kind", "framework"),
    [
        ("Inspection of Rutland local authority children’s services", "ilacs_inspection", "ILACS"),
        ("Inspection of children’s social care services", "ilacs_inspection", "ILACS"),
        ("Inspection of Rutland Children and Families Trust", "ilacs_inspection", "ILACS"),
        ("Focused visit to Rutland children’s services", "focused_visit", "ILACS focused visit"),
        (
            "Monitoring visit of Rutland children’s services",
            "monitoring_visit",
            "ILACS monitoring visit",
        ),
        ("COVID-19 assurance visit to Rutland", "assurance_visit", "ILACS assurance visit"),
        ("Joint targeted area inspection of Rutland", "jtai", "JTAI"),
        (f"Re-i{SIF[1:]}", "sif_inspection", "SIF re-inspection"),
        (SIF, "sif_inspection", "SIF"),
        (
            "Inspection of looked after children services",
            "lac_inspection",
            "Looked after children 2013",
        ),
        (
            "Area SEND inspection of Rutland Local Area Partnership",
            "send_inspection",
            "Area SEND 2023",
        ),
        ("A letter about nothing in particular", "other", ""),
    ],
)
def test_titles(title: str, kind: str, framework: str) -> None:
    words = title.split()
    wrapped = [" ".join(words[:4]), " ".join(words[4:])]
    for lines in ([title], wrapped):
        found = read_kind(printed(["Ofsted", *lines, "Inspection dates: 1 May 2020", "Text."]))
        assert (found.document_kind, found.framework) == (kind, framework)
    assert not found.is_reported


def test_the_first_title_decides() -> None:
    raw = printed(
        [
            "Inspection of Rutland local authority children’s services",
            "Lead inspector: Ada North",
            "A focused visit to Rutland in 2019 and a joint targeted area inspection came before.",
        ]
    )
    assert read_kind(raw).document_kind == "ilacs_inspection"


def test_the_review_of_the_board_belongs_to_the_inspection() -> None:
    raw = printed(
        [
            "Rutland Council",
            f"{SIF}, children",
            "looked after and care leavers and Review of the effectiveness of the board",
        ]
    )
    assert read_kind(raw).framework == "SIF"


@pytest.mark.parametrize(
    ("dates", "overall", "framework"),
    [
        ("4 to 8 March 2024", True, "ILACS short inspection"),
        ("4 to 15 March 2024", True, "ILACS standard inspection"),
        (
            "8 July 2019 to 12 July 2019 and 7 August 2019 to 8 August 2019",
            True,
            "ILACS short inspection",
        ),
        ("8 to 19 June 2026", False, "ILACS 2026 standard inspection"),
        ("8 to 12 June 2026", False, "ILACS 2026 short inspection"),
        ("8 to 12 June 2026", True, "ILACS short inspection"),
    ],
)
def test_lengths(dates: str, overall: bool, framework: str) -> None:
    kind = Kind("ilacs_inspection", "ILACS")
    assert framework_of(kind, first_period(dates), overall_grade=overall) == framework


def test_frameworks_without_a_length() -> None:
    assert framework_of(Kind("sif_inspection", "SIF"), None, overall_grade=True) == "SIF"
    assert framework_of(Kind("ilacs_inspection", "ILACS"), None, overall_grade=True) == "ILACS"
    monitoring = Kind("monitoring_visit", "ILACS monitoring visit")
    before = framework_of(monitoring, first_period("3 May 2017"), overall_grade=False)
    assert before == "SIF monitoring visit"


def test_the_data_file() -> None:
    table: dict[str, Any] = load_toml("kinds.toml")
    assert table["ilacs"]["kind"] in DOCUMENT_KINDS
    assert isinstance(table["ilacs"]["reform"], date)
