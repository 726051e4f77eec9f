"""Joining printed lines to running text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from ofsted_extract.resources import load_lines

_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl",
        "\xa0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u202f": " ",
        "\u2010": "-", "\u2011": "-",
    }
)  # fmt: skip
#: Controls, soft hyphens, zero-width and direction marks (UAX 9): they show nothing.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_SPACE = re.compile(r"\s+")
#: Most lines are clean: one search tells, where cleaning would take three passes.
_NEEDS_CLEANING = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u1680\u2000-\u2011\u2028-\u202f\u205f-\u2069\u3000"
    "\ufb00-\ufb04\ufeff]|  "
)
_WORD = re.compile(r"[^\W\d_]+(?:[-‑][^\W\d_]+)*")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\w+")
_LAST_WORD = re.compile(r"(?:[^\W\d_]+-)*[^\W\d_]+$|\w+$")


def clean(text: str) -> str:
    """Return ``text`` with plain spaces and hyphens, ligatures spelt out, nothing invisible."""
    if not _NEEDS_CLEANING.search(text):
        return text.strip(" ")
    return _SPACE.sub(" ", _INVISIBLE.sub("", text.translate(_LIGATURES))).strip()


#: Footnote marks that the type did not tell: superior figures, "[1]", figures behind a stop. Square
#: metres are none.
_MARKS = re.compile(
    r"(?<=[A-Za-z)”’'.,;:!?])(?<!\bm)(?<!\bkm)[¹²³⁰⁴-⁹]+(?:[,–-][¹²³⁰⁴-⁹]+)*"
    r"|(?<=[a-z)”’'.,;:!?])\[\d{1,2}\](?=\s|$|[.,;:])"
    r"|(?<=[a-z]{3}[.,;:)])\d{1,2}(?:,\d{1,2})*(?=\s+[A-Z]|$)"
)


def without_marks(text: str) -> str:
    """Return ``text`` without footnote marks.

    >>> without_marks("Plans are clear.12,13 Reviews² are timely.[1]")
    'Plans are clear. Reviews are timely.'
    """
    return _MARKS.sub("", text)


@cache
def _language() -> frozenset[str]:
    return frozenset(load_lines("vocabulary.txt"))


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of a letter in lower case, hyphenated ones whole."""
    return frozenset(word for text in texts for word in _WORD.findall(text.lower()))


def hyphen_between(left: str, right: str, letter: frozenset[str]) -> str:
    """Return "-" or "": what stands between the halves of a word broken at a line end.

    The letter itself tells if it prints the word elsewhere; else the field's vocabulary
    (``data/vocabulary.txt``): "docu-" + "ment" is a word, "child-" + "centred" none. Word
    processors break lines at printed hyphens (445 of 448 broken words in the reports of 2012 to
    2026), so the hyphen stays where nothing speaks against it.
    """
    before, after = _LAST_WORD.search(left), _FIRST_WORD.match(right)
    if not before or not after:
        return "-"
    first, second = before[0].lower(), after[0].lower()
    if f"{first}-{second}" in letter:
        return "-"
    return "" if first + second in letter or first + second in _language() else "-"
