"""Footnotes: taken off the foot of a page, and their marks out of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ofsted_extract.letter import Footnote, Line, Page
from ofsted_extract.structure.words import clean

#: A footnote is set at 10 points under a body of 12.
_FOOTNOTE_SIZE = 0.92
_FOOTNOTE = re.compile(r"(\d{1,2}|\*{1,3}|[†‡])\s*(?!\.)(.*)")
_MARK = re.compile(r"\d{1,2}|\*{1,3}")
#: In text a footnote opens with its number, alone or before a capital or an address.
_TEXT_FOOTNOTE = re.compile(r"(\d{1,2})(?:\s+(?=[A-Z‘“\"'(]|https?:|www\.).*)?")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def attach_marks(lines: list[Line]) -> list[Line]:
    """Give a footnote mark that stands as a line of its own to the line that it belongs to."""
    result: list[Line] = []
    for line in lines:
        if result and _MARK.fullmatch(line.text):
            last = result[-1]
            beside = abs(line.y - last.y) < last.size and line.x > last.x
            if beside and line.size < last.size:
                result[-1] = replace(last, marks=(*last.marks, line.text))
                continue
        result.append(line)
    return result


def split_footnotes(lines: list[Line], page: int, size: float) -> tuple[list[Line], list[Footnote]]:
    """Take the footnotes off the foot of a page: small type, opened by a mark."""
    start = len(lines)
    while start > 0 and lines[start - 1].size < size * _FOOTNOTE_SIZE:
        start -= 1
    while start < len(lines) and not _FOOTNOTE.match(lines[start].text):
        start += 1
    notes: list[Footnote] = []
    for line in lines[start:]:
        text = clean(line.text) + ("-" if line.hyphenated else "")
        opening = _FOOTNOTE.fullmatch(text)
        if opening and (not notes or _follows(notes[-1].mark, opening[1])):
            notes.append(Footnote(opening[1], opening[2], page))
        else:
            last = notes[-1]
            glue = "" if last.text.endswith("-") else " "
            notes[-1] = Footnote(last.mark, (last.text + glue + text).strip(), page)
    return lines[:start], notes


def _follows(mark: str, candidate: str) -> bool:
    if mark.isdigit() and candidate.isdigit():
        return int(candidate) == int(mark) + 1
    return mark.isdigit() == candidate.isdigit()


class TextFootnotes:
    """Finds the footnotes of a text without type sizes, page after page.

    A paragraph that opens with the next number in turn is one if that number was printed as a
    mark before, right behind a word or its stop.
    """

    def __init__(self) -> None:
        self._next = 1

    def split(self, page: Page) -> tuple[list[Line], list[Footnote]]:
        """Return the lines of a page without footnotes and marks, and the footnotes."""
        lines = page.lines
        kept: list[Line] = []
        notes: list[Footnote] = []
        index = 0
        while index < len(lines):
            opening = _TEXT_FOOTNOTE.fullmatch(lines[index].text)
            marked = self._marked(kept) if opening and int(opening[1]) == self._next else None
            if marked is None:
                kept.append(lines[index])
                index += 1
                continue
            end = self._end(lines, index)
            words = " ".join(clean(line.text) for line in lines[index:end] if line.text)
            text = words.removeprefix(str(self._next)).strip()
            notes.append(Footnote(str(self._next), text, page.number))
            kept[marked] = self._without_mark(kept[marked])
            self._next += 1
            index = end
        return kept, notes

    def _mark(self) -> re.Pattern[str]:
        return re.compile(rf"(?<=[A-Za-z.,;:)’”?!]){self._next}(?=$|[\s.,;:)])")

    def _marked(self, kept: list[Line]) -> int | None:
        mark = self._mark()
        found = (n for n in range(len(kept) - 1, -1, -1) if mark.search(_plain(kept[n].text)))
        return next(found, None)

    def _without_mark(self, line: Line) -> Line:
        text = self._mark().sub("", _plain(line.text), count=1)
        return replace(line, text=text, marks=(*line.marks, str(self._next)))

    @staticmethod
    def _end(lines: Sequence[Line], start: int) -> int:
        """Return where the footnote's paragraph ends; a number alone is followed by its words."""
        end = start + 1
        if lines[start].text.isdigit():
            while end < len(lines) and not lines[end].text:
                end += 1
        while end < len(lines) and lines[end].text:
            if end > start + 1 and _TEXT_FOOTNOTE.fullmatch(lines[end].text):
                break
            end += 1
        return end


def _plain(text: str) -> str:
    return text.translate(_RAISED)
