"""What a letter says about earlier inspections and visits, in its own words.

Three places say it: the cover of an area SEND report (a field), a section of its own (reports of
2014 to 2018, council reports), and sentences of the summary ("Since the last inspection in ...").
"""

from __future__ import annotations

import re

from ofsted_extract.facts.lines import head_lines, joined, straight
from ofsted_extract.letter import Role, StructuredLetter, UnitKind

_COVER = re.compile(
    r"\bdates? of (?:the )?previous inspections?\s*:\s*(.+?)(?=\s*(?:inspection outcome|$))", re.I
)
#: An earlier inspection or visit, told apart from this one by "last", a year, or what followed it.
_EARLIER = re.compile(
    r"\b(?:last|previous(?:ly)?|earlier|prior|previous full|first|second|third|fourth|fifth|sixth|"
    r"single|most recent|former)\s+(?:\w+[ -]){0,6}?(?:inspect\w*|visits?|judgements?|jtai|ilacs)\b"
    r"|\b(?:inspections?|visits?|\(?jtai\)?|\(?sif\)?|\(?ilacs\)?|inspected|judged)[^.]{0,70}?\b(?:in|on|of|from|during)\s+"
    r"(?:[A-Z][a-z]+\s+)?20[012]\d\b"
    r"|\b(?:the|its|an?) 20[012]\d (?:\w+ ){0,3}(?:inspection|visit)"
    r"|\bin (?:[A-Z][a-z]+ )?20[012]\d,? an? (?:\w+ ){0,3}(?:inspection|visit|jtai)\b"
    r"|\bidentified (?:in|at) (?:the )?(?:\w+ )?20[012]\d\b",
    re.I,
)
_SPEAKS_OF_IT = re.compile(r"\binspect|\bvisit|\bjudged|\bjudgement", re.I)
#: Inspections of a council's children's homes are no inspection of its services.
_HOMES = re.compile(r"children's homes?\b", re.I)
_ELSEWHERE = (Role.TITLE, Role.SUMMARY, Role.ABOUT, Role.FINDINGS)


def read_previous(structured: StructuredLetter, document_kind: str) -> str:
    """Return the sentences about earlier inspections or visits; empty where there are none."""
    cover = _COVER.search(joined(head_lines(structured.raw)))
    if document_kind == "send_inspection":
        return cover.group(1).strip() if cover else ""
    sections = [
        unit.text
        for unit in structured.units
        if unit.role is Role.PREVIOUS
        and unit.kind is not UnitKind.HEADING
        and _SPEAKS_OF_IT.search(unit.text)
        and not _HOMES.search(straight(unit.text))
    ]
    return " ".join(sections or _in_summary(structured))


def _in_summary(structured: StructuredLetter) -> list[str]:
    """Return the sentences about earlier inspections that stand before the list of improvements."""
    found = []
    for unit in structured.units:
        if unit.role in (Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS):
            break
        if unit.role not in _ELSEWHERE or unit.kind is UnitKind.HEADING:
            continue
        text = straight(unit.text)
        if _EARLIER.search(text) and not _HOMES.search(text):
            found.append(unit.text)
    return found
