"""What holds for every real letter; needs the folder of real letters beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from ofsted_extract.letter import NO_FINDING_ROLES, Role, StructuredLetter, UnitKind
from ofsted_extract.read import read_letter
from ofsted_extract.structure import structure_letter

from .test_demands import assert_rows_and_labels_agree

#: One letter or report of so many is read: all take minutes.
_EVERY = 29
_BODY = frozenset(Role) - NO_FINDING_ROLES
_FORM = ("I am copying this letter", "Ofsted will take the findings", "Inspectors used video calls")


def _sample(folder: Path) -> list[StructuredLetter]:
    paths = sorted(folder.rglob("*.pdf"))[::_EVERY]
    kept = [path for path in paths if path.read_bytes().startswith(b"%PDF")]
    return [structure_letter(read_letter(path)) for path in kept]


@pytest.fixture(scope="module")
def reports(corpus_dir: Path) -> list[StructuredLetter]:
    return _sample(corpus_dir)


@pytest.fixture(scope="module")
def letters(letters_dir: Path) -> list[StructuredLetter]:
    return _sample(letters_dir)


def test_rows_and_labels_agree_in_reports(reports: list[StructuredLetter]) -> None:
    for report in reports:
        assert_rows_and_labels_agree(report)


def test_rows_and_labels_agree_in_letters(letters: list[StructuredLetter]) -> None:
    for letter in letters:
        assert_rows_and_labels_agree(letter)


def test_no_letters_form_is_part_of_its_body(letters: list[StructuredLetter]) -> None:
    body = [unit.text for letter in letters for unit in letter.units if unit.role in _BODY]
    assert not [text for text in body if text.startswith(_FORM) or "ofsted.gov.uk" in text]


def test_no_back_page_belongs_to_a_judgement(reports: list[StructuredLetter]) -> None:
    ends = (Role.LICENCE, Role.LETTERHEAD, Role.ABOUT, Role.DEFINITIONS)
    units = [unit for report in reports for unit in report.units if unit.role in ends]
    assert units
    assert not [u.text for u in units if u.kind is not UnitKind.HEADING and u.judgement_area]
