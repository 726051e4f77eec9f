"""The gold file and every real report; skipped aloud where the reports are not."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ofsted_extract.errors import DocumentError
from ofsted_extract.facts import read_facts
from ofsted_extract.kinds import document_kinds
from ofsted_extract.letter import Facts
from ofsted_extract.read import read_letter
from ofsted_extract.structure import structure_letter

pytestmark = pytest.mark.corpus

ROOT = Path(__file__).parents[2]
#: Four files of 2012 are named .pdf and are web pages.
UNREADABLE = 4


def _benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "benchmark_facts", ROOT / "benchmarks" / "facts.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BENCHMARK = _benchmark()
GOLD: list[dict[str, Any]] = BENCHMARK.gold_rows()
LETTERS = [row for row in GOLD if row["path"].startswith("letters/")]
REPORTS = [row for row in GOLD if row not in LETTERS]
#: Share of the letters' fields that may be wrong.
MOST_MISSES = 0.01


@pytest.fixture(scope="module")
def shared(corpus_dir: Path) -> Path:
    return corpus_dir.parent


def _misses(row: dict[str, Any], shared: Path) -> list[tuple[str, object, object]]:
    read = BENCHMARK.read_row(row, shared)
    return [miss for miss in BENCHMARK.differences(row, read) if miss[1] != miss[2]]


@pytest.mark.parametrize("row", REPORTS, ids=[row["sha256"][:8] for row in REPORTS])
def test_gold_of_reports(row: dict[str, Any], shared: Path) -> None:
    assert _misses(row, shared) == []


def test_gold_of_letters(shared: Path) -> None:
    """Who, when and what are all right; of all fields nearly all (the misses: docs/facts.md)."""
    misses = [miss for row in LETTERS for miss in _misses(row, shared)]
    assert not {field for field, _, _ in misses} - {"scope", "recommendations", "priority"}
    fields = sum(len(row) for row in LETTERS) - 2 * len(LETTERS)  # path and hash are no facts
    assert len(misses) <= MOST_MISSES * fields, misses


@pytest.fixture(scope="module")
def everything(corpus_dir: Path) -> dict[str, Facts]:
    found = {}
    for path in sorted(corpus_dir.glob("*/*.pdf")):
        try:
            structured = structure_letter(read_letter(path))
        except DocumentError:
            continue
        found[hashlib.sha256(path.read_bytes()).hexdigest()] = read_facts(structured)
    assert len(list(corpus_dir.glob("*/*.pdf"))) - len(found) == UNREADABLE
    return found


def test_every_report_has_who_when_and_what(everything: dict[str, Facts]) -> None:
    for facts in everything.values():
        assert facts.document_kind not in ("other", "press_article", "council_report")
        assert facts.authority
        assert facts.gss_code
        assert facts.urn
        assert facts.framework
        assert facts.visit_start is not None
        assert facts.visit_end is not None
        assert facts.visit_start <= facts.visit_end
        assert facts.lead_inspector or "no lead inspector is printed" in facts.warnings


def test_grades_only_where_they_are_printed(everything: dict[str, Facts]) -> None:
    printing = {each.id for each in document_kinds() if each.grades}
    for facts in everything.values():
        assert bool(facts.judgements) == (facts.document_kind in printing)
        ids = [judgement.judgement for judgement in facts.judgements]
        assert len(ids) == len(set(ids))
        assert ("2026" in facts.framework) == (
            facts.document_kind == "ilacs_inspection" and "overall_effectiveness" not in ids
        )


def test_the_file_name_plays_no_part(corpus_dir: Path, tmp_path: Path) -> None:
    path = sorted(corpus_dir.glob("*/area send*.pdf"))[0]
    renamed = tmp_path / "children's services inspection - 01 january 1999.pdf"
    renamed.write_bytes(path.read_bytes())
    facts = [read_facts(structure_letter(read_letter(file))) for file in (path, renamed)]
    assert facts[0] == facts[1]
