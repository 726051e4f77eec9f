"""Statistical neighbours: the authorities most like one, from ``statistical_neighbours.csv``.

The file names authorities by GSS code, those of earlier boundaries included; ``authorities.csv``
says whose code each is. Where both files come from is told in ``scripts/make_authorities.py``.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from ofsted_extract.resources import load_csv


def neighbours_of(slug: str) -> tuple[str, ...]:
    """Return the slugs of an authority's statistical neighbours, nearest first; may be empty."""
    codes, slugs = _codes()
    own = codes.get(slug, set())
    rows = [row for row in load_csv("statistical_neighbours.csv") if row["gss_code"] in own]
    found = (slugs.get(code, "") for row in rows for code in row["neighbours"].split(";"))
    return tuple(dict.fromkeys(each for each in found if each and each != slug))


@cache
def _codes() -> tuple[dict[str, set[str]], dict[str, str]]:
    """Return the GSS codes of each slug, and the slug of each code."""
    codes: dict[str, set[str]] = defaultdict(set)
    slugs: dict[str, str] = {}
    for row in load_csv("authorities.csv"):
        codes[row["slug"]].add(row["gss_code"])
        slugs[row["gss_code"]] = row["slug"]
    return codes, slugs
