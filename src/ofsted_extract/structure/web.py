"""The article of a news page saved as text: menus, adverts and other stories are left out."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from ofsted_extract.letter import Line, Page, RawLetter
from ofsted_extract.resources import load_toml

_QUOTES = str.maketrans({"’": "'", "‘": "'"})
_PROSE_WORDS = 12
_PROSE = re.compile(r"[.!?:][\"'’”)\]]*$")
_SIGNS_NEEDED = 2


@cache
def _phrases(kind: str) -> tuple[str, ...]:
    return tuple(load_toml("web_furniture.toml")[kind])


def _plain(line: Line) -> str:
    return line.text.translate(_QUOTES).lower().strip()


def is_web_page(raw: RawLetter) -> bool:
    """Return whether the text shows the furniture of a web page."""
    text = "\n".join(_plain(line) for page in raw.pages for line in page.lines)
    return sum(sign in text for sign in _phrases("signs")) >= _SIGNS_NEEDED


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
        for line in page.lines:
            plain = _plain(line)
            stopped = stopped or (bool(kept) and plain.startswith(_phrases("stop")))
            if not stopped and not plain.startswith(_phrases("drop")):
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
