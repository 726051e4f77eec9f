"""What a person names to be read: paths, and patterns that the shell left as they are."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path


def expanded(inputs: Iterable[str]) -> list[str]:
    """Return the paths that ``inputs`` mean, each once, those of a pattern in order of their names.

    Shells on Windows, and quotes on any system, leave ``letters/*.pdf`` to the program; ``**``
    stands for folders at any depth. A path that is there is no pattern, whatever is in its name; a
    pattern that meets nothing stays, to be told as a file that is not there.
    """
    found: dict[str, None] = {}
    for path in inputs:
        for each in _meant(path):
            found[each] = None
    return list(found)


def _meant(path: str) -> list[str]:
    if "://" in path or not glob.has_magic(path) or Path(path).exists():
        return [path]
    return sorted(glob.glob(path, recursive=True)) or [path]  # noqa: PTH207 - patterns with a root
