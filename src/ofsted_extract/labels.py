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

``python -m ofsted_extract.labels ANNOTATION DOCUMENTS LABELS`` writes them from
annotated text.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

#: Letters and digits of a sentence's beginning and end that its label names by hash.
ANCHOR = 24
FOLDS = 5
#: The fold that no training sees: the fixed test split.
TEST_FOLD = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A labelled document; ``kind`` is "csc" or "send" as its annotator noted it."""

    document_id: str
    sha256: str
    authority: str
    year: int
    kind: str

    @property
    def era(self) -> str:
        """The row of the per-era table that the document belongs to."""
        if self.kind == "send":
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


def annotation_folders(folder: Path) -> list[Path]:
    """Return ``folder`` and its subfolders that hold annotated text, in order."""
    return sorted(index.parent for index in folder.rglob("index.json"))


def read_annotation(folder: Path, documents: Path) -> tuple[list[Document], list[Label]]:
    """Read annotated text (``index.json``, ``*.txt``, ``*.labels``) below ``folder``.

    Raises
    ------
    FileNotFoundError
        if a document that the index names is not below ``documents``.

    """
    found: dict[str, Document] = {}
    labels: list[Label] = []
    for part in annotation_folders(folder):
        for entry in json.loads((part / "index.json").read_text(encoding="utf-8")):
            content = (documents / entry["la"] / entry["file"]).read_bytes()
            sha256 = hashlib.sha256(content).hexdigest()
            document = Document(sha256[:16], sha256, entry["la"], entry["year"], entry["kind"])
            found[sha256] = document
            labels += _stretch(part, entry["batch"], entry["head"], document)
    return sorted(found.values(), key=lambda row: (row.authority, row.sha256)), labels


def _stretch(folder: Path, batch: str, opening: int, document: Document) -> Iterable[Label]:
    texts = _numbered(folder / f"{batch}.txt", r"(\d+) (\w) \| ?(.*)")
    codes = dict(_numbered(folder / f"{batch}.labels", r"(\d+)()\|(.*)"))
    for number, (form, text) in texts:
        part = "a" if number <= opening else "b"
        yield make_label(
            document.document_id,
            f"{folder.name}/{batch}{part}",
            number,
            form,
            text,
            codes[number][1],
        )


def _numbered(path: Path, pattern: str) -> list[tuple[int, tuple[str, str]]]:
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(pattern, line.rstrip())
        if match:
            rows.append((int(match[1]), (match[2], match[3])))
    return rows


def make_split(authorities: dict[str, str]) -> dict[str, int]:
    """Return a fold for every authority, given its stratum; the same names give the same folds.

    Authorities are dealt to the folds in order of stratum and of the SHA-256 of their name, so
    that every fold has its share of the rare strata.
    """
    order = sorted(
        authorities, key=lambda name: (authorities[name], hashlib.sha256(name.encode()).hexdigest())
    )
    return {name: number % FOLDS for number, name in enumerate(order)}


def strata(documents: Iterable[Document], authorities: Iterable[str]) -> dict[str, str]:
    """Return the stratum of each authority by the rarest kind of labelled document it has."""
    stratum = dict.fromkeys(authorities, "4 unlabelled")
    for document in documents:
        kind = {"SEND": "1 send", "2013–2017": "2 sif"}.get(document.era, "3 labelled")
        stratum[document.authority] = min(stratum[document.authority], kind)
    return stratum


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


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def main(annotation: str, documents: str, labels: str) -> None:
    """Write the label files."""
    folder = Path(labels)
    folder.mkdir(parents=True, exist_ok=True)
    found, rows = read_annotation(Path(annotation), Path(documents))
    write_rows(folder / "documents.csv", found)
    write_rows(folder / "units.csv", rows)
    names = [path.name for path in Path(documents).iterdir() if path.is_dir()]
    folds = make_split(strata(found, names))
    lines = [f"{name},{fold},{'train' if fold else 'test'}" for name, fold in sorted(folds.items())]
    (folder / "split.csv").write_text("authority,fold,split\n" + "\n".join(lines) + "\n", "utf-8")
    print(f"{len(found)} documents, {len(rows)} units, {len(folds)} authorities in {folder}")


if __name__ == "__main__":
    main(*sys.argv[1:4])
