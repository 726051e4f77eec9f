"""What can be written, and workbooks."""

import datetime
import io
import zipfile
from xml.etree import ElementTree

import pytest
from made_letters import SAMPLE, make_letter

from ofsted_extract.schema import DOCUMENT_TABLES
from ofsted_extract.write.formats import format_of, formats
from ofsted_extract.write.rows import letter_rows

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
#: Excel counts days from here (the serial number of 1 January 1900 is 1, and 1900 a leap year).
FIRST_DAY = datetime.date(1899, 12, 30)


def workbook(content: bytes) -> dict[str, list[dict[str, tuple[str | None, str]]]]:
    """Return the sheets of a workbook: per row, (cell type, value) by column name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        strings = [
            "".join(part.itertext())
            for part in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        ]
        names = [
            each.attrib["name"]
            for each in ElementTree.fromstring(archive.read("xl/workbook.xml")).iterfind(
                "m:sheets/m:sheet", NS
            )
        ]
        sheets = {}
        for number, name in enumerate(names, start=1):
            root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            assert root.find(".//m:pane[@state='frozen'][@ySplit='1']", NS) is not None
            assert not root.findall(".//m:f", NS), "no formula"
            assert not root.findall(".//m:hyperlink", NS)
            rows = []
            for row in root.iterfind("m:sheetData/m:row", NS):
                cells = {}
                for cell in row.iterfind("m:c", NS):
                    column = cell.attrib["r"].rstrip("0123456789")
                    value = cell.findtext("m:v", "", NS)
                    if cell.get("t") == "s":
                        value = strings[int(value)]
                    cells[column] = (cell.get("t"), value)
                rows.append(cells)
            head = {column: value for column, (_, value) in rows[0].items()}
            sheets[name] = [{head[at]: cell for at, cell in row.items()} for row in rows[1:]]
        return sheets


@pytest.fixture
def tables():
    return letter_rows(make_letter(SAMPLE))


def test_every_format_writes_the_same_bytes_for_the_same_rows(tables):
    assert set(formats()) >= {"csv", "json", "jsonl", "parquet", "xlsx"}
    for each in formats().values():
        given = tables if each.holds == "tables" else {"sentences": tables["sentences"]}
        first = each.write(given)
        assert first and first == each.write(given), each.name


def test_a_format_of_one_table_refuses_several(tables):
    with pytest.raises(ValueError, match="csv holds one table, not 4"):
        formats()["csv"].write(tables)


def test_suffixes_tell_the_format():
    assert format_of("a/b.XLSX").name == "xlsx"
    assert format_of("letter.ndjson").name == "jsonl"
    for name in ("letter.ods", "letter", "letter.csv.gz"):
        with pytest.raises(ValueError, match=r"name it \.csv, "):
            format_of(name)


def test_suffixes_belong_to_one_format():
    suffixes = [suffix for each in formats().values() for suffix in each.suffixes]
    assert len(suffixes) == len(set(suffixes))


def test_a_workbook_has_a_sheet_a_table_with_real_dates_and_numbers(tables):
    sheets = workbook(formats()["xlsx"].write(tables))
    assert list(sheets) == [each.name for each in DOCUMENT_TABLES]
    (document,) = sheets["documents"]
    kind, serial = document["visit_start"]
    assert kind is None, "a number, which its format shows as a date"
    assert FIRST_DAY + datetime.timedelta(int(serial)) == tables["documents"][0]["visit_start"]
    assert document["inspectors"] == ("s", "Ann Example; Bo Example")
    assert len(sheets["sentences"]) == len(tables["sentences"])
    for shown, row in zip(sheets["sentences"], tables["sentences"], strict=True):
        assert shown["text"] == ("s", row["text"])
        assert shown["is_strength"] == ("b", str(int(row["is_strength"])))
        assert float(shown["strength_score"][1]) == row["strength_score"]


def test_text_of_a_letter_becomes_no_formula_no_link_and_no_number(tables):
    texts = ["=1+1", "https://example.org", "42", "{=A1}", "x" * 40_000, "a\x0bb\ud83d".encode(
        "utf-8", "replace").decode()]  # fmt: skip
    row = tables["sentences"][0]
    tables["sentences"] = [{**row, "text": text} for text in texts]
    shown = workbook(formats()["xlsx"].write(tables))["sentences"]
    assert [each["text"][0] for each in shown] == ["s"] * len(texts)
    assert [each["text"][1] for each in shown][:4] == texts[:4]
    assert len(shown[4]["text"][1]) == 32_767
