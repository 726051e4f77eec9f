"""The article of a news page saved as text: menus, adverts and other stories are left out.

What is furniture is a line of its own: a label, not words within a paragraph. A letter's back page
that speaks of a newsletter is prose, whatever its lines begin with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from ofsted_extract.letter import Line, Page, RawLetter
from ofsted_extract.resources import load_toml

_QUOTES = str.maketrans({"’": "'", "‘": "'"})
_PROSE_WORDS = 12
_PROSE = re.compile(r"[.!?:][\"'’”)\]]*$")
_SIGNS_NEEDED = 2
#: A label of the furniture has at most so many words, unless it ends in a colon ("Read more: …").
_LABEL_WORDS = 8
#: A line at least so long that ends without a stop was wrapped: the next one goes on with it.
_WRAPPED = 40  # characters
#: So many names of services in one line are a row of buttons.
_BUTTONS = 3


@cache
def _phrases(kind: str) -> tuple[str, ...]:
    return tuple(load_toml("web_furniture.toml")[kind])


def _plain(text: str) -> str:
    return text.translate(_QUOTES).lower().strip()


def _labels(page: Page) -> Iterator[tuple[Line, str]]:
    """Yield each line with its plain words if it stands as a label of its own, else with ""."""
    runs_on = False
    for line in page.lines:
        plain = _plain(line.text)
        short = len(plain.split()) <= _LABEL_WORDS
        is_label = short or plain.startswith(_phrases("labelled"))
        yield line, plain if is_label and not runs_on else ""
        if plain:  # a blank line within a sentence ends nothing
            runs_on = not short and len(plain) >= _WRAPPED and not _PROSE.search(plain)


def _is_button_row(plain: str) -> bool:
    return sum(name in plain for name in _phrases("buttons")) >= _BUTTONS


def is_web_page(raw: RawLetter) -> bool:
    """Return whether the text shows the furniture of a web page: two different labels of one."""
    found: set[str] = set()
    for page in raw.pages:
        for line, label in _labels(page):
            found.update(sign for sign in _phrases("signs") if sign in label)
            if _is_button_row(_plain(line.text)):
                found.add("buttons")
    return len(found) >= _SIGNS_NEEDED


def without_web_furniture(raw: RawLetter) -> RawLetter:
    """Return ``raw`` with its article only; a text that is no web page comes back unchanged.

    The headline is the last line in front of the first paragraph of prose.
    """
    if not is_web_page(raw):
        return raw
    pages = []
    stopped = False
    for page in raw.pages:
        kept: list[Line] = []
        for line, label in _labels(page):
            ends = label.startswith(_phrases("stop")) or _is_button_row(_plain(line.text))
            stopped = stopped or (bool(kept) and ends)
            if not stopped and not label.startswith(_phrases("drop")):
                kept.append(line)
        pages.append(replace(page, lines=tuple(kept)))
    return replace(raw, pages=_from_headline(tuple(pages)))


def _from_headline(pages: tuple[Page, ...]) -> tuple[Page, ...]:
    first, *others = pages
    headline = 0
    for index, line in enumerate(first.lines):
        if len(line.text.split()) >= _PROSE_WORDS and _PROSE.search(line.text):
            break
        if line.text:
            headline = index
    return (replace(first, lines=first.lines[headline:]), *others)
