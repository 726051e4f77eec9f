"""What a letter says about earlier inspections and visits, in its own words.

Three places say it: the cover of an area SEND report (a field), a section of its own (reports of
2014 to 2018, council reports), and sentences of the summary ("Since the last inspection in ...").
The wordings are data: ``data/previous.toml``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ofsted_extract.facts.lines import head_lines, joined, straight
from ofsted_extract.letter import Role, StructuredLetter, Unit, UnitKind
from ofsted_extract.resources import load_toml

_LISTS = (Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS)
_NARRATIVE = (Role.TITLE, Role.SUMMARY, Role.ABOUT, Role.FINDINGS)


def read_previous(structured: StructuredLetter, document_kind: str) -> str:
    """Return the sentences about earlier inspections or visits; empty where there are none."""
    if document_kind in load_toml("previous.toml")["field_kinds"]:
        cover = _patterns("field").search(joined(head_lines(structured.raw)))
        return cover.group(1).strip() if cover else ""
    units = [unit for unit in structured.units if unit.kind is not UnitKind.HEADING]
    sections = [unit for unit in units if unit.role is Role.PREVIOUS and _says(unit, "section")]
    return " ".join(unit.text for unit in sections or _in_summary(units))


def _in_summary(units: list[Unit]) -> list[Unit]:
    """Return the sentences about earlier inspections before the list of improvements."""
    lists = (place for place, unit in enumerate(units) if unit.role in _LISTS)
    return [
        unit
        for unit in units[: next(lists, None)]
        if unit.role in _NARRATIVE and _says(unit, "patterns")
    ]


def _says(unit: Unit, what: str) -> bool:
    text = straight(unit.text)
    return bool(_patterns(what).search(text)) and not _patterns("not_about").search(text)


@cache
def _patterns(what: str) -> re.Pattern[str]:
    """Return one pattern for a list of wordings of the data file."""
    table: dict[str, Any] = load_toml("previous.toml")
    wordings = table["earlier"][what]
    joined_up = "|".join([wordings] if isinstance(wordings, str) else wordings)
    for name, part in table["parts"].items():
        joined_up = joined_up.replace(f"{{{name}}}", part)
    return re.compile(rf"\b(?:{joined_up})", re.IGNORECASE)
