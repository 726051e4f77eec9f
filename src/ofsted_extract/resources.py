"""The package's data files, knowledge that an analyst can read and correct, and its models."""

from __future__ import annotations

import csv
import os
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

#: A folder of models to use instead of those that ship with the package.
MODELS_VARIABLE = "OFSTED_EXTRACT_MODELS"

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


def models_folder() -> Path:
    """Return where the models are: the environment's word, the package's, or the checkout's."""
    named = os.environ.get(MODELS_VARIABLE)
    if named:
        return Path(named)
    package = Path(__file__).parent
    shipped = package / "models"
    return shipped if shipped.is_dir() else package.parents[1] / "models"
