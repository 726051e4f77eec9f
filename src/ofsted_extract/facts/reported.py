"""Which sentences a newspaper or a council speaks, and which of them repeat no finding.

The wordings are data: ``data/own_words.toml``.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby

from ofsted_extract.facts.kind import Kind
from ofsted_extract.letter import StructuredLetter, Unit
from ofsted_extract.resources import load_toml
from ofsted_extract.wording import straight


def read_reported(structured: StructuredLetter, kind: Kind) -> frozenset[int]:
    """Return the positions of the units that somebody else than the inspectorate speaks.

    In an article or a council report that is every unit, its quotations included: what is quoted
    was chosen, cut and often reworded by the writer, and the letter itself counts on its own.
    """
    if not kind.is_reported:
        return frozenset()
    return frozenset(unit.position for unit in structured.units)


def read_own_words(structured: StructuredLetter, kind: Kind) -> frozenset[int]:
    """Return the positions of the reported units that repeat no finding.

    They are what a council says of itself, what politicians and spokespeople say, thanks, and what
    a meeting did. A paragraph in which such a person speaks is theirs with the quoted paragraphs
    that go on with it.
    """
    if not kind.is_reported:
        return frozenset()
    own: list[Unit] = []
    speaks = False
    for _, group in groupby(structured.units, key=lambda unit: unit.item):
        units = list(group)
        text = straight(" ".join(unit.text for unit in units))
        goes_on = speaks and text[0] in "\"'“" and not _pattern("inspectorate_says").search(text)
        speaks = goes_on or bool(_pattern("council_says").search(text))
        own += units if speaks else filter(_is_own, units)
    return frozenset(unit.position for unit in own)


def _is_own(unit: Unit) -> bool:
    """Tell whether a sentence speaks of the writer or the meeting, not of the inspection."""
    text = straight(unit.text)
    if _pattern("meeting").search(text):
        return True
    return bool(_pattern("own").search(text)) and not _pattern("inspectorate").search(text)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    data: dict[str, list[str]] = load_toml("own_words.toml")
    says = rf"\b(?:{'|'.join(data['says'])})\b"
    if name.endswith("_says"):
        who = data["inspectorate" if name == "inspectorate_says" else "speakers"]
        # "Councillor North, who leads the council, said"; "..., said Councillor North"
        named = rf"\b(?:{'|'.join(who)})"
        return re.compile(rf"{named}\b[^.]{{0,160}}?{says}|{says} {named}\b", re.IGNORECASE)
    edge = r"\b" if name == "inspectorate" else ""
    return re.compile(rf"{edge}(?:{'|'.join(data[name])})", re.IGNORECASE)
