"""Words over all letters: stems, phrases, filters, and an index that is never out of date."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from made_dataset import letter_rows, norbridge, write_dataset
from typer.testing import CliRunner

from ofsted_extract.cli import app
from ofsted_extract.explore.dataset import Dataset, DatasetError
from ofsted_extract.explore.filters import Filter, make_filter
from ofsted_extract.explore.search import COLUMNS, INDEX, Found, parse_words, search
from ofsted_extract.explore.selection import select
from ofsted_extract.schema import TABLES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    letters = norbridge()
    letters[1]["documents"][0]["source_url"] = "https://files.example/norbridge-2.pdf"
    copy = letter_rows("Norbridge", "press_article", date(2021, 3, 1))  # repeats the first letter
    return write_dataset(tmp_path_factory.mktemp("search") / "dataset", [*letters, copy])


def find(folder: Path, *words: str, limit: int = 100, **chosen: list[str]) -> Found:
    dataset = Dataset.open(str(folder))
    return search(dataset, parse_words(words), make_filter(dataset, **chosen), limit)


def texts(found: Found) -> set[str]:
    return {hit.text for hit in found.hits}


def test_a_word_is_found_in_every_form(folder: Path) -> None:
    assert texts(find(folder, "supervise")) == {
        "The recording of supervision.",
        "Supervision is still not recorded well.",
    }


def test_all_words_must_stand_and_a_phrase_stays_together(folder: Path) -> None:
    front = find(folder, "front", "decisions")
    assert front.hits
    assert all("front" in hit.text and "ecision" in hit.text for hit in front.hits)
    assert not find(folder, "door front").hits
    assert find(folder, '"front door" timely').hits == find(folder, "front door", "timely").hits


def test_a_star_stands_for_any_ending(folder: Path) -> None:
    assert texts(find(folder, "stabil*")) == {"Leaders have stabilised the workforce."}


@pytest.mark.parametrize("words", ['AND "', "NEAR(", "text:", "-", "“", "col^umn *", "'; DROP"])
def test_signs_of_the_query_language_are_words_or_nothing(folder: Path, words: str) -> None:
    try:
        find(folder, words)
    except DatasetError as error:
        assert str(error) == "nothing to search for: give a word"


def test_a_sentence_that_says_it_more_shortly_comes_first(folder: Path) -> None:
    found = find(folder, "front door").hits
    assert len(found[0].text) < len(found[-1].text)


def test_headings_and_copies_are_not_found(folder: Path) -> None:
    assert not find(folder, "Headline findings").hits
    waiting = find(folder, "contacts wait too long")
    assert [hit.visit for hit in waiting.hits] == ["2021-03-01_ilacs_inspection"]


@pytest.mark.parametrize(
    "chosen",
    [
        {"kind": ["focused_visit"]},
        {"finding": ["strength", "mixed"]},
        {"theme": ["leadership"], "since": "2022"},
        {"grade": ["good"]},
        {"until": "2023", "finding": ["weakness"]},
    ],
)
def test_filters_keep_what_they_keep_everywhere(folder: Path, chosen: dict) -> None:
    dataset = Dataset.open(str(folder))
    kept = select(dataset, make_filter(dataset, **chosen)).frames
    originals = kept["documents"][kept["documents"]["same_as"] == ""]["document_id"]
    sentences = kept["sentences"].query("kind != 'heading'")
    sentences = sentences[sentences["document_id"].isin(originals)]
    word = sentences[sentences["text"].str.contains(r"\bthe\b", case=False)]
    found = find(folder, "the", **chosen)
    assert {hit.sentence_id for hit in found.hits} == set(word["sentence_id"])
    assert found.total == len(found.hits) > 0


def test_a_hit_has_the_columns_of_the_tables_and_leads_to_its_page(folder: Path) -> None:
    (hit,) = find(folder, "stabilised", kind=["focused_visit"]).hits
    assert set(COLUMNS) - {"link"} <= {name for table in TABLES for name in table.column_names}
    assert (hit.authority, hit.day, hit.page) == ("Norbridge", date(2022, 5, 10), 1)
    assert hit.link == "https://files.example/norbridge-2.pdf#page=1"


def test_the_index_is_made_once_and_anew_when_the_dataset_has_changed(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "dataset", norbridge()[:1])
    assert not find(folder, "stabilised").hits
    made = (folder / INDEX).stat().st_mtime_ns
    find(folder, "front")
    assert (folder / INDEX).stat().st_mtime_ns == made
    write_dataset(folder, norbridge()[1:2])
    assert find(folder, "stabilised").hits


def test_a_damaged_index_is_made_anew(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "dataset", norbridge()[:1])
    (folder / INDEX).parent.mkdir(exist_ok=True)
    (folder / INDEX).write_bytes(b"no database")
    assert find(folder, "front").hits
    with closing(sqlite3.connect(folder / INDEX)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_only_a_local_dataset_is_searched(folder: Path) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.put(str(folder / "parquet"), "/searched/parquet", recursive=True)
    dataset = Dataset.open("memory://searched")
    with pytest.raises(DatasetError, match="copy the dataset"):
        search(dataset, parse_words(["front"]), Filter(), 1)


def run(folder: Path, *arguments: str) -> tuple[str, str]:
    done = CliRunner().invoke(app, ["search", str(folder), *arguments])
    assert done.exit_code == 0, done.stderr
    return done.stdout, done.stderr


def test_json_is_a_list_of_rows(folder: Path) -> None:
    out, told = run(folder, "timely", "--format", "json", "--limit", "1")
    (row,) = json.loads(out)
    assert tuple(row) == COLUMNS
    assert row["themes"] == ["front_door"]
    assert row["visit_start"] in {"2022-05-10", "2024-02-05"}
    assert told == "1 of 2 sentences; --limit shows more\n"


def test_csv_goes_into_a_pipe(folder: Path) -> None:
    out, _ = run(folder, "supervision", "--finding", "weakness")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["text"] for row in rows] == ["Supervision is still not recorded well."] * 2
    assert rows[0]["themes"] == "recording"


def test_a_table_names_authority_date_page_and_link(folder: Path) -> None:
    out, _ = run(folder, "stabilised", "--format", "table", "--kind", "focused visit")
    assert "Norbridge" in out
    assert "10 May 2022" in out
    assert "▲" in out
    assert "https://files.example/norbridge-2.pdf#page=1" in "".join(out.split())


def test_nothing_found_is_no_error_and_nothing_asked_is(folder: Path) -> None:
    out, told = run(folder, "zebra", "--format", "json")
    assert json.loads(out) == []
    assert told == "0 of 0 sentences\n"
    done = CliRunner().invoke(app, ["search", str(folder), "!"])
    assert done.exit_code == 2
    assert done.stderr == "nothing to search for: give a word\n"
