"""Whom a letter is addressed to: the people its salutation greets, in full, with their roles.

A letter to one person greets them by name; a joint inspection's letter greets a partnership and
lists its people above. The words that tell a role from an address are data: ``data/people.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from ofsted_extract.facts.dates import first_date
from ofsted_extract.facts.lines import head_lines, is_salutation
from ofsted_extract.facts.people import is_name, without_courtesy
from ofsted_extract.letter import RawLetter
from ofsted_extract.resources import load_toml
from ofsted_extract.wording import straight

#: A footnote mark behind a word: "Clinical Commissioning Group1".
_MARK = re.compile(r"(?<=[a-z])\d{1,2}$")


def read_addressee(raw: RawLetter) -> str:
    """Return whom a letter greets, several people parted by "; "; empty where it greets nobody."""
    head = [straight(line.text).strip("#* ") for line in head_lines(raw)]
    greeting = next((n for n, line in enumerate(head) if is_salutation(line)), None)
    if greeting is None:
        return ""
    block = [line for line in head[:greeting] if line]
    greeted = re.sub(r"^Dear\s+|[,.:]+$", "", head[greeting])
    names = [without_courtesy(part.strip()) for part in re.split(r"\s+and\s+|\s*[,&]\s*", greeted)]
    nobody = _data("nobody").fullmatch(greeted) or _data("partnership").search(greeted)
    if nobody or not all(is_name(name, cut=True) for name in names):
        return _listed(_behind_date(block))
    if len(names) == 1 and _data("role").search(greeted):
        return next((line for line in block if line.startswith(greeted)), greeted)
    return "; ".join(_in_full(name, block) for name in names)


def _behind_date(block: list[str]) -> list[str]:
    """Return the lines behind the date of the letter: the inspectorate's address is before it."""
    dated = [n for n, line in enumerate(block) if first_date(line) is not None]
    return block[dated[-1] + 1 :] if dated else block


def _listed(block: list[str]) -> str:
    """Return the people that an address block lists, each with what is said of them.

    A line opens an entry if it begins with a name; others go on with the entry above. Without a
    comma behind a name the block is a person and an address, and only the role is kept.
    """
    entries: list[str] = []
    for line in block:
        if _opens(line) and not (entries and entries[-1].endswith(",")):
            entries.append(line)
        elif entries:
            entries[-1] += f" {line}"
    if len(entries) == 1:
        name = without_courtesy(re.split(r",", entries[0])[0])
        return _in_full(name, block) if is_name(name) else ""
    if not entries:
        people = (line for line in block if is_name(without_courtesy(line)))
        name = next(people, "")
        return _in_full(without_courtesy(name), block) if name else ""
    return "; ".join(_MARK.sub("", entry.replace(" ,", ",").rstrip(" .,")) for entry in entries)


def _opens(line: str) -> bool:
    """Tell whether a line of an address block begins with a person's name and says who it is."""
    name, comma, _ = line.partition(",")
    name = without_courtesy(name)
    cut = _data("role").search(name)
    name = (name[: cut.start()] if cut else name).strip()
    says = bool(comma or cut)
    return says and is_name(name) and not _data("organisation").search(name)


def _in_full(name: str, block: list[str]) -> str:
    """Return a greeted name as the address block prints it, with the role behind it.

    A greeting and a block may share the surname only ("Mr D Ferrars"): the longer name counts.
    """
    surname = name.rsplit(maxsplit=1)[-1]
    for line, below in pairwise([*block, ""]):
        if not re.search(rf"\b{re.escape(surname)}\b", line):
            continue
        cut = _data("role").search(line)
        before = line[: cut.start()] if cut else line
        full = without_courtesy(re.split(r",|\s[-–]\s", before)[0].strip(" ,-–"))
        full = _data("honours").sub("", full).strip(" ,")
        printed = full if is_name(full) and _is_longer(full, name) else name
        role = line[cut.start() :] if cut else below if _data("role").search(below) else ""
        return f"{printed}, {role}" if role else printed
    return name


def _is_longer(full: str, name: str) -> bool:
    """Tell whether a printed name says more than the greeted one: no initials instead of names."""
    initials = any(len(word.strip(".")) == 1 for word in full.split()[:-1])
    return not initials or len(name.split()) == 1


def _patterns() -> Iterator[tuple[str, str]]:
    """Yield the names and the wordings of the data file."""
    data = load_toml("people.toml")
    yield "role", rf"\b(?:{'|'.join(data['roles'])})\b"
    yield "organisation", rf"\b(?:{'|'.join(data['organisations'])})\b"
    yield "nobody", "|".join(data["nobody"])
    yield "partnership", rf"\b(?:{'|'.join(data['partnerships'])})\b"
    yield "honours", rf",?\s+(?:(?:{'|'.join(data['honours'])})\b,?\s*)+$"


@cache
def _data(name: str) -> re.Pattern[str]:
    flags = re.IGNORECASE if name in ("nobody", "partnership") else 0
    return re.compile(dict(_patterns())[name], flags)
