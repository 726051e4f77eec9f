"""The same letter read twice, say as PDF and as text, is shown and counted once.

Two files of one letter have different bytes and so are two documents of the dataset. They fall on
one visit and say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from ofsted_extract.report.records import DocumentRow

#: Two documents of a visit are copies if so much of the shorter one stands in the other.
ALIKE = 0.8


def visits_with_several(documents: Iterable[DocumentRow]) -> set[tuple[str, str]]:
    """Return slug and name of the visits that more than one document falls on."""
    seen: set[tuple[str, str]] = set()
    several: set[tuple[str, str]] = set()
    for document in documents:
        key = document.slug, document.visit.name
        (several if key in seen else seen).add(key)
    return several


def without_copies(
    documents: Iterable[DocumentRow], texts: Mapping[str, Set[str]]
) -> tuple[DocumentRow, ...]:
    """Return the documents without copies; of two copies the one with more pages is kept.

    ``texts`` are a document's sentences by its id; a document that is not in it is kept.
    """
    kept: list[DocumentRow] = []
    # a PDF knows its pages, a text export is one page
    for document in sorted(documents, key=lambda each: (-each.pages, each.document_id)):
        for index, other in enumerate(kept):
            if _is_copy(document, other, texts):
                kept[index] = replace(other, copies=(*other.copies, document.file_name))
                break
        else:
            kept.append(document)
    return tuple(sorted(kept, key=lambda each: each.sort_key))


def _is_copy(one: DocumentRow, other: DocumentRow, texts: Mapping[str, Set[str]]) -> bool:
    if (one.slug, one.visit.name) != (other.slug, other.visit.name):
        return False
    mine, its = texts.get(one.document_id, set()), texts.get(other.document_id, set())
    shorter = min(len(mine), len(its))
    return shorter > 0 and len(mine & its) >= ALIKE * shorter
