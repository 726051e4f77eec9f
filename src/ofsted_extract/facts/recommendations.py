"""What the letter asks for, as records: one per item of its lists (``structure/demands.py``).

The lists of a local safeguarding children board's own review count too, and so does what area SEND
reports ask of the partnership. Newspapers and councils repeat what a letter told: no rows.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ofsted_extract.letter import Recommendation, StructuredLetter
from ofsted_extract.resources import load_toml
from ofsted_extract.wording import straight


def read_recommendations(
    structured: StructuredLetter,
) -> tuple[tuple[Recommendation, ...], dict[int, str]]:
    """Return the recommendations in reading order and the framework reference of each unit."""
    found: list[Recommendation] = []
    references: dict[int, str] = {}
    for demand in structured.demands:
        text, reference = without_references(demand.text)
        if reference:
            references.update(dict.fromkeys(demand.printed, reference))
        found.append(
            Recommendation(
                demand.number,
                text,
                _priority(demand.heading),
                reference,
                demand.page,
                demand.positions,
                demand.responsible,
            )
        )
    return tuple(found), references


def without_references(text: str) -> tuple[str, str]:
    """Return ``text`` without bracketed references, and the national framework's among them.

    >>> without_references("The quality of plans. (Outcome four, National Framework)")
    ('The quality of plans.', 'outcome 4')
    """
    internal, framework = _reference_patterns()
    references = [
        reference
        for match in framework.finditer(straight(text))
        for reference in _normal_references(match.group(1))
    ]
    kept = framework.sub("", internal.sub("", text))
    kept = re.sub(r"\s+([.,;:])", r"\1", " ".join(kept.split()))
    return re.sub(r"([.;])\.$", r"\1", kept).strip(), "; ".join(dict.fromkeys(references))


def _priority(heading: str) -> str:
    text = straight(heading)
    for row in load_toml("recommendations.toml")["priority"]:
        if any(re.search(rf"\b{pattern}\b", text, re.IGNORECASE) for pattern in row["patterns"]):
            return str(row["id"])
    return ""


# ------------------------------------------------------------------------------ references


@cache
def _reference_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rules: dict[str, Any] = load_toml("recommendations.toml")["references"]
    internal = "|".join(rules["internal"])
    kinds = "|".join(rules["kinds"])
    return (
        re.compile(rf"\s*\(\s*(?:{internal})\s*\)", re.IGNORECASE),
        re.compile(
            rf"\s*[(\[]\s*((?:national framework[,:]? )?(?:{kinds})s?\b[^()\[\]]*)[)\]]",
            re.IGNORECASE,
        ),
    )


def _normal_references(printed: str) -> list[str]:
    """Return "Outcome four, National Framework" as ["outcome 4"], "enabler: words" as printed."""
    rules: dict[str, Any] = load_toml("recommendations.toml")["references"]
    numbers = {word: str(index) for index, word in enumerate(rules["numbers"], 1)}
    text = re.sub(r"[,:;]?\s*national framework[,:]?\s*", " ", printed.lower()).strip(" ,.:;")
    kinds, words = "|".join(rules["kinds"]), "|".join(numbers)
    found = []
    for match in re.finditer(rf"({kinds})s?\s+((?:(?:\d+|{words})\b(?:,| and|\s|&)*)+)", text):
        counted = re.findall(rf"\d+|{words}", match.group(2))
        found += [f"{match.group(1)} {numbers.get(number, number)}" for number in counted]
    return found or [text]
