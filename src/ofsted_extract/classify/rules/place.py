"""What a unit's place in the letter decides alone."""

from __future__ import annotations

import re

from ofsted_extract.letter import NO_FINDING_ROLES, Role, Unit, UnitKind
from ofsted_extract.structure.demands import directs, says_none

#: A framework reference that stands alone, such as "(outcome 2, national framework)".
_REFERENCE_ALONE = re.compile(r"^[(\[][^()\[\]]{0,80}[)\]][.;]?$")
#: A line of at most so many words that ends in a colon only opens a list.
_LEAD_IN = 8
_LISTS = frozenset({Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS})


def decided_by_place(unit: Unit) -> str:
    """Return ``"none"``, ``"recommendation"``, or ``""`` where the words must decide.

    Headings and the sections that never carry a finding are none. What asks in a list of
    improvements (``structure/demands.py``) is a recommendation, and has its row in the table of
    recommendations; another line that opens such a list is none unless it asks itself, and a
    running sentence there is left to its words. A short line that ends in a colon ("Inspectors
    highlighted:") is none anywhere.
    """
    text = unit.text.strip()
    if unit.kind is UnitKind.HEADING or unit.role in NO_FINDING_ROLES:
        return "none"
    if unit.demand:
        return "recommendation"
    if _REFERENCE_ALONE.match(text):
        return "none"
    opens = text.endswith(("?", ":"))
    if unit.role in _LISTS and (says_none(text) or (opens and not directs(text))):
        return "none"
    return "none" if text.endswith(":") and len(text.split()) <= _LEAD_IN else ""
