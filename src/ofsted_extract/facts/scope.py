"""What the inspectors looked at, and the lines of enquiry that a letter or council report lists."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby

from ofsted_extract.facts.lines import straight
from ofsted_extract.letter import Role, StructuredLetter, Unit, UnitKind
from ofsted_extract.resources import load_toml
from ofsted_extract.themes import theme_ids


def read_scope(structured: StructuredLetter) -> str:
    """Return what the inspectors looked at, as printed; empty where nothing says it."""
    units = [unit for unit in structured.units if unit.role is Role.SCOPE]
    return " ".join(unit.text for unit in units if unit.kind is not UnitKind.HEADING)


def read_kloes(structured: StructuredLetter) -> tuple[str, ...]:
    """Return the lines of enquiry, one per listed item, as printed.

    A list that is called lines of enquiry counts; without one, the bullets of the areas that the
    inspectors looked at.
    """
    listed = _listed(structured, Role.KLOES)
    return listed or _listed(structured, Role.SCOPE, bullets_only=True)


def kloe_themes(kloe: str) -> tuple[str, ...]:
    """Return the ids of the themes that a line of enquiry is about, in the order it names them."""
    text = straight(kloe)
    places = {
        theme: min(match.start() for match in matches)
        for theme, pattern in _terms()
        if (matches := list(pattern.finditer(text)))
    }
    return tuple(sorted(places, key=places.__getitem__))


def _listed(
    structured: StructuredLetter, role: Role, *, bullets_only: bool = False
) -> tuple[str, ...]:
    units = [
        unit for unit in structured.units if unit.role is role and unit.kind is not UnitKind.HEADING
    ]
    items = [list(group) for _, group in groupby(units, key=lambda unit: unit.item)]
    return tuple(
        " ".join(unit.text for unit in item)
        for item in items
        if not _opens(item[-1]) and (not bullets_only or item[0].kind is UnitKind.BULLET)
    )


def _opens(unit: Unit) -> bool:
    return unit.text.rstrip().endswith(":")


@cache
def _terms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table: dict[str, list[str]] = load_toml("kloe_terms.toml")
    unknown = set(table) - set(theme_ids())
    if unknown:
        raise ValueError(f"kloe_terms.toml names unknown themes: {sorted(unknown)}")
    return tuple(
        (theme, re.compile(rf"\b(?:{'|'.join(table[theme])})", re.IGNORECASE))
        for theme in theme_ids()
        if theme in table
    )
