"""Whether the text of a page is language or the debris of a broken font table."""

from __future__ import annotations

import re

from ofsted_extract.letter import Page

_WORD = re.compile(r"[^\W\d_]+")
#: Private-use characters are bullets of symbol fonts when they begin a line, debris elsewhere;
#: "(cid:12)" is what pdfminer writes for a glyph that its font names no letter for.
_DEBRIS = re.compile(r"[\ufffd\x00-\x08\x0e-\x1f]|(?<!^)[\ue000-\uf8ff]|\(cid:\d+\)", re.MULTILINE)
_MAX_DEBRIS = 0.02
#: English prose of these reports has words of 5.1 letters on average; pages stay within 3 and 9.
_WORD_LENGTH = (2.5, 12.0)
_ENOUGH_WORDS = 30


def is_sane(page: Page) -> bool:
    """Return whether the page's text reads as language; pages of a few words pass."""
    text = "\n".join(line.text for line in page.lines)
    words = _WORD.findall(text)
    if len(_DEBRIS.findall(text)) > _MAX_DEBRIS * max(len(text), 1):
        return False
    if len(words) < _ENOUGH_WORDS:
        return True
    mean = sum(map(len, words)) / len(words)
    return _WORD_LENGTH[0] <= mean <= _WORD_LENGTH[1]


def has_text(pages: tuple[Page, ...]) -> bool:
    """Return whether there is enough text for a letter: a scan has none, or a stamp only."""
    words = sum(len(_WORD.findall(line.text)) for page in pages for line in page.lines)
    return words >= _ENOUGH_WORDS
