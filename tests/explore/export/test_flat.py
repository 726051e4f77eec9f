"""The flat table, as pandas and spreadsheets read it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from made_dataset import letter_rows, norbridge, write_dataset

from ofsted_extract.explore.dataset import Dataset
from ofsted_extract.explore.export import export
from ofsted_extract.explore.export.flat import FLAT
from ofsted_extract.explore.filters import Filter


@pytest.fixture(scope="module")
def parquet(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    path = tmp_path_factory.mktemp("flat") / "flat.parquet"
    export(dataset, path, Filter())
    return pd.read_parquet(path)


def test_a_row_is_a_sentence_with_its_letter(parquet: pd.DataFrame, dataset: Dataset) -> None:
    assert tuple(parquet.columns) == FLAT.column_names
    assert list(parquet["sentence_id"]) == list(dataset.sentences()["sentence_id"])
    row = parquet[parquet["text"].str.startswith("Too many contacts")].iloc[0]
    assert row["themes"] == "front_door;partnership"
    assert (row["authority"], row["region"], row["gss_code"]) == ("Norbridge", "North", "E08000000")
    assert row["overall_grade"] == "inadequate"
    assert row["link"] == f"https://files.example/norbridge-1.pdf#page={row['page']}"


def test_dates_are_dates_in_pandas(parquet: pd.DataFrame) -> None:
    assert pd.api.types.is_datetime64_any_dtype(parquet["visit_start"])
    assert set(parquet["visit_start"].dt.year) == {2021, 2022, 2023, 2024}


def test_a_letter_between_inspections_has_the_grade_that_held(parquet: pd.DataFrame) -> None:
    held = parquet.groupby("visit")[["overall_grade", "overall_grade_visit"]].first()
    assert held.loc["2022-05-10_focused_visit"].tolist() == [
        "inadequate",
        "2021-03-01_ilacs_inspection",
    ]
    assert held.loc["2024-02-05_ilacs_inspection", "overall_grade"] == "good"
    assert held.loc["2023-09-12_focused_visit"].tolist() == ["", ""]


def test_no_grade_outlives_an_inspection_without_an_overall_grade(tmp_path: Path) -> None:
    letters = [
        *norbridge(),
        letter_rows(
            "Norbridge", "ilacs_inspection", date(2026, 6, 1), grades={"care_leavers": "good"}
        ),
        letter_rows("Norbridge", "focused_visit", date(2026, 9, 1)),
    ]
    dataset = Dataset.open(str(write_dataset(tmp_path / "dataset", letters)))
    export(dataset, tmp_path / "flat.parquet", Filter(since=date(2026, 1, 1)))
    assert set(pd.read_parquet(tmp_path / "flat.parquet")["overall_grade"]) == {""}


def test_csv_has_a_mark_and_nothing_that_a_spreadsheet_runs(
    dataset: Dataset, parquet: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "flat.csv"
    export(dataset, path, Filter())
    assert path.read_bytes().startswith(b"\xef\xbb\xbfsentence_id,")
    frame = pd.read_csv(path, parse_dates=["visit_start"], keep_default_na=False)
    assert list(frame["sentence_id"]) == list(parquet["sentence_id"])
    assert list(frame["visit_start"]) == list(parquet["visit_start"])
    hostile = frame[frame["text"].str.contains("HYPERLINK")]
    assert hostile["text"].iloc[0].startswith("'=HYPERLINK(1)")
