from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from ofsted_extract.explore.dataset import Dataset, DatasetError
from ofsted_extract.explore.track import (
    Answer,
    authorities_to_follow,
    follow,
    verdict,
    write_followup,
)
from ofsted_extract.schema import FOLLOWUP

from .conftest import letter_tables

A, B, C, D, E, F = (letter * 16 for letter in "abcdef")
SUPERVISION = {"themes": ["management_oversight"]}
MISSING = {"themes": ["exploitation_missing"]}


@pytest.fixture
def folder(write_letters: Callable[..., Path]) -> Path:
    first = letter_tables(
        A,
        "northmoor",
        "2019-05-06_ilacs_inspection",
        [{"text": "Supervision is rare.", "finding": "weakness", **SUPERVISION}],
        [
            {"text": "The regularity of supervision.", **SUPERVISION},
            {"text": "Return home interviews.", **MISSING},
        ],
    )
    second = letter_tables(
        B,
        "northmoor",
        "2021-03-02_monitoring_visit",
        [
            {"text": "Findings about supervision", "kind": "heading", **SUPERVISION},
            {"text": "Supervision is described.", **SUPERVISION},
            {"text": "Supervision is now regular.", "finding": "strength", **SUPERVISION},
            {"text": "Houses are warm.", "finding": "strength", "themes": ["placements"]},
        ],
        visit_kloes=["the regularity of supervision"],
    )
    third = letter_tables(
        C,
        "northmoor",
        "2023-06-05_ilacs_inspection",
        [
            {"text": "Supervision has become rare again.", "finding": "weakness", **SUPERVISION},
            {"text": "Return home interviews are late.", "finding": "weakness", **MISSING},
        ],
    )
    article = letter_tables(
        D,
        "northmoor",
        "2021-04-01_press_article",
        [{"text": "Supervision is regular, Ofsted said.", "finding": "strength", **SUPERVISION}],
        [{"text": "Asked by nobody.", **SUPERVISION}],
    )
    undated = letter_tables(
        E,
        "northmoor",
        "undated_press_article",
        [{"text": "Supervision is rare.", "finding": "weakness", **SUPERVISION}],
    )
    alone = letter_tables(F, "kingsdale", "2020-01-01_monitoring_visit", [{"text": "Alone."}])
    article["documents"][0]["visit_start"] = None
    return write_letters(first, second, third, article, undated, alone)


def judged(folder: Path) -> dict[tuple[str, str], str]:
    return {
        (each.asked.id, each.later_visit.name): each.verdict
        for each in follow(Dataset.open(str(folder)), "northmoor")
    }


def test_every_request_meets_every_later_document_and_no_earlier_one(folder: Path) -> None:
    assert judged(folder) == {
        (f"{A}-r1", "2021-03-02_monitoring_visit"): "improved",
        (f"{A}-r1", "2021-04-01_press_article"): "improved",
        (f"{A}-r1", "2023-06-05_ilacs_inspection"): "still_weak",
        (f"{A}-r2", "2021-03-02_monitoring_visit"): "not_mentioned",
        (f"{A}-r2", "2021-04-01_press_article"): "not_mentioned",
        (f"{A}-r2", "2023-06-05_ilacs_inspection"): "still_weak",
        # the article is about the monitoring visit itself, so it comes after the first visit only
        (f"{B}-k1", "2023-06-05_ilacs_inspection"): "still_weak",
    }


def test_only_sentences_that_say_something_answer(folder: Path) -> None:
    found = follow(Dataset.open(str(folder)), "northmoor")[0]
    assert [answer.text for answer in found.answers] == ["Supervision is now regular."]
    assert found.answers[0].sentence_id == f"{B}-3"
    assert 0 < found.answers[0].score <= 1.5


def answer(score: float, finding: str = "none", progress: str = "none") -> Answer:
    return Answer("x-1", 1, "text", finding, progress, score)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], "not_mentioned"),
        ([answer(0.9, "strength")], "improved"),
        ([answer(0.9, "weakness")], "still_weak"),
        ([answer(0.9, "recommendation")], "still_weak"),
        ([answer(0.9, "mixed")], "mixed"),
        ([answer(0.9, "strength"), answer(0.8, "weakness")], "mixed"),
        ([answer(0.9, progress="improved")], "improved"),
        ([answer(0.9, progress="no_change")], "still_weak"),
        ([answer(0.9, "strength")] * 5 + [answer(0.4, "weakness")], "improved"),
        ([answer(0.5)], "not_mentioned"),
    ],
)
def test_verdict(answers: list[Answer], expected: str) -> None:
    assert verdict(answers) == expected


def test_the_table_is_written_and_replaced(folder: Path) -> None:
    dataset = Dataset.open(str(folder))
    followed = follow(dataset, "northmoor")
    assert write_followup(dataset, "northmoor", followed) == 7
    table = Dataset.open(str(folder)).followup("northmoor")
    assert tuple(table.columns) == FOLLOWUP.column_names
    assert len(table) == len(pd.read_parquet(folder / "parquet" / "followup")) == 7
    assert table.match_score.max() <= 1
    visit = "2019-05-06_ilacs_inspection"
    written = folder / "csv" / "northmoor" / visit / "followup.csv"
    assert written.read_text("utf-8-sig").startswith(",".join(FOLLOWUP.column_names))

    before = written.read_bytes()
    write_followup(dataset, "northmoor", followed)
    assert written.read_bytes() == before
    write_followup(dataset, "northmoor", [each for each in followed if each.asked.is_kloe])
    assert not written.exists()
    assert len(Dataset.open(str(folder)).followup("northmoor")) == 1


def test_which_authorities_are_followed(folder: Path) -> None:
    dataset = Dataset.open(str(folder))
    assert authorities_to_follow(dataset, []) == ["northmoor"]
    assert authorities_to_follow(dataset, ["Kingsdale"]) == ["kingsdale"]
    with pytest.raises(DatasetError, match="did you mean northmoor"):
        authorities_to_follow(dataset, ["northmor"])


def test_no_later_visit_at_all(write_letters: Callable[..., Path]) -> None:
    folder = write_letters(letter_tables(A, "northmoor", "2019-05-06_ilacs_inspection"))
    with pytest.raises(DatasetError, match=r"no authority .* has a later visit"):
        authorities_to_follow(Dataset.open(str(folder)), [])


def run(*arguments: str) -> Any:
    from ofsted_extract.cli import app

    return CliRunner().invoke(app, ["track", *arguments])


def test_the_command_prints_csv_into_a_pipe_and_messages_beside_it(folder: Path) -> None:
    done = run(str(folder), "--no-write")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.exit_code == 0
    assert {row["verdict"] for row in rows} == {"improved", "still_weak", "not_mentioned"}
    first = rows[0]
    assert first["quotation"] == "Supervision is now regular."
    assert first["recommendation"] == "The regularity of supervision."
    assert "3 recommendations and lines of enquiry of 1 authority" in done.stderr
    assert not (folder / "parquet" / "followup").exists()


def test_the_command_says_what_is_wrong(folder: Path, tmp_path: Path) -> None:
    assert run(str(tmp_path)).exit_code == 2
    done = run(str(folder), "--authority", "nowhere")
    assert done.exit_code == 2
    assert "no letter of 'nowhere'" in done.stderr


def test_tables_for_a_person(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from ofsted_extract.cli.track import _print_tables

    _print_tables(follow(Dataset.open(str(folder)), "northmoor"))
    shown = capsys.readouterr().out
    assert "northmoor 2019-05-06_ilacs_inspection" in shown
    assert "▲" in shown and "▼" in shown and "○" in shown


def test_a_document_that_repeats_another_neither_asks_nor_answers(
    write_letters: Callable[..., Path],
) -> None:
    asked = [{"text": "The regularity of supervision in each of the teams.", **SUPERVISION}]
    said = [
        {"text": "Supervision is now regular in each of the teams here.", "finding": "strength"}
        | SUPERVISION
    ]
    first, later = "2019-05-06_ilacs_inspection", "2021-03-02_monitoring_visit"
    folder = write_letters(
        letter_tables(A, "northmoor", first, asked, asked, pages=3),
        letter_tables(B, "northmoor", first, asked, asked),
        letter_tables(C, "northmoor", later, said, pages=3),
        letter_tables(D, "northmoor", later, said),
    )
    (followed,) = follow(Dataset.open(str(folder)), "northmoor")
    assert (followed.asked.document_id, followed.later_document_id) == (A, C)
