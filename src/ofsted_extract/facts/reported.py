"""Which sentences a newspaper or a council speaks, so that nobody counts them as a letter's."""

from __future__ import annotations

from ofsted_extract.facts.kind import Kind
from ofsted_extract.letter import StructuredLetter


def read_reported(structured: StructuredLetter, kind: Kind) -> frozenset[int]:
    """Return the positions of the units that somebody else than the inspectorate speaks.

    In an article or a council report that is every unit, its quotations included: what is quoted
    was chosen, cut and often reworded by the writer, and the letter itself counts on its own.
    """
    if not kind.is_reported:
        return frozenset()
    return frozenset(unit.position for unit in structured.units)
