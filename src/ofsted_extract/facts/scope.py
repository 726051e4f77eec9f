"""What the inspectors looked at, and the lines of enquiry that a letter or council report lists.

A letter says it in sentences behind its title ("Inspectors looked at ...") or under a heading
("Areas covered by the visit"). What evidence they read is how they looked and no part of it. The
wordings are data: ``data/looked_at.toml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from ofsted_extract.facts.lines import is_salutation
from ofsted_extract.letter import Role, StructuredLetter, Unit, UnitKind
from ofsted_extract.resources import load_toml
from ofsted_extract.wording import straight

#: Roles that end the opening of a letter.
_ENDS = (
    Role.STRENGTHS, Role.WEAKNESSES, Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS, Role.DEFINITIONS,
    Role.LICENCE,
)  # fmt: skip
_NARRATIVE = (Role.SUMMARY, Role.FINDINGS)
#: Units behind the salutation that an opening has at most, where no heading ends it.
_OPENING = 40


@dataclass(frozen=True, slots=True)
class Scope:
    """What inspectors looked at: sentences as printed, and the listed items among them."""

    text: str = ""
    items: tuple[str, ...] = ()


def read_scope(structured: StructuredLetter, *, letter: bool) -> Scope:
    """Return what the inspectors looked at; empty where nothing says it.

    Items of a list are parted by semicolons in the text. Only letters tell it in sentences; reports
    look at everything, and articles and council papers have what stands under such a heading.
    """
    listed = [unit for unit in structured.units if unit.role is Role.SCOPE and _is_text(unit)]
    units = [unit for unit in listed if not _says("never", unit)]
    if letter:
        told = _told(_opening(structured))
        headed = [unit for unit in units if unit not in told and _is_headed(structured, unit)]
        units = sorted({*told, *headed}, key=lambda unit: unit.position)
    return Scope(_joined(units), _items(units, bullets_only=True))


def read_kloes(structured: StructuredLetter, scope: Scope) -> tuple[str, ...]:
    """Return the lines of enquiry, one per listed item, as printed.

    A list that is called lines of enquiry counts; without one, the bullets of the areas that the
    inspectors looked at.
    """
    units = [unit for unit in structured.units if unit.role is Role.KLOES and _is_text(unit)]
    return _items(units) or scope.items


# -------------------------------------------------------------------------- sentences


def _opening(structured: StructuredLetter) -> list[Unit]:
    """Return the units between the salutation and the first heading of the findings."""
    units = list(structured.units)
    greeting = next((n for n, unit in enumerate(units) if is_salutation(unit.text)), -1)
    opening: list[Unit] = []
    for unit in units[greeting + 1 :][:_OPENING]:
        # the title is a heading too: nothing stands above it
        ends = unit.kind is UnitKind.HEADING and unit.role in _NARRATIVE
        if unit.role in _ENDS or (ends and opening and not _says("passes", unit)):
            break
        if _is_text(unit):
            opening.append(unit)
    return opening


def _told(opening: list[Unit]) -> list[Unit]:
    """Return the sentences that say what was looked at, those that go on with it, their lists."""
    told: list[Unit] = []
    in_list = goes_on = False
    for unit in opening:
        text = straight(unit.text)
        if unit.kind is UnitKind.BULLET and in_list:
            told.append(unit)
            continue
        says = not _says("never", unit) and (
            _says("opens", unit) or (goes_on and _says("follows", unit))
        )
        if says:
            told.append(unit)
        goes_on = says
        in_list = says and (text.endswith(":") or bool(re.search(r"\b(?:on|the|of)$", text)))
    while told and _says("explains", told[-1]):
        told.pop()
    return told


def _is_headed(structured: StructuredLetter, unit: Unit) -> bool:
    """Tell whether a unit stands under a heading that opens the scope, not in the opening."""
    return any(
        other.kind is UnitKind.HEADING and other.role is Role.SCOPE and other.text == unit.section
        for other in structured.units
    )


def _says(name: str, unit: Unit) -> bool:
    pattern = _pattern(name)
    text = straight(unit.text)
    return bool(pattern.search(text) if name == "never" else pattern.match(text))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(load_toml('looked_at.toml')[name])})", re.IGNORECASE)


# ------------------------------------------------------------------------------ lists


def _is_text(unit: Unit) -> bool:
    return unit.kind is not UnitKind.HEADING


def _joined(units: list[Unit]) -> str:
    """Return the units as one text; the items of a list stay apart."""
    text = ""
    for before, unit in zip((None, *units), units, strict=False):
        if before is None:
            text = unit.text
        elif _is_item(before) and _is_item(unit) and before.item != unit.item:
            text = text if re.search(r"[;,]$|; (?:and|or)$", text) else f"{text.rstrip('. ')};"
            text += f" {unit.text}"
        else:
            text += f" {unit.text}"
    return text


def _is_item(unit: Unit) -> bool:
    return unit.kind is UnitKind.BULLET


def _items(units: list[Unit], *, bullets_only: bool = False) -> tuple[str, ...]:
    groups = [list(group) for _, group in groupby(units, key=lambda unit: unit.item)]
    return tuple(
        " ".join(unit.text for unit in group)
        for group in groups
        if not group[-1].text.rstrip().endswith(":") and (not bullets_only or _is_item(group[0]))
    )
