"""Datasets of invented authorities, written row by row, for tests that need no reader or model.

A line of a made letter has a mark (``#`` heading, ``*`` bullet of what must improve, ``+``
strength, ``-`` weakness, ``±`` mixed, ``.`` nothing), themes in brackets, and its words:
``- [front_door,partnership] Referrals wait too long.``
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ofsted_extract.letter import document_id_of
from ofsted_extract.schema import FOLLOWUP, table
from ofsted_extract.write.arrow import parquet_bytes
from ofsted_extract.write.dataset import Dataset
from ofsted_extract.write.store import open_store

FINDINGS = {"+": "strength", "-": "weakness", "±": "mixed", "*": "recommendation"}
_LINE = re.compile(r"([#*+±.-]) (?:\[([\w,]*)\] )?(.*)", re.S)

LETTER = (
    "# Headline findings",
    "+ [leadership] Leaders know their services well and act with purpose.",
    "- [front_door,partnership] Too many contacts wait too long in the front door before a manager "
    "decides what happens next.",
    "± [planning] Most plans are clear, but some lack timescales.",
    ". Inspectors looked at the arrangements at the front door.",
    "# What needs to improve in this area of social work practice",
    "* [front_door] The timeliness of decisions at the front door.",
    "* [management_oversight,recording] The recording of supervision.",
    "# Main findings",
    "+ [workforce] Caseloads are manageable and social workers stay.",
    "- [recording] Case records are not always up to date.",
    ". This visit was carried out on site.",
)


def document_id(name: str) -> str:
    return document_id_of(hashlib.sha256(name.encode()).hexdigest())


def letter_rows(
    authority: str,
    kind: str,
    visited: date | None,
    lines: Sequence[str] = LETTER,
    *,
    slug: str = "",
    grades: Mapping[str, str] | None = None,
    region: str = "North",
    per_page: int = 6,
    **facts: Any,
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of one invented letter, by table."""
    slug = slug or re.sub(r"[^a-z0-9]+", "-", authority.lower()).strip("-")
    visit = f"{visited.isoformat() if visited else 'undated'}_{kind}"
    sha = hashlib.sha256(f"{authority}{visit}".encode()).hexdigest()
    identifier = document_id_of(sha)
    place = {"document_id": identifier, "authority_slug": slug, "visit": visit}
    sentences = [_sentence(place, authority, kind, visited, at, line, per_page)
                 for at, line in enumerate(lines, start=1)]  # fmt: skip
    section = ""
    for row in sentences:
        section = row["text"] if row["kind"] == "heading" else section
        row["section"] = section
    asked = [row for row in sentences if row["finding"] == "recommendation"]
    document = {
        **place,
        "source_path": f"C:\\somebody\\letters\\{slug}.pdf",
        "source_sha256": sha,
        "document_kind": kind,
        "framework": "ILACS",
        "authority": authority,
        "gss_code": "E08000000",
        "urn": "80000",
        "region": region,
        "visit_start": visited,
        "visit_end": visited,
        "published_on": visited,
        "lead_inspector": "A. Lead",
        "inspectors": ["A. Lead", "B. Other"],
        "addressee": "The director",
        "scope": "the front door",
        "visit_kloes": ["How timely are decisions at the front door?"],
        "previous_visit": "",
        "scope_themes": ["front_door"],
        "inspectorates": [],
        "outcome": "",
        "next_visit": "",
        "source_url": "",
        "same_as": "",
        "pages": max((row["page"] for row in sentences), default=1),
        "sentences": len(sentences),
        "reader": "pdfium",
        "model_version": "made-1",
        "extractor_version": "0.0",
        "warnings": [],
        **facts,
    }
    return {
        "documents": [document],
        "judgements": [
            {**place, "judgement": name, "grade": grade, "printed": grade.title(), "page": 1}
            for name, grade in (grades or {}).items()
        ],
        "sentences": sentences,
        "recommendations": [
            {
                **place,
                "recommendation_id": f"{identifier}-r{number}",
                "number": number,
                "text": row["text"],
                "themes": row["themes"],
                "priority": "priority" if number == 1 else "",
                "framework_reference": "outcome 2" if number == 1 else "",
                "page": row["page"],
                "sentence_ids": [row["sentence_id"]],
            }
            for number, row in enumerate(asked, start=1)
        ],
    }


def _sentence(
    place: dict[str, str],
    authority: str,
    kind: str,
    visited: date | None,
    at: int,
    line: str,
    per_page: int,
) -> dict[str, Any]:
    found = _LINE.fullmatch(line)
    assert found, line
    mark, themes, text = found[1], [each for each in (found[2] or "").split(",") if each], found[3]
    strong, weak = mark in "+±", mark in "-±"
    head, _, tail = text.partition(", but ")
    return {
        **place,
        "sentence_id": f"{place['document_id']}-{at}",
        "authority": authority,
        "document_kind": kind,
        "visit_start": visited,
        "section": "",
        "judgement_area": "",
        "page": 1 + (at - 1) // per_page,
        "paragraph": "" if mark == "#" else f"p{(at + 1) // 2}" if mark != "*" else f"p9{at}",
        "position": at,
        "kind": "heading" if mark == "#" else "bullet" if mark == "*" else "sentence",
        "text": text,
        "finding": FINDINGS.get(mark, "none"),
        "is_strength": strong,
        "is_weakness": weak,
        "is_recommendation": mark == "*",
        "strength_score": 0.91 if strong else 0.04,
        "weakness_score": 0.88 if weak else 0.03,
        "recommendation_score": 0.97 if mark == "*" else 0.01,
        "themes": themes,
        "theme_scores": [0.9 - 0.2 * index for index in range(len(themes))],
        "progress": "improved" if "now" in text.split() else "none",
        "extent": "most" if text.startswith("Most") else "",
        "cohorts": [],
        "strength_text": head if mark == "±" else "",
        "weakness_text": tail if mark == "±" else "",
        "reported": kind in {"press_article", "council_report"},
        "method": "structure" if mark in "#*" else "rule" if mark in "+-±" else "model",
        "evidence": "too long" if "too long" in text else "",
        "framework_reference": "",
    }


_EMPTY: dict[str, Any] = {"bool": False, "int": 0, "float": 0.0, "date": None, "string": ""}


def whole(name: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with every column of a table, those that no page shows left empty."""
    empty = {column.name: _EMPTY.get(column.type, []) for column in table(name).columns}
    return [{**empty, **row} for row in rows]


def write_dataset(
    folder: Path,
    letters: Iterable[dict[str, list[dict[str, Any]]]],
    followup: Iterable[dict[str, Any]] = (),
) -> Path:
    """Write letters, and what follows up their recommendations, as a dataset."""
    store = open_store(str(folder))
    dataset = Dataset(store)
    for letter in letters:
        dataset.write({name: whole(name, rows) for name, rows in letter.items()}, sheets=False)
    for row in followup:
        place = f"authority_slug={row['authority_slug']}/visit={row['visit']}"
        document = row["recommendation_id"].partition("-")[0]
        path = f"parquet/followup/{place}/{document}.parquet"
        rows = [each for each in followup if each["recommendation_id"].startswith(f"{document}-")]
        store.write({path: parquet_bytes(FOLLOWUP, whole(FOLLOWUP.name, rows))})
    return folder


def norbridge() -> list[dict[str, list[dict[str, Any]]]]:
    """Return three visits to one invented authority, and a newspaper about the second."""
    grades = {
        "overall_effectiveness": "inadequate",
        "impact_of_leaders": "inadequate",
        "help_and_protection": "requires_improvement",
    }
    later = (
        "# Main findings",
        "+ [front_door] Decisions at the front door are now timely.",
        "- [recording] Supervision is still not recorded well.",
        "+ [leadership] Leaders have stabilised the workforce.",
    )
    return [
        letter_rows("Norbridge", "ilacs_inspection", date(2021, 3, 1), grades=grades),
        letter_rows("Norbridge", "focused_visit", date(2022, 5, 10), later),
        letter_rows(
            "Norbridge",
            "ilacs_inspection",
            date(2024, 2, 5),
            later,
            grades={"overall_effectiveness": "good", "care_leavers": "good"},
        ),
        letter_rows(
            "Norbridge",
            "press_article",
            date(2022, 6, 1),
            ("+ [leadership] Inspectors praised the council, a newspaper says.",),
        ),
    ]


def norbridge_followup() -> list[dict[str, Any]]:
    """Return what later visits say about Norbridge's first recommendations and line of enquiry."""
    letters = norbridge()
    first, second, third = (letter["documents"][0] for letter in letters[:3])
    answers = (("r1", "improved", [2]), ("r2", "still_weak", [3]), ("k1", "not_mentioned", []))
    return [
        {
            "recommendation_id": f"{first['document_id']}-{which}",
            "authority_slug": first["authority_slug"],
            "visit": first["visit"],
            "later_document_id": later["document_id"],
            "later_visit": later["visit"],
            "verdict": verdict,
            "sentence_ids": [f"{later['document_id']}-{position}" for position in positions],
            "match_score": 0.75 if positions else 0.0,
            "confidence": 0.8,
            "asked_again": [],
        }
        for which, verdict, positions in answers
        for later in (second, third)
    ]
