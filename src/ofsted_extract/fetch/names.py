"""What a fetched file is called: ``<authority>/<date>_<kind>_<file id>.pdf``, on any system."""

from __future__ import annotations

import re
from datetime import date

from ofsted_extract.fetch.markup import Listed
from ofsted_extract.names import slug as slug_of
from ofsted_extract.resources import load_csv, load_toml

#: Names that Windows keeps for devices, whatever follows behind a dot.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_LONGEST = 80


def kind_of(printed_type: str, published: date | None) -> str:
    """Return the kind that a printed type names, "other" where none is known.

    ``data/printed_types.toml`` holds the rules. Without a date, rules with dates hold too.
    """
    for row in load_toml("printed_types.toml")["type"]:
        if not re.search(row["pattern"], printed_type, re.IGNORECASE):
            continue
        since, until = row.get("since", date.min), row.get("until", date.max)
        if published is None or since <= published <= until:
            return str(row["kind"])
    return "other"


def file_name(letter: Listed) -> str:
    """Return the relative path of a letter's file, with a forward slash."""
    folder = _safe(slug_of(letter.authority) or "unknown")
    day = letter.printed_date.isoformat() if letter.printed_date else "undated"
    kind = kind_of(letter.printed_type, letter.printed_date)
    return f"{folder}/{day}_{kind}_{_safe(letter.file_id)}.pdf"


def region_of(urn: str) -> str:
    """Return the region of an authority by its URN, empty where it is not known."""
    return next((row["region"] for row in load_csv("authorities.csv") if row["urn"] == urn), "")


def slug_of_urn(urn: str) -> str:
    """Return the slug of an authority by its URN, empty where it is not known."""
    return next((row["slug"] for row in load_csv("authorities.csv") if row["urn"] == urn), "")


def _safe(name: str) -> str:
    kept = re.sub(r"[^\w-]+", "-", name, flags=re.ASCII).strip("-")[:_LONGEST] or "unknown"
    return f"{kept}-" if _RESERVED.fullmatch(kept) else kept
