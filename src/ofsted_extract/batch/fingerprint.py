"""Which program and which model an output is due to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ofsted_extract._version import __version__
from ofsted_extract.batch.options import Options
from ofsted_extract.classify.models import model_path

#: Parts of the package that no cell of a table depends on.
_OUTSIDE = frozenset({"batch", "cli", "explore", "models", "__pycache__"})


def fingerprint(options: Options) -> str:
    """Return a name for all that decides what a document's tables hold, but the document.

    It changes with the program's version, code and data files, with the model's files, and with
    the reader.
    """
    package = Path(__file__).parents[1]
    program = _digest(package, _program_files(package))
    model = _model_folder(options.model)
    trained = _digest(model, _files(model)) if model is not None else "none"
    return (
        f"{__version__}+{program} {options.model}+{trained} {options.reader} "
        f"{options.ocr} {options.extractor}"
    )


def _program_files(package: Path) -> Iterator[Path]:
    for path in _files(package):
        parts = path.relative_to(package).parts
        if not _OUTSIDE.intersection(parts) and path.suffix != ".pyc":
            yield path


def _model_folder(model: str) -> Path | None:
    return None if model == "rules" else model_path(model)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(folder: Path, files: Iterator[Path] | list[Path]) -> str:
    total = hashlib.blake2b(digest_size=8)
    for path in files:
        total.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()
