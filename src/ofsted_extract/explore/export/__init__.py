"""A dataset, or what a filter keeps of it, as one file that other programs open.

- ``workbook``: for Excel and LibreOffice
- ``sqlite``, ``duckdb``: for SQL; what both share is in ``relations``
- ``flat``: one wide table, as Parquet or CSV

Which file name means which is told by ``data/output_formats.toml``.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from ofsted_extract.explore.dataset import Dataset, DatasetError
from ofsted_extract.explore.filters import Filter
from ofsted_extract.explore.selection import select
from ofsted_extract.write.formats import dataset_format_of


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written, and what a person has to know about it."""

    letters: int
    sentences: int
    notes: tuple[str, ...]


def export(dataset: Dataset, path: Path, chosen: Filter) -> Exported:
    """Write what ``chosen`` keeps of ``dataset`` to ``path``, whole or not at all.

    Raises
    ------
    DatasetError
        if the suffix is that of no format, nothing is kept, or the format needs a library that is
        not installed.
    OSError
        if the file cannot be written.

    """
    try:
        form = dataset_format_of(path)
    except ValueError as error:
        raise DatasetError(str(error)) from None
    selection = select(dataset, chosen)
    letters, sentences = (len(selection.frames[name]) for name in ("documents", "sentences"))
    if not letters:
        said = "; ".join(f"{name}: {value}" for name, value in chosen.words())
        raise DatasetError(f"no letter in {dataset.store.root} is kept by {said}")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        made = Path(folder) / path.name
        try:
            notes = form.write(selection, made)
        except ModuleNotFoundError as error:
            if error.name != form.needs:
                raise
            raise DatasetError(
                f"{path.name} needs {form.needs}: pip install 'ofsted-extract[export]'"
            ) from None
        made.replace(path)
    return Exported(letters, sentences, notes)
