"""The exported databases, opened by SQLite, Datasette and DuckDB."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ofsted_extract.explore.dataset import Dataset, DatasetError
from ofsted_extract.explore.export import export
from ofsted_extract.explore.filters import Filter, make_filter
from ofsted_extract.schema import SENTENCES, TABLES
from ofsted_extract.write import formats


@pytest.fixture(scope="module")
def sqlite_file(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "letters.sqlite"
    export(dataset, path, Filter())
    return path


@pytest.fixture(scope="module")
def duckdb_file(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("duckdb") / "letters.duckdb"
    export(dataset, path, Filter())
    return path


def ask(path: Path, question: str, *values: object) -> list[tuple]:
    if path.suffix == ".duckdb":
        duckdb = pytest.importorskip("duckdb")
        with duckdb.connect(str(path), read_only=True) as base:
            return base.execute(question, values).fetchall()
    with closing(sqlite3.connect(path)) as base:
        return base.execute(question, values).fetchall()


@pytest.fixture(params=["sqlite", "duckdb"])
def database(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(f"{request.param}_file")


def test_tables_and_columns_are_the_contracts_and_hold_every_row(
    database: Path, dataset: Dataset
) -> None:
    for table in TABLES:
        rows = ask(database, f"SELECT {', '.join(table.column_names)} FROM {table.name}")
        assert len(rows) == len(dataset.frame(table)) > 0


def test_references_lead_somewhere(sqlite_file: Path) -> None:
    assert ask(sqlite_file, "PRAGMA foreign_key_list(sentences)")
    assert ask(sqlite_file, "PRAGMA foreign_key_check") == []


def test_references_lead_somewhere_in_a_part_too(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "part.sqlite"
    export(dataset, path, make_filter(dataset, finding=["weakness"], until="2023"))
    assert ask(path, "SELECT DISTINCT finding FROM sentences") == [("weakness",)]
    assert ask(path, "PRAGMA foreign_key_check") == []
    assert ask(path, "SELECT max(visit_start) FROM documents") == [("2023-09-12",)]


def test_a_list_has_a_linked_table(database: Path) -> None:
    found = ask(
        database,
        "SELECT t.position, t.theme, round(t.theme_score, 2) FROM sentences_themes t "
        "JOIN sentences s ON s.sentence_id = t.sentence_id "
        "WHERE s.text LIKE 'Too many contacts%' ORDER BY t.position",
    )
    assert [(place, theme, round(score, 2)) for place, theme, score in found] == [
        (1, "front_door", 0.9),
        (2, "partnership", 0.7),
    ]


def test_the_latest_visit_of_each_authority_is_not_a_newspaper(database: Path) -> None:
    found = ask(database, "SELECT authority, visit FROM latest_visits ORDER BY authority")
    assert found == [
        ("Easthaven", "2023-09-12_focused_visit"),
        ("Norbridge", "2024-02-05_ilacs_inspection"),
    ]


def test_the_latest_grades_stand_beside_older_ones_that_were_not_printed_again(
    database: Path,
) -> None:
    found = ask(database, "SELECT judgement, grade FROM latest_grades ORDER BY judgement")
    assert found == [
        ("care_leavers", "good"),
        ("help_and_protection", "requires_improvement"),
        ("impact_of_leaders", "inadequate"),
        ("overall_effectiveness", "good"),
    ]


def test_weaknesses_are_counted_by_theme(database: Path, dataset: Dataset) -> None:
    frame = dataset.sentences()
    frame = frame[~frame["reported"] & (frame["kind"] != "heading")]
    recording = frame[[("recording" in themes) for themes in frame["themes"]]]
    found = ask(
        database,
        "SELECT weaknesses, sentences, letters FROM weaknesses_by_theme WHERE theme = 'recording'",
    )
    assert found == [
        (recording["is_weakness"].sum(), len(recording), recording["document_id"].nunique())
    ]
    assert found[0][0] > 0


def test_a_finding_leads_to_its_page(database: Path) -> None:
    found = ask(database, "SELECT page, link FROM findings WHERE link <> '' ORDER BY page")
    assert found
    assert all(link == f"https://files.example/norbridge-1.pdf#page={page}" for page, link in found)


def test_sqlite_finds_words_by_their_stems(sqlite_file: Path) -> None:
    found = ask(
        sqlite_file,
        "SELECT s.text FROM sentences s JOIN sentences_fts f ON f.rowid = s.rowid "
        "WHERE sentences_fts MATCH ? ORDER BY rank",
        "supervise",
    )
    assert {text for (text,) in found} >= {"Supervision is still not recorded well."}


def test_duckdb_keeps_lists_and_dates(duckdb_file: Path) -> None:
    types = dict(
        ask(
            duckdb_file,
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_name = 'sentences'",
        )
    )
    assert types["themes"] == "VARCHAR[]"
    assert types["visit_start"] == "DATE"
    assert set(SENTENCES.column_names) == set(types)


def test_datasette_starts_on_it_and_answers_a_search(sqlite_file: Path) -> None:
    app = pytest.importorskip("datasette.app")

    async def search() -> tuple[int, dict]:
        datasette = app.Datasette([str(sqlite_file)])
        await datasette.invoke_startup()
        page = await datasette.client.get("/letters/sentences?_search=timescales")
        rows = await datasette.client.get("/letters/sentences.json?_search=timescale&_shape=array")
        assert "timescales" in page.text
        return page.status_code, rows.json()

    status, rows = asyncio.run(search())
    assert status == 200
    assert [row["text"] for row in rows] == ["Most plans are clear, but some lack timescales."]


def test_without_duckdb_the_message_says_how_to_get_it(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = "a_module_that_is_not_installed"
    known = formats.dataset_formats()["duckdb"]
    lacking = formats.DatasetFormat(known.name, known.suffixes, known.writer, missing)
    monkeypatch.setattr(formats, "dataset_formats", lambda: {"duckdb": lacking})
    with pytest.raises(DatasetError, match=r"pip install 'ofsted-extract\[export\]'"):
        export(dataset, tmp_path / "letters.duckdb", Filter())
    assert list(tmp_path.iterdir()) == []
