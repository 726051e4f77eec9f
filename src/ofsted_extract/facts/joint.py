"""Joint inspections: which inspectorates held it, and the outcome of an area SEND inspection.

The wordings are data: ``data/joint.toml``.
"""

from __future__ import annotations

import re

from ofsted_extract.facts.lines import head_lines, is_salutation, joined
from ofsted_extract.letter import StructuredLetter, UnitKind
from ofsted_extract.resources import load_toml
from ofsted_extract.wording import straight

#: A sentence that names so many inspectorates says who held the inspection.
_SEVERAL = 2
#: Where on the cover and in the text of a report its outcome is printed, in characters.
_COVER = 6000


def read_inspectorates(structured: StructuredLetter) -> tuple[str, ...]:
    """Return the inspectorates that the opening names; empty where no sentence names two."""
    patterns: dict[str, str] = load_toml("joint.toml")["inspectorates"]
    units = structured.units
    greeting = next((n for n, unit in enumerate(units) if is_salutation(unit.text)), 0)
    texts = (straight(unit.text) for unit in units[greeting:] if unit.kind is not UnitKind.HEADING)
    for text in (*texts, joined(head_lines(structured.raw))):
        named = tuple(name for name, words in patterns.items() if re.search(words, text, re.I))
        if len(named) >= _SEVERAL:
            return named
    return ()


def read_outcome(structured: StructuredLetter) -> str:
    """Return ``positive``, ``inconsistent`` or ``significant_concerns``, or "".

    The one whose words are printed first counts: later sentences may speak of earlier inspections.
    """
    text = straight(" ".join(unit.text for unit in structured.units))[:_COVER]
    outcomes: dict[str, str] = load_toml("joint.toml")["outcomes"]
    places = {
        outcome: match.start()
        for outcome, words in outcomes.items()
        if (match := re.search(words, text, re.I))
    }
    return min(places, key=places.__getitem__) if places else ""


def read_next(structured: StructuredLetter) -> str:
    """Return the sentences that say when the next inspection will be, as printed."""
    patterns = re.compile("|".join(load_toml("joint.toml")["next"]["patterns"]), re.I)
    units = (unit for unit in structured.units if unit.kind is not UnitKind.HEADING)
    return " ".join(unit.text for unit in units if patterns.search(straight(unit.text)))
