"""Results of training's steps, kept so that a broken run goes on where it stopped.

A result is kept under the hash of everything that it depends on: the settings of the step, the
documents as they were read, the labels, the results that it was made from. So another
configuration, other labels or another reading of the documents never find an old result.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

#: Hex digits of the hash in a file's name.
_DIGITS = 16


def digest(*values: Any) -> str:
    """Return a hash of plain values (numbers, text, lists, dicts, paths of earlier results)."""
    text = json.dumps(values, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _plain(value: Any) -> str:
    if isinstance(value, Path):
        return value.name  # an earlier result, which has its own hash in its name
    raise TypeError(f"{type(value).__name__} says nothing certain of what a step depends on")


class Steps:
    """The files of a work folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, name: str, *inputs: Any) -> Path:
        """Return where the result of a step lies, or will.

        >>> Steps(Path("/tmp")).path("encoder.pt", {"epochs": 2}).name
        'encoder-2f2539647840c51d.pt'
        """
        stem, dot, suffix = name.partition(".")
        return self.folder / f"{stem}-{digest(name, *inputs)}{dot}{suffix}"
