"""What a unit's place in the letter decides alone."""

from __future__ import annotations

import re

from ofsted_extract.letter import NO_FINDING_ROLES, Role, Unit, UnitKind
from ofsted_extract.structure.demands import describes, directs, says_none

#: A framework reference that stands alone, such as "(outcome 2, national framework)".
_REFERENCE_ALONE = re.compile(r"^[(\[][^()\[\]]{0,80}[)\]][.;]?$")
#: A line of at most so many words that ends in a colon only opens a list.
_LEAD_IN = 8
#: A noun phrase under a heading of strengths ("The effectiveness of the panel"): that it is good is
#: said by the heading alone.
_NAMES = re.compile(
    r"(?:how|the (?:[\w’'-]+ ){1,4}(?:of|to|with which|between|in))\b", re.IGNORECASE
)
_LISTS = frozenset({Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS})


def decided_by_place(unit: Unit) -> str:
    """Return ``"none"``, ``"recommendation"``, ``"strength"``, or ``""``: the words must decide.

    Headings and the sections that never carry a finding are none. What asks in a list of
    improvements (``structure/demands.py``) is a recommendation, and has its row in the table of
    recommendations; another line that opens such a list is none unless it asks itself, and a
    running sentence there is left to its words. A bullet that only names something under a heading
    of strengths is a strength (so are all labelled ones of training documents). A short line that
    ends in a colon ("Inspectors highlighted:") is none anywhere.
    """
    text = unit.text.strip()
    if unit.kind is UnitKind.HEADING or unit.role in NO_FINDING_ROLES:
        return "none"
    if unit.demand:
        return "recommendation"
    if _REFERENCE_ALONE.match(text):
        return "none"
    if unit.role is Role.STRENGTHS and unit.kind is UnitKind.BULLET and _only_names(text):
        return "strength"
    opens = text.endswith(("?", ":"))
    if unit.role in _LISTS and (says_none(text) or (opens and not directs(text))):
        return "none"
    return "none" if text.endswith(":") and len(text.split()) <= _LEAD_IN else ""


def _only_names(text: str) -> bool:
    return bool(_NAMES.match(text)) and not (describes(text) or directs(text))
