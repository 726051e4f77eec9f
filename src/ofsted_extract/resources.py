"""The package's data files: domain knowledge that an analyst can read and correct."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_DATA = files("ofsted_extract") / "data"


@cache
def load_toml(name: str) -> dict[str, Any]:
    """Return ``data/<name>`` parsed.

    Raises
    ------
    FileNotFoundError
        if the package carries no such file.
    tomllib.TOMLDecodeError
        if an edit broke its syntax; the message names the line.

    """
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


@cache
def load_csv(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of ``data/<name>`` (comma-separated, with a header) as dictionaries."""
    text = (_DATA / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines(keepends=True)))


@cache
def load_lines(name: str) -> tuple[str, ...]:
    """Return the lines of ``data/<name>`` without blank lines and ``#`` comments."""
    text = (_DATA / name).read_text(encoding="utf-8")
    stripped = (line.strip() for line in text.splitlines())
    return tuple(line for line in stripped if line and not line.startswith("#"))
