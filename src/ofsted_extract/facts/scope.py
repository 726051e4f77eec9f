"""What the inspectors looked at, and the lines of enquiry that a letter or council report lists."""

from __future__ import annotations

from itertools import groupby

from ofsted_extract.letter import Role, StructuredLetter, Unit, UnitKind


def read_scope(structured: StructuredLetter) -> str:
    """Return what the inspectors looked at, as printed; empty where nothing says it."""
    units = [unit for unit in structured.units if unit.role is Role.SCOPE]
    return " ".join(unit.text for unit in units if unit.kind is not UnitKind.HEADING)


def read_kloes(structured: StructuredLetter) -> tuple[str, ...]:
    """Return the lines of enquiry, one per listed item, as printed.

    A list that is called lines of enquiry counts; without one, the bullets of the areas that the
    inspectors looked at.
    """
    listed = _listed(structured, Role.KLOES)
    return listed or _listed(structured, Role.SCOPE, bullets_only=True)


def _listed(
    structured: StructuredLetter, role: Role, *, bullets_only: bool = False
) -> tuple[str, ...]:
    units = [
        unit for unit in structured.units if unit.role is role and unit.kind is not UnitKind.HEADING
    ]
    items = [list(group) for _, group in groupby(units, key=lambda unit: unit.item)]
    return tuple(
        " ".join(unit.text for unit in item)
        for item in items
        if not _opens(item[-1]) and (not bullets_only or item[0].kind is UnitKind.BULLET)
    )


def _opens(unit: Unit) -> bool:
    return unit.text.rstrip().endswith(":")
