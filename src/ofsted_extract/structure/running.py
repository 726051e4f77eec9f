"""Running headers, footers and page numbers: lines that recur at the edges of pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from ofsted_extract.letter import Line, Page
from ofsted_extract.structure.headings import is_grade_alone
from ofsted_extract.structure.words import clean

#: Points from the page's edge within which running lines stand in the reports of 2012 to 2026.
_MARGIN = 62.0
#: Deeper ones, and large page numbers, count within this if they stand in one place on each page.
_DEEP_MARGIN = 100.0
_SAME_PLACE = 2.0  # points
#: So many lines at the head and foot of a page of text are its edges.
_EDGE_LINES = 4
_RUNNING_WORDS = 16
_NUMBER = r"\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?"
_PAGE_NUMBER = re.compile(
    rf"(?:page\s*[|:]?\s*)?{_NUMBER}(?:\s*\|?\s*page)?|[-–—]\s*\d{{1,3}}\s*[-–—]", re.IGNORECASE
)
_ROMAN = re.compile(r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")
_LONE_NUMBER = re.compile(r"\d{1,3}")
_DIGITS = re.compile(r"\d+")
_ENDS_PROSE = re.compile(r"[.!?;,:][\"'’”)\]]*$")
_Seen = TypeVar("_Seen", str, int, tuple[int, float])

#: A line by the index of its page and its own.
Place = tuple[int, int]


def running_lines(pages: Sequence[Page]) -> frozenset[Place]:
    """Return where the running lines and page numbers of a letter stand."""
    found = {
        (number, index)
        for number, page in enumerate(pages)
        for index, line in enumerate(page.lines)
        if _is_page_number(line, page)
    }
    for rule in (
        _in_margins, _deep_in_place, _counting_numbers, _at_edges_of_text, _beside_numbers
    ):  # fmt: skip
        found.update(rule(pages))
    return frozenset(found)


def _mask(text: str) -> str:
    return _DIGITS.sub("#", clean(text).lower())


def _recurring(seen: Counter[_Seen], pages: int) -> frozenset[_Seen]:
    """Return what was seen on so many pages that it is no chance."""
    needed = 2 if pages < 8 else 3
    return frozenset(what for what, count in seen.items() if count >= needed)


def _near_edge(line: Line, page: Page, margin: float) -> bool:
    return page.has_layout and (line.y < margin or line.y > page.height - margin)


def _is_page_number(line: Line, page: Page) -> bool:
    text = clean(line.text)
    if not page.has_layout:
        return bool(text) and bool(_PAGE_NUMBER.fullmatch(text))
    is_number = _PAGE_NUMBER.fullmatch(text) or _ROMAN.fullmatch(text)
    return bool(is_number) and _near_edge(line, page, _MARGIN)


def _in_margins(pages: Sequence[Page]) -> Iterator[Place]:
    """Yield what recurs in the margins, and what stands in its place on other pages.

    Odd and even pages may have different headers, so that one of them is printed once only.
    """
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_mask(line.text) for line in page.lines if _near_edge(line, page, _MARGIN)})
    running = _recurring(seen, len(pages))
    places = {
        (round(line.y), line.size)
        for page in pages
        for line in page.lines
        if _near_edge(line, page, _MARGIN) and _mask(line.text) in running
    }
    places |= _small_heads(pages)
    for number, page in enumerate(pages):
        for index, line in enumerate(page.lines):
            if not _near_edge(line, page, _MARGIN):
                continue
            if _mask(line.text) in running or (round(line.y), line.size) in places:
                yield number, index


def _small_heads(pages: Sequence[Page]) -> frozenset[tuple[int, float]]:
    """Return the places at the head of pages where small type stands on several of them.

    Two pages with a header each share no words, only the place.
    """
    sizes = Counter(line.size for page in pages if page.has_layout for line in page.lines)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    seen: Counter[tuple[int, float]] = Counter()
    for page in pages:
        head = page.height - _MARGIN
        small = (line for line in page.lines if page.has_layout and line.size < body)
        seen.update({(round(line.y), line.size) for line in small if line.y > head})
    return _recurring(seen, len(pages))


def _deep_in_place(pages: Sequence[Page]) -> Iterator[Place]:
    """Yield lines further in that recur in the same words at the same height."""
    heights: dict[str, list[tuple[Place, float]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for index, line in enumerate(page.lines):
            if _near_edge(line, page, _DEEP_MARGIN) and _looks_running(line.text):
                heights[_mask(line.text)].append(((number, index), line.y))
    for places in heights.values():
        for place, y in places:
            alike = {other[0] for other, height in places if abs(height - y) < _SAME_PLACE}
            if len(alike) >= (2 if len(pages) < 8 else 3):
                yield place


def _looks_running(text: str) -> bool:
    text = clean(text)
    has_words = any(letter.isalpha() for letter in text)
    short = len(text.split()) <= _RUNNING_WORDS
    return has_words and short and not _ENDS_PROSE.search(text) and not is_grade_alone(text)


def _counting_numbers(pages: Sequence[Page]) -> Iterator[Place]:
    """Yield numbers alone, further in, that count with the pages."""
    shifts: dict[Place, int] = {}
    for number, page in enumerate(pages):
        for index, line in enumerate(page.lines):
            if _LONE_NUMBER.fullmatch(line.text) and _near_edge(line, page, _DEEP_MARGIN):
                shifts[number, index] = int(line.text) - page.number
    on_pages = {(number, shift) for (number, _), shift in shifts.items()}
    counted = _recurring(Counter(shift for _, shift in on_pages), len(pages))
    yield from (place for place, shift in shifts.items() if shift in counted)


def _at_edges_of_text(pages: Sequence[Page]) -> Iterator[Place]:
    """Yield the running lines of pages of text: what recurs in their first and last lines."""
    edges: dict[Place, str] = {}
    for number, page in enumerate(pages):
        if page.has_layout:
            continue
        filled = [index for index, line in enumerate(page.lines) if line.text]
        for index in (*filled[:_EDGE_LINES], *filled[-_EDGE_LINES:]):
            if _looks_running(page.lines[index].text):
                edges[number, index] = _mask(page.lines[index].text)
    on_pages = {(number, mask) for (number, _), mask in edges.items()}
    running = _recurring(Counter(mask for _, mask in on_pages), len(pages))
    yield from (place for place, mask in edges.items() if mask in running)


def _beside_numbers(pages: Sequence[Page]) -> Iterator[Place]:
    """Yield the running lines of a text that lost its page breaks: they stand by page numbers."""
    if len(pages) != 1 or pages[0].has_layout:
        return
    lines = pages[0].lines
    filled = [index for index, line in enumerate(lines) if line.text]
    numbers = [n for n, index in enumerate(filled) if _PAGE_NUMBER.fullmatch(lines[index].text)]
    near = {
        n
        for number in _counted(numbers, [lines[index].text for index in filled])
        for n in range(number - _EDGE_LINES, number + _EDGE_LINES + 1)
        if 0 <= n < len(filled) and _looks_running(lines[filled[n]].text)
    }
    seen = Counter(_mask(lines[filled[n]].text) for n in near)
    running = _recurring(seen, len(numbers) + 1)
    yield from ((0, filled[n]) for n in near if _mask(lines[filled[n]].text) in running)


def _counted(numbers: Iterable[int], texts: list[str]) -> Iterator[int]:
    """Yield those of ``numbers`` (indices of ``texts``) whose printed number goes on counting."""
    last = 0
    for index in numbers:
        printed = int(_DIGITS.findall(texts[index])[0])
        if last < printed <= last + 2:
            last = printed
            yield index
