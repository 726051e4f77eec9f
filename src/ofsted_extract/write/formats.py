"""The registry of output formats: what each is called, what it can hold, and what writes it.

The entries are ``data/output_formats.toml``. A writer is a function of rows by table name::

    def write(tables: Tables) -> bytes

It is imported when the first file of its format is written. To add a format, write such a function
and an entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import PurePath
from typing import Literal

from ofsted_extract.resources import load_toml
from ofsted_extract.write.rows import Tables


@dataclass(frozen=True, slots=True)
class Format:
    """An entry of the registry; the fields are told in ``data/output_formats.toml``."""

    name: str
    suffixes: tuple[str, ...]
    holds: Literal["table", "tables"]
    text: bool
    writer: str

    def write(self, tables: Tables) -> bytes:
        """Return a file of ``tables``; the same rows give the same bytes.

        Raises
        ------
        ValueError
            if there are several tables, or none, and the format holds one.

        """
        if self.holds == "table" and len(tables) != 1:
            raise ValueError(f"{self.name} holds one table, not {len(tables)}")
        module, _, name = self.writer.partition(":")
        content: bytes = getattr(import_module(module), name)(tables)
        return content


@cache
def formats() -> dict[str, Format]:
    """Return the formats by name."""
    rows = load_toml("output_formats.toml")["format"]
    return {row["name"]: Format(**{**row, "suffixes": tuple(row["suffixes"])}) for row in rows}


def format_of(path: str | PurePath) -> Format:
    """Return the format that the suffix of ``path`` tells.

    Raises
    ------
    ValueError
        if it is that of no format; the message names those that there are.

    """
    suffix = PurePath(path).suffix.lower()
    for each in formats().values():
        if suffix in each.suffixes:
            return each
    known = ", ".join(each.suffixes[0] for each in formats().values())
    raise ValueError(
        f"{suffix or 'a name without a suffix'} is no format to write; name it {known}"
    )
