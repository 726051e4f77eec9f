"""Rows as Parquet, CSV, frames and JSON."""

import csv
import io
import json
import subprocess
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_letters import SAMPLE, make_letter

from ofsted_extract.schema import DOCUMENT_TABLES, SENTENCES, TABLES, table
from ofsted_extract.write.arrow import arrow_schema, arrow_table, parquet_bytes, parquet_rows
from ofsted_extract.write.csv import CUT, LONGEST_CELL, MARK, csv_bytes, csv_cell, csv_text
from ofsted_extract.write.frames import letter_frames
from ofsted_extract.write.json import json_bytes, json_object, jsonl_bytes
from ofsted_extract.write.rows import letter_rows, with_findings

any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("each", TABLES, ids=lambda each: each.name)
def test_arrow_has_the_types_of_the_schema_even_when_empty(each):
    empty = arrow_table(each, [], with_path=True)
    empty.validate(full=True)
    assert empty.schema == arrow_schema(each, with_path=True)
    assert empty.schema.names == list(each.column_names)
    assert not {"authority_slug", "visit"} & set(arrow_schema(each).names)


def test_arrow_holds_what_the_rows_hold():
    for name, rows in letter_rows(make_letter(SAMPLE)).items():
        made = arrow_table(table(name), rows, with_path=True)
        made.validate(full=True)
        for row, back in zip(rows, made.to_pylist(), strict=True):
            for column in row:
                expected = row[column]
                if isinstance(expected, float):
                    expected = pytest.approx(expected)
                if isinstance(expected, list) and expected and isinstance(expected[0], float):
                    expected = pytest.approx(expected)
                assert back[column] == expected, column


def test_parquet_gives_back_the_same_rows_and_the_same_csv():
    for name, rows in letter_rows(make_letter(SAMPLE)).items():
        each = table(name)
        back = parquet_rows(each, parquet_bytes(each, rows))
        for row, again in zip(rows, back, strict=True):
            again |= {"authority_slug": row["authority_slug"], "visit": row["visit"]}
        assert csv_text(each, back) == csv_text(each, rows)


def test_the_same_rows_give_the_same_bytes_in_another_process():
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from made_letters import *\n"
        "from ofsted_extract.write.dataset import encode\n"
        "from ofsted_extract.write.rows import letter_rows\n"
        "import hashlib\n"
        "files, _, _ = encode(letter_rows(make_letter(SAMPLE)))\n"
        "assert 'pandas' not in sys.modules\n"
        "print(hashlib.sha256(b''.join(files.values())).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code, *[path for path in sys.path if path]],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_parquet_carries_no_schema_of_its_own_and_no_time():
    content = parquet_bytes(SENTENCES, letter_rows(make_letter(SAMPLE))["sentences"])
    assert pq.ParquetFile(pa.BufferReader(content)).metadata.metadata is None


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+44 20", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1", "＝1", "＋1", "－1", "＠x"],
)
def test_no_cell_is_run_by_a_spreadsheet(text: str):
    (back,) = next(csv.reader([csv_cell(text)])) if "\n" not in text else ("'" + text,)
    assert back == "'" + text
    assert csv_cell([text, "b"]).startswith("\"'")
    assert f";'{text}" in csv_cell(["b", text])


@given(any_text, any_text)
def test_no_text_opens_a_cell_of_its_own(before: str, after: str):
    """Whichever separator a spreadsheet splits at, no cell begins with a formula."""
    line = csv_cell(before + ";=cmd" + after) + "," + csv_cell(before + "\t@x" + after) + "\n"
    for separator in ",;\t":
        for cells in csv.reader(io.StringIO(line, newline=""), delimiter=separator):
            for cell in cells:
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_numbers_dates_and_truth_stay_what_they_are():
    row = letter_rows(make_letter(SAMPLE))["sentences"][1]
    text = csv_text(SENTENCES, [row | {"strength_score": -0.25, "page": -1}])
    frame = pd.read_csv(io.StringIO(text))
    assert frame["strength_score"][0] == -0.25
    assert frame["page"][0] == -1
    assert frame["is_strength"].dtype == bool
    assert frame["visit_start"][0] == "2024-05-14"
    assert frame["themes"][0] == "leadership;supervision"
    assert frame["theme_scores"][0] == "0.9;0.6667"


@given(st.lists(any_text, min_size=1, max_size=3))
def test_csv_reads_back_whatever_a_letter_says(texts: list[str]):
    row = letter_rows(make_letter("A sentence."))["sentences"][0]
    written = csv_text(SENTENCES, [row | {"text": text} for text in texts])
    back = read_csv(written)
    # but for the apostrophes that keep formulas from running
    assert [each["text"].replace("'", "") for each in back] == [
        text.replace("'", "") for text in texts
    ]


def test_frames_have_all_columns_and_the_types_of_the_dataset(tmp_path):
    frames = letter_frames(make_letter(SAMPLE))
    empty = letter_frames(make_letter(""))
    for each in DOCUMENT_TABLES:
        assert list(frames[each.name].columns) == list(each.column_names)
        assert list(empty[each.name].dtypes) == list(frames[each.name].dtypes)
        path = tmp_path / f"{each.name}.parquet"
        path.write_bytes(parquet_bytes(each, letter_rows(make_letter(SAMPLE))[each.name]))
        stored = [column.name for column in each.stored_columns]
        pd.testing.assert_frame_equal(pd.read_parquet(path), frames[each.name][stored])


def test_json_is_one_object_and_only_findings_unless_asked():
    every = letter_rows(make_letter(SAMPLE))
    tables = with_findings(every)
    value = json.loads(json_bytes(tables))
    assert list(value) == ["document", "judgements", "recommendations", "sentences"]
    assert value == json_object(tables)
    assert [row["finding"] for row in value["sentences"]] == [
        "strength",
        "weakness",
        "recommendation",
    ]
    assert len(json_object(every)["sentences"]) == 5
    assert value["document"]["visit_start"] == "2024-05-14"
    assert value["document"]["inspectors"] == ["Ann Example", "Bo Example"]
    lines = jsonl_bytes({"sentences": tables["sentences"]}).decode().splitlines()
    assert [json.loads(line) for line in lines] == value["sentences"]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    "text",
    [
        "a " * 20_000,
        "word" * 10_000,
        "\U0001f9d2" * 20_000,
        "=1;" * 15_000,
        "a" + "\U0001f9d2" * 20_000,
    ],
)
def test_a_cell_is_no_longer_than_a_spreadsheet_takes(text: str) -> None:
    (cell,) = next(csv.reader([csv_cell(text)]))
    assert LONGEST_CELL - 1 <= units(cell) <= LONGEST_CELL
    assert cell.endswith(CUT)
    (of_list,) = next(csv.reader([csv_cell([text.replace(";", ","), "b"])]))
    assert units(of_list) <= LONGEST_CELL and of_list.endswith(CUT)


def test_a_cell_that_just_fits_is_whole() -> None:
    for text in ("a" * LONGEST_CELL, "\U0001f9d2" * (LONGEST_CELL // 2)):
        assert csv_cell(text) == text


def test_a_file_begins_with_the_mark_of_its_encoding() -> None:
    content = csv_bytes({"sentences": []})
    assert content.startswith(b"\xef\xbb\xbfsentence_id,")
    assert not csv_text(SENTENCES, []).startswith(MARK)
