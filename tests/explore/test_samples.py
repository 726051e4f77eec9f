"""The invented story of Aldermere, from its PDFs to the follow-up and the summary."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ofsted_extract.explore.dataset import Dataset
from ofsted_extract.explore.track import follow
from ofsted_extract.extraction import Extractor
from ofsted_extract.letter import Letter
from ofsted_extract.names import UNSURE, shown_verdict
from ofsted_extract.report.summary import summary
from ofsted_extract.write.dataset import Dataset as Writer
from ofsted_extract.write.rows import letter_rows
from ofsted_extract.write.store import open_store

ROOT = Path(__file__).parents[2]
EXPECTED = ROOT / "tests" / "samples" / "followup_expected.json"


@pytest.fixture(scope="module")
def letters() -> dict[str, Letter]:
    """The letters by file name, read with the rules alone: they need no trained model."""
    extractor = Extractor("rules")
    paths = sorted((ROOT / "data" / "raw").glob("aldermere-*.pdf"))
    if not paths:
        pytest.skip("data/raw holds no sample letters")
    read = {path.name: extractor.read(path) for path in paths}
    # whose letters they are is for the tests of the facts
    return {
        name: replace(letter, facts=replace(letter.facts, authority_slug="aldermere"))
        for name, letter in read.items()
    }


def test_later_visits_are_judged_as_their_author_meant_them(
    letters: dict[str, Letter], tmp_path: Path
) -> None:
    writer = Writer(open_store(str(tmp_path)))
    for letter in letters.values():
        writer.write(letter_rows(letter))
    names = {letter.document_id: name for name, letter in letters.items()}
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    judged = {
        (int(each.asked.id.rpartition("-r")[2]), names[each.later_document_id]): each
        for each in follow(Dataset.open(str(tmp_path)), "aldermere")
        if names[each.asked.document_id] == expected["document"] and not each.asked.is_kloe
    }
    pairs = [((row["number"], row["later"]), row["verdict"]) for row in expected["expected"]]
    wrong = [(judged[key], right) for key, right in pairs if judged[key].verdict != right]
    # the rules alone misread some findings: a verdict may be one step off, and the opposite only
    # where it is too unsure to be shown
    assert len(wrong) <= 4, wrong
    for followed, right in wrong:
        shown = shown_verdict(followed.verdict, followed.confidence)
        assert "mixed" in {followed.verdict, right} or shown == UNSURE, followed


def test_the_summary_has_all_recommendations_and_both_sides(letters: dict[str, Letter]) -> None:
    letter = letters["aldermere-ilacs-2019.pdf"]
    text = summary(letter)
    assert text.index("## Strengths") < text.index("## However") < text.index("## What must")
    asked = text[text.index("## What must") :]
    assert asked.count("\n- ") == len(letter.facts.recommendations) == 7
    assert text.count("(page ") == text.count("\n- ")
