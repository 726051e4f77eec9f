"""A workbook for people: letters, grades, recommendations, findings, themes and follow-up.

Columns are named as in the tables, values are in words, findings have sign and colour, and every
row leads to its page of the letter. What is over Excel's limits is never dropped in silence: rows
go on on a further sheet, and what else was done stands on the sheet "Read me" and in what
`write` returns.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from ofsted_extract._version import __version__
from ofsted_extract.explore.dataset import Visit
from ofsted_extract.explore.filters import day_of
from ofsted_extract.explore.selection import Selection, is_counted, page_link
from ofsted_extract.names import (
    EXTENTS,
    FINDING,
    METHODS,
    PRIORITIES,
    PROGRESS,
    VERDICTS,
    cohort_name,
    grade_name,
    judgement_name,
    judgement_order,
    kind_name,
    theme_name,
    theme_names,
)
from ofsted_extract.schema import DOCUMENTS, FOLLOWUP, JUDGEMENTS_TABLE, RECOMMENDATIONS, SENTENCES

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program takes: rows and links a sheet, characters a cell, characters an address."""

    rows: int
    links: int
    characters: int
    address: int


#: Excel specifications and limits, and XlsxWriter's for addresses.
EXCEL = Limits(rows=1_048_576, links=65_530, characters=32_767, address=2_079)

#: Width in characters by column; text wraps within it.
_WIDTHS = {
    "text": 80, "recommendation": 70, "strength_text": 40, "weakness_text": 40, "scope": 50,
    "quotations": 80, "section": 28, "themes": 28, "scope_themes": 28, "inspectors": 28,
    "theme": 28, "authority": 22, "region": 20, "document_kind": 24, "kind": 24, "judgement": 30,
    "judgement_area": 26, "finding": 18, "verdict": 16, "cohorts": 24, "warnings": 50,
    "responsible": 24, "link": 10, "source_url": 10, "sentence_id": 20, "document_id": 18,
    "recommendation_id": 20, "later_document_kind": 24, "addressee": 30,
}  # fmt: skip
_WIDTH = 13
#: Fill and ink of what speaks for and against; the sign says the same without colour.
_COLOURS = {
    "s": ("#E3F1E6", "#14532D"), "w": ("#FBE4E2", "#7F1D1D"), "m": ("#FBF1D5", "#6B4A00"),
    "r": ("#E2EDF8", "#123F6D"), "n": ("#F2F2F2", "#404040"),
}  # fmt: skip
#: No time of making in the file: the same rows give the same bytes.
_CREATED = datetime(2000, 1, 1)
_QUOTED = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads to ``address`` and shows ``text``; without an address nothing."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A cell with the sign and the colours ``css`` of a finding."""

    text: str
    css: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its columns, its rows as cells in that order."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def write(selection: Selection, path: Path, limits: Limits = EXCEL) -> tuple[str, ...]:
    """Write the workbook; return what was done about Excel's limits, in sentences."""
    letters = _Letters(selection)
    sheets = [part for make in _SHEETS for part in _split(make(letters), limits)]
    writer = _Writer(path, limits)
    for sheet in sheets:
        writer.fill(sheet)
    notes = [*_continued(sheets), *writer.notes]
    writer.read_me(_read_me(selection, sheets, notes))
    writer.close()
    return tuple(notes)


class _Letters:
    """A selection with what each row needs of its letter."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.documents = _records(selection, DOCUMENTS.name)
        self.by_id = {row["document_id"]: row for row in self.documents}
        self.sentences = _records(selection, SENTENCES.name)

    def head(self, document_id: str) -> tuple[Any, ...]:
        """Return authority, region, kind and start of visit."""
        row = self.by_id[document_id]
        kind = kind_name(row["document_kind"])
        return row["authority"], row["region"], kind, day_of(row)

    def link(self, document_id: str, page: int) -> Link:
        return Link(page_link(self.by_id[document_id]["source_url"], page), f"page {page}")


_HEAD = ("authority", "region", "document_kind", "visit_start")


def _letters(letters: _Letters) -> Sheet:
    columns = (
        "authority", "region", "gss_code", "document_kind", "visit_start", "visit_end",
        "published_on", "overall_grade", "lead_inspector", "inspectors", "scope", "scope_themes",
        "strengths", "weaknesses", "mixed", "recommendations", "sentences", "pages", "source_url",
        "same_as", "warnings", "document_id",
    )  # fmt: skip
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in letters.sentences:
        found[row["document_id"]][row["finding"]] += row["kind"] != "heading"
    rows = []
    for row in letters.documents:
        count = found[row["document_id"]]
        made = {
            **row,
            "document_kind": kind_name(row["document_kind"]),
            "overall_grade": _grade(letters.selection.standing[row["document_id"]].grade),
            "inspectors": ", ".join(row["inspectors"]),
            "scope_themes": _themes(row["scope_themes"]),
            "strengths": count["strength"],
            "weaknesses": count["weakness"],
            "mixed": count["mixed"],
            "recommendations": count["recommendation"],
            "source_url": Link(row["source_url"], "letter"),
            "warnings": "\n".join(row["warnings"]),
        }
        rows.append([made[name] for name in columns])
    return Sheet("Letters", columns, rows)


def _grades(letters: _Letters) -> Sheet:
    columns = (*_HEAD, "judgement", "grade", "previous_grade", "page", "link", "document_id")
    rows, before = [], dict[tuple[str, str], str]()
    ordered = sorted(
        _records(letters.selection, JUDGEMENTS_TABLE.name),
        key=lambda row: (
            row["authority_slug"], day_of(letters.by_id[row["document_id"]]) or date.max,
            row["document_id"], judgement_order(row["judgement"]),
        ),
    )  # fmt: skip
    for row in ordered:
        key, document = (row["authority_slug"], row["judgement"]), row["document_id"]
        earlier = before.get(key, "")
        if not letters.by_id[document]["same_as"]:
            before[key] = row["grade"]
        rows.append(
            [
                *letters.head(document),
                judgement_name(row["judgement"]),
                grade_name(row["grade"]),
                _grade(earlier),
                row["page"],
                letters.link(document, row["page"]),
                document,
            ]
        )
    return Sheet("Grades", columns, rows)


def _recommendations(letters: _Letters) -> Sheet:
    columns = (
        *_HEAD, "number", "text", "themes", "priority", "responsible", "framework_reference",
        "page", "link", "recommendation_id",
    )  # fmt: skip
    return Sheet(
        "Recommendations",
        columns,
        [
            [
                *letters.head(row["document_id"]),
                row["number"],
                row["text"],
                _themes(row["themes"]),
                PRIORITIES.get(row["priority"], ""),
                row["responsible"],
                row["framework_reference"],
                row["page"],
                letters.link(row["document_id"], row["page"]),
                row["recommendation_id"],
            ]
            for row in _records(letters.selection, RECOMMENDATIONS.name)
        ],
    )


def _findings(letters: _Letters) -> Sheet:
    columns = (
        *_HEAD, "judgement_area", "section", "finding", "text", "themes", "progress", "extent",
        "cohorts", "strength_text", "weakness_text", "page", "paragraph", "link", "method",
        "score", "sentence_id",
    )  # fmt: skip
    rows = []
    for row in letters.sentences:
        if row["finding"] == "none" or row["kind"] == "heading":
            continue
        area = row["judgement_area"]
        scores = [row[f"{name}_score"] for name in ("strength", "weakness", "recommendation")]
        rows.append(
            [
                *letters.head(row["document_id"]),
                judgement_name(area) if area else "",
                row["section"],
                _finding(row["finding"]),
                row["text"],
                _themes(row["themes"]),
                PROGRESS.get(row["progress"], ""),
                EXTENTS.get(row["extent"], ""),
                ", ".join(map(cohort_name, row["cohorts"])),
                row["strength_text"],
                row["weakness_text"],
                row["page"],
                row["paragraph"],
                letters.link(row["document_id"], row["page"]),
                METHODS.get(row["method"], row["method"]),
                max(scores),
                row["sentence_id"],
            ]
        )
    return Sheet("Findings", columns, rows)


def _themes_by_authority(letters: _Letters) -> Sheet:
    columns = (
        "authority", "region", "theme", "letters", "sentences", "strengths", "weaknesses", "mixed",
        "recommendations", "sentences_in_all", "weaknesses_per_100", "strengths_per_100",
    )  # fmt: skip
    in_all: Counter[str] = Counter()
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in letters.sentences:
        letter = letters.by_id[row["document_id"]]
        visit = Visit(letter["authority_slug"], letter["visit"])
        if row["kind"] == "heading" or not is_counted(visit, letter["same_as"]):
            continue
        in_all[visit.authority_slug] += 1
        for theme in row["themes"]:
            counts[visit.authority_slug, theme][row["finding"]] += 1
            seen[visit.authority_slug, theme].add(row["document_id"])
    names = {row["authority_slug"]: row for row in letters.documents}
    order = list(theme_names())
    rows = []
    for slug, theme in sorted(
        counts, key=lambda key: (key[0], order.index(key[1]) if key[1] in order else len(order))
    ):
        count, total = counts[slug, theme], in_all[slug]
        rows.append(
            [
                names[slug]["authority"],
                names[slug]["region"],
                theme_name(theme),
                len(seen[slug, theme]),
                sum(count.values()),
                count["strength"],
                count["weakness"],
                count["mixed"],
                count["recommendation"],
                total,
                100 * (count["weakness"] + count["mixed"]) / total,
                100 * (count["strength"] + count["mixed"]) / total,
            ]
        )
    return Sheet("Themes by authority", columns, rows)


def _followup(letters: _Letters) -> Sheet:
    columns = (
        *_HEAD, "recommendation", "later_document_kind", "later_visit_start", "verdict",
        "quotations", "page", "link", "match_score", "recommendation_id",
    )  # fmt: skip
    texts = {
        row["recommendation_id"]: row["text"]
        for row in _records(letters.selection, RECOMMENDATIONS.name)
    }
    sentences = {row["sentence_id"]: row for row in letters.sentences}
    rows = []
    for row in sorted(_records(letters.selection, FOLLOWUP.name), key=_request_order):
        asked_by, _, number = row["recommendation_id"].rpartition("-")
        if number.startswith("k"):
            kloe = letters.by_id[asked_by]["visit_kloes"][int(number[1:]) - 1]
            text = f"Line of enquiry: {kloe}"
        else:
            text = texts[row["recommendation_id"]]
        later = letters.head(row["later_document_id"])
        answers = [sentences[each] for each in row["sentence_ids"] if each in sentences]
        shown = VERDICTS[row["verdict"]]
        rows.append(
            [
                *letters.head(asked_by),
                text,
                *later[2:],
                Marked(f"{shown.sign} {shown.name}", shown.css),
                "\n".join(f"“{each['text']}” (page {each['page']})" for each in answers[:_QUOTED]),
                answers[0]["page"] if answers else "",
                letters.link(row["later_document_id"], answers[0]["page"]) if answers else "",
                row["match_score"],
                row["recommendation_id"],
            ]
        )
    return Sheet("Follow-up", columns, rows)


_SHEETS: tuple[Callable[[_Letters], Sheet], ...] = (
    _letters, _grades, _recommendations, _findings, _themes_by_authority, _followup,
)  # fmt: skip


def _read_me(selection: Selection, sheets: Sequence[Sheet], notes: Sequence[str]) -> list[str]:
    chosen = [f"{name}: {value}" for name, value in selection.chosen.words()]
    finished = str(selection.run.get("finished", ""))[:10]
    read_on = f" from letters read on {finished}" if finished else ""
    lines = [
        "Findings from Ofsted’s letters and reports on children’s services",
        f"Made by ofsted-extract {__version__}{read_on}",
        "Kept: " + ("; ".join(chosen) if chosen else "every letter of the dataset"),
        "",
        *(f"{sheet.name}: {len(sheet.rows):,} rows" for sheet in sheets),
        "",
        "Findings, themes and follow-up are a program’s reading. Read the letter’s page (column "
        "link) before you rely on one; a link is empty where the letter’s address is not known.",
        "A finding is a strength (▲), a weakness (▼), both (mixed, ◆) or a recommendation (➜). "
        "score is the calibrated probability, from 0 to 1.",
        "overall_grade is the grade that held when the letter was written: printed by the last "
        "full inspection up to then, empty where that printed none. previous_grade is that of the "
        "same judgement in the letter before, among the letters kept.",
        "Themes by authority counts sentences of inspectors’ letters, each letter once; a mixed "
        "sentence counts in both rates per 100 sentences, a sentence with several themes for each.",
        "Where no visit date is known, visit_start is the date of publication.",
    ]
    if not selection.frame(FOLLOWUP).shape[0]:
        lines.append("Follow-up is empty until `ofsted-extract track` has run on the dataset.")
    return [*lines, "", *notes] if notes else lines


def _records(selection: Selection, name: str) -> list[Record]:
    table = next(
        each
        for each in (DOCUMENTS, JUDGEMENTS_TABLE, SENTENCES, RECOMMENDATIONS, FOLLOWUP)
        if each.name == name
    )
    columns = selection.cells(table)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _request_order(row: Record) -> tuple[str, str, str, bool, int, str]:
    """Sort key of ``followup``: recommendations in their order, then lines of enquiry."""
    document, _, number = row["recommendation_id"].rpartition("-")
    place = row["authority_slug"], row["visit"], document
    return *place, number.startswith("k"), int(number[1:]), row["later_visit"]


def _grade(grade: str) -> str:
    return grade_name(grade) if grade else ""


def _themes(themes: Sequence[str]) -> str:
    return ", ".join(map(theme_name, themes))


def _finding(finding: str) -> Marked:
    shown = FINDING[finding]
    return Marked(f"{shown.sign} {shown.name}", shown.css)


def _split(sheet: Sheet, limits: Limits) -> Iterator[Sheet]:
    """Yield a sheet, or as many as its rows need, each with its own head."""
    most = limits.rows - 1
    for number, start in enumerate(range(0, max(len(sheet.rows), 1), most), start=1):
        name = sheet.name if number == 1 else f"{sheet.name} ({number})"
        yield Sheet(name, sheet.columns, sheet.rows[start : start + most])


def _continued(sheets: Sequence[Sheet]) -> list[str]:
    return [
        f"{sheet.name.rpartition(' (')[0]} has more rows than a sheet holds; they go on on "
        f"sheet {sheet.name}."
        for sheet in sheets
        if sheet.name.endswith(")")
    ]


class _Writer:
    """Puts sheets into a file and keeps count of what Excel does not take."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._book = xlsxwriter.Workbook(str(path))
        self._book.set_properties({"created": _CREATED})
        top = {"valign": "top"}
        self._title = self._book.add_format({"bold": True, "font_size": 14, **top})
        self._head = self._book.add_format({"bold": True, "text_wrap": True, "bottom": 1, **top})
        self._text = self._book.add_format({"text_wrap": True, **top})
        self._date = self._book.add_format({"num_format": "d mmm yyyy", "align": "left", **top})
        self._score = self._book.add_format({"num_format": "0.00", **top})
        self._link = self._book.add_format({"font_color": "#0B5394", "underline": 1, **top})
        self._marks = {
            css: self._book.add_format({"bg_color": fill, "font_color": ink, "bold": True, **top})
            for css, (fill, ink) in _COLOURS.items()
        }
        self._read_me = self._book.add_worksheet("Read me")
        self.notes: list[str] = []

    def fill(self, sheet: Sheet) -> None:
        page = self._book.add_worksheet(sheet.name)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
        for at, name in enumerate(sheet.columns):
            page.set_column(at, at, _WIDTHS.get(name, _WIDTH))
            page.write_string(0, at, name, self._head)
        links = cut = plain = 0
        for number, row in enumerate(sheet.rows, start=1):
            for at, cell in enumerate(row):
                if isinstance(cell, Link) and cell.address:
                    if links < self._limits.links and len(cell.address) <= self._limits.address:
                        page.write_url(number, at, cell.address, self._link, cell.text)
                        links += 1
                    else:
                        page.write_string(number, at, cell.address, self._text)
                        plain += 1
                elif isinstance(cell, str) and len(cell) > self._limits.characters:
                    page.write_string(number, at, cell[: self._limits.characters], self._text)
                    cut += 1
                else:
                    self._write(page, number, at, cell)
        if plain:
            self.notes.append(
                f"{sheet.name}: Excel takes {self._limits.links:,} links a sheet; {plain:,} more "
                "addresses are text."
            )
        if cut:
            self.notes.append(
                f"{sheet.name}: {cut:,} cells were cut at {self._limits.characters:,} characters, "
                "the most that Excel takes."
            )

    def read_me(self, lines: Sequence[str]) -> None:
        self._read_me.set_column(0, 0, 110)
        for at, line in enumerate(lines):
            self._read_me.write_string(at, 0, line, self._text if at else self._title)

    def close(self) -> None:
        self._book.close()

    def _write(self, page: Any, row: int, at: int, cell: Any) -> None:
        if cell is None or cell == "" or isinstance(cell, Link):
            return
        if isinstance(cell, Marked):
            page.write_string(row, at, cell.text, self._marks[cell.css])
        elif isinstance(cell, date):
            page.write_datetime(row, at, cell, self._date)
        elif isinstance(cell, int | float):
            page.write_number(row, at, cell, self._score if isinstance(cell, float) else self._text)
        else:
            page.write_string(row, at, cell, self._text)
