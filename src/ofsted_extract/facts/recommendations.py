"""What the authority is told to improve: one record per bullet or numbered item.

The table holds what the *authority* is told: the recommendations to the local safeguarding
children board, which reports of 2014 to 2017 print in the board's own review, stay sentences with
the finding ``recommendation`` and are no rows here. Area SEND reports tell the partnership that the
authority leads; these are rows. Newspapers and councils repeat what a letter told: no rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ofsted_extract.facts.lines import plain, straight
from ofsted_extract.facts.places import Place, Places
from ofsted_extract.letter import Recommendation, Role, StructuredLetter, Unit, UnitKind
from ofsted_extract.resources import load_toml

_COVER_PAGES = 2
_ROLES = (Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS)


@dataclass(slots=True)
class _Item:
    """Units that make one recommendation, and the form in which it is printed."""

    units: list[Unit]
    place: Place | None
    form: str  # "numbered", "bullet" or "paragraph"
    continues: bool = False  # certainly a part of the item before it
    parts: list[_Item] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(unit.text for unit in self.units)

    @property
    def everything(self) -> list[Unit]:
        return [*self.units, *(unit for part in self.parts for unit in part.units)]


def read_recommendations(
    structured: StructuredLetter,
) -> tuple[tuple[Recommendation, ...], dict[int, str]]:
    """Return the recommendations in reading order and the framework reference of each unit."""
    found: list[Recommendation] = []
    references: dict[int, str] = {}
    places = Places(structured)
    for heading, units in _sections(structured, places):
        for item in _nested(_items(units, places)):
            text, reference = without_references(" ".join(unit.text for unit in item.everything))
            if not re.search(r"\w", text):  # a reference that stands alone below its list
                continue
            positions = tuple(unit.position for unit in item.everything)
            if reference:
                references.update(dict.fromkeys(positions, reference))
            first = item.units[0]
            found.append(
                Recommendation(
                    len(found) + 1, text, _priority(heading), reference, first.page, positions
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


# -------------------------------------------------------------------------------- sections


def _sections(structured: StructuredLetter, places: Places) -> Iterator[tuple[str, list[Unit]]]:
    """Yield the lists of the authority's recommendations with their headings.

    A heading that tells no urgency ("Adoption") keeps that of the list it stands in.
    """
    heading = ""
    units: list[Unit] = []
    within = False
    for unit in structured.units:
        if _is_board(unit):
            break
        if unit.role not in _ROLES or unit.kind is UnitKind.HEADING:
            if units:
                yield heading, units
            units = []
        if unit.role not in _ROLES:
            within = False
        elif unit.kind is UnitKind.HEADING:
            places.find(unit)
            heading = unit.text if _opens_list(unit) or not within else heading
            within = True
        else:
            units.append(unit)
    if units:
        yield heading, units


def _opens_list(unit: Unit) -> bool:
    """Tell whether a heading names a list of recommendations, not a subject within one."""
    words = "|".join(load_toml("recommendations.toml")["list_headings"])
    return bool(_priority(unit.text) or re.search(words, unit.text, re.IGNORECASE))


def _is_board(unit: Unit) -> bool:
    """Tell where the review of the safeguarding board begins; it ends a report's findings."""
    return unit.subject == "lscb" and unit.role is not Role.TITLE and unit.page > _COVER_PAGES


def _priority(heading: str) -> str:
    text = straight(heading)
    for row in load_toml("recommendations.toml")["priority"]:
        if any(re.search(rf"\b{pattern}\b", text, re.IGNORECASE) for pattern in row["patterns"]):
            return str(row["id"])
    return ""


# ----------------------------------------------------------------------------------- items


def _items(units: list[Unit], places: Places) -> list[_Item]:
    """Group units to printed items; a paragraph of several table rows is cut at the rows."""
    items: list[_Item] = []
    number = 0
    for unit in units:
        place = places.find(unit)
        form = "bullet" if unit.kind is UnitKind.BULLET else "paragraph"
        form = "numbered" if unit.paragraph[:1].isdigit() else form
        same = bool(items) and unit.item == number
        if same and place is not None and place.opens_row:
            above = items[-1].place
            outdented = above is not None and above.is_right_of(place)
            if items[-1].form == "paragraph" or (form == "bullet" and outdented):
                same, form = False, "paragraph"
        if same:
            items[-1].units.append(unit)
        else:
            items.append(_Item([unit], place, form))
        number = unit.item
    return _rows(items)


def _rows(items: list[_Item]) -> list[_Item]:
    """Drop the cells that name a responsible body; what stands between two of them is one action.

    A line that holds both cells begins at the left of the bodies' column.
    """
    rows: list[_Item] = []
    body: Place | None = None
    begins = True
    for item in items:
        if _is_body(item):
            body, begins = item.place or body, True
            continue
        if body is not None and item.place is not None and not begins and rows:
            item.continues = item.place.is_right_of(body)
        rows.append(item)
        begins = False
    return rows


def _nested(items: list[_Item]) -> list[_Item]:
    """Drop what is no recommendation, and give lists within an item to that item."""
    result: list[_Item] = []
    for item in items:
        opens_list = item.form != "bullet" and _matches(item.text, "opens_list")
        if opens_list or says_none(item.text):
            continue
        if item.form == "paragraph" and not (result or _directs(item)):
            continue
        if result and _belongs(item, result):
            result[-1].parts.append(item)
        else:
            result.append(item)
    return result


def _belongs(item: _Item, before: list[_Item]) -> bool:
    """Tell whether ``item`` is a part of the item before it."""
    first, last = before[0], before[-1]
    if item.continues:
        return True
    if first.form == "numbered":
        return item.form != "numbered"
    if first.form == item.form == "paragraph" and item.text[:1].islower():
        return True  # a line that broke off from the one above
    if item.form == "bullet" and first.form == "paragraph":
        return True
    if item.form == "bullet" and first.place and item.place:
        return item.place.is_right_of(first.place)
    # a paragraph behind a bullet goes on with it where the bullet breaks off
    return item.form == "paragraph" and not re.search(r"[.!?;:)]$", last.text)


def says_none(text: str) -> bool:
    """Tell whether a sentence in a list of recommendations says that there is none.

    >>> says_none("There are no areas for priority action.")
    True
    """
    return _matches(text, "none")


def _matches(text: str, what: str) -> bool:
    patterns = load_toml("recommendations.toml")["not_one"][what]
    return any(re.fullmatch(pattern, straight(text), re.IGNORECASE) for pattern in patterns)


def _is_body(item: _Item) -> bool:
    """Tell the cells of the column "Responsible body" from the actions beside them."""
    heading = load_toml("recommendations.toml")["bodies"]["heading"]
    in_table = plain(item.units[0].section).startswith(heading)
    return in_table and item.form == "paragraph" and not _directs(item)


def _directs(item: _Item) -> bool:
    """Tell whether a paragraph asks for something, as a bullet of a list does by its place."""
    words = "|".join(load_toml("recommendations.toml")["directing_words"])
    return re.search(rf"\b(?:{words})\b", item.text, re.IGNORECASE) is not None


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
