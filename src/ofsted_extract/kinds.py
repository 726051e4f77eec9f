"""The kinds of document, from ``data/kinds.toml``: everything that depends on a kind asks here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from ofsted_extract.resources import load_toml

#: The kind of a document that no title and no reporter's words tell.
OTHER = "other"
#: The forms that the classifier is told of a document, in the order of its weights.
FAMILIES = ("letter", "sif", "send", "unknown")


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document; what its fields mean is told in the data file."""

    id: str
    name: str
    family: str
    short_name: str = ""
    is_full_inspection: bool = False
    is_letter: bool = False
    is_reported: bool = False
    grades: Literal["", "cover", "sections"] = ""
    sorts_findings: bool = False
    is_joint: bool = False
    names_inspectors: bool = True

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise ValueError(
                f"kinds.toml: {self.id} has family {self.family!r}; it is one of {FAMILIES}"
            )

    @property
    def is_visit(self) -> bool:
        """Whether inspectors speak in it, not a newspaper, a council or somebody unknown."""
        return not self.is_reported and self.id != OTHER


@cache
def document_kinds() -> tuple[DocumentKind, ...]:
    """Return the kinds in the order of the data file.

    Raises
    ------
    ValueError
        if an entry has an unknown family, or a title is of a kind that has no entry.

    """
    table = load_toml("kinds.toml")
    kinds = tuple(DocumentKind(**row) for row in table["kind"])
    known = {each.id for each in kinds}
    named = {row["kind"] for part in ("title", "reporter") for row in table[part]} | {OTHER}
    if named - known:
        raise ValueError(f"kinds.toml: no [[kind]] for {', '.join(sorted(named - known))}")
    return kinds


def kind_ids() -> tuple[str, ...]:
    """Return the ids of all kinds."""
    return tuple(each.id for each in document_kinds())


def document_kind(kind_id: str) -> DocumentKind:
    """Return the kind called ``kind_id``; what is no known kind is of the kind ``OTHER``."""
    return _by_id().get(kind_id) or _by_id()[OTHER]


@cache
def _by_id() -> dict[str, DocumentKind]:
    return {each.id: each for each in document_kinds()}
