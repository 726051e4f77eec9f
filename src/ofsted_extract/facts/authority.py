"""Which council a letter is about, from ``data/authorities.csv`` (made by a script, see there).

The table has one row per authority and period with one GSS code: a council that was split, merged
or given a new boundary has several. Trusts and companies that run a council's service are among its
aliases, because the council stays the authority.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from ofsted_extract.facts.lines import joined, plain, straight, words_pattern
from ofsted_extract.letter import RawLetter
from ofsted_extract.names import slug as slug_of
from ofsted_extract.resources import load_csv, load_toml

_LONGEST_NAME = 8  # words; "Bournemouth, Christchurch and Poole" has four


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority at one time; the fields are columns of the documents table."""

    name: str
    slug: str
    gss_code: str = ""
    urn: str = ""
    region: str = ""


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern for every name and alias, and the name of each by its plain words."""
    known: dict[str, str] = {}
    for row in load_csv("authorities.csv"):
        for alias in (row["name"], *filter(None, row["aliases"].split(";"))):
            known[plain(alias.replace("&", "and"))] = row["name"]
    ordered = sorted(known, key=len, reverse=True)
    # an apostrophe is lost in the plain words: "childrens" also stands for "children's"
    patterns = (words_pattern(alias).replace("childrens", "children['’]?s") for alias in ordered)
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE), known


@cache
def _title_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what a title prints around an authority's name, and a council by its printed name."""
    words: dict[str, list[str]] = load_toml("authority_titles.toml")
    sorts = "|".join(words["council_sorts"])
    around = (
        rf"^(?:\d+\s+)?(?:(?:{'|'.join(words['before'])}) )?(?:the )?",
        rf"\s*(?:{'|'.join(words['behind'])}).*$",
        rf"\s+(?:{'|'.join(words['last'])})$",
        rf"^(?:{'|'.join(words['rank'])}) of ",
        rf"(?:\s+(?:{sorts}))*\s+council(?:['’]s)?$",
    )
    name = r"\b((?:[A-Z][a-z]+[ -]){0,2}[A-Z][a-z]+)"
    return (
        re.compile("|".join(around), re.IGNORECASE),
        re.compile(rf"{name}(?: (?:{sorts.title()}))+ Council\b"),
    )


def mentions(text: str) -> list[str]:
    """Return the names of the authorities that ``text`` mentions, in order, longest name first.

    Names are looked for with a capital ("Reading", not "reading").
    """
    pattern, known = _names()
    text = straight(text)
    return [
        known[plain(match.group().replace("&", "and"))]
        for match in pattern.finditer(text)
        if match.group()[0].isupper()
    ]


def authority_on(name: str, day: date | None) -> tuple[Authority, str]:
    """Return the authority called ``name`` as it was on ``day`` (today without one), and a warning.

    The warning is empty unless the authority did not exist on that day.
    """
    rows = [row for row in load_csv("authorities.csv") if row["name"] == name]
    printed = day.isoformat() if day else "9999"
    chosen, warning = rows[-1], ""
    for row in rows:
        if (row["valid_from"] or "0") <= printed <= (row["valid_to"] or "9999-99"):
            chosen = row
            break
    else:
        if day is not None:
            chosen = rows[0] if printed < (rows[0]["valid_from"] or "0") else rows[-1]
            warning = f"{name} was no authority on {day}: check the authority and the date"
    columns = ("name", "slug", "gss_code", "urn", "region")
    return Authority(**{column: chosen[column] for column in columns}), warning


def read_authority(
    titles: tuple[str, ...], raw: RawLetter, day: date | None
) -> tuple[Authority, tuple[str, ...]]:
    """Return the authority of a letter and warnings.

    ``titles`` are texts that name it, the best first; the first known name counts. Where no title
    names one, a name that a title prints in the form of a title ("Focused visit to …") is kept as
    printed, without "Borough Council" and the like; else the authority that the text mentions most
    is taken.
    """
    for title in titles:
        named = mentions(title)
        if named:
            authority, warning = authority_on(named[0], day)
            return authority, (warning,) if warning else ()
        printed = _printed_name(title)
        if printed:
            return _as_printed(printed)
    counted = Counter(mentions(_text(raw)))
    if not counted:
        councils = Counter(_councils(raw))
        if councils:
            return _as_printed(councils.most_common(1)[0][0])
        return Authority("", "unknown"), ("no local authority is named",)
    authority, warning = authority_on(counted.most_common(1)[0][0], day)
    return authority, (warning,) if warning else ()


def _as_printed(name: str) -> tuple[Authority, tuple[str, ...]]:
    return Authority(name, slug_of(name)), (
        f"the authority '{name}' is not in the table of authorities: kept as printed",
    )


def _councils(raw: RawLetter) -> Iterator[str]:
    """Yield the names in front of "Borough Council" and the like; a line in capitals is lowered."""
    _, council = _title_patterns()
    for page in raw.pages:
        for line in page.lines:
            text = line.text.title() if line.text.isupper() else line.text
            yield from (match[1] for match in council.finditer(straight(text)))


def _text(raw: RawLetter) -> str:
    return joined(line for page in raw.pages for line in page.lines)


def _printed_name(title: str) -> str:
    """Return the name in a title that has the form of one, else ""."""
    name = full = straight(title)
    around, _ = _title_patterns()
    while name != (shorter := around.sub("", name).strip(" .:-")):
        name = shorter
    is_name = name != full and name[:1].isupper() and len(name.split()) <= _LONGEST_NAME
    return name if is_name else ""
