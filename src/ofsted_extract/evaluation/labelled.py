"""The label files of ``labels/`` (see ``ofsted_extract.labels``): read, merged and written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ofsted_extract.labels import Label, LabelledDocument, label_csv
from ofsted_extract.letter import document_id_of

_BARE_ID = 16  # hex digits


def write_rows(path: Path, rows: Iterable[LabelledDocument | Label]) -> None:
    """Write documents or labels as CSV with a header."""
    path.write_text(label_csv(rows), encoding="utf-8", newline="")


def read_documents(folder: Path) -> list[LabelledDocument]:
    """Read ``documents.csv``."""
    return [
        LabelledDocument(**{**row, "year": int(row["year"])})  # type: ignore[arg-type]
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
        rows = list(csv.DictReader(handle))
    for row in rows:
        # label files of version 0.2 name documents by the bare digits
        if len(row.get("document_id", "")) == _BARE_ID:
            row["document_id"] = document_id_of(row["document_id"])
    return rows
