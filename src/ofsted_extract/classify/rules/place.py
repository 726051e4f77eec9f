"""What a unit's place in the letter decides alone."""

from __future__ import annotations

import re

from ofsted_extract.facts.recommendations import says_none
from ofsted_extract.letter import NO_FINDING_ROLES, Role, Unit, UnitKind

#: A framework reference that stands alone, such as "(outcome 2, national framework)".
_REFERENCE_ALONE = re.compile(r"^[(\[][^()\[\]]{0,80}[)\]][.;]?$")
_DUTY = re.compile(r"\b(should|must|needs? to)\b.*:$")
#: A line of at most so many words that ends in a colon only opens a list.
_LEAD_IN = 8
_TOLD = frozenset({Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS})


def decided_by_place(unit: Unit) -> str:
    """Return ``"none"``, ``"recommendation"``, or ``""`` where the words must decide.

    Headings and the sections that never carry a finding are none. In a list of improvements the
    bullets and the numbered items are recommendations (all 25 labelled sentences of numbered items
    of training reports are), and so is a line that opens a list with a duty ("This should
    include:"); another line that opens the list is none, and a running sentence there is left to
    its words. A short line that ends in a colon ("Inspectors highlighted:") is none anywhere.
    """
    text = unit.text.strip()
    if unit.kind is UnitKind.HEADING or unit.role in NO_FINDING_ROLES:
        return "none"
    if _REFERENCE_ALONE.match(text):
        return "none"
    if unit.role in _TOLD:
        if says_none(text):
            return "none"
        if unit.paragraph[:1].isdigit():
            return "recommendation"
        if text.endswith(("?", ":")):
            return "recommendation" if _DUTY.search(text) else "none"
        if unit.kind is UnitKind.BULLET:
            return "recommendation"
    if text.endswith(":") and len(text.split()) <= _LEAD_IN:
        return "none"
    return ""
