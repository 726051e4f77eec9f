"""The whole way, facts and findings, on our own sample letters: what a careful reader finds."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ofsted_extract import extract
from ofsted_extract.extraction import ExtractedLetter

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data" / "raw"
EXPECTED: list[dict[str, Any]] = json.loads((RAW / "expected.json").read_text(encoding="utf-8"))


@cache
def letter(name: str) -> ExtractedLetter:
    return extract(RAW / name, model="rules")


def findings(name: str, finding: str) -> list[str]:
    sentences = letter(name).sentences
    return list(sentences[sentences.finding == finding].text)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected["file"])
def test_facts(expected: dict[str, Any]) -> None:
    facts = letter(expected["file"]).letter.facts
    assert facts.document_kind == expected["document_kind"]
    assert facts.authority == expected["authority"]
    for name in ("visit_start", "visit_end", "published_on"):
        day = getattr(facts, name)
        assert (day.isoformat() if day else None) == expected[name], name
    assert facts.lead_inspector == expected["lead_inspector"]
    assert list(facts.inspectors) == expected["inspectors"]
    printed = {(judgement.judgement, judgement.grade) for judgement in facts.judgements}
    assert printed == {(row["judgement"], row["grade"]) for row in expected["judgements"]}
    assert len(facts.recommendations) == expected["recommendations"]
    if expected["visit_kloes"] is not None:
        assert len(facts.visit_kloes) == expected["visit_kloes"]


def test_every_kind_of_letter_has_a_sample() -> None:
    kinds = {expected["document_kind"] for expected in EXPECTED}
    assert kinds == {
        "focused_visit",
        "monitoring_visit",
        "ilacs_inspection",
        "sif_inspection",
        "send_inspection",
        "press_article",
        "council_report",
        "jtai",
    }


def test_pdf_and_text_of_one_letter_say_the_same() -> None:
    pdf, text = (letter(f"aldermere-focused-visit-2024.{end}") for end in ("pdf", "txt"))
    body = [
        [
            (unit.text, unit.role, labels.finding)
            for unit, labels in zip(x.letter.structured.units, x.letter.labels, strict=True)
            if unit.role.value not in {"letterhead", "title"} and unit.kind.value != "heading"
        ]
        for x in (pdf, text)
    ]
    assert body[0] == body[1]


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected["file"])
def test_every_recommendation_by_place_has_its_row_and_the_reverse(
    expected: dict[str, Any],
) -> None:
    sentences = letter(expected["file"]).sentences
    asked = sentences[(sentences.finding == "recommendation") & (sentences.method == "structure")]
    in_rows = [
        each for row in letter(expected["file"]).recommendations.sentence_ids for each in row
    ]
    assert sorted(asked.sentence_id) == sorted(in_rows)


@pytest.mark.parametrize(
    "name",
    [
        "aldermere-focused-visit-2020.pdf",
        "kingsbarrow-focused-visit-2022.pdf",
        "westhaven-jtai-2018.pdf",
        "westhaven-jtai-2023.pdf",
    ],
)
def test_the_form_of_a_letter_is_no_finding(name: str) -> None:
    sentences = letter(name).sentences
    found = sentences[sentences.finding != "none"].text
    form = (
        r"Inspectors? (?:looked|used|were)|COVID-19 context|letter|Ofsted|statement|Harbour Court"
    )
    assert not found.str.contains(form).any()
    assert sentences.text.str.contains("Harbour Court|Piccadilly").sum() == 1


def test_a_joint_inspection_that_tells_under_areas_for_improvement_asks_for_nothing() -> None:
    sentences = letter("westhaven-jtai-2018.pdf").sentences
    told = sentences[(sentences.section == "Areas for improvement") & (sentences.kind == "bullet")]
    assert list(told.finding) == ["weakness"] * 2 + ["strength"] + ["weakness"] * 3 + [
        "recommendation"
    ]
    assert "structure" not in set(told.method)


def test_priority_actions_come_from_their_own_heading() -> None:
    table = letter("kingsbarrow-focused-visit-2022.pdf").recommendations
    assert list(table.priority) == ["priority", "priority", "", ""]
    assert not table.text.str.contains("swift and decisive").any()


def test_recommendations_stand_where_the_letter_lists_them() -> None:
    for name, count in (("aldermere-ilacs-2019.pdf", 7), ("kingsbarrow-ilacs-2026.pdf", 6)):
        sentences = letter(name).sentences
        listed = sentences[
            sentences.section.str.startswith("What needs") & (sentences.kind == "bullet")
        ]
        assert list(listed.finding) == ["recommendation"] * count
        assert set(listed.method) == {"structure"}


def test_national_framework_references_are_columns_not_text() -> None:
    table = letter("kingsbarrow-ilacs-2026.pdf").recommendations
    assert all(table.framework_reference.str.match(r"outcome \d|enabler: "))
    assert not table.text.str.contains(r"national framework|\(|\d$").any()


def test_no_overall_grade_is_guessed_after_april_2026() -> None:
    judgements = letter("kingsbarrow-ilacs-2026.pdf").judgements
    assert "overall_effectiveness" not in set(judgements.judgement)


def test_plain_strengths_and_weaknesses_by_rule() -> None:
    strengths = findings("aldermere-ilacs-2019.pdf", "strength")
    weaknesses = findings("aldermere-ilacs-2019.pdf", "weakness")
    assert "Early help is well established." in strengths
    assert "The front door does not work well enough." in weaknesses
    assert "Assessments are too variable." in weaknesses


def test_a_newspaper_and_a_council_are_reported_speech() -> None:
    for name in (
        "press-article-aldermere-2022.txt",
        "council-report-aldermere-2022.txt",
        "kingsbarrow-minutes-2022.pdf",
    ):
        sentences = letter(name).sentences
        assert sentences[sentences.finding != "none"].reported.all()
    assert not letter("aldermere-ilacs-2019.pdf").sentences.reported.any()


def test_of_minutes_only_what_inspectors_found_is_a_finding() -> None:
    name = "kingsbarrow-minutes-2022.pdf"
    assert [text.split()[0] for text in findings(name, "weakness")] == ["Inspectors", "They"]
    assert [text.split()[0] for text in findings(name, "strength")] == ["Ofsted"]
    assert not findings(name, "recommendation")
    headings = letter(name).sentences.query("kind == 'heading'").text
    assert "15. Ofsted focused visit" in set(headings)


def test_footnotes_and_page_furniture_are_not_in_the_text() -> None:
    for expected in EXPECTED:
        texts = letter(expected["file"]).sentences.text
        assert not texts.str.contains("invented sample)", regex=False).any()
    notes = letter("aldermere-ilacs-2019.pdf").letter.structured.footnotes
    assert [note.mark for note in notes] == ["1"]


def test_samples_are_what_the_script_makes() -> None:
    pytest.importorskip("reportlab")
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "make_samples.py", "--check"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
