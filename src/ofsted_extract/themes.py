"""The KLOE themes, from ``data/themes.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ofsted_extract.resources import load_toml


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
