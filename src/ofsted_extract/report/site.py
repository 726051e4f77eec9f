"""From a dataset to pages in files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ofsted_extract.explore.dataset import Dataset, DatasetError
from ofsted_extract.report import records
from ofsted_extract.report.authority import AuthorityPage, Tables, authority_page
from ofsted_extract.report.copies import without_copies
from ofsted_extract.report.national import NationalPage, Tally, national_page
from ofsted_extract.report.render import render_authority, render_national

if TYPE_CHECKING:
    import pandas as pd

#: Folder of the authorities' pages beside the overview.
PAGES = "authorities"


def build_authority(dataset: Dataset, authority: str, visits: Sequence[str] = ()) -> AuthorityPage:
    """Return the model of an authority's page, of the visits whose names begin like ``visits``.

    Raises
    ------
    DatasetError
        if the dataset has no such authority or no such visit to it.

    """
    documents = records.documents(dataset.documents(authority))
    chosen = [
        each
        for each in documents
        if not visits or any(each.visit.name.startswith(wanted) for wanted in visits)
    ]
    for wanted in visits:
        if not any(each.visit.name.startswith(wanted) for each in documents):
            known = ", ".join(dict.fromkeys(each.visit.name for each in documents))
            raise DatasetError(f"no visit {wanted!r} to {authority}; it has {known}")
    sentences = records.sentences(dataset.sentences(authority))
    shown = without_copies(chosen)
    kept = {each.document_id for each in shown}
    judgements = records.judgements(dataset.judgements(authority))
    recommendations = records.recommendations(dataset.recommendations(authority))
    return authority_page(
        Tables(
            documents=shown,
            judgements=[each for each in judgements if each.document_id in kept],
            sentences=[each for each in sentences if each.document_id in kept],
            recommendations=[each for each in recommendations if each.document_id in kept],
            followup=records.followup(dataset.followup(authority)),
        )
    )


def build_national(dataset: Dataset) -> NationalPage:
    """Return the model of the overview."""
    documents = records.documents(dataset.documents())
    return national_page(
        without_copies(documents),
        records.judgements(dataset.judgements()),
        _tallies(
            dataset.sentences(columns=["document_id", "kind", "finding", "themes"]),
            dataset.recommendations(columns=["document_id"]),
        ),
    )


def write_authority(
    dataset: Dataset,
    authority: str,
    path: Path,
    visits: Sequence[str] = (),
    *,
    accuracy: str = "",
) -> None:
    """Write one authority's page to ``path``."""
    page = build_authority(dataset, authority, visits)
    write_whole(path, render_authority(page, accuracy=accuracy).encode())


def write_national(
    dataset: Dataset, index: Path, *, pages: bool = True, accuracy: str = ""
) -> Iterator[Path]:
    """Write the overview to ``index`` and, beside it, a page per authority; yield each path."""
    slugs = dataset.authorities() if pages else ()
    for slug in slugs:
        path = index.parent / PAGES / f"{slug}.html"
        page = build_authority(dataset, slug)
        content = render_authority(page, home=f"../{index.name}", accuracy=accuracy)
        write_whole(path, content.encode())
        yield path
    links = {slug: f"{PAGES}/{slug}.html" for slug in slugs}
    write_whole(index, render_national(build_national(dataset), links, accuracy=accuracy).encode())
    yield index


def _tallies(sentences: pd.DataFrame, recommendations: pd.DataFrame) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    rows = zip(
        sentences["document_id"],
        sentences["kind"],
        sentences["finding"],
        sentences["themes"],
        strict=True,
    )
    asked = Counter(recommendations["document_id"])
    for document_id, kind, finding, themes in rows:
        if document_id not in tallies:
            tallies[document_id] = Tally(Counter(), Counter(), asked[document_id])
        if kind == "heading":
            continue
        tally = tallies[document_id]
        tally.findings[finding] += 1
        if finding != "none":
            tally.themes.update((theme, finding) for theme in themes)
    return tallies


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
