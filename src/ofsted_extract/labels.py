"""Labels without text: which sentence of which document carries which codes.

A label file names a sentence by where its letters and digits stand in the document: the hash of
its first and last few, and how many there are. That survives another way of splitting sentences,
of joining broken words or of reading quotes, and gives no text away. ``labels/`` of the checkout
holds

- ``documents.csv``: document_id, sha256, authority (folder name), year, kind, fold, split
- ``units.csv``: document_id, stretch, number, form (h, b, s), length, head, tail, finding, themes,
  progress; codes are those of the codebook
- ``split.csv``: authority, fold (0 to 4), split (fold 0 is ``test``, the others ``train``)
- ``corrections.csv``: labels that were read again after cross-validation had contradicted them

``evaluation.annotation`` writes them from annotated text.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

#: Letters and digits of a sentence's beginning and end that its label names by hash.
ANCHOR = 24
FOLDS = 5
#: The fold that no training sees: the fixed test split.
TEST_FOLD = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A labelled document; ``kind`` is one of the document kinds, as its own pages say."""

    document_id: str
    sha256: str
    authority: str
    year: int
    kind: str

    @property
    def era(self) -> str:
        """The row of the per-era table that the document belongs to."""
        if self.kind == "send_inspection":
            return "SEND"
        for last, name in ((2017, "2013–2017"), (2022, "2018–2022")):
            if self.year <= last:
                return name
        return "2023–2026"


@dataclass(frozen=True, slots=True)
class Label:
    """The codes of one unit, and where it stands; see the module's text."""

    document_id: str
    stretch: str
    number: int
    form: str
    length: int
    head: str
    tail: str
    finding: str
    themes: str
    progress: str

    @property
    def theme_codes(self) -> tuple[str, ...]:
        return () if self.themes == "-" else tuple(self.themes.split(","))


def letters(text: str) -> str:
    """Return only the letters and digits of ``text``, in lower case."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKC", text).lower())


def anchor(part: str) -> str:
    """Return the hash of up to ``ANCHOR`` letters: 12 hex digits."""
    return hashlib.blake2b(part.encode(), digest_size=6).hexdigest()


def make_label(
    document_id: str, stretch: str, number: int, form: str, text: str, codes: str
) -> Label:
    """Return the label of ``text``; ``codes`` is "FINDING|THEMES|PROGRESS"."""
    key = letters(text)
    finding, themes, progress = codes.split("|")
    return Label(
        document_id, stretch, number, form, len(key), anchor(key[:ANCHOR]), anchor(key[-ANCHOR:]),
        finding, themes, progress,
    )  # fmt: skip


def write_rows(path: Path, rows: Iterable[Document | Label]) -> None:
    """Write dataclass rows as CSV with a header."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            if writer is None:
                names = [field.name for field in fields(row)]
                writer = csv.DictWriter(handle, names, lineterminator="\n")
                writer.writeheader()
            writer.writerow(asdict(row))


def read_documents(folder: Path) -> list[Document]:
    """Read ``documents.csv``."""
    return [
        Document(**{**row, "year": int(row["year"])})  # type: ignore[arg-type]
        for row in _rows(folder / "documents.csv")
    ]


def read_labels(folder: Path, reviewed: Path | None = None) -> list[Label]:
    """Read ``units.csv``, with the rows of ``corrections.csv`` in place of those they correct.

    ``reviewed`` is a folder of labels that ``ofsted-extract review --apply`` wrote: its rows take
    the place of those of the same sentence, and stand behind them where there is none.
    """
    labels = _read_units(folder)
    if reviewed is None:
        return labels
    better = {_sentence(label): label for label in _read_units(reviewed)}
    merged = [
        replace(label, finding=new.finding, themes=new.themes, progress=new.progress)
        if (new := better.pop(_sentence(label), None))
        else label
        for label in labels
    ]
    return [*merged, *better.values()]


def _sentence(label: Label) -> tuple[str, int, str, str]:
    return label.document_id, label.length, label.head, label.tail


def _read_units(folder: Path) -> list[Label]:
    rows = _rows(folder / "units.csv")
    corrections = folder / "corrections.csv"
    corrected = {
        (row["document_id"], row["stretch"], row["number"]): row
        for row in (_rows(corrections) if corrections.is_file() else [])
    }
    labels = []
    for row in rows:
        better = corrected.get((row["document_id"], row["stretch"], row["number"]), {})
        codes = {name: better.get(name, row[name]) for name in ("finding", "themes", "progress")}
        numbers = {name: int(row[name]) for name in ("number", "length")}
        labels.append(Label(**{**row, **codes, **numbers}))  # type: ignore[arg-type]
    return labels


def read_split(folder: Path) -> dict[str, int]:
    """Read ``split.csv``: the fold of each authority; fold 0 is the fixed test split."""
    return {row["authority"]: int(row["fold"]) for row in _rows(folder / "split.csv")}


def write_split(folder: Path, folds: Mapping[str, int]) -> None:
    """Write ``split.csv``."""
    rows = [f"{name},{fold},{'train' if fold else 'test'}" for name, fold in sorted(folds.items())]
    (folder / "split.csv").write_text("\n".join(["authority,fold,split", *rows, ""]), "utf-8")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
