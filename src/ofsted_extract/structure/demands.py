"""What a letter asks for: the items of its lists of improvements, each with the units that ask.

A list of improvements asks, item by item; joint inspections of 2016 to 2020 and some visits of 2018
*tell* under the same headings, in whole sentences, what inspectors found. A list that tells is a
section of weaknesses like any other: its sentences are what they say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby
from typing import Any

from ofsted_extract.letter import Demand, RawLetter, Role, Unit, UnitKind
from ofsted_extract.resources import load_toml
from ofsted_extract.structure.places import Place, Places
from ofsted_extract.wording import plain

_ROLES = frozenset({Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS})
#: Lists of letters of this year on ask, in whole sentences too (both frameworks had changed).
_LISTS_ASK_SINCE = 2021
_YEAR = re.compile(r"(?:january|february|march|april|may|june|july|august|september|october"
                   r"|november|december) (20\d\d)\b", re.IGNORECASE)  # fmt: skip
#: A reference that is printed alone, such as "(outcome 2, national framework)".
_REFERENCE_ALONE = re.compile(r"[(\[][^()\[\]]{0,80}[)\]][.;]?")
#: A cell or remark of fewer words names nothing to improve.
_FEWEST_WORDS = 3


@dataclass(slots=True)
class _Item:
    """Units that make one item, and the form in which it is printed."""

    units: list[Unit]
    place: Place | None
    form: str  # "numbered", "bullet" or "paragraph"
    continues: bool = False  # certainly a part of the item before it
    responsible: str = ""
    parts: list[_Item] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(unit.text for unit in self.units)

    @property
    def everything(self) -> list[Unit]:
        return [*self.units, *(unit for part in self.parts for unit in part.units)]


def mark_demands(
    units: tuple[Unit, ...], raw: RawLetter
) -> tuple[tuple[Unit, ...], tuple[Demand, ...]]:
    """Return the units, each with the number of the demand that it is part of, and the demands.

    The units of lists that tell get the role ``weaknesses``.
    """
    roles: dict[int, Role] = {}
    numbers: dict[int, int] = {}
    demands: list[Demand] = []
    places = Places(raw)
    telling_form = _may_tell(units)
    found = [(which, listed, _items(listed, places)) for which, listed in _lists(units, places)]
    for (_, heading), stretches in groupby(found, key=lambda stretch: stretch[0]):
        lists = [(listed, items) for _, listed, items in stretches]
        if telling_form and _tells([item for _, items in lists for item in items]):
            told = (unit.position for listed, _ in lists for unit in listed)
            roles.update(dict.fromkeys(told, Role.WEAKNESSES))
            continue
        for item in (item for _, items in lists for item in _nested(items)):
            demand = _demand(len(demands) + 1, heading, item)
            if demand is not None:
                demands.append(demand)
                numbers.update(dict.fromkeys(demand.positions, demand.number))
    marked = (
        replace(
            unit,
            role=roles.get(unit.position, unit.role),
            demand=numbers.get(unit.position, 0),
        )
        if unit.role in _ROLES
        else unit
        for unit in units
    )
    return tuple(marked), tuple(demands)


def _demand(number: int, heading: str, item: _Item) -> Demand | None:
    asking = [unit.position for unit in _asking(item)]
    if not asking:
        return None
    everything = item.everything
    return Demand(
        number,
        _joined(item),
        heading,
        item.responsible,
        everything[0].page,
        tuple(asking),
        tuple(unit.position for unit in everything),
    )


def _joined(item: _Item) -> str:
    """Return the item's words; the parts of a list within it are kept apart by semicolons."""
    text = item.text
    for before, part in zip([item, *item.parts], item.parts, strict=False):
        apart = part.form == "bullet" and before is not item and text[-1] not in ".,;:"
        text += f"{';' * apart} {part.text}"
    return text


def _asking(item: _Item) -> Iterator[Unit]:
    """Yield the units of an item that ask: a sentence that only describes is left to its words."""
    for number, unit in enumerate(item.units):
        if _REFERENCE_ALONE.fullmatch(unit.text):
            continue
        if number == 0 or directs(unit.text) or _matches(unit.text, "elaborates"):
            yield unit
    for part in item.parts:
        for unit in part.units:
            if not _REFERENCE_ALONE.fullmatch(unit.text) and not (
                unit.text.endswith(":") and not directs(unit.text)
            ):
                yield unit


# -------------------------------------------------------------------------------- lists


def _lists(units: Iterable[Unit], places: Places) -> Iterator[tuple[tuple[int, str], list[Unit]]]:
    """Yield the stretches of the lists, each with its list's running number and heading.

    A heading that names no list ("Adoption") is a subject within the one before; a sentence that
    asks for what follows it begins a list of its own.
    """
    number, heading = 0, ""
    listed: list[Unit] = []
    within = False
    for unit in units:
        told = unit.role in _ROLES
        is_heading = unit.kind is UnitKind.HEADING
        asks = told and not is_heading and _asks_for_more(unit)
        if listed and (is_heading or asks or not told):
            yield (number, heading), listed
            listed, number = [], number + asks
        if told and is_heading:
            places.find(unit)
            if opens_list(unit.text) or not within:
                number, heading = number + 1, unit.text
        elif told:
            if not within:
                number, heading = number + 1, unit.section
            listed.append(unit)
        within = told
    if listed:
        yield (number, heading), listed


def _asks_for_more(unit: Unit) -> bool:
    """Return whether a sentence asks for what is listed below it."""
    asks = unit.kind is UnitKind.SENTENCE and unit.text.endswith(":") and directs(unit.text)
    return asks and not unit.paragraph[:1].isdigit() and _matches(unit.text, "introduces")


def opens_list(heading: str) -> bool:
    """Return whether a heading names a list of improvements, not a subject within one."""
    words = "|".join(_rules()["list_words"])
    return re.search(rf"\b(?:{words})", heading, re.IGNORECASE) is not None


def _may_tell(units: tuple[Unit, ...]) -> bool:
    """Return whether a document is a letter of the years in which lists were told."""
    if not any(unit.role is Role.LETTERHEAD and unit.page == 1 for unit in units[:5]):
        return False
    years = (match for unit in units if (match := _YEAR.search(unit.text)))
    year = next(years, None)
    return year is None or int(year[1]) < _LISTS_ASK_SINCE


def _tells(items: list[_Item]) -> bool:
    """Return whether most items of a list state how things are."""
    asked = [item for item in items if not _is_lead_in(item)]
    told = [item for item in asked if _states(item)]
    return 2 * len(told) > len(asked)


def _states(item: _Item) -> bool:
    """Return whether an item's first words, or half of its sentences, state how things are."""
    texts = [unit.text for unit in item.units if not _REFERENCE_ALONE.fullmatch(unit.text)]
    if not texts or directs(texts[0]):
        return False
    return describes(texts[0]) or 2 * sum(map(describes, texts)) >= len(texts) > 1


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
    """Take out the cells that name a responsible body; what is between two of them is one action.

    A line that holds both cells begins at the left of the bodies' column.
    """
    rows: list[_Item] = []
    body: Place | None = None
    name = ""
    begins = True
    for item in items:
        if _is_body(item):
            name = f"{name} {item.text}" if begins and name else item.text
            body, begins = item.place or body, True
            continue
        if body is not None and item.place is not None and not begins and rows:
            item.continues = item.place.is_right_of(body)
        item.responsible = name
        rows.append(item)
        begins = False
    return rows


def _nested(items: list[_Item]) -> list[_Item]:
    """Drop what asks for nothing, and give lists within an item to that item."""
    result: list[_Item] = []
    for item in items:
        if _is_lead_in(item) or says_none(item.text):
            continue
        if item.form == "paragraph" and not (result or _names_or_asks(item)):
            continue
        if result and _belongs(item, result):
            result[-1].parts.append(item)
        elif item.form != "paragraph" or _names_or_asks(item):
            result.append(item)
    return result


def _is_lead_in(item: _Item) -> bool:
    """Return whether an item only opens the list ("the council should:")."""
    opens = item.form == "paragraph" and _matches(item.text, "introduces")
    return opens or (item.form != "bullet" and _matches(item.text, "opens_list"))


def _names_or_asks(item: _Item) -> bool:
    """Tell whether a paragraph without any mark is an item, as a bullet is by its place."""
    if directs(item.text):
        return True
    names = len(item.units) == 1 and len(item.text.split()) > _FEWEST_WORDS
    return names and not describes(item.text) and not item.text.endswith(":")


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
        return last.text.endswith(":") or last.form == "paragraph"
    if item.form == "bullet" and first.place and item.place:
        return item.place.is_right_of(first.place)
    # a paragraph behind a bullet goes on with it where the bullet breaks off
    return item.form == "paragraph" and not re.search(r"[.!?;:)]$", last.text)


def _is_body(item: _Item) -> bool:
    """Tell the cells of the column "Responsible body" from the actions beside them."""
    heading = _rules()["bodies"]["heading"]
    in_table = plain(item.units[0].section).startswith(heading)
    return in_table and item.form == "paragraph" and not directs(item.text)


# ----------------------------------------------------------------------------------- words


@cache
def _rules() -> dict[str, Any]:
    return load_toml("recommendations.toml")


def says_none(text: str) -> bool:
    """Tell whether a sentence in a list of improvements says that there is none.

    >>> says_none("There are no areas for priority action.")
    True
    """
    return _matches(text, "none")


def _matches(text: str, what: str) -> bool:
    words = " ".join(text.replace("’", "'").replace("‘", "'").split())
    return any(re.fullmatch(pattern, words, re.IGNORECASE) for pattern in _rules()["not_one"][what])


def directs(text: str) -> bool:
    """Return whether a text asks for something by its words.

    >>> directs("Leaders should act."), directs("Reviews are late.")
    (True, False)
    """
    words = "|".join(_rules()["directing_words"])
    return re.search(rf"\b(?:{words})\b", text, re.IGNORECASE) is not None


def describes(text: str) -> bool:
    """Return whether a sentence states how things are, and does not name or ask for something.

    It does where a verb of ``recommendations.toml`` comes before any word that opens a relative
    clause; what an opening "when ..., " or "although ..., " says is passed over.

    >>> describes("Plans are late."), describes("How well plans, which are late, are kept.")
    (True, False)
    """
    rules = _rules()["telling"]
    words = re.findall(r"[a-z'’-]+|,", text.lower())
    if not words or words[0] in rules["names"]:
        return False
    passing = words[0] in rules["conditions"]
    before = ""
    for word in words:
        if passing:
            passing = word != ","
        elif word in rules["relatives"]:
            return False
        elif word in rules["verbs"] and before not in {"to", "the", "a", "of", "in", "and"}:
            return True
        before = word
    return False
