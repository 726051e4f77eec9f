"""Kinds of document: the data file alone says what there is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ofsted_extract
from ofsted_extract import kinds
from ofsted_extract.kinds import FAMILIES, OTHER, DocumentKind, document_kind, document_kinds
from ofsted_extract.schema import DOCUMENT_KINDS, DOCUMENTS

NEW_KIND = """
[[kind]]
id = "peer_review"
name = "Review by a neighbouring council"
short_name = "Peer review"
family = "letter"
is_letter = true

[[title]]
kind = "peer_review"
framework = "Peer review 2027"
patterns = ["neighbourly review of"]
"""

# Runs in an interpreter of its own: the copy of the package is the one that it imports.
WITH_NEW_KIND = """
import sys
from pathlib import Path

import ofsted_extract
from ofsted_extract.explore.dataset import Dataset
from ofsted_extract.facts import read_facts
from ofsted_extract.kinds import document_kind
from ofsted_extract.letter import Letter, UnitLabels
from ofsted_extract.read import read_letter
from ofsted_extract.names import kind_name, short_kind_name
from ofsted_extract.schema import DOCUMENTS, SENTENCES
from ofsted_extract.structure import structure_letter
from ofsted_extract.write.dataset import Dataset as Writer
from ofsted_extract.write.rows import letter_rows
from ofsted_extract.write.store import open_store

folder = Path(sys.argv[1])
assert Path(ofsted_extract.__file__).is_relative_to(folder), ofsted_extract.__file__
structured = structure_letter(read_letter(folder / "letter.txt"))
facts = read_facts(structured)
assert (facts.document_kind, facts.framework) == ("peer_review", "Peer review 2027")
assert facts.addressee.startswith("Ada North"), "it is not read as a letter"
letter = Letter(structured, facts, (UnitLabels(),) * len(structured.units), "none", "0")
Writer(open_store(str(folder / "out"))).write(letter_rows(letter))
dataset = Dataset.open(str(folder / "out"))
(visit,) = dataset.visits()
assert (visit.name, visit.kind) == ("2027-03-02_peer_review", "peer_review")
assert visit.is_inspectors and not visit.is_reported
for table in (DOCUMENTS, SENTENCES):
    (allowed,) = (each.allowed for each in table.columns if each.name == "document_kind")
    assert "peer_review" in allowed
assert kind_name("peer_review") == "Review by a neighbouring council"
assert short_kind_name("peer_review") == "Peer review"
assert document_kind("peer_review").family == "letter"
"""

LETTER = """2 March 2027

Ada North
Director of Children's Services
Rutland County Council

Dear Ada

Neighbourly review of Rutland children's services

This letter summarises the findings of the review on 2 and 3 March 2027.

Headline findings

Social workers see children often and know them well.

Yours sincerely

Ben South
"""


def test_a_kind_added_to_the_data_file_alone_works_everywhere(tmp_path: Path) -> None:
    package = tmp_path / "ofsted_extract"
    source = Path(ofsted_extract.__file__).parent
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__"))
    with (package / "data" / "kinds.toml").open("a", encoding="utf-8") as file:
        file.write(NEW_KIND)
    (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WITH_NEW_KIND, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_schema_allows_every_kind_and_no_other() -> None:
    assert tuple(each.id for each in document_kinds()) == DOCUMENT_KINDS
    (column,) = (each for each in DOCUMENTS.columns if each.name == "document_kind")
    assert column.allowed == DOCUMENT_KINDS
    assert len(set(DOCUMENT_KINDS)) == len(DOCUMENT_KINDS)


def test_what_kinds_are() -> None:
    assert document_kind("focused_visit").is_letter
    assert not document_kind("focused_visit").is_full_inspection
    assert document_kind("sif_inspection").is_full_inspection
    assert document_kind("sif_inspection").family == "sif"
    assert document_kind("press_article").is_reported
    assert not document_kind("press_article").is_visit
    assert not document_kind(OTHER).is_visit
    assert {each.family for each in document_kinds()} == set(FAMILIES)


def test_an_unknown_kind_is_no_visit() -> None:
    assert document_kind("no such kind") is document_kind(OTHER)


def test_an_unknown_family_is_told() -> None:
    with pytest.raises(ValueError, match=r"poem has family 'verse'"):
        DocumentKind("poem", "Poem", "verse")


def test_a_title_of_no_kind_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"kind": [], "title": [{"kind": "poem"}], "reporter": []}
    monkeypatch.setattr(kinds, "load_toml", lambda _: table)
    with pytest.raises(ValueError, match="no \\[\\[kind\\]\\] for other, poem"):
        kinds.document_kinds.__wrapped__()
