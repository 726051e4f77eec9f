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

from ofsted_extract.facts.dates import first_date
from ofsted_extract.facts.lines import head_lines, is_salutation, joined, words_pattern
from ofsted_extract.letter import RawLetter
from ofsted_extract.names import slug as slug_of
from ofsted_extract.resources import load_csv, load_toml
from ofsted_extract.wording import plain, straight

_LONGEST_NAME = 8  # words; "Bournemouth, Christchurch and Poole" has four
#: An authority is the one that a text is about if it is named so many times as often as the next.
_CLEARLY = 2
#: So many words make a line of an article a paragraph, not a headline.
_PARAGRAPH = 14
#: Paragraphs of an article that say what it is about.
_LEAD = 3
#: Characters behind the salutation that say which authority a letter is about.
_OPENING = 700


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
        rf"^(?:\d+\s+)?(?:(?:{'|'.join(words['before'])})[ :–-]+)?(?:the )?",
        rf"\s*(?:{'|'.join(words['behind'])}).*$",
        rf"\s+(?:{'|'.join(words['last'])})$",
        rf"^(?:{'|'.join(words['rank'])}) of ",
        rf"(?:\s+(?:{sorts}))*\s+council(?:['’]s)?$",
    )
    # as few words as will do: "County" and "Borough" in front of "Council" are no part of a name
    name = r"\b((?:[A-Z][a-z]+(?: and |[ -])){0,2}?[A-Z][a-z]+)"
    return (
        re.compile("|".join(around), re.IGNORECASE),
        re.compile(rf"{name}(?: (?:{sorts.title()}))*(?:'s)? [Cc]ouncil\b"),
    )


def mentions(text: str) -> list[str]:
    """Return the names of the authorities that ``text`` mentions, in order, longest name first.

    Names are looked for with a capital ("Reading", not "reading"), and not where the words around
    them make them another's ("Manchester Evening News", "Greater Manchester").
    """
    pattern, known = _names()
    text = straight(text)
    return [
        known[plain(match.group().replace("&", "and"))]
        for match in pattern.finditer(text)
        if match.group()[0].isupper()
        and not _words("not_before").match(text, match.end())
        and not _words("not_behind").search(text[: match.start()])
    ]


@cache
def _words(name: str) -> re.Pattern[str]:
    wordings = "|".join(load_toml("authority_titles.toml")[name])
    form = {"not_before": rf" (?:{wordings})", "not_behind": rf"\b(?:{wordings}) $"}
    return re.compile(form.get(name, wordings))


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
    """Return the authority of a letter or report and warnings.

    ``titles`` are texts that name it, the best first. Behind them the opening of a letter and the
    block of its addressee are asked; the first name of an authority that there was on ``day``
    counts, so that a trust's old county does not. Where none is known, a name that the title or the
    addressee prints is kept as printed, without "Borough Council" and the like; else the authority
    that the text mentions most is taken. The letterhead, a newspaper's name and neighbours never
    count.
    """
    texts = [*titles, *_letter_parts(raw)]
    found = [(name, authority_on(name, day)) for text in texts for name in mentions(text)[:1]]
    for name, (authority, warning) in found:
        if not warning and not _is_more(titles[:1], name):
            return authority, ()
    for title in titles[:1]:
        if printed := _printed_name(title):
            return _as_printed(printed)
    if found:
        authority, warning = found[0][1]
        return authority, (warning,) if warning else ()
    unknown = [council for text in texts for council in _councils(text)]
    if unknown:
        return _as_printed(unknown[0])
    return _most_mentioned(_body(raw), day)


def read_told_authority(
    raw: RawLetter, day: date | None, *, council: bool
) -> tuple[Authority, tuple[str, ...]]:
    """Return the authority that an article or a council's paper is about, and warnings.

    A council names itself in full ("Rutland County Council"); an article says in its headline or
    its first paragraphs whom it is about. Where several are named and none clearly most, it is
    empty with a warning.
    """
    lines = [straight(line.text) for page in raw.pages for line in page.lines if line.text.strip()]
    lines = [line for line in lines if not _words("not_the_story").search(line)]
    if council:
        text = " ".join(line.title() if line.isupper() else line for line in lines)
        named = Counter(name for each in _councils(text, known=True) for name in mentions(each)[:1])
        if named and _is_clear(named):
            return _known(named.most_common(1)[0][0], day)
        return _most_mentioned(text, day)
    text = " ".join(lines)
    start = next((n for n, line in enumerate(lines) if _is_paragraph(line)), len(lines))
    for part in (" ".join(lines[:start]), " ".join(lines[start : start + _LEAD])):
        names = list(dict.fromkeys(mentions(part)))
        if len(names) == 1:
            return _known(names[0], day)
    return _most_mentioned(text, day)


def _is_paragraph(line: str) -> bool:
    return len(line.split()) >= _PARAGRAPH or line.endswith((".", '."', ".”"))


def _known(name: str, day: date | None) -> tuple[Authority, tuple[str, ...]]:
    authority, warning = authority_on(name, day)
    return authority, (warning,) if warning else ()


def _most_mentioned(text: str, day: date | None) -> tuple[Authority, tuple[str, ...]]:
    """Return the authority that ``text`` clearly mentions most."""
    counted = Counter(mentions(text))
    if not counted:
        councils = Counter(_councils(text))
        if councils:
            return _as_printed(councils.most_common(1)[0][0])
        return Authority("", "unknown"), ("no local authority is named",)
    if not _is_clear(counted):
        names = ", ".join(sorted(counted))
        return Authority("", "unknown"), (f"several authorities are named: {names}",)
    return _known(counted.most_common(1)[0][0], day)


def _is_clear(counted: Counter[str]) -> bool:
    (_, most), *others = counted.most_common(2)
    return not others or most >= _CLEARLY * others[0][1]


def _is_more(titles: tuple[str, ...], name: str) -> bool:
    """Tell whether a title prints a longer name that only contains ``name``."""
    return any(
        len(printed.split()) > len(name.split()) + 1 and name in printed and not mentions(printed)
        for title in titles
        if (printed := _printed_name(title))
    )


def _as_printed(name: str) -> tuple[Authority, tuple[str, ...]]:
    return Authority(name, slug_of(name)), (
        f"the authority '{name}' is not in the table of authorities: kept as printed",
    )


def _councils(text: str, *, known: bool = False) -> Iterator[str]:
    """Yield the names in front of "Borough Council" and the like; text in capitals is lowered.

    With ``known`` the whole expression is yielded, for finding the authorities among them.
    """
    text = straight(text)
    _, council = _title_patterns()
    for pattern in (text, text.title() if text.isupper() else ""):
        for match in council.finditer(pattern):
            if match[1].split()[0] not in load_toml("authority_titles.toml")["no_council"]:
                yield match[0] if known else match[1]


def _letter_parts(raw: RawLetter) -> tuple[str, ...]:
    """Return the opening of a letter and the block of its addressee; nothing of other documents."""
    lines = head_lines(raw)
    greeting = next((n for n, line in enumerate(lines) if is_salutation(line.text)), None)
    if greeting is None:
        return ()
    block = _without_letterhead([straight(line.text) for line in lines[:greeting]])
    return joined(lines[greeting + 1 :])[:_OPENING], "; ".join(block)


def _without_letterhead(lines: list[str]) -> list[str]:
    """Return the lines in front of a salutation without the inspectorate's own address."""
    own = [n for n, line in enumerate(lines) if _words("letterhead").search(line)]
    if not own:
        return lines
    dated = [n for n, line in enumerate(lines) if n > own[0] and first_date(line) is not None]
    return lines[max(own[-1], *dated) + 1 :] if dated else lines[own[-1] + 1 :]


def _body(raw: RawLetter) -> str:
    """Return the text of a document without the letterhead in front of its salutation."""
    lines = [straight(line.text) for page in raw.pages for line in page.lines]
    head = len(head_lines(raw))
    greeting = next((n for n, line in enumerate(lines[:head]) if is_salutation(line)), 0)
    return " ".join((*_without_letterhead(lines[:greeting]), *lines[greeting:]))


def _printed_name(title: str) -> str:
    """Return the name in a title that has the form of one, else ""."""
    name = full = straight(title)
    around, _ = _title_patterns()
    while name != (shorter := around.sub("", name).strip(" .:-")):
        name = shorter
    is_name = name != full and name[:1].isupper() and len(name.split()) <= _LONGEST_NAME
    return (
        name if is_name and name not in load_toml("authority_titles.toml")["shared_trusts"] else ""
    )
