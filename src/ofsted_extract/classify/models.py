"""Which models there are, where they lie, and whether a folder holds a whole one.

Imports nothing heavy.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ofsted_extract.resources import models_folder

#: The names that ``--model`` takes besides a path.
MODEL_NAMES = ("default", "rules")

_FOLDERS = {"default": "ofsted_findings"}
_META = "meta.json"
#: Key of ``meta.json``: of every file that is loaded, its ``size`` in bytes and its ``sha256``.
FILES = "files"


class ModelError(Exception):
    """A model cannot be used; the message names the file or component and what to do."""


def model_path(model: str = "default") -> Path:
    """Return the folder of a trained model: ``default``, or a path as it is.

    It is what ``spacy.load`` takes, in a checkout and where the package is installed.
    """
    return models_folder() / _FOLDERS[model] if model in _FOLDERS else Path(model)


def read_meta(folder: Path) -> dict[str, Any]:
    """Return the ``meta.json`` of a model.

    Raises
    ------
    FileNotFoundError
        if there is no model in the folder.
    ModelError
        if the file is damaged.

    """
    path = folder / _META
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no model in {folder}; name one of {', '.join(MODEL_NAMES)}, or the folder "
            "of a trained pipeline"
        )
    try:
        meta: dict[str, Any] = json.loads(path.read_bytes())
    except ValueError as error:
        raise ModelError(f"{path} is damaged ({error}): copy the model's folder again") from error
    return meta


def check_files(folder: Path) -> None:
    """Compare a model's files with the sizes and hashes in its ``meta.json``.

    A pipeline that was stored by ``nlp.to_disk`` alone has no such list, and is taken as it is.

    Raises
    ------
    FileNotFoundError
        if there is no model in the folder.
    ModelError
        for the first file that is missing or differs.

    """
    for name, expected in sorted(read_meta(folder).get(FILES, {}).items()):
        path = folder / name
        advice = f"copy the folder {folder} again, whole"
        if not path.is_file():
            raise ModelError(f"the model is not complete: {path} is missing; {advice}")
        size = path.stat().st_size
        if size != expected["size"]:
            raise ModelError(
                f"the model is damaged: {path} has {size:,} bytes and should have "
                f"{expected['size']:,}; {advice}"
            )
        if _sha256(path) != expected["sha256"]:
            raise ModelError(f"the model is damaged: {path} has other bytes than it had; {advice}")


def seal(folder: Path) -> None:
    """Write sizes and hashes of a stored pipeline's files into its ``meta.json``."""
    meta = read_meta(folder)
    meta[FILES] = {
        path.relative_to(folder).as_posix(): {
            "size": path.stat().st_size,
            "sha256": _sha256(path),
        }
        for path in _loaded_files(folder, meta)
    }
    text = json.dumps(meta, indent=2, ensure_ascii=False)
    (folder / _META).write_text(text + "\n", encoding="utf-8")


def _loaded_files(folder: Path, meta: dict[str, Any]) -> list[Path]:
    """Return what ``spacy.load`` reads besides the meta data: the rest are notes for people."""
    tops = ("config.cfg", "tokenizer", "vocab", *meta["components"])
    found = (folder / top for top in tops)
    return sorted(
        path
        for top in found
        for path in ([top] if top.is_file() else top.rglob("*"))
        if path.is_file()
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
