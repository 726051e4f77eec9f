"""Inspectors: names of officials that a letter prints, without rank.

The wordings (fields, ranks, roles) are data: ``data/people.toml``. Names of children or families
are never looked for: a name counts only where one of those wordings says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ofsted_extract.facts.lines import joined
from ofsted_extract.letter import Line, RawLetter
from ofsted_extract.resources import load_toml
from ofsted_extract.wording import plain, straight

_MAX_NAME_WORDS = 5
#: A blank line counts as one below a heading up to this line: "Ofsted" may stand between.
_BLANK_WITHIN = 2
#: The longest stretch behind "The inspectors were" that is looked at, in characters.
_SENTENCE = 400
#: The end of a sentence; not the point of an initial or a title ("J. P. North", "St. Clair").
_END = re.compile(r"(?<!\b[A-Z])(?<!\bSt)(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)\.(?=\s|$)")


@dataclass(frozen=True, slots=True)
class People:
    """The inspectors of a letter, lead first."""

    lead: str = ""
    inspectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    rank: str


def read_people(raw: RawLetter, *, letter: bool) -> People:
    """Return the inspectors of a letter or report.

    ``letter`` tells letters, whose inspectors stand in a sentence and whose lead signs, from
    reports, which print them as fields or in a table.
    """
    lead, team = _fields(raw)
    if not (lead or team) or letter:
        team = [*team, *_in_sentences(joined(_all_lines(raw)))]
    if not lead and letter:
        signed = _signature(raw)
        lead = [signed] if signed else team[:1]
    if not lead:
        lead = [person for person in team if "lead" in person.rank and not _is_other(person)][:1]
    ordered = [*lead, *(p for p in team if not _is_other(p)), *(p for p in team if _is_other(p))]
    names = tuple(dict.fromkeys(person.name for person in ordered))
    return People(lead[0].name if lead else "", names)


def read_reported_people(raw: RawLetter) -> tuple[str, ...]:
    """Return the inspectors that a newspaper names: "Inspectors Ada North and Ben South found"."""
    text = joined(_all_lines(raw))
    names: dict[str, None] = {}
    titles = "|".join(_table()["reported_titles"])
    for match in re.finditer(
        rf"\b(?i:{titles}) ((?:[A-Z][\w'’-]+(?:[ ,]+|(?=[.;:]))|and )+)", text
    ):
        # nothing but names: "Inspectors North East" has no two names
        names.update((person.name, None) for person in _people(match.group(1)))
    return tuple(names)


def _all_lines(raw: RawLetter) -> Iterator[Line]:
    return (line for page in raw.pages for line in page.lines)


# ---------------------------------------------------------------------- fields and tables


def _fields(raw: RawLetter) -> tuple[list[_Person], list[_Person]]:
    """Return lead and team from fields ("Team inspectors: ...") and from tables of names."""
    table = _table()
    leads: list[_Person] = []
    team: list[_Person] = []
    for page in raw.pages:
        lines = [straight(line.text) for line in page.lines]
        for number, line in enumerate(lines):
            if not table["opens"].search(line):
                continue
            label, rest = _split_label(line)
            if label in table["leads"]:
                leads += _people(_names_from(rest, lines[number + 1 :]))
            elif label in table["team"]:
                team += _people(_names_from(rest, lines[number + 1 :]))
            elif plain(line) in table["headings"] or (
                table["sentence_ends"].search(line) and line.endswith(":")
            ):
                team += _people(_names_from("", lines[number + 1 :]))
    return leads, team


def _split_label(line: str) -> tuple[str, str]:
    """Return the field label of ``line`` in plain words ("" if it has none) and what follows."""
    before, colon, after = line.partition(":")
    table = _table()
    if colon:
        return plain(before), after
    words = plain(line)
    for label in table["all"]:
        if words.startswith(label + " ") and len(label.split()) > 1:
            return label, " ".join(line.split()[len(label.split()) :])
    return "", line


def _names_from(rest: str, following: list[str]) -> str:
    """Return ``rest`` and the lines behind it for as long as they hold nothing but people.

    In text a blank line may stand below a heading.
    """
    parts = [rest] if rest.strip() else []
    for number, line in enumerate(following):
        if not line.strip() and not parts and number <= _BLANK_WITHIN:
            continue
        if plain(line) in _table()["columns"] and not parts:
            continue
        ends = ":" in line or plain(line) in _table()["ends"]
        if ends or not _only_people(" ".join([*parts, line])):
            break
        parts.append(line)
    return " ".join(parts)


def _only_people(text: str) -> bool:
    """Tell whether ``text`` is a list of names and ranks, possibly cut inside a name."""
    if re.search(r"\d", text):
        return False
    pieces = [piece for part, _ in _parts(text) for piece in _pieces(part)]
    return bool(pieces) and all(is_name(piece, cut=True) for piece in pieces)


# ------------------------------------------------------------------------------ sentences


def _in_sentences(text: str) -> list[_Person]:
    """Return the people of "The inspectors were Ada North, HMI, and Ben South, HMI."."""
    found: list[_Person] = []
    for match in _table()["sentence"].finditer(text):
        behind = text[match.end() : match.end() + _SENTENCE]
        end = _END.search(behind)
        people = _people(behind[: end.start()] if end else behind)
        # the sentence says who they were if a name stands right behind: "inspectors were told" not
        if people and behind.lstrip(" ,:").startswith((people[0].name, *_titled(people[0].name))):
            found += people
    return found


def _titled(name: str) -> Iterator[str]:
    return (f"{title}{dot} {name}" for title in _table()["courtesies"] for dot in ("", "."))


def _signature(raw: RawLetter) -> _Person | None:
    """Return who signed: the first name after "Yours sincerely"."""
    text = joined(_all_lines(raw))
    closings = "|".join(_table()["closings"])
    match = re.search(rf"(?:{closings}),?\s+(.{{3,120}})", text, re.IGNORECASE)
    people = _people(match.group(1)) if match else []
    return people[0] if people else None


# ---------------------------------------------------------------------------------- names


def _people(text: str) -> list[_Person]:
    """Return the people of a list of names and ranks, however they are told apart."""
    found = []
    for part, rank in _parts(text):
        pieces = [piece for piece in _pieces(part) if is_name(piece)]
        # the rank belongs to the last name before it; names before that have none
        found += [_Person(piece, "") for piece in pieces[:-1]]
        if pieces:
            found.append(_Person(pieces[-1], rank))
        elif rank and found:
            found[-1] = _Person(found[-1].name, f"{found[-1].rank} {rank}".strip())
    return found


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield (text, the rank that ends it); the rank of the last part may be empty."""
    at = 0
    text = straight(text)
    for match in _table()["ranks"].finditer(text):
        yield text[at : match.start()], match.group().lower()
        at = match.end()
    yield text[at:], ""


def _pieces(part: str) -> list[str]:
    pieces = _table()["separators"].split(part)
    return [piece for raw in pieces if (piece := without_courtesy(raw.strip(" .*#")))]


def without_courtesy(name: str) -> str:
    """Return ``name`` without "Mr", "Dr" and the like before it."""
    return re.sub(rf"^(?:(?:{'|'.join(_table()['courtesies'])})\b\.? ?)+", "", name)


def is_name(piece: str, *, cut: bool = False) -> bool:
    """Tell whether ``piece`` looks like a person's name; ``cut`` allows a lone first name."""
    words = piece.split()
    if not (1 if cut else 2) <= len(words) <= _MAX_NAME_WORDS:
        return False
    particles = _table()["particles"]
    return (
        all(
            word in particles
            or (
                re.fullmatch(r"(?:[dlO]')?[^\W\d_][^\W\d_]*(?:['-][^\W\d_]+)*\.?", word) is not None
                and (word[0].isupper() or word[:2] in ("d'", "l'"))
            )
            for word in words
        )
        and words[-1] not in particles
    )


def _is_other(person: _Person) -> bool:
    return any(name in person.rank for name in _table()["others"])


@cache
def _table() -> dict[str, Any]:
    """Return ``people.toml`` in the form that comparing needs: plain words and patterns."""
    data = load_toml("people.toml")
    team, leads = data["team_fields"], data["lead_fields"]
    ranks = "|".join(
        re.escape(rank).replace(r"\ ", r",?\s") + "s?"
        for rank in sorted(data["ranks"], key=len, reverse=True)
    )
    words = {
        "leads": {plain(field) for field in leads},
        "team": {plain(field) for field in team},
        "all": sorted((plain(field) for field in (*leads, *team)), key=len, reverse=True),
        "headings": {plain(heading) for heading in data["team_headings"]},
        "columns": {plain(column) for column in data["team_columns"]},
        "ends": {plain(line) for line in data["not_names"]},
    }
    opens = "|".join(map(re.escape, (*leads, *team, *data["team_headings"])))
    ends = "|".join(data["sentences"])
    return {
        **data,
        **words,
        "sentence": re.compile(rf"\b(?:{ends}):?", re.IGNORECASE),
        "sentence_ends": re.compile(rf"(?:{ends})\W*$", re.IGNORECASE),
        "separators": re.compile(
            rf"[,;:()\[\]/•|]|\b(?:and|{'|'.join(data['between'])})\b|&|\s[-–—]\s"
        ),
        "opens": re.compile(rf"^\W*(?:{opens})|(?:{ends})\W*$", re.IGNORECASE),
        "ranks": re.compile(rf"(?<![\w'])(?:{ranks})(?![\w'])", re.IGNORECASE),
        "others": tuple(name.lower() for name in data["other_inspectorates"]),
    }
