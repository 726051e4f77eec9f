from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from ofsted_extract.explore.dataset import Dataset, DatasetError
from ofsted_extract.explore.followup_table import read_followup, update, write_followup
from ofsted_extract.explore.track import (
    authorities_to_follow,
    follow,
    later_sentences,
    life,
)
from ofsted_extract.schema import FOLLOWUP

from .conftest import letter_tables

A, B, C, D, E, F = (letter * 16 for letter in "abcdef")
SUPERVISION = {"themes": ["management_oversight"]}
MISSING = {"themes": ["exploitation_missing"]}
#: What else a letter says: how telling a word is depends on how many sentences have it.
ELSE = [
    {"text": f"{subject} are well kept.", "finding": "strength", "themes": ["placements"]}
    for subject in ("Houses", "Gardens", "Kitchens", "Roofs", "Windows", "Doors", "Paths", "Walls",
                    "Floors", "Stairs", "Lamps", "Chairs", "Tables", "Curtains", "Carpets", "Sheds",
                    "Fences", "Gates", "Ponds", "Trees")
]  # fmt: skip


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
            *ELSE,
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
            *ELSE,
        ],
    )
    article = letter_tables(
        D,
        "northmoor",
        "2021-04-01_press_article",
        [
            {
                "text": "Supervision is now regular, and managers have recorded supervision well.",
                "finding": "strength",
                **SUPERVISION,
            },
            *ELSE,
        ],
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
    assert 0 < found.match_score <= 1
    assert 0 < found.confidence <= 1


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

    followed = follow(Dataset.open(str(folder)), "northmoor")
    _print_tables([replace(each, confidence=0.1) for each in followed])
    unsure = capsys.readouterr().out
    assert "read these" in unsure and "▲" not in unsure and "▼" not in unsure
    _print_tables([replace(each, confidence=0.9) for each in followed])
    shown = capsys.readouterr().out
    assert "Northmoor 2019-05-06_ilacs_inspection" in shown
    assert "▲" in shown and "▼" in shown and "○" in shown


def test_a_life_is_one_row_over_all_later_documents(folder: Path) -> None:
    lives = life(follow(Dataset.open(str(folder)), "northmoor"))
    assert [each.asked.id for each in lives] == [f"{A}-r1", f"{A}-r2", f"{B}-k1"]
    assert [step.later_visit.day.year for step in lives[0].steps if step.later_visit.day] == [
        2021,
        2021,
        2023,
    ]


def test_any_text_can_be_asked_about(folder: Path) -> None:
    dataset = Dataset.open(str(folder))
    found = later_sentences(dataset, "Northmoor", "Supervision is regular.", date(2022, 1, 1))
    assert [each.later_visit.name for each in found] == ["2023-06-05_ilacs_inspection"]
    assert [each.text for each in found[0].answers] == ["Supervision has become rare again."]


def test_a_later_recommendation_may_ask_again(write_letters: Callable[..., Path]) -> None:
    again = {"text": "The regularity of supervision.", "finding": "recommendation", **SUPERVISION}
    first = letter_tables(A, "northmoor", "2019-05-06_ilacs_inspection", [], [again])
    later = letter_tables(B, "northmoor", "2023-06-05_ilacs_inspection", [*ELSE, again])
    (found,) = follow(Dataset.open(str(write_letters(first, later))), "northmoor")
    assert [each.sentence_id for each in found.asked_again] == [f"{B}-{len(ELSE) + 1}"]
    assert found.verdict == "still_weak"


def test_only_authorities_whose_letters_changed_are_compared_again(
    folder: Path, write_letters: Callable[..., Path]
) -> None:
    slugs = ["northmoor", "kingsdale"]
    dataset = Dataset.open(str(folder))
    first = {each.authority_slug: each for each in update(dataset, slugs)}
    assert [each.is_new for each in first.values()] == [True, True]
    stored = read_followup(dataset, "northmoor")
    assert [replace(each, confidence=0.0, match_score=0.0) for each in stored] == [
        replace(each, confidence=0.0, match_score=0.0) for each in first["northmoor"].followed
    ]
    assert [each.confidence for each in stored] == pytest.approx(
        [each.confidence for each in first["northmoor"].followed], abs=1e-3
    )
    assert {each.authority_slug for each in update(dataset, slugs) if each.is_new} == set()
    write_letters(letter_tables("9" * 16, "kingsdale", "2024-01-01_monitoring_visit"))
    dataset = Dataset.open(str(folder))
    assert {each.authority_slug for each in update(dataset, slugs) if each.is_new} == {"kingsdale"}
    assert {each.authority_slug for each in update(dataset, slugs, force=True) if each.is_new} == {
        *slugs
    }


def test_several_processes_write_the_same(folder: Path) -> None:
    dataset = Dataset.open(str(folder))
    alone = {each.authority_slug: each.followed for each in update(dataset, dataset.authorities())}
    together = update(dataset, dataset.authorities(), workers=2, force=True)
    assert {each.authority_slug: each.followed for each in together} == alone


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
