"""What a person found wrong in a dataset's labels, kept beside it in ``review/corrections.csv``.

A correction names a sentence by the SHA-256 of its document and the hash of its letters and
digits, so that it holds when a later version of the program numbers or splits sentences otherwise,
and is applied again whenever the document is written again. It holds no text of the letter.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from ofsted_extract.labels import FINDING_CODES, MOST_THEMES, PROGRESS_CODES, anchor, letters
from ofsted_extract.schema import FINDINGS, PROGRESS
from ofsted_extract.themes import all_themes
from ofsted_extract.write.csv import csv_record
from ofsted_extract.write.rows import Row, Tables
from ofsted_extract.write.store import Store

#: Where a dataset keeps its corrections, and the label files made of them.
CORRECTIONS = "review/corrections.csv"
LABELS = "review/labels"


@dataclass(frozen=True, slots=True)
class Correction:
    """What a sentence's labels are, by whose word (``reviewer``) and since when (ISO date).

    ``themes`` are ids joined by ``;``, best first.
    """

    source_sha256: str
    text_hash: str
    finding: str
    themes: str
    progress: str
    reviewer: str
    reviewed_on: str
    note: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.source_sha256, self.text_hash

    @property
    def theme_ids(self) -> list[str]:
        return [theme for theme in self.themes.split(";") if theme]


class CorrectionsError(Exception):
    """The corrections of a dataset cannot be understood; the message names line and column."""


Corrections = Mapping[tuple[str, str], Correction]


def text_hash(text: str) -> str:
    """Return the hash that names a sentence: 12 hex digits, of its letters and digits only."""
    return anchor(letters(text))


def read_corrections(store: Store) -> dict[tuple[str, str], Correction]:
    """Return the corrections of a dataset by key, the latest of each.

    Raises
    ------
    CorrectionsError
        if a line cannot be understood; no document is to be written without its corrections.

    """
    return {each.key: each for each in _history(store)}


def add_corrections(store: Store, corrections: Iterable[Correction]) -> int:
    """Append to the dataset's corrections; return how many are new. Earlier ones stay on record."""
    history = _history(store)
    standing = {each.key: each for each in history}
    new = [each for each in corrections if standing.get(each.key) != each]
    names = [field.name for field in fields(Correction)]
    lines = [csv_record(names), *(csv_record(list(asdict(row).values())) for row in history + new)]
    if new:
        store.write({CORRECTIONS: "".join(lines).encode()})
    return len(new)


def apply_corrections(tables: Tables, corrections: Corrections) -> int:
    """Put corrections into one letter's rows in place; return how many of its sentences they meet.

    A recommendation takes the themes of its corrected sentences. Which recommendations there are
    follows from where they stand in the letter and is not changed.
    """
    if not corrections:
        return 0
    sha256 = str(tables["documents"][0]["source_sha256"])
    met = 0
    themes: dict[str, list[str]] = {}
    for row in tables["sentences"]:
        correction = corrections.get((sha256, text_hash(str(row["text"]))))
        if correction is not None:
            _correct(row, correction)
            met += 1
            themes[str(row["sentence_id"])] = correction.theme_ids
    for row in tables["recommendations"]:
        found = [themes[name] for name in _names(row["sentence_ids"]) if name in themes]
        if found:
            row["themes"] = list(dict.fromkeys(theme for part in found for theme in part))
    return met


def check_finding(value: str) -> str:
    """Return a finding as the schema names it, given its id or its code ("SW").

    Raises
    ------
    ValueError
        with a sentence that names what is allowed; so do the two functions below.

    """
    return _checked(value, FINDINGS, FINDING_CODES, "finding")


def check_progress(value: str) -> str:
    """Return a progress mark as the schema names it, given its id or its code ("+")."""
    return _checked(value.strip("'"), PROGRESS, PROGRESS_CODES, "progress")


def check_themes(value: str) -> str:
    """Return theme ids joined by ``;``, given ids, codes or names joined by ``;`` or ``,``.

    "-" or "none" is no theme at all.
    """
    if value.strip("'").lower() in {"-", "none"}:
        return ""
    known = {
        name.lower(): theme.id
        for theme in all_themes()
        for name in (theme.id, theme.code, theme.name)
    }
    asked = [part.strip() for part in value.replace(",", ";").split(";") if part.strip()]
    unknown = [part for part in asked if part.lower() not in known]
    if unknown:
        raise ValueError(
            f"unknown theme {', '.join(map(repr, unknown))}; `ofsted-extract themes` lists all"
        )
    found = list(dict.fromkeys(known[part.lower()] for part in asked))
    if len(found) > MOST_THEMES:
        raise ValueError(f"{len(found)} themes; at most {MOST_THEMES}, the most important first")
    return ";".join(found)


def _checked(value: str, allowed: Iterable[str], codes: Mapping[str, str], what: str) -> str:
    wanted = value.strip().lower().replace(" ", "_")
    by_code = {code.lower(): name for name, code in codes.items()}
    found = wanted if wanted in allowed else by_code.get(wanted)
    if found is None:
        raise ValueError(f"{value!r} is no {what}; write one of {', '.join(allowed)}")
    return found


def _correct(row: Row, correction: Correction) -> None:
    finding, themes = correction.finding, correction.theme_ids
    strength, weakness = finding in {"strength", "mixed"}, finding in {"weakness", "mixed"}
    recommendation = finding == "recommendation"
    if finding != "mixed":
        row["strength_text"] = row["weakness_text"] = ""
    row.update(
        finding=finding,
        is_strength=strength,
        is_weakness=weakness,
        is_recommendation=recommendation,
        strength_score=float(strength),
        weakness_score=float(weakness),
        recommendation_score=float(recommendation),
        themes=themes,
        theme_scores=[1.0] * len(themes),
        progress=correction.progress,
        method="review",
        evidence=f"{correction.reviewer}, {correction.reviewed_on}",
    )


def _history(store: Store) -> list[Correction]:
    try:
        content = store.read(CORRECTIONS)
    except FileNotFoundError:
        return []
    place = f"{store.root}/{CORRECTIONS}"
    return [_correction(place, number, row) for number, row in _table(place, content)]


def _table(place: str, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a corrections file with their line numbers, saved by whatever program.

    Excel writes a mark at the beginning, semicolons where the system's lists have them, and the
    system's own encoding.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    names = [field.name for field in fields(Correction)]
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        missing = [name for name in names if name not in (reader.fieldnames or [])]
        if missing:
            raise CorrectionsError(
                f"{place}, line 1: there is no column {', '.join(missing)}; restore the file, or "
                "move it away to go on without its corrections"
            )
        for row in reader:
            yield reader.line_num, {name: row[name] or "" for name in names}
    except csv.Error as error:
        raise CorrectionsError(f"{place}, line {reader.line_num}: {error}") from None


def _correction(place: str, number: int, row: dict[str, str]) -> Correction:
    """Return a row's correction, its cells checked."""
    checks: dict[str, Callable[[str], str]] = {
        "finding": check_finding,
        "themes": check_themes,
        "progress": check_progress,
        "source_sha256": _check_sha256,
    }
    for name, check in checks.items():
        try:
            row[name] = check(row[name])
        except ValueError as error:
            raise CorrectionsError(f"{place}, line {number}, column {name}: {error}") from None
    return Correction(**row)


def _check_sha256(value: str) -> str:
    if not _SHA256.fullmatch(value):
        raise ValueError(f"{value[:80]!r} is no SHA-256 of a document (64 hex digits)")
    return value


_SHA256 = re.compile(r"[0-9a-f]{64}")


def _names(value: Any) -> list[str]:
    return [str(name) for name in value]
