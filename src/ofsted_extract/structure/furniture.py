"""What is printed on a page and does not belong to the letter's body.

Running headers and footers, page numbers and footnotes are told from the body by where they
stand, by what recurs from page to page, and by their type size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from ofsted_extract.letter import Footnote, Line, Page, RawLetter
from ofsted_extract.structure.footnotes import TextFootnotes, attach_marks, split_footnotes
from ofsted_extract.structure.running import running_lines
from ofsted_extract.structure.words import clean

#: PDFs whose type is set at size 1 and scaled by a matrix report a size of 1.
_UNSCALED = 5.0
_LEADING = 1.22  # line distance over type size in these reports


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
    text_footnotes = TextFootnotes()
    footnotes: list[Footnote] = []
    pages = []
    for page in raw.pages:
        if page.has_layout:
            pages.append(_rescaled(page))
            continue
        lines, notes = text_footnotes.split(page)
        footnotes.extend(notes)
        pages.append(replace(page, lines=tuple(lines)))
    size = _body_size(pages)
    running = running_lines(pages)
    body: list[BodyLine] = []
    furniture: list[tuple[int, str]] = []
    for number, page in enumerate(pages):
        taken = {index for at, index in running if at == number}
        kept = [line for index, line in enumerate(page.lines) if index not in taken]
        furniture.extend((page.number, clean(page.lines[index].text)) for index in sorted(taken))
        if page.has_layout:
            kept, notes = split_footnotes(attach_marks(kept), page.number, size)
            footnotes.extend(notes)
        body.extend(_with_blanks(kept, page))
    return Body(tuple(body), tuple(footnotes), tuple(furniture), size)


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


def _body_size(pages: Sequence[Page]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines if page.has_layout else ():
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0
