import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ofsted_extract.cli import app
from ofsted_extract.schema import SENTENCES
from ofsted_extract.themes import theme_ids

LETTER = """2 June 2021

Mr A Example, Director of Children's Services

Dear Mr Example

## Focused visit to Northmere children's services

This letter summarises the findings of the visit that inspectors made to Northmere's services on 5 and 6 May 2021. The inspectors were Jo Sample, Her Majesty's Inspector, and Al Tester, Her Majesty's Inspector.

## Overview

Social workers visit children regularly and support is effective. However, some plans are not updated when circumstances change.

What needs to improve in this area of social work practice

- The quality of written plans.
- The timeliness of return home interviews.
"""

runner = CliRunner()


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.md"
    path.write_text(LETTER, encoding="utf-8")
    return path


def run(*arguments: str | Path) -> str:
    result = runner.invoke(app, ["document", *map(str, arguments), "--model", "rules"])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_pipe_gets_csv_with_the_columns_of_the_schema(letter: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run(letter))))
    assert tuple(rows[0]) == SENTENCES.column_names
    assert [row["finding"] for row in rows] == [
        "strength",
        "weakness",
        "recommendation",
        "recommendation",
    ]


def test_a_csv_file_is_marked_as_utf_8_and_a_pipe_is_not(letter: Path, tmp_path: Path) -> None:
    out = tmp_path / "letter.csv"
    run(letter, "--output", out)
    assert out.read_bytes().decode("utf-8") == "\ufeff" + run(letter)


def test_json_is_one_object_of_the_four_tables(letter: Path) -> None:
    value = json.loads(run(letter, "--format", "json"))
    assert set(value) == {"document", "judgements", "recommendations", "sentences"}
    assert value["document"]["document_kind"] == "focused_visit"
    assert value["document"]["visit_start"] == "2021-05-05"
    assert len(value["recommendations"]) == 2
    every = json.loads(run(letter, "--format", "json", "--all"))
    assert len(every["sentences"]) > len(value["sentences"])


def test_jsonl_has_one_sentence_a_line(letter: Path) -> None:
    lines = run(letter, "--format", "jsonl").splitlines()
    assert json.loads(lines[0])["finding"] == "strength"


def test_table_is_for_people(letter: Path) -> None:
    table = run(letter, "--format", "table")
    assert "▲" in table
    assert "2 recommendations to the authority" in " ".join(table.split())


def test_parquet_goes_to_a_file(letter: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    out = tmp_path / "sentences.parquet"
    run(letter, "--format", "parquet", "--output", out)
    assert pq.read_table(out).num_rows == 4
    refused = runner.invoke(app, ["document", str(letter), "--format", "parquet"])
    assert refused.exit_code == 2


def test_the_output_file_tells_the_format(letter: Path, tmp_path: Path) -> None:
    out = tmp_path / "letter.json"
    run(letter, "--output", out)
    assert json.loads(out.read_text(encoding="utf-8"))["document"]["authority"] is not None
    run(letter, "-o", tmp_path / "letter.XLSX")
    assert (tmp_path / "letter.XLSX").read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--output", "letter.ods"], ".ods is no format"),
        (["--output", "letter.xlsx", "--format", "csv"], "letter.xlsx is a name for xlsx"),
        (["--format", "yaml"], "yaml is not known"),
        (["--format", "xlsx"], "needs --output"),
    ],
)
def test_a_format_that_cannot_be_is_refused_and_nothing_is_written(
    letter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = runner.invoke(app, ["document", str(letter), "--model", "rules", *arguments])
    assert result.exit_code == 2
    assert words in result.stderr
    assert list(tmp_path.iterdir()) == [letter]


def test_a_letter_comes_from_standard_input(letter: Path) -> None:
    result = runner.invoke(
        app,
        ["document", "-", "--model", "rules", "--format", "json"],
        input=letter.read_bytes(),
    )
    assert result.exit_code == 0, result.output
    value = json.loads(result.stdout)
    assert value["document"]["source_path"] == "-"
    assert value["sentences"] == json.loads(run(letter, "--format", "json"))["sentences"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none.pdf", None, "not_found"),
        ("empty.pdf", b"", "empty_file"),
        ("page.pdf", b"<html></html>", "not_a_pdf"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj", "damaged"),
        ("sheet.xlsx", b"PK\x03\x04", "unsupported_type"),
    ],
)
def test_bad_input_is_named_and_exits_2(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    result = runner.invoke(app, ["document", str(path), "--model", "rules"])
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stdout == ""


def test_an_unknown_model_is_named(letter: Path) -> None:
    result = runner.invoke(app, ["document", str(letter), "--model", "nowhere"])
    assert result.exit_code == 2
    assert "nowhere" in result.stderr


def test_help_imports_nothing_heavy() -> None:
    heavy = {"spacy", "pandas", "pyarrow", "numpy", "pdfplumber", "onnxruntime", "jinja2"}
    code = (
        "import sys; from typer.testing import CliRunner; from ofsted_extract.cli import app;"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0;"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_themes_lists_all_of_them() -> None:
    result = runner.invoke(app, ["themes"])
    assert len(result.stdout.splitlines()) == 1 + len(theme_ids())


def test_the_library_gives_frames(letter: Path) -> None:
    from ofsted_extract import extract

    read = extract(letter, model="rules")
    assert list(read.sentences.columns) == list(SENTENCES.column_names)
    assert read.documents.lead_inspector[0] == "Jo Sample"
    assert len(read.recommendations) == 2


def test_the_library_loads_a_model_once(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ofsted_extract import extract
    from ofsted_extract.classify import pipeline

    loaded = []
    load = pipeline.load_pipeline
    monkeypatch.setattr(pipeline, "load_pipeline", lambda name: loaded.append(name) or load(name))
    first, second = extract(letter), extract(letter)
    assert loaded in ([], ["default"])  # none if another test was first
    assert first.sentences.equals(second.sentences)
    extract(letter, model="rules")
    extract(letter)
    assert loaded.count("default") <= 1


@pytest.mark.corpus
def test_the_first_letter(seeds_dir: Path) -> None:
    (path,) = seeds_dir.glob("001_*.txt")
    value = json.loads(run(path, "--format", "json"))
    document = value["document"]
    assert document["authority"] == "Trafford"
    assert document["document_kind"] == "focused_visit"
    assert (document["visit_start"], document["visit_end"]) == ("2018-07-10", "2018-07-11")
    assert document["published_on"] == "2018-08-02"
    assert len(document["inspectors"]) == 2
    assert len(value["recommendations"]) == 5
