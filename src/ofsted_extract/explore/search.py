"""Sentences that have the words asked for, best first, over every letter of a dataset.

    found = search(dataset, parse_words(["front door", "delay"]), Filter(), limit=20)

An index (SQLite, full text by word stems) is kept beside the dataset in the program's own corner
and made anew when a file of the dataset has changed. Nothing here needs pandas once it is made: an
answer over 700 letters takes a fraction of a second.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from ofsted_extract.explore.dataset import Dataset, DatasetError, records
from ofsted_extract.explore.filters import Filter
from ofsted_extract.explore.selection import page_link, printed_grades
from ofsted_extract.schema import DOCUMENTS, JUDGEMENTS_TABLE, SENTENCES
from ofsted_extract.write.store import PRIVATE, LocalStore

INDEX = f"{PRIVATE}/search.sqlite"
#: To be raised when what the index holds changes.
_FORM = 1
_INDEXED = (DOCUMENTS, JUDGEMENTS_TABLE, SENTENCES)
_PHRASE = re.compile(r'"([^"]*)"|(\S+)')
_DOCUMENT = (
    "document_id", "authority", "authority_slug", "region", "document_kind", "visit",
    "visit_start", "published_on", "source_url", "same_as",
)  # fmt: skip
_SENTENCE = (
    "sentence_id", "document_id", "section", "judgement_area", "page", "finding", "themes",
    "progress", "extent", "text",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence that was found; the fields are columns of ``schema.py``, and ``link``."""

    sentence_id: str
    document_id: str
    authority: str
    authority_slug: str
    region: str
    document_kind: str
    visit: str
    visit_start: date | None
    published_on: date | None
    section: str
    judgement_area: str
    page: int
    finding: str
    themes: tuple[str, ...]
    progress: str
    extent: str
    text: str
    link: str

    @property
    def day(self) -> date | None:
        """Start of the visit, else publication."""
        return self.visit_start or self.published_on

    def row(self) -> dict[str, Any]:
        """Return it as a row: lists are lists, dates are dates."""
        return {**asdict(self), "themes": list(self.themes)}


#: The columns of a row of hits, in their order.
COLUMNS = tuple(field.name for field in fields(Hit))


@dataclass(frozen=True, slots=True)
class Found:
    """The best hits, and how many sentences there are in all."""

    hits: tuple[Hit, ...]
    total: int


def parse_words(words: Iterable[str]) -> str:
    """Return what the index is asked, from words as they are typed.

    All words must stand in a sentence, in any form with their stem. Words in quotation marks, or
    given as one argument, are a phrase. A star at the end of a word stands for any ending.

    >>> print(parse_words(["front door", "delay", "assess*"]))
    "front door" AND "delay" AND "assess"*

    Raises
    ------
    DatasetError
        if there is no word with a letter or digit.

    """
    parts: list[str] = []
    for given in words:
        if '"' in given or "“" in given:
            matches = _PHRASE.finditer(given.replace("“", '"').replace("”", '"'))
            parts += [match[1] if match[1] is not None else match[2] for match in matches]
        else:
            parts.append(given)
    parts = [part.strip().replace('"', "") for part in parts if re.search(r"[^\W_]", part)]
    if not parts:
        raise DatasetError("nothing to search for: give a word")
    return " AND ".join(
        f'"{part.rstrip("*")}"' + ("*" if part.endswith("*") else "") for part in parts
    )


def search(dataset: Dataset, asked: str, chosen: Filter, limit: int) -> Found:
    """Return the sentences that answer ``asked`` (see `parse_words`), best first.

    Headings are not searched, and of letters that repeat another (``same_as``) only that other.

    Parameters
    ----------
    dataset:
        a dataset in a local folder.
    asked:
        a question to FTS5.
    chosen:
        which letters and sentences may be found.
    limit:
        how many hits are returned at most; all are counted.

    Raises
    ------
    DatasetError
        if the dataset is in no local folder, or its index cannot be written.

    """
    with closing(sqlite3.connect(f"file:{_index(dataset)}?mode=ro", uri=True)) as base:
        base.row_factory = sqlite3.Row
        documents = {row["document_id"]: row for row in _documents(base, chosen)}
        answers = base.execute(
            "SELECT number, document_id, finding, judgement_area, themes FROM words "
            "JOIN sentences ON number = words.rowid WHERE words MATCH ? ORDER BY rank, number",
            (asked,),
        )
        numbers = [
            row["number"]
            for row in answers
            if row["document_id"] in documents
            and (not chosen.of_sentences or chosen.admits_sentence(_listed(row)))
        ]
        hits = []
        for number in numbers[:limit]:
            (row,) = base.execute("SELECT * FROM sentences WHERE number = ?", (number,))
            hits.append(_hit(_listed(row), documents[row["document_id"]]))
    return Found(tuple(hits), len(numbers))


def _documents(base: sqlite3.Connection, chosen: Filter) -> Iterator[dict[str, Any]]:
    for row in base.execute("SELECT * FROM documents WHERE same_as = ''"):
        document = {**dict(row), "visit_start": _day(row["visit_start"]),
                    "published_on": _day(row["published_on"])}  # fmt: skip
        if chosen.admits_document(document, json.loads(row["grades"])):
            yield document


def _hit(sentence: Mapping[str, Any], document: Mapping[str, Any]) -> Hit:
    both = {**document, **sentence}
    return Hit(
        **{name: both[name] for name in COLUMNS if name not in {"link", "themes"}},
        themes=tuple(sentence["themes"]),
        link=page_link(document["source_url"], sentence["page"]),
    )


def _listed(row: sqlite3.Row) -> dict[str, Any]:
    return {**dict(row), "themes": row["themes"].split(";") if row["themes"] else []}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# ---------------------------------------------------------------------- the index


def _index(dataset: Dataset) -> str:
    """Return the path of an index of the dataset as it is now, made where there is none."""
    store = dataset.store
    if not isinstance(store, LocalStore):
        raise DatasetError(f"{store.root} is no local folder: copy the dataset to search in it")
    root = Path(store.root).absolute()
    state, path = _state(root), root / INDEX
    if _state_of(path) != state:
        try:
            path.parent.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent) as folder:
                made = Path(folder) / path.name
                _make(dataset, made, state)
                made.replace(path)
        except OSError as error:
            raise DatasetError(f"cannot write the index {path}: {error.strerror}") from None
    return path.as_posix()


def _state(root: Path) -> str:
    """Return what tells the files of a dataset from those of a minute ago, without reading them."""
    digest = hashlib.blake2b(str(_FORM).encode(), digest_size=16)
    for table in _INDEXED:
        for name, size, changed in sorted(_files(str(root / "parquet" / table.name))):
            digest.update(f"{name}\0{size}\0{changed}\n".encode())
    return digest.hexdigest()


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            elif entry.name.endswith(".parquet"):
                told = entry.stat()
                yield entry.path, told.st_size, told.st_mtime_ns


def _state_of(path: Path) -> str:
    """Return the state that an index was made in; empty without one, or with a damaged one."""
    if not path.is_file():
        return ""
    try:
        with closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as base:
            ((state,),) = base.execute("SELECT state FROM made")
            return str(state)
    except (sqlite3.DatabaseError, ValueError):
        return ""


def _make(dataset: Dataset, path: Path, state: str) -> None:
    grades = printed_grades(dataset.judgements())
    documents = [
        (
            *(_plain(row[name]) for name in _DOCUMENT),
            json.dumps(grades.get(row["document_id"], {})),
        )
        for row in records(dataset.documents(columns=_DOCUMENT))
    ]
    frame = dataset.sentences(columns=[*_SENTENCE, "kind"])
    sentences = (
        tuple(_plain(row[name]) for name in _SENTENCE)
        for row in records(frame[frame["kind"] != "heading"])
    )
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(f"CREATE TABLE documents ({', '.join(_DOCUMENT)}, grades)")
        base.execute(f"CREATE TABLE sentences (number INTEGER PRIMARY KEY, {', '.join(_SENTENCE)})")
        base.execute(
            "CREATE VIRTUAL TABLE words USING fts5(text, content='sentences', "
            "content_rowid='number', tokenize='porter unicode61')"
        )
        marks = ", ".join("?" * len(_SENTENCE))
        base.executemany(
            f"INSERT INTO sentences ({', '.join(_SENTENCE)}) VALUES ({marks})", sentences
        )
        marks = ", ".join("?" * (len(_DOCUMENT) + 1))
        base.executemany(f"INSERT INTO documents VALUES ({marks})", documents)
        base.execute("INSERT INTO words(words) VALUES ('rebuild')")
        base.execute("CREATE TABLE made (state)")
        base.execute("INSERT INTO made VALUES (?)", (state,))


def _plain(cell: Any) -> Any:
    if isinstance(cell, str | int):
        return cell
    if isinstance(cell, date):
        return cell.isoformat()
    if cell is None or isinstance(cell, float):  # NaN: text that older files lack
        return ""
    return ";".join(cell)
