"""The KLOE themes, from ``data/themes.toml``, and which of them a line of enquiry is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ofsted_extract.resources import load_toml
from ofsted_extract.wording import straight


@dataclass(frozen=True, slots=True)
class Theme:
    """A key line of enquiry: ``id`` in the tables, ``code`` in label files, ``name`` for people."""

    id: str
    code: str
    name: str
    covers: str


@cache
def all_themes() -> tuple[Theme, ...]:
    """Return the themes in the fixed order of the data file."""
    return tuple(Theme(**row) for row in load_toml("themes.toml")["theme"])


@cache
def theme_ids() -> tuple[str, ...]:
    """Return the theme ids in fixed order: the order of every score vector."""
    return tuple(theme.id for theme in all_themes())


def kloe_themes(text: str) -> tuple[str, ...]:
    """Return the ids of the themes that a line of enquiry or a scope names, in its order."""
    text = straight(text)
    places = {
        theme: min(match.start() for match in matches)
        for theme, pattern in _terms()
        if (matches := list(pattern.finditer(text)))
    }
    return tuple(sorted(places, key=places.__getitem__))


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
