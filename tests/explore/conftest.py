"""Datasets built by hand, so that these tests need no reader, no classifier and no real letter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ofsted_extract.schema import DOCUMENT_TABLES, Column
from ofsted_extract.write.dataset import Dataset as Writer
from ofsted_extract.write.store import open_store

EMPTY: dict[str, Any] = {"string": "", "bool": False, "int": 1, "float": 0.0, "date": None}


def cell(column: Column) -> Any:
    return [] if column.type.startswith("list") else EMPTY[column.type]


def letter_tables(
    document_id: str,
    slug: str,
    visit: str,
    sentences: Sequence[dict[str, Any]] = (),
    recommendations: Sequence[dict[str, Any]] = (),
    judgements: Sequence[dict[str, Any]] = (),
    **document: Any,
) -> dict[str, list[dict[str, Any]]]:
    """Return one letter's rows; what is not given is empty, flags follow from ``finding``."""
    day, _, kind = visit.partition("_")
    common = {
        "document_id": document_id,
        "authority_slug": slug,
        "visit": visit,
        "authority": slug.replace("-", " ").title(),
        "document_kind": kind,
        "visit_start": None if day == "undated" else date.fromisoformat(day),
        "source_sha256": document_id[-16:] * 4,
    }
    given: dict[str, Sequence[dict[str, Any]]] = {
        "documents": [{**document, "sentences": len(sentences)}],
        "judgements": judgements,
        "sentences": [
            {"position": n, "sentence_id": f"{document_id}-{n}", "kind": "sentence"}
            | {"finding": "none", "progress": "none", "method": "rule"}
            | {
                "is_strength": row.get("finding") in {"strength", "mixed"},
                "is_weakness": row.get("finding") in {"weakness", "mixed"},
                "is_recommendation": row.get("finding") == "recommendation",
            }
            | row
            for n, row in enumerate(sentences, 1)
        ],
        "recommendations": [
            {"number": n, "recommendation_id": f"{document_id}-r{n}"} | row
            for n, row in enumerate(recommendations, 1)
        ],
    }
    return {
        table.name: [
            {column.name: (common | row).get(column.name, cell(column)) for column in table.columns}
            for row in given[table.name]
        ]
        for table in DOCUMENT_TABLES
    }


@pytest.fixture
def write_letters(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes letters into one dataset and returns its folder."""
    folder = tmp_path / "dataset"

    def write(*letters: dict[str, list[dict[str, Any]]]) -> Path:
        writer = Writer(open_store(str(folder)))
        for tables in letters:
            writer.write(tables)
        return folder

    return write
