from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ofsted_extract.explore.dataset import Dataset, DatasetError, Visit
from ofsted_extract.schema import TABLES

from .conftest import letter_tables

A, B, C, D = ("a" * 16, "b" * 16, "c" * 16, "d" * 16)


@pytest.fixture
def folder(write_letters: Callable[..., Path]) -> Path:
    return write_letters(
        letter_tables(A, "northmoor", "2021-03-02_focused_visit", [{"text": "One."}]),
        letter_tables(
            B,
            "northmoor",
            "2019-05-06_ilacs_inspection",
            [{"text": "Two.", "themes": ["planning"]}, {"text": "Three."}],
            [{"text": "Plans."}],
        ),
        letter_tables(C, "northmoor", "undated_press_article", [{"text": "Four."}]),
        letter_tables(D, "kingsdale", "2020-01-01_monitoring_visit", [{"text": "Five."}]),
    )


def test_all_columns_in_the_order_of_the_schema_also_where_a_table_is_empty(folder: Path) -> None:
    dataset = Dataset.open(str(folder))
    for table in TABLES:
        assert tuple(dataset.frame(table).columns) == table.column_names
    assert dataset.followup().empty


def test_rows_come_by_authority_visit_and_position(folder: Path) -> None:
    texts = Dataset.open(str(folder)).sentences().text
    assert list(texts) == ["Five.", "Two.", "Three.", "One.", "Four."]


def test_filters_read_only_the_folders_asked_for(folder: Path) -> None:
    for other in folder.glob("parquet/sentences/authority_slug=kingsdale/*/*"):
        other.write_bytes(b"broken")
    dataset = Dataset.open(str(folder))
    rows = dataset.sentences("Northmoor", "2019", columns=["text", "visit", "themes"])
    assert list(rows.columns) == ["text", "visit", "themes"]
    assert list(rows.text) == ["Two.", "Three."]
    assert set(rows.visit) == {"2019-05-06_ilacs_inspection"}
    assert list(rows.themes[0]) == ["planning"]


def test_visits_in_order_and_reports_about_visits_only_on_demand(folder: Path) -> None:
    dataset = Dataset.open(str(folder))
    names = [visit.name for visit in dataset.visits("northmoor")]
    assert names == ["2019-05-06_ilacs_inspection", "2021-03-02_focused_visit"]
    assert len(dataset.visits("northmoor", reported=True)) == 3
    assert dataset.authorities() == ("kingsdale", "northmoor")
    last = Visit("x", "undated_other")
    assert last.day is None and last.kind == "other" and not last.is_inspectors


def test_wrong_questions_are_answered_with_what_there_is(folder: Path, tmp_path: Path) -> None:
    dataset = Dataset.open(str(folder))
    with pytest.raises(DatasetError, match="did you mean northmoor"):
        dataset.sentences("Northmor")
    with pytest.raises(DatasetError, match="2021-03-02_focused_visit"):
        dataset.sentences("northmoor", "2030")
    with pytest.raises(DatasetError, match="holds no dataset"):
        Dataset.open(str(tmp_path))


def test_run_json_is_there_or_empty(folder: Path) -> None:
    dataset = Dataset.open(str(folder))
    assert dataset.run() == {}
    (folder / "run.json").write_text(json.dumps({"counts": {}}))
    assert dataset.run() == {"counts": {}}


def test_an_object_store_reads_the_same(folder: Path) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.put(str(folder), "/dataset-test", recursive=True)
    dataset = Dataset.open("memory://dataset-test")
    assert len(dataset.sentences()) == 5
    assert len(dataset.sentences("kingsdale")) == 1


def test_a_letter_in_two_files_and_its_press_release_name_what_they_repeat(
    write_letters: Callable[..., Path],
) -> None:
    said = [{"text": f"Child number {number} is safe in this place now."} for number in range(9)]
    visit = "2021-03-02_focused_visit"
    folder = write_letters(
        letter_tables(A, "northmoor", visit, said),
        letter_tables(B, "northmoor", visit, said, pages=4),
        letter_tables(C, "northmoor", "2021-03-02_press_article", said[:5]),
        letter_tables(D, "northmoor", "2022-03-02_focused_visit", said),
        letter_tables("e" * 16, "kingsdale", visit, said),
    )
    dataset = Dataset.open(str(folder))
    same = {A: B, C: B}
    rows = dataset.documents(columns=["same_as", "document_id"])
    assert list(rows.columns) == ["same_as", "document_id"]
    assert {name: of for of, name in rows.itertuples(index=False) if of} == same
    part = Dataset.open(str(folder)).documents("northmoor", "2021-03-02_press")
    assert list(part.same_as) == [B]
    assert len(dataset.sentences("northmoor", visit)) == 18
