"""From annotated text to the label files of ``labels/``, which hold no text.

Annotated text is a folder of ``index.json`` (one entry per stretch of a document: ``batch``, ``la``
(the authority's folder), ``file``, ``year``), ``<batch>.txt`` (``NNN form | text``) and
``<batch>.labels`` (``NNN|FINDING|THEMES|PROGRESS``).

``python -m ofsted_extract.evaluation.annotation ANNOTATION LABELS DOCUMENTS...`` writes
``documents.csv`` and ``units.csv``, adds authorities that are new to ``split.csv`` and never moves
one that has its fold, and prints how many units were found again in the documents as they are read.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ofsted_extract.evaluation.corpus import read_report
from ofsted_extract.evaluation.labelled import read_split, write_rows, write_split
from ofsted_extract.labels import FOLDS, Label, LabelledDocument, make_label
from ofsted_extract.letter import document_id_of

#: A row of ``index.json``.
Entry = dict[str, Any]


@dataclass
class Annotation:
    """Documents and labels of annotated text.

    ``missing`` are the documents that the index names and no folder holds, with how many labels
    they would have had; ``located`` counts the labels that were found again, per kind of document.
    """

    documents: list[LabelledDocument] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    missing: dict[str, int] = field(default_factory=dict)
    located: Counter[str] = field(default_factory=Counter)


def annotation_folders(folder: Path) -> list[Path]:
    """Return ``folder`` and its subfolders that hold annotated text, in order."""
    return sorted(index.parent for index in folder.rglob("index.json"))


def read_annotation(folder: Path, documents: Sequence[Path]) -> Annotation:
    """Read annotated text below ``folder``, and the kind of each document from itself.

    ``documents`` are folders that hold one folder per authority, at any depth.
    """
    found = Annotation()
    by_path: dict[Path, list[tuple[Path, Entry]]] = defaultdict(list)
    places = {
        (path.parent.name, path.name): path
        for root in documents
        for path in sorted(root.rglob("*.pdf"))
    }
    for part in annotation_folders(folder):
        for entry in json.loads((part / "index.json").read_text(encoding="utf-8")):
            path = places.get((entry["la"], entry["file"]))
            if path is None:
                found.missing[f"{entry['la']}/{entry['file']}"] = entry["units"]
            else:
                by_path[path].append((part, entry))
    for path, entries in sorted(by_path.items()):
        _add(found, path, entries)
    found.documents.sort(key=lambda row: (row.authority, row.sha256))
    found.labels.sort(key=lambda row: (row.stretch, row.number))
    return found


def _add(found: Annotation, path: Path, entries: list[tuple[Path, Entry]]) -> None:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    labels = [
        label for part, entry in entries for label in _stretch(part, entry, document_id_of(sha256))
    ]
    report = read_report(path, labels)
    kind = report.facts.document_kind
    year = entries[0][1]["year"]
    document = LabelledDocument(document_id_of(sha256), sha256, path.parent.name, year, kind)
    found.documents.append(document)
    found.labels += labels
    found.located[kind] += len(report.places)


def _stretch(folder: Path, entry: Entry, document_id: str) -> Iterable[Label]:
    batch, opening = entry["batch"], entry.get("head", 0)
    texts = _numbered(folder / f"{batch}.txt", r"(\d+) (\w) \| ?(.*)")
    codes = dict(_numbered(folder / f"{batch}.labels", r"(\d+)()\|(.*)"))
    for number, (form, text) in texts:
        part = "a" if number <= opening else "b"
        stretch = f"{folder.name}/{batch}{part}"
        yield make_label(document_id, stretch, number, form, text, codes[number][1])


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


def grown_split(known: dict[str, int], authorities: dict[str, str]) -> dict[str, int]:
    """Return ``known`` with the authorities it lacks dealt to the folds; no known one moves."""
    new = {name: stratum for name, stratum in authorities.items() if name not in known}
    return {**known, **make_split(new)}


def strata(documents: Iterable[LabelledDocument], authorities: Iterable[str]) -> dict[str, str]:
    """Return the stratum of each authority by the rarest kind of labelled document it has."""
    stratum = dict.fromkeys(authorities, "4 unlabelled")
    for document in documents:
        kind = {"SEND": "1 send", "2013–2017": "2 sif"}.get(document.era, "3 labelled")
        stratum[document.authority] = min(stratum.get(document.authority, kind), kind)
    return stratum


def main(annotation: str, labels: str, *documents: str) -> None:
    """Write the label files and say what was found."""
    folder = Path(labels)
    folder.mkdir(parents=True, exist_ok=True)
    roots = [Path(name) for name in documents]
    found = read_annotation(Path(annotation), roots)
    names = {path.parent.name for root in roots for path in root.rglob("*.pdf")}
    known = read_split(folder) if (folder / "split.csv").is_file() else {}
    write_rows(folder / "documents.csv", found.documents)
    write_rows(folder / "units.csv", found.labels)
    write_split(folder, grown_split(known, strata(found.documents, names)))
    print(f"{len(found.documents)} documents, {len(found.labels)} units in {folder}")
    of_kind = {document.document_id: document.kind for document in found.documents}
    for kind, count in Counter(of_kind[label.document_id] for label in found.labels).items():
        print(f"{kind}: {found.located[kind]} of {count} units found again")
    print(f"{len(found.missing)} documents not at hand ({sum(found.missing.values())} units)")


if __name__ == "__main__":
    main(*sys.argv[1:])
