"""What is printed on a page and does not belong to the letter's body.

Running headers and footers, page numbers and footnotes are told from the body by where they
stand, by what recurs from page to page, and by their type size.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from statistics import median
from typing import TypeVar

from ofsted_extract.letter import Footnote, Line, Page, RawLetter
from ofsted_extract.structure.words import clean

#: Points from the page's edge within which running lines stand in the reports of 2012 to 2026.
_BOTTOM_MARGIN = 62.0
_TOP_MARGIN = 62.0
#: Large page numbers reach a little further in; within this they count if they run with the pages.
_NUMBER_MARGIN = 90.0
#: A footnote is set at 10 points under a body of 12.
_FOOTNOTE_SIZE = 0.92
_PAGE_NUMBER = re.compile(r"(page\s+)?\d{1,3}(\s*(of|/)\s*\d{1,3})?", re.IGNORECASE)
_LONE_NUMBER = re.compile(r"\d{1,3}")
_FOOTNOTE = re.compile(r"(\d{1,2}|\*{1,3}|[†‡])\s*(?!\.)(.*)")
_MARK = re.compile(r"\d{1,2}|\*{1,3}")
_DIGITS = re.compile(r"\d+")
#: PDFs whose type is set at size 1 and scaled by a matrix report a size of 1.
_UNSCALED = 5.0
_LEADING = 1.22  # line distance over type size in these reports
_Seen = TypeVar("_Seen", str, int)


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A line of the body with its page and its words, cleaned.

    ``has_layout`` is that of its page; ``blank_before`` for text, where blank lines count.
    """

    page: int
    line: Line
    words: str
    has_layout: bool
    blank_before: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The body's lines in reading order, and what was taken out.

    ``size`` is the body's type size in points, 0.0 where no page has a layout.
    """

    lines: tuple[BodyLine, ...]
    footnotes: tuple[Footnote, ...]
    furniture: tuple[tuple[int, str], ...]
    size: float


def split_furniture(raw: RawLetter) -> Body:
    """Tell the body of ``raw`` from its furniture."""
    pages = tuple(_rescaled(page) for page in raw.pages)
    size = _body_size(pages)
    running = _running_texts(pages)
    shifts = _page_number_shifts(pages)
    body: list[BodyLine] = []
    footnotes: list[Footnote] = []
    furniture: list[tuple[int, str]] = []
    for page in pages:
        kept = []
        for line in page.lines:
            if _is_running(line, page, running) or _number_shift(line, page) in shifts:
                furniture.append((page.number, clean(line.text)))
            else:
                kept.append(line)
        if page.has_layout:
            kept = _attach_marks(kept)
            kept, notes = _split_footnotes(kept, page.number, size)
            footnotes.extend(notes)
        body.extend(_with_blanks(kept, page))
    return Body(tuple(body), tuple(footnotes), tuple(furniture), size)


def _attach_marks(lines: list[Line]) -> list[Line]:
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


def _with_blanks(lines: list[Line], page: Page) -> list[BodyLine]:
    result = []
    blank = True
    for line in lines:
        words = clean(line.text)
        if words:
            result.append(BodyLine(page.number, line, words, page.has_layout, blank))
        blank = not words
    return result


def _rescaled(page: Page) -> Page:
    sizes = [line.size for line in page.lines if line.size]
    if not sizes or median(sizes) >= _UNSCALED:
        return page
    gaps = [a.y - b.y for a, b in zip(page.lines, page.lines[1:], strict=False) if a.y - b.y > 0]
    if not gaps:
        return page
    factor = median(gaps) / _LEADING / median(sizes)
    lines = tuple(replace(line, size=round(line.size * factor, 1)) for line in page.lines)
    return Page(page.number, lines, page.width, page.height)


def _body_size(pages: tuple[Page, ...]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines if page.has_layout else ():
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _mask(text: str) -> str:
    return _DIGITS.sub("#", clean(text).lower())


def _in_margin(
    line: Line, page: Page, bottom: float = _BOTTOM_MARGIN, top: float = _TOP_MARGIN
) -> bool:
    if not page.has_layout:
        return False
    return line.y < bottom or line.y > page.height - top


def _running_texts(pages: tuple[Page, ...]) -> frozenset[str]:
    """Return the masked texts that recur in the margins of several pages."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_mask(line.text) for line in page.lines if _in_margin(line, page)})
    return _recurring(seen, pages)


def _number_shift(line: Line, page: Page) -> int | None:
    """Return how far a number alone near the edge is from the page's own; None if there is none."""
    alone = _LONE_NUMBER.fullmatch(line.text)
    if not alone or not _in_margin(line, page, _NUMBER_MARGIN, _NUMBER_MARGIN):
        return None
    return int(line.text) - page.number


def _page_number_shifts(pages: tuple[Page, ...]) -> frozenset[int]:
    """Return the shifts that recur from page to page: printed page numbers."""
    found = ((_number_shift(line, page) for line in page.lines) for page in pages)
    seen = Counter(shift for shifts in found for shift in set(shifts) if shift is not None)
    return _recurring(seen, pages)


def _recurring(seen: Counter[_Seen], pages: tuple[Page, ...]) -> frozenset[_Seen]:
    """Return what was seen on so many pages that it is no chance."""
    needed = 2 if len(pages) < 8 else 3
    return frozenset(what for what, count in seen.items() if count >= needed)


def _is_running(line: Line, page: Page, running: frozenset[str]) -> bool:
    if not page.has_layout:  # text: only a page number alone on its line
        return bool(line.text) and bool(_PAGE_NUMBER.fullmatch(line.text))
    if not _in_margin(line, page):
        return False
    return _mask(line.text) in running or bool(_PAGE_NUMBER.fullmatch(line.text))


def _split_footnotes(
    lines: list[Line], page: int, size: float
) -> tuple[list[Line], list[Footnote]]:
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
