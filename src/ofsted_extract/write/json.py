"""A letter as one JSON object, or as one JSON line per sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from ofsted_extract.letter import Letter
from ofsted_extract.write.rows import Row, letter_rows


def letter_object(letter: Letter, *, everything: bool = False) -> dict[str, Any]:
    """Return the letter as one object of its tables; dates are ISO strings.

    Without ``everything``, only sentences with a finding are in it.
    """
    tables = letter_rows(letter)
    return {
        "document": _plain(tables["documents"][0]),
        "judgements": [_plain(row) for row in tables["judgements"]],
        "recommendations": [_plain(row) for row in tables["recommendations"]],
        "sentences": [_plain(row) for row in _chosen(tables["sentences"], everything)],
    }


def letter_json(letter: Letter, *, everything: bool = False) -> str:
    """Return `letter_object` as text, indented, with a line end."""
    value = letter_object(letter, everything=everything)
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def letter_jsonl(letter: Letter, *, everything: bool = False) -> Iterator[str]:
    """Yield one line per sentence, with its line end."""
    for row in _chosen(letter_rows(letter)["sentences"], everything):
        yield json.dumps(_plain(row), ensure_ascii=False) + "\n"


def _chosen(sentences: list[Row], everything: bool) -> list[Row]:
    return [row for row in sentences if everything or row["finding"] != "none"]


def _plain(row: Row) -> dict[str, Any]:
    return {
        name: cell.isoformat() if isinstance(cell, date) else cell for name, cell in row.items()
    }
