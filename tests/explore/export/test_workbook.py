"""The exported workbook, read by openpyxl and opened in LibreOffice."""

from __future__ import annotations

import csv
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ofsted_extract.explore.dataset import Dataset
from ofsted_extract.explore.export import export
from ofsted_extract.explore.export.workbook import Limits, write
from ofsted_extract.explore.filters import Filter
from ofsted_extract.explore.selection import select

openpyxl = pytest.importorskip("openpyxl")

SHEETS = [
    "Read me", "Letters", "Grades", "Recommendations", "Findings", "Themes by authority",
    "Follow-up",
]  # fmt: skip


@pytest.fixture(scope="module")
def path(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "findings.xlsx"
    assert export(dataset, path, Filter()).notes == ()
    return path


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def rows(sheet: Any) -> list[dict[str, Any]]:
    head, *body = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def test_sheets_have_a_fixed_head_and_filters(book: Any) -> None:
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.max_row > 1


def test_dates_and_numbers_are_such_and_findings_have_sign_and_colour(book: Any) -> None:
    sheet = book["Findings"]
    first = rows(sheet)[0]
    assert isinstance(first["visit_start"], datetime)
    assert isinstance(first["score"], float)
    column = [cell.value for cell in sheet[1]].index("finding")
    colours = {row[column].value: row[column].fill.fgColor.rgb for row in sheet.iter_rows(2)}
    assert set(colours) == {"▲ Strength", "▼ Weakness", "◆ Mixed", "➜ Recommendation"}
    assert len(set(colours.values())) == 4


def test_a_link_leads_to_the_page_and_is_empty_where_none_is_known(book: Any) -> None:
    sheet = book["Findings"]
    column = [cell.value for cell in sheet[1]].index("link")
    links = [row[column].hyperlink for row in sheet.iter_rows(2)]
    targets = {link.target + "#" + link.location for link in links if link}
    assert targets == {f"https://files.example/norbridge-1.pdf#page={page}" for page in (1, 2)}
    assert None in links


def test_text_is_never_a_formula(book: Any) -> None:
    hostile = [
        cell for row in book["Findings"].iter_rows(2) for cell in row if "HYPER" in str(cell.value)
    ]
    assert [cell.data_type for cell in hostile] == ["s"]


def test_themes_are_counted_by_authority_without_newspapers(book: Any, dataset: Dataset) -> None:
    frame = dataset.sentences("norbridge")
    frame = frame[~frame["reported"] & (frame["kind"] != "heading")]
    about = frame[["leadership" in themes for themes in frame["themes"]]]
    (found,) = [
        row
        for row in rows(book["Themes by authority"])
        if (row["authority"], row["theme"]) == ("Norbridge", "Leadership")
    ]
    assert found["strengths"] == (about["finding"] == "strength").sum()
    assert found["sentences_in_all"] == len(frame)
    assert found["strengths_per_100"] == pytest.approx(100 * len(about) / len(frame))


def test_grades_then_and_now(book: Any) -> None:
    overall = [row for row in rows(book["Grades"]) if row["judgement"].startswith("Overall")]
    assert [(row["previous_grade"], row["grade"]) for row in overall] == [
        (None, "Inadequate"),
        ("Inadequate", "Good"),
    ]


def test_follow_up_quotes_what_answers(book: Any) -> None:
    found = rows(book["Follow-up"])
    assert found[0]["recommendation"] == "The timeliness of decisions at the front door."
    assert found[0]["verdict"] == "▲ Improved"
    assert found[0]["quotations"] == "“Decisions at the front door are now timely.” (page 1)"
    assert any(row["recommendation"].startswith("Line of enquiry: How timely") for row in found)


def test_over_the_limits_it_says_what_it_did(dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "small.xlsx"
    notes = write(
        select(dataset, Filter()), path, Limits(rows=6, links=2, characters=60, address=99)
    )
    book = openpyxl.load_workbook(path)
    whole = len(dataset.sentences().query("finding != 'none' and kind != 'heading'"))
    parts = [book[name] for name in book.sheetnames if name.startswith("Findings")]
    assert len(parts) == -(-whole // 5)
    assert sum(part.max_row - 1 for part in parts) == whole
    assert "Findings has more rows than a sheet holds; they go on on sheet Findings (2)." in notes
    assert any(note.startswith("Findings: Excel takes 2 links a sheet; ") for note in notes)
    assert any("cells were cut at 60 characters" in note for note in notes)
    told = [str(cell.value) for (cell,) in book["Read me"].iter_rows(max_col=1)]
    assert set(notes) <= set(told)


@pytest.mark.parametrize("name", ["Grades", "Findings"])
def test_libreoffice_opens_it(path: Path, book: Any, tmp_path: Path, name: str) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    form = f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,{SHEETS.index(name) + 1}"
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", form, "--outdir", tmp_path, path],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    (made,) = tmp_path.glob("*.csv")
    with made.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    expected = rows(book[name])
    assert len(found) == len(expected)
    assert found[0]["authority"] == expected[0]["authority"]
    assert found[0]["visit_start"] == f"{expected[0]['visit_start']:%-d %b %Y}"
