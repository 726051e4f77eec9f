"""What a letter says about earlier inspections and visits, in its own words.

Three places say it: the cover of an area SEND report (a field), a section of its own (reports of
2014 to 2018, council reports), and sentences of the summary, in a letter of any part. A sentence
counts that says something of the inspection ("was judged good", "identified at the last
inspection"), not one that only dates a change by it ("Since the last inspection, plans have
improved"). The wordings are data: ``data/previous.toml``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ofsted_extract.facts.lines import head_lines, joined
from ofsted_extract.letter import Role, StructuredLetter, Unit, UnitKind
from ofsted_extract.resources import load_toml
from ofsted_extract.wording import straight

_LISTS = (Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS)
_NARRATIVE = (Role.TITLE, Role.SUMMARY, Role.ABOUT, Role.FINDINGS, Role.STRENGTHS, Role.WEAKNESSES)


def read_previous(structured: StructuredLetter, document_kind: str, *, letter: bool = False) -> str:
    """Return the sentences about earlier inspections or visits; empty where there are none."""
    if document_kind in load_toml("previous.toml")["field_kinds"]:
        cover = _patterns("field").search(joined(head_lines(structured.raw)))
        return cover.group(1).strip() if cover else ""
    units = [unit for unit in structured.units if unit.kind is not UnitKind.HEADING]
    sections = [unit for unit in units if unit.role is Role.PREVIOUS and _says(unit, "section")]
    if not sections and not letter:
        lists = (place for place, unit in enumerate(units) if unit.role in _LISTS)
        units = units[: next(lists, None)]
    return " ".join(unit.text for unit in sections or filter(_is_statement, units))


def _is_statement(unit: Unit) -> bool:
    """Tell whether a sentence says what an earlier inspection was or found."""
    if unit.role not in _NARRATIVE or not _says(unit, "patterns"):
        return False
    rest = _patterns("dating").sub(" ", straight(unit.text))
    return bool(_patterns("statement").search(rest))


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
