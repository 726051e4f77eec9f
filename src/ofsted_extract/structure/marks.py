"""How a line of a list begins: bullets, numbers, letters.

>>> opening("b) Supervision.", Series(last_letter="a"))
Mark(kind=<MarkKind.BULLET: 'bullet'>, glyph='b)', number='', rest='Supervision.')
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from ofsted_extract.resources import load_lines

#: Numbers that a series may skip: where a paragraph's number was lost, the next ones still count.
_SKIPPED = 2
_NUMBERED = re.compile(
    r"(\d{1,3}(?:\.\d{1,2})?)\.(?:\s+(?=\S)|(?=[A-Z‘“]))|(\d{1,2}\.\d{1,2})\s+(?=[A-Z])"
    r"|\(?(\d{1,2})\)\s+(?=\S)"
)
_LETTERED = re.compile(r"\(?([a-z]|[ivx]{1,5})[.)]\s+(?=\S)")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
#: Dashes are bullets only in front of a space, and not within a running sentence.
_DASHES = "-–—―−*+>"
_PICTURES = frozenset({"So", "Co"})
_NO_BULLETS = "©®™°"
#: A symbol font's glyph that the text layer gives as a letter counts where so many lines open so.
_LETTERS_NEEDED = 2


class MarkKind(StrEnum):
    """What a line opens with."""

    NONE = "paragraph"
    BULLET = "bullet"
    NUMBER = "numbered"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a line opens with: the glyph or letter, or the printed number; and its other words."""

    kind: MarkKind
    glyph: str
    number: str
    rest: str


@dataclass(frozen=True, slots=True)
class Series:
    """Where the letter's numbers and letters stand, and which letters it prints for glyphs."""

    last_number: int = 0
    last_letter: str = ""
    letter_glyphs: frozenset[str] = frozenset()

    def after(self, mark: Mark) -> Series:
        """Return the series behind a line that opens with ``mark``."""
        if mark.kind is MarkKind.NUMBER and "." not in mark.number:
            return replace(self, last_number=int(mark.number), last_letter="")
        letter = mark.glyph.strip("().")
        if mark.kind is MarkKind.BULLET and letter.isalpha() and len(mark.glyph) > 1:
            return replace(self, last_letter=letter)
        return self

    def expects(self, number: str) -> bool:
        """Return whether a number opens or continues a series; a repeated one counts twice."""
        if "." in number or int(number) == 1:
            return True
        return self.last_number <= int(number) <= self.last_number + _SKIPPED + 1

    def expects_letter(self, letter: str) -> bool:
        """Return whether a letter or a small roman number opens or continues a series."""
        if letter in {"a", "i"}:
            return True
        if letter in _ROMAN and self.last_letter in _ROMAN:
            return _ROMAN.index(letter) == _ROMAN.index(self.last_letter) + 1
        if len(letter) != 1 or len(self.last_letter) != 1:
            return False
        return ord(letter) == ord(self.last_letter) + 1


@cache
def _marks() -> frozenset[str]:
    return frozenset(load_lines("bullets.txt"))


@cache
def _letters() -> frozenset[str]:
    return frozenset(load_lines("bullet_letters.txt"))


@cache
def is_bullet(glyph: str) -> bool:
    """Return whether a character begins a bulleted item wherever it opens a line.

    That is every picture (Unicode category So: squares, circles, ticks, arrows), every character
    of a font's private use area and the replacement character, but for the signs of law and trade;
    and what ``data/bullets.txt`` lists besides.

    >>> is_bullet("\u25fc"), is_bullet("\uf0a7"), is_bullet("\u00a9"), is_bullet("a")
    (True, True, False, False)
    """
    if glyph in _NO_BULLETS:
        return False
    is_shape = "\u25a0" <= glyph <= "\u25ff"  # some of Unicode's squares count as mathematical
    return is_shape or unicodedata.category(glyph) in _PICTURES or glyph in _marks()


def letter_glyphs(lines: Iterable[str]) -> frozenset[str]:
    """Return the letters that a document prints for the glyphs of a symbol font."""
    seen = Counter(words[0] for words in lines if words[:1] in _letters() and words[1:2] == " ")
    return frozenset(letter for letter, count in seen.items() if count >= _LETTERS_NEEDED)


def is_glyph(words: str) -> bool:
    """Return whether a line is a bullet's glyph and nothing else."""
    return len(words) == 1 and is_bullet(words)


def opening(words: str, series: Series, *, runs_on: bool = False, dash: str = "") -> Mark:
    """Return what a line opens with.

    ``runs_on`` says that the line before breaks off in mid-sentence just above; ``dash`` is the
    glyph of the list that the line before is in.
    """
    glyph, rest = words[0], words[1:].lstrip()
    if rest and (is_bullet(glyph) or (glyph in series.letter_glyphs and words[1] == " ")):
        is_dash = glyph in _DASHES
        if not is_dash or (words[1] == " " and (dash == glyph or not runs_on)):
            return Mark(MarkKind.BULLET, glyph, "", rest)
    if runs_on:
        return Mark(MarkKind.NONE, "", "", words)
    numbered = _NUMBERED.match(words)
    if numbered:
        number = numbered[1] or numbered[2] or numbered[3]
        if series.expects(number):
            return Mark(MarkKind.NUMBER, "", number, words[numbered.end() :])
    lettered = _LETTERED.match(words)
    if lettered and series.expects_letter(lettered[1]):
        return Mark(MarkKind.BULLET, lettered[0].strip(), "", words[lettered.end() :])
    return Mark(MarkKind.NONE, "", "", words)
