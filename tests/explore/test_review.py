from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ofsted_extract.evaluation.labelled import read_documents, read_labels
from ofsted_extract.explore.dataset import Dataset
from ofsted_extract.explore.review import ReviewError, apply_review, review_text
from ofsted_extract.labels import Label
from ofsted_extract.write.corrections import (
    Correction,
    apply_corrections,
    check_finding,
    check_progress,
    check_themes,
    read_corrections,
    text_hash,
)

from .conftest import letter_tables

A, B = "d" + "a" * 16, "d" + "b" * 16
VISIT = "2021-03-02_focused_visit"
DAY = date(2026, 1, 2)


def unsure(text: str, finding: str, score: float, **more: Any) -> dict[str, Any]:
    return {"text": text, "finding": finding, f"{finding}_score": score, **more}


@pytest.fixture
def tables() -> dict[str, list[dict[str, Any]]]:
    return letter_tables(
        A,
        "northmoor",
        VISIT,
        [
            {"text": "Findings", "kind": "heading", "strength_score": 0.5},
            unsure(
                "Visits are regular.", "strength", 0.95, themes=["planning"], theme_scores=[0.9]
            ),
            unsure("Plans are late.", "strength", 0.55, themes=["planning"], theme_scores=[0.9]),
            unsure("=Audits are thin.", "weakness", 0.99),
            unsure("Panels meet.", "strength", 0.99, themes=["planning"], theme_scores=[0.31]),
            unsure("The timeliness of plans.", "recommendation", 0.6, themes=["health"]),
        ],
        [{"text": "The timeliness of plans.", "themes": ["health"], "sentence_ids": [f"{A}-6"]}],
    )


@pytest.fixture
def folder(write_letters: Callable[..., Path], tables: Any) -> Path:
    other = letter_tables(B, "northmoor", VISIT, [{"text": "Another letter of the visit."}])
    return write_letters(tables, other)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def save(
    path: Path, rows: list[dict[str, str]], delimiter: str = ",", encoding: str = "utf-8"
) -> None:
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def test_the_least_sure_come_first_and_headings_and_the_sure_not_at_all(folder: Path) -> None:
    rows = rows_of(review_text(Dataset.open(str(folder)), "northmoor", None, 0))
    assert [row["text"] for row in rows] == [
        "Plans are late.",
        "The timeliness of plans.",
        "'=Audits are thin.",  # sure, but without a theme; no spreadsheet runs it
        "Panels meet.",
    ]
    why = ["strength 0.55", "recommendation 0.60", "no theme", "theme 0.31"]
    assert [row["why"] for row in rows] == why
    assert all(not row["correct_finding"] for row in rows)
    assert len(rows_of(review_text(Dataset.open(str(folder)), "northmoor", "2021", 1))) == 1


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-8")]
)
def test_corrections_reach_dataset_csv_corrections_file_and_labels(
    folder: Path, tmp_path: Path, delimiter: str, encoding: str
) -> None:
    dataset = Dataset.open(str(folder))
    rows = rows_of(review_text(dataset, "northmoor", None, 0))
    rows[0] |= {"correct_finding": "W", "correct_progress": "=", "note": "read in context"}
    rows[1] |= {"correct_themes": "planning, leadership"}
    save(tmp_path / "review.csv", rows, delimiter, encoding)

    done = apply_review(dataset, tmp_path / "review.csv", "A. Analyst", DAY)
    assert (done.corrections, done.sentences, done.documents) == (2, 2, 1)

    found = Dataset.open(str(folder)).sentences("northmoor").set_index("text")
    late = found.loc["Plans are late."]
    assert (late.finding, late.progress, late.method) == ("weakness", "no_change", "review")
    assert (bool(late.is_strength), bool(late.is_weakness)) == (False, True)
    assert late.evidence == "A. Analyst, 2026-01-02"
    assert list(late.themes) == ["planning"]
    asked = Dataset.open(str(folder)).recommendations("northmoor").iloc[0]
    assert list(asked.themes) == ["planning", "leadership"]

    labels = folder / "review" / "labels"
    units = read_labels(labels)
    assert [(each.finding, each.themes, each.progress) for each in units] == [
        ("W", "PL", "="),
        ("R", "PL,LE", "."),
    ]
    assert isinstance(units[0], Label) and units[0].stretch == "review"
    assert [each.document_id for each in read_documents(labels)] == [A]
    kept = (folder / "review" / "corrections.csv").read_text()
    assert "Plans are late" not in kept and text_hash("Plans are late.") in kept


def test_the_csv_of_a_visit_keeps_all_its_letters(folder: Path, tmp_path: Path) -> None:
    dataset = Dataset.open(str(folder))
    rows = rows_of(review_text(dataset, "northmoor", None, 0))
    rows[0] |= {"correct_finding": "none"}
    save(tmp_path / "review.csv", rows)
    apply_review(dataset, tmp_path / "review.csv", "A. Analyst", DAY)
    written = (folder / "csv" / "northmoor" / VISIT / "sentences.csv").read_text()
    assert "Another letter of the visit." in written and "Plans are late." in written


def test_applying_twice_adds_nothing_and_the_latest_word_counts(
    folder: Path, tmp_path: Path
) -> None:
    dataset = Dataset.open(str(folder))
    rows = rows_of(review_text(dataset, "northmoor", None, 0))
    rows[0] |= {"correct_finding": "weakness"}
    save(tmp_path / "review.csv", rows)
    assert apply_review(dataset, tmp_path / "review.csv", "A", DAY).corrections == 1
    assert apply_review(dataset, tmp_path / "review.csv", "A", DAY).corrections == 0
    rows[0] |= {"correct_finding": "mixed"}
    save(tmp_path / "review.csv", rows)
    assert apply_review(dataset, tmp_path / "review.csv", "B", DAY).corrections == 1
    standing = read_corrections(dataset.store)
    assert [(each.finding, each.reviewer) for each in standing.values()] == [("mixed", "B")]
    assert len((folder / "review" / "corrections.csv").read_text().splitlines()) == 3


def test_errors_name_the_line_and_nothing_is_changed(folder: Path, tmp_path: Path) -> None:
    dataset = Dataset.open(str(folder))
    before = sorted((path, path.read_bytes()) for path in folder.rglob("*.parquet"))
    rows = rows_of(review_text(dataset, "northmoor", None, 0))
    rows[0] |= {"correct_finding": "good"}
    rows[1] |= {"correct_themes": "plannning"}
    rows[2] |= {"key": "doc:x:y", "correct_finding": "none"}
    save(tmp_path / "review.csv", rows)
    with pytest.raises(ReviewError) as error:
        apply_review(dataset, tmp_path / "review.csv", "A", DAY)
    message = str(error.value)
    assert "line 2: 'good' is no finding; write one of strength, weakness" in message
    assert "line 3: unknown theme 'plannning'" in message
    assert "line 4: no sentence of this dataset" in message
    assert before == sorted((path, path.read_bytes()) for path in folder.rglob("*.parquet"))
    assert not (folder / "review").exists()


def test_a_file_that_is_no_review_and_one_without_corrections(folder: Path, tmp_path: Path) -> None:
    dataset = Dataset.open(str(folder))
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ReviewError, match="is no review file"):
        apply_review(dataset, tmp_path / "other.csv", "A", DAY)
    (tmp_path / "same.csv").write_text(review_text(dataset, None, None, 0))
    with pytest.raises(ReviewError, match="corrects nothing"):
        apply_review(dataset, tmp_path / "same.csv", "A", DAY)


def test_corrections_hold_when_a_letter_is_written_again(tables: Any) -> None:
    correction = Correction(
        A[1:] * 4, text_hash("plans are LATE"), "weakness", "", "none", "A", "2026"
    )
    assert apply_corrections(tables, {correction.key: correction}) == 1
    assert tables["sentences"][2]["finding"] == "weakness"
    assert tables["sentences"][2]["themes"] == []
    assert apply_corrections(tables, {}) == 0


def test_labels_are_taken_as_ids_codes_or_names() -> None:
    assert check_finding(" SW ") == check_finding("Mixed") == "mixed"
    assert check_progress("'=") == check_progress("No change") == "no_change"
    assert check_themes("PL; early_help, Care leavers") == "planning;early_help;care_leavers"
    assert check_themes("-") == check_themes("none") == ""
    with pytest.raises(ValueError, match="at most 4"):
        check_themes("PL;EH;CL;LE;WF")


def test_the_command_hands_out_and_takes_back(folder: Path, tmp_path: Path) -> None:
    from ofsted_extract.cli import app

    path = tmp_path / "review.csv"
    done = CliRunner().invoke(app, ["review", str(folder), "--out", str(path)])
    assert done.exit_code == 0 and "4 sentences" in done.output
    rows = rows_of(path.read_text(encoding="utf-8-sig"))
    rows[0] |= {"correct_finding": "weakness"}
    save(path, rows)
    done = CliRunner().invoke(app, ["review", str(folder), "--apply", str(path), "--by", "A"])
    assert done.exit_code == 0 and "1 new correction;" in done.output
    for arguments in (["--apply", str(tmp_path / "no.csv")], ["--authority", "nowhere"]):
        assert CliRunner().invoke(app, ["review", str(folder), *arguments]).exit_code == 2


def test_a_batch_puts_corrections_in_again(tmp_path: Path) -> None:
    from ofsted_extract.batch.options import Options
    from ofsted_extract.batch.work import Task, process
    from ofsted_extract.extraction import Extractor
    from ofsted_extract.write.dataset import Dataset as Writer
    from ofsted_extract.write.store import open_store

    letter = Path(__file__).parents[2] / "data" / "raw" / "aldermere-focused-visit-2024.txt"
    if not letter.is_file():
        pytest.skip("data/raw holds no sample letters")
    writer = Writer(open_store(str(tmp_path / "out")))
    task, extractor = Task(str(letter), ""), Extractor("rules")
    assert process(task, extractor, writer, Options()).reason == ""
    folder = tmp_path / "out"
    rows = rows_of(review_text(Dataset.open(str(folder)), None, None, 0))
    rows[0] |= {"correct_finding": "mixed"}
    save(tmp_path / "review.csv", rows)
    apply_review(Dataset.open(str(folder)), tmp_path / "review.csv", "A", DAY)
    reviewed = Dataset.open(str(folder)).sentences()

    assert process(task, extractor, writer, Options()).reason == ""
    again = Dataset.open(str(folder)).sentences()
    assert list(again.method) == list(reviewed.method)
    assert set(again[again.method == "review"].finding) == {"mixed"}
