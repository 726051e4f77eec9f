"""The registry of output formats: what each is called, what it can hold, and what writes it.

The entries are ``data/output_formats.toml``. A writer is a function of rows by table name::

    def write(tables: Tables) -> bytes

What a whole dataset can become has entries of its own, whose writers fill a file and return what a
person has to know about it::

    def write(selection: Selection, path: Path) -> tuple[str, ...]

A writer is imported when the first file of its format is written. To add a format, write such a
function and an entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path, PurePath
from typing import Any, Literal

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
    return formats()[_name_of(path, {name: each.suffixes for name, each in formats().items()})]


@dataclass(frozen=True, slots=True)
class DatasetFormat:
    """An entry for whole datasets; the fields are told in ``data/output_formats.toml``."""

    name: str
    suffixes: tuple[str, ...]
    writer: str
    needs: str = ""

    def write(self, selection: Any, path: Path) -> tuple[str, ...]:
        """Write ``selection`` (of `explore.selection`) to ``path``; return notes for a person.

        Raises
        ------
        ModuleNotFoundError
            where the module ``needs`` is not installed.

        """
        if self.needs:
            import_module(self.needs)
        module, _, name = self.writer.partition(":")
        notes: tuple[str, ...] = getattr(import_module(module), name)(selection, path)
        return notes


@cache
def dataset_formats() -> dict[str, DatasetFormat]:
    """Return the formats that a whole dataset can be written in, by name."""
    rows = load_toml("output_formats.toml")["dataset_format"]
    made = (DatasetFormat(**{**row, "suffixes": tuple(row["suffixes"])}) for row in rows)
    return {each.name: each for each in made}


def dataset_format_of(path: str | PurePath) -> DatasetFormat:
    """Return the format for a whole dataset that the suffix of ``path`` tells.

    Raises
    ------
    ValueError
        if it is that of no format; the message names those that there are.

    """
    known = dataset_formats()
    return known[_name_of(path, {name: each.suffixes for name, each in known.items()})]


def _name_of(path: str | PurePath, known: dict[str, tuple[str, ...]]) -> str:
    suffix = PurePath(path).suffix.lower()
    for name, suffixes in known.items():
        if suffix in suffixes:
            return name
    raise ValueError(
        f"{suffix or 'a name without a suffix'} is no format to write; name it "
        + ", ".join(suffixes[0] for suffixes in known.values())
    )
