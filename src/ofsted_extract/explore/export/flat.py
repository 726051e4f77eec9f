"""One wide table, a row a sentence: for Power BI, pandas and pivot tables.

Columns are named as in the tables of ``schema.py`` and mean the same; those of the letter stand in
each of its rows. Lists are text, joined by ``;``. New are the overall grade that held when the
letter was written, the visit that printed it, and the address of the sentence's page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofsted_extract.explore.selection import Selection, page_link
from ofsted_extract.schema import DOCUMENTS, GRADES, SENTENCES, Column, Table
from ofsted_extract.write.csv import LIST_SEPARATOR, csv_header, csv_lines

if TYPE_CHECKING:
    from ofsted_extract.write.rows import Row

_OF_LETTER = (
    "authority", "authority_slug", "gss_code", "region", "document_kind", "framework",
    "visit_start", "visit_end", "published_on", "visit", "source_url", "same_as",
)  # fmt: skip
_ROWS_AT_ONCE = 20_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _as_text(column: Column) -> Column:
    if not column.type.startswith("list"):
        return column
    return Column(column.name, "string", column.description)


FLAT = Table(
    "flat",
    "One row per sentence, with what is known of its letter.",
    (
        *(column for column in SENTENCES.columns[:2]),
        *(column for name in _OF_LETTER for column in DOCUMENTS.columns if column.name == name),
        Column("overall_grade", "string", "Overall grade that held, or empty.", GRADES),
        Column("overall_grade_visit", "string", "The visit that printed it, or empty."),
        *(_as_text(each) for each in SENTENCES.columns[2:] if each.name not in _OF_LETTER),
        Column("link", "string", "Address of the page, or empty."),
    ),
    ("document_id", "position"),
)


def flat_columns(selection: Selection) -> dict[str, list[Any]]:
    """Return the columns of `FLAT`, in their order, as plain Python values."""
    sentences, documents = selection.cells(SENTENCES), selection.cells(DOCUMENTS)
    place = {each: at for at, each in enumerate(documents["document_id"])}
    at = [place[each] for each in sentences["document_id"]]
    standing = [selection.standing[each] for each in sentences["document_id"]]
    columns = {
        **{name: _joined(values) for name, values in sentences.items()},
        **{name: [documents[name][each] for each in at] for name in _OF_LETTER},
        "overall_grade": [each.grade for each in standing],
        "overall_grade_visit": [each.visit for each in standing],
    }
    columns["link"] = list(map(page_link, columns["source_url"], columns["page"]))
    return {name: columns[name] for name in FLAT.column_names}


def write_csv(selection: Selection, path: Path) -> tuple[str, ...]:
    """Write the table as CSV with a UTF-8 mark, cells that a spreadsheet would run neutralised."""
    with path.open("wb") as file:
        file.write(_BYTE_ORDER_MARK + csv_header(FLAT).encode())
        for rows in _rows(flat_columns(selection)):
            file.write(csv_lines(FLAT, rows).encode())
    return ()


def write_parquet(selection: Selection, path: Path) -> tuple[str, ...]:
    """Write the table as Parquet; dates are time stamps, the dates of pandas and Power BI."""
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    types = {
        "string": pa.string(), "bool": pa.bool_(), "int": pa.int32(), "float": pa.float32(),
        "date": pa.date32(),
    }  # fmt: skip
    columns = flat_columns(selection)
    arrays = [pa.array(columns[each.name], types[each.type]) for each in FLAT.columns]
    table = pa.table(
        {
            each.name: array.cast(pa.timestamp("ms")) if each.type == "date" else array
            for each, array in zip(FLAT.columns, arrays, strict=True)
        }
    )
    pq.write_table(table, path)
    return ()


def _joined(values: list[Any]) -> list[Any]:
    if values and isinstance(values[0], list):
        # a separator inside a member would make two of it
        return [
            LIST_SEPARATOR.join(str(each).replace(LIST_SEPARATOR, ",") for each in value)
            for value in values
        ]
    return values


def _rows(columns: dict[str, list[Any]]) -> Iterator[list[Row]]:
    names = list(columns)
    for start in range(0, len(columns[names[0]]), _ROWS_AT_ONCE):
        part = [columns[name][start : start + _ROWS_AT_ONCE] for name in names]
        yield [dict(zip(names, row, strict=True)) for row in zip(*part, strict=True)]
