"""Which sentences a person should look at, and what becomes of what they write.

    write_review(Dataset.open("out"), "review.csv", authority="trafford")   # correct it by hand
    apply_review(Dataset.open("out"), "review.csv", reviewer="A. Analyst")

A sentence is worth a look where the classifier is least sure: where one of its calibrated
probabilities is near a half, or where it found a strength, a weakness or a recommendation and no
theme for it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ofsted_extract.explore.dataset import Dataset, records
from ofsted_extract.labels import (
    FINDING_CODES,
    NO_THEMES,
    PROGRESS_CODES,
    THEME_CODES,
    Label,
    LabelledDocument,
    label_csv,
    make_label,
)
from ofsted_extract.schema import DOCUMENT_TABLES
from ofsted_extract.write.corrections import (
    LABELS,
    Correction,
    add_corrections,
    apply_corrections,
    check_finding,
    check_progress,
    check_themes,
    read_corrections,
    text_hash,
)
from ofsted_extract.write.csv import csv_record
from ofsted_extract.write.dataset import Dataset as Writer
from ofsted_extract.write.dataset import parquet_path
from ofsted_extract.write.rows import Partition, Tables

if TYPE_CHECKING:
    import pandas as pd

#: What a person gets to see; the three last are theirs to fill, and empty means: as it is.
COLUMNS = (
    "key", "authority", "visit", "page", "section", "text", "why", "finding", "themes", "progress",
    "correct_finding", "correct_themes", "correct_progress", "note",
)  # fmt: skip
#: Below this confidence a label is worth a look; 0 is a probability of a half, 1 is certainty.
UNSURE_BELOW = 0.5
#: So is a finding whose likeliest theme scores less: about the threshold of the trained models.
THEME_UNSURE_BELOW = 0.4

_SCORES = ("strength", "weakness", "recommendation")
_FORMS = {"heading": "h", "bullet": "b", "sentence": "s"}


class ReviewError(Exception):
    """The corrected file cannot be used; the message has one line for each thing to mend."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply_review` did: corrections that are new, sentences they met, documents written."""

    corrections: int
    sentences: int
    documents: int


def unsure(sentences: pd.DataFrame, limit: int = 0) -> pd.DataFrame:
    """Return the sentences worth a look, the least sure first, with ``confidence`` and ``why``.

    ``confidence`` is twice the distance of the nearest of the three probabilities from a half; a
    finding that is sure comes along if its theme is not. What a person has reviewed, and headings,
    are left out. ``limit`` 0 is no limit.
    """
    open_ones = sentences[(sentences.method != "review") & (sentences.kind != "heading")]
    scores = open_ones[[f"{name}_score" for name in _SCORES]].to_numpy(dtype=float)
    certainty = abs(scores - 0.5) * 2
    nearest = certainty.argmin(axis=1)
    confidence = certainty.min(axis=1)
    theme = open_ones.theme_scores.map(lambda given: max(given, default=0.0)).to_numpy(dtype=float)
    doubtful_theme = (open_ones.finding != "none") & (theme < THEME_UNSURE_BELOW)
    why = [
        f"{_SCORES[which]} {scores[row, which]:.2f}" if value < UNSURE_BELOW
        else f"theme {theme[row]:.2f}" if theme[row] else "no theme"
        for row, (which, value) in enumerate(zip(nearest, confidence, strict=True))
    ]  # fmt: skip
    found = open_ones.assign(confidence=confidence, why=why)
    found = found[(found.confidence < UNSURE_BELOW) | doubtful_theme]
    found = found.sort_values("confidence", kind="stable")
    return found.head(limit) if limit else found


def review_text(dataset: Dataset, authority: str | None, visit: str | None, limit: int) -> str:
    """Return the file for a person to correct, as CSV."""
    sources = dataset.documents(authority, visit, columns=["document_id", "source_sha256"])
    sha256 = dict(zip(sources.document_id, sources.source_sha256, strict=True))
    rows = records(unsure(dataset.sentences(authority, visit), limit))
    return csv_record(COLUMNS) + "".join(
        csv_record([_cells(row, sha256[row["document_id"]]).get(name, "") for name in COLUMNS])
        for row in rows
    )


def apply_review(dataset: Dataset, path: Path, reviewer: str, today: date | None = None) -> Applied:
    """Put a corrected file's labels into the dataset, its corrections file and its label files.

    Raises
    ------
    ReviewError
        if a line cannot be understood; then nothing is changed.

    """
    corrections = read_review(dataset, path, reviewer, today or date.today())
    new = add_corrections(dataset.store, corrections)
    standing = read_corrections(dataset.store)
    sentences = documents = 0
    writer = Writer(dataset.store)
    corrected = {each.source_sha256 for each in corrections}
    sources = records(dataset.documents(columns=["document_id", "source_sha256"]))
    wanted = {row["document_id"] for row in sources if row["source_sha256"] in corrected}
    places = [key for key in writer.parquet_sizes() if key[1] in wanted]
    for partition, document_id in places:
        tables = _read_tables(dataset, partition, document_id)
        sentences += apply_corrections(tables, standing)
        alone = sum(other == partition for other, _ in writer.parquet_sizes()) == 1
        has_sheets = partition in writer.sheet_sizes()
        writer.write(tables, sheets=alone and has_sheets)
        if has_sheets and not alone:
            ids = [name for other, name in writer.parquet_sizes() if other == partition]
            writer.write_visit_sheets(partition, ids)
        documents += 1
    _write_labels(dataset)
    return Applied(new, sentences, documents)


def read_review(dataset: Dataset, path: Path, reviewer: str, today: date) -> list[Correction]:
    """Return the corrections that a person wrote into a review file.

    Spreadsheets may save it with commas, semicolons or tabs, as UTF-8 or in the Windows code page.

    Raises
    ------
    ReviewError
        naming every line that cannot be understood, and why.

    """
    sentences = _by_key(dataset)
    found: list[Correction] = []
    problems: list[str] = []
    for number, row in enumerate(_spreadsheet_rows(path), 2):
        asked = [row.get(f"correct_{name}") or "" for name in ("finding", "themes", "progress")]
        if not any(value.strip() for value in asked):
            continue
        key = (row.get("key") or "").strip()
        if key not in sentences:
            problems.append(f"line {number}: no sentence of this dataset has the key {key!r}")
            continue
        current = sentences[key]
        try:
            finding = check_finding(asked[0]) if asked[0].strip() else current["finding"]
            themes = check_themes(asked[1]) if asked[1].strip() else ";".join(current["themes"])
            progress = check_progress(asked[2]) if asked[2].strip() else current["progress"]
        except ValueError as error:
            problems.append(f"line {number}: {error}")
            continue
        found.append(
            Correction(
                current["source_sha256"],
                text_hash(current["text"]),
                finding,
                themes,
                progress,
                reviewer,
                today.isoformat(),
                (row.get("note") or "").strip(),
            )
        )
    if problems:
        raise ReviewError("\n".join([f"nothing was changed, {path} has errors:", *problems]))
    if not found:
        raise ReviewError(f"{path} corrects nothing: all correct_… columns are empty")
    return found


def _cells(row: dict[str, Any], sha256: str) -> dict[str, Any]:
    return {
        "key": _key(sha256, row["text"]),
        **{name: row[name] for name in ("authority", "visit", "page", "section", "text", "why")},
        "finding": row["finding"],
        "themes": list(row["themes"]),
        "progress": row["progress"],
    }


def _key(sha256: str, text: str) -> str:
    """Document and sentence; the letters keep a spreadsheet from reading a number in it."""
    return f"doc:{sha256[:16]}:{text_hash(text)}"


def _by_key(dataset: Dataset) -> dict[str, dict[str, Any]]:
    sources = dataset.documents(columns=["document_id", "source_sha256"])
    sha256 = dict(zip(sources.document_id, sources.source_sha256, strict=True))
    names = ["document_id", "text", "finding", "themes", "progress", "kind", "position"]
    found: dict[str, dict[str, Any]] = {}
    for row in records(dataset.sentences(columns=names)):
        whole = sha256[row["document_id"]]
        found.setdefault(_key(whole, row["text"]), {**row, "source_sha256": whole})
    return found


def _spreadsheet_rows(path: Path) -> Iterator[dict[str, str]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    missing = {"key", "correct_finding"} - set(reader.fieldnames or ())
    if missing:
        raise ReviewError(
            f"{path} is no review file: it lacks the column {' and '.join(sorted(missing))}; "
            "make one with `ofsted-extract review DIR --out review.csv`"
        )
    yield from reader


def _read_tables(dataset: Dataset, partition: Partition, document_id: str) -> Tables:
    from ofsted_extract.write.arrow import parquet_rows  # noqa: PLC0415 - only where one writes

    tables: Tables = {}
    for table in DOCUMENT_TABLES:
        content = dataset.store.read(parquet_path(table, partition, document_id))
        rows = parquet_rows(table, content)
        for row in rows:
            row["authority_slug"], row["visit"] = partition.authority_slug, partition.visit
        names = table.column_names
        tables[table.name] = [{name: row[name] for name in names} for row in rows]
    return tables


def _write_labels(dataset: Dataset) -> None:
    """Write label files of all corrections, in the format of ``labels/`` (``train`` reads it)."""
    sentences = {
        (row["source_sha256"], text_hash(row["text"])): row for row in _by_key(dataset).values()
    }
    labels: list[Label] = []
    for key, correction in read_corrections(dataset.store).items():
        row = sentences.get(key)
        if row is not None:
            themes = ",".join(THEME_CODES[theme] for theme in correction.theme_ids) or NO_THEMES
            labels.append(
                make_label(
                    row["document_id"],
                    "review",
                    int(row["position"]),
                    _FORMS[row["kind"]],
                    row["text"],
                    f"{FINDING_CODES[correction.finding]}|{themes}|"
                    f"{PROGRESS_CODES[correction.progress]}",
                )
            )
    labels.sort(key=lambda label: (label.document_id, label.number))
    documents = _label_documents(dataset, {label.document_id for label in labels})
    dataset.store.write(
        {
            f"{LABELS}/documents.csv": label_csv(documents).encode(),
            f"{LABELS}/units.csv": label_csv(labels).encode(),
        }
    )


def _label_documents(dataset: Dataset, wanted: set[str]) -> list[LabelledDocument]:
    names = [
        "document_id",
        "source_path",
        "source_sha256",
        "authority_slug",
        "visit",
        "document_kind",
    ]
    return [
        LabelledDocument(
            row["document_id"],
            row["source_sha256"],
            _authority_folder(row),
            int(row["visit"][:4]) if row["visit"][:4].isdigit() else 0,
            row["document_kind"],
        )
        for row in records(dataset.documents(columns=names))
        if row["document_id"] in wanted
    ]


def _authority_folder(row: dict[str, Any]) -> str:
    """Return what label files call an authority: the folder that its letters are in."""
    path = PurePosixPath(row["source_path"].replace("\\", "/"))
    return path.parent.name or str(row["authority_slug"])
