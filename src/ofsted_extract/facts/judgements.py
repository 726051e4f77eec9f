"""The printed grades: from the table on the cover, from sentences, from headings.

Nothing is inferred: a grade that is not printed has no row. The names of judgements and grades and
the sentences that print them are data: ``data/judgements.toml``. Headings of sections that repeat a
grade are a cross-check; where they disagree with the table, the table counts and a warning says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ofsted_extract.facts.lines import joined
from ofsted_extract.kinds import document_kind as kind_of
from ofsted_extract.letter import COVER_PAGES, Judgement, Line, Role, StructuredLetter, UnitKind
from ofsted_extract.resources import load_toml
from ofsted_extract.wording import plain, straight

#: Lines behind the first of a sentence that may still belong to it.
_WRAPPED_LINES = 2


@dataclass(slots=True)
class _Row:
    """A row of a table of grades while its wrapped cells are put together."""

    page: int
    label: str
    grade: list[str]

    def judgement(self) -> Judgement | None:
        printed = " ".join(self.grade)
        name, grade = _names().get(self.label), _grades().get(plain(printed))
        if name is None or grade is None:
            return None
        return Judgement(name, grade, printed, self.page)


def read_judgements(
    structured: StructuredLetter, document_kind: str
) -> tuple[tuple[Judgement, ...], tuple[str, ...]]:
    """Return the printed grades in reading order, each judgement once, and warnings."""
    form = kind_of(document_kind).grades
    if not form:
        return (), ()
    if form == "cover":
        table = _table(_lines(structured, COVER_PAGES))
        printed = [*table, *_sentences(structured, document_kind)]
        checks = [*_headings(structured)]
    else:
        printed = [*_graded_headings(structured)]
        checks = [*_table(_lines(structured))]
        printed = printed or checks
    found: dict[str, Judgement] = {}
    for judgement in printed:
        found.setdefault(judgement.judgement, judgement)
    warnings = [
        f"{check.judgement}: the table prints '{known.printed}', page {check.page} prints "
        f"'{check.printed}'"
        for check in (*printed, *checks)
        if (known := found.get(check.judgement)) and known.grade != check.grade
    ]
    if not found:
        warnings.append("no grade was found although reports of this kind print them")
    return tuple(found.values()), tuple(dict.fromkeys(warnings))


# --------------------------------------------------------------------------------- table


def _lines(structured: StructuredLetter, pages: int | None = None) -> list[tuple[int, Line]]:
    """Return (page number, line) of the first pages without running headers and footers."""
    running = set(structured.furniture)
    return [
        (page.number, line)
        for page in structured.raw.pages[:pages]
        for line in page.lines
        if (page.number, line.text) not in running and re.search(r"[^\W\d_]", line.text)
    ]


def _table(lines: Iterable[tuple[int, Line]]) -> Iterator[Judgement]:
    """Yield the rows of a table of grades.

    Cells wrap in either column, and a reader may give a row's lines in either order. So each line
    is cut into a label in front and a piece of a grade at its end, and both sides are put together
    until the label is a judgement's name and another label begins. A grade that cannot go on with
    the row's stands above the middle of the next row's label.
    """
    row: _Row | None = None
    ahead: list[str] = []
    for page, line in lines:
        for text in filter(str.strip, re.split(r"[|\t]", straight(line.text))):
            label, grade = _cut(text)
            if row is not None and not label:
                (row.grade if _is_grade([*row.grade, grade]) else ahead).append(grade)
            elif row is not None and _is_prefix(f"{row.label} {label}".strip()):
                row.label = f"{row.label} {label}".strip()
                row.grade += [grade] * bool(grade)
            else:
                if row is not None and (judgement := row.judgement()):
                    yield judgement
                started = [*ahead, *[grade] * bool(grade)]
                row = _Row(page, label, started) if _is_prefix(label) else None
                ahead = []
    if row is not None and (judgement := row.judgement()):
        yield judgement


def _cut(text: str) -> tuple[str, str]:
    """Return the plain words of a line's label, and the piece of a grade that ends the line."""
    text = re.sub(r"^\W*\d{1,2}(?:\.\d)?\.? |[\s.*#-]*(?:grade ?\d)?$", "", text, flags=re.I)
    words = text.split()
    if words and plain(words[-1]) not in _last_words():
        return plain(text), ""
    for count in range(min(len(words), 5), 0, -1):
        if plain(" ".join(words[-count:])) in _pieces():
            return plain(" ".join(words[:-count])), " ".join(words[-count:])
    return plain(text), ""


def _is_grade(pieces: list[str]) -> bool:
    """Tell whether pieces, put together, are a grade or the beginning of one."""
    words = plain(" ".join(pieces))
    return any(f"{name} ".startswith(f"{words} ") for name in _grades())


def _is_prefix(label: str) -> bool:
    return bool(label) and any(f"{name} ".startswith(f"{label} ") for name in _names())


# ----------------------------------------------------------------- sentences and headings


def _sentences(structured: StructuredLetter, document_kind: str) -> Iterator[Judgement]:
    """Yield the grades that a sentence of the cover or a line of its own prints."""
    cover = joined(line for _, line in _lines(structured, 1))
    for row in load_toml("judgements.toml")["sentence"]:
        if document_kind not in row["kinds"]:
            continue
        patterns = [_sentence_pattern(pattern) for pattern in row["patterns"]]
        if row["where"] == "cover":
            found = (match for pattern in patterns if (match := pattern.search(cover)))
            yield from (_from_match(row["id"], match, 1) for match in found)
            continue
        lines = _lines(structured)
        for number, (page, line) in enumerate(lines):
            if not line.text.lower().startswith(row["begins"]):
                continue
            text = joined(line for _, line in lines[number : number + 1 + _WRAPPED_LINES])
            matches = (match for pattern in patterns if (match := pattern.match(text)))
            yield from (_from_match(row["id"], match, page) for match in matches)


def _from_match(judgement: str, match: re.Match[str], page: int) -> Judgement:
    return Judgement(judgement, _grades()[plain(match["grade"])], match["grade"], page)


def _headings(structured: StructuredLetter) -> Iterator[Judgement]:
    """Yield the grades that headings of sections repeat ("...: requires improvement")."""
    for unit in structured.units:
        if unit.kind is not UnitKind.HEADING or unit.role in (Role.TITLE, Role.PREVIOUS):
            continue
        label, grade = _cut(unit.text)
        name = _names().get(re.sub(r" (?:is|are)$", "", label))
        if name and (known := _grades().get(plain(grade))):
            yield Judgement(name, known, grade, unit.page)


def _graded_headings(structured: StructuredLetter) -> Iterator[Judgement]:
    """Yield "Grade 4 (Inadequate)" with the judgement that the heading lines before it name."""
    before: list[str] = []
    for page, line in _lines(structured):
        match = re.fullmatch(r"grade \d \((\w+)\)", straight(line.text), re.IGNORECASE)
        if match and (grade := _grades().get(plain(match[1]))):
            names = (plain(" ".join(before[-count:])) for count in (3, 2, 1))
            name = next((_names()[name] for name in names if name in _names()), "")
            if name:
                yield Judgement(name, grade, match[1], page)
        before.append(line.text)


# -------------------------------------------------------------------------------- wordings


@cache
def _names() -> dict[str, str]:
    """Return the judgement id of each printed name, in plain words."""
    rows: list[dict[str, Any]] = load_toml("judgements.toml")["judgement"]
    return {plain(name): row["id"] for row in rows for name in row["names"]}


@cache
def _grades() -> dict[str, str]:
    """Return the grade of each printed wording."""
    rows: list[dict[str, Any]] = load_toml("judgements.toml")["grade"]
    return {plain(name): row["id"] for row in rows for name in row["names"]}


@cache
def _pieces() -> frozenset[str]:
    """Return every run of words that a wrapped grade may leave on one line."""
    pieces = set()
    for name in _grades():
        words = name.split()
        pieces |= {
            " ".join(words[first:last])
            for first in range(len(words))
            for last in range(first + 1, len(words) + 1)
        }
    return frozenset(pieces - {"to", "be", "to be"})


@cache
def _last_words() -> frozenset[str]:
    return frozenset(piece.split()[-1] for piece in _pieces())


@cache
def _sentence_pattern(pattern: str) -> re.Pattern[str]:
    grades = "|".join(sorted(map(re.escape, _grades()), key=len, reverse=True))
    return re.compile(pattern.replace("{grade}", f"(?P<grade>{grades})\\b"), re.IGNORECASE)
