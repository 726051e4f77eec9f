"""Rows as one JSON object, or as one JSON line each."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from ofsted_extract.write.rows import Row, Tables


def json_object(tables: Tables) -> dict[str, Any]:
    """Return the tables as one object, a list of rows each by name; dates are ISO strings.

    The tables of one letter have one document: ``document`` is that row itself.
    """
    value: dict[str, Any] = {name: list(map(_plain, tables[name])) for name in sorted(tables)}
    documents = value.pop("documents", [])
    if len(documents) == 1:
        return {"document": documents[0], **value}
    return {"documents": documents, **value}


def json_bytes(tables: Tables) -> bytes:
    """Return `json_object` as text, indented, with a line end."""
    return (json.dumps(json_object(tables), ensure_ascii=False, indent=2) + "\n").encode()


def jsonl_bytes(tables: Tables) -> bytes:
    """Return the one table of ``tables`` as one line a row."""
    (rows,) = tables.values()
    return "".join(json.dumps(_plain(row), ensure_ascii=False) + "\n" for row in rows).encode()


def _plain(row: Row) -> dict[str, Any]:
    return {
        name: cell.isoformat() if isinstance(cell, date) else cell for name, cell in row.items()
    }
