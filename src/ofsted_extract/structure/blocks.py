"""Lines to blocks: paragraphs, bulleted and numbered items, and what is set like a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ofsted_extract.letter import Line
from ofsted_extract.structure.furniture import Body, BodyLine
from ofsted_extract.structure.headings import begins_form, heading_meaning, is_salutation
from ofsted_extract.structure.marks import Mark, MarkKind, Series, is_glyph, letter_glyphs, opening
from ofsted_extract.structure.words import hyphen_between, vocabulary, without_marks

_ENDS_SENTENCE = re.compile(r"[.!?:;][\"'’”)\]]*$")
_RAISED = re.compile(r"(\d{1,2})\s+(?=\S)")
_STARTS_LOWER = re.compile(r"[\"'’‘“(]*[a-z]")
#: Baselines further apart than this many type sizes are not of one paragraph. Lines of a
#: paragraph stand 1.2 to 1.4 sizes apart, paragraphs 1.6 and more.
_PARAGRAPH_GAP = 1.52
_SAME_SIZE = 0.6  # points
_MARKER_SIZE = 2.1  # points
_SAME_X = 4.0  # points
_JUMP_UP = 3.0  # points
#: Hard-wrapped text has lines of 40 to 130 characters; longer ones are whole paragraphs.
_NARROWEST_WRAP, _WIDEST_WRAP = 40, 130
#: Of the wrap width: a line at least so long was broken by the margin, not by its writer.
_FULL_LINE = 0.75


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, joined to running text.

    ``breaks`` are (offset in ``text``, page) where a new page begins, first page included.
    ``size`` and the left edge ``x`` are 0.0 for text without layout.
    """

    kind: MarkKind
    text: str
    breaks: tuple[tuple[int, int], ...]
    number: str = ""
    size: float = 0.0
    x: float = 0.0
    bold: bool = False
    heading_level: int = 0
    blank_before: bool = True
    marks: tuple[str, ...] = ()
    lines: int = 1

    @property
    def page(self) -> int:
        return self.breaks[0][1]

    def page_at(self, offset: int) -> int:
        """Return the page on which the character at ``offset`` stands."""
        page = self.page
        for start, number in self.breaks:
            if start > offset:
                break
            page = number
        return page


@dataclass(slots=True)
class _Open:
    """A block that still takes lines."""

    mark: Mark
    first: BodyLine
    lines: list[tuple[int, Line, str]] = field(default_factory=list)  # page, line, words
    hanging_x: float | None = None

    @property
    def last(self) -> tuple[int, Line, str]:
        return self.lines[-1]

    @property
    def is_item(self) -> bool:
        return self.mark.kind is not MarkKind.NONE

    @property
    def awaits_second_line(self) -> bool:
        """True for an item of one line: its mark may be set unlike the words behind it."""
        return self.is_item and len(self.lines) == 1

    @property
    def is_complete(self) -> bool:
        _, line, words = self.last
        return bool(_ENDS_SENTENCE.search(words)) and not line.hyphenated

    def add(self, item: BodyLine, words: str) -> None:
        if self.awaits_second_line and item.has_layout:
            self.hanging_x = item.line.x
        self.lines.append((item.page, item.line, words))

    def hangs(self, line: Line) -> bool:
        """Return whether a line begins where the item's other lines begin."""
        return self.hanging_x is not None and abs(line.x - self.hanging_x) < _SAME_X


def make_blocks(body: Body) -> tuple[Block, ...]:
    """Group the body's lines into blocks, in reading order."""
    return _Maker(body).make()


class _Maker:
    """Takes the lines one by one; holds the block that is open and a bullet that awaits words."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._known = _vocabulary(body)
        self._wrap = _wrap_width(body)
        self._series = Series(letter_glyphs=letter_glyphs(item.words for item in body.lines))
        self._blocks: list[Block] = []
        self._open: _Open | None = None
        self._glyph: BodyLine | None = None  # a bullet alone on its line

    def make(self) -> tuple[Block, ...]:
        for item in _with_raised(self._body.lines):
            if is_glyph(item.words):  # the item's words follow
                self._glyph = item
                continue
            if self._glyph is not None and self._glyph.page != item.page:
                self._glyph = None  # left over at the page's end: it has no words
            self._take(item)
        self._close()
        return tuple(self._blocks)

    def _take(self, item: BodyLine) -> None:
        mark = self._mark(item)
        current = self._open
        if (
            current is None
            or mark.kind is not MarkKind.NONE
            or begins_block(current, item, self._wrap)
        ):
            self._close()
            current = self._open = _Open(mark, self._glyph or item)
            self._series = self._series.after(mark)
            current.add(item, without_marks(mark.rest))
        else:
            current.add(item, without_marks(item.words))
        self._glyph = None

    def _mark(self, item: BodyLine) -> Mark:
        current = self._open
        runs_on = current is not None and _runs_on(current, item)
        dash = current.mark.glyph if current is not None else ""
        mark = opening(item.words, self._series, runs_on=runs_on, dash=dash)
        if self._glyph is not None and mark.kind is not MarkKind.NUMBER:
            return Mark(MarkKind.BULLET, "", "", item.words)
        return mark

    def _close(self) -> None:
        if self._open is not None:
            self._blocks.append(_joined(self._open, self._known))
        self._open = None


def _with_raised(lines: tuple[BodyLine, ...]) -> Iterator[BodyLine]:
    """Yield the lines; one that a raised footnote mark opens goes on with the line beside it.

    Readers take the mark's height for the line's ("1 This" in eight joint inspections' first
    sentences).
    """
    held: BodyLine | None = None
    for item in lines:
        mark = _RAISED.match(item.words)
        if held is not None and mark and _is_beside(held.line, item.line):
            line = replace(held.line, marks=(*held.line.marks, mark[1]))
            held = replace(held, line=line, words=f"{held.words} {item.words[mark.end() :]}")
            continue
        if held is not None:
            yield held
        held = item
    if held is not None:
        yield held


def _is_beside(last: Line, line: Line) -> bool:
    return 0 < line.size < last.size and 0 < line.y - last.y < last.size and line.x > last.x


def _vocabulary(body: Body) -> frozenset[str]:
    """Return the letter's words, but for the halves that a line end broke."""
    texts = []
    broken = False
    for item in body.lines:
        words = item.words
        if broken:
            words = words.partition(" ")[2]
        broken = item.line.hyphenated or words.endswith("-")
        if broken:
            words = words.rpartition(" ")[0]
        texts.append(words)
    return vocabulary(texts)


def _runs_on(current: _Open, item: BodyLine) -> bool:
    """Return whether the line before breaks off in mid-sentence and this one stands close below."""
    page, line, words = current.last
    if _ENDS_SENTENCE.search(words) or current.first.line.bold or line.heading_level:
        return False
    if item.has_layout and page == item.page:
        close = 0 <= line.y - item.line.y <= _PARAGRAPH_GAP * item.line.size
        return close and (current.hanging_x is None or current.hangs(item.line))
    return not item.has_layout and not item.blank_before


def begins_block(current: _Open, item: BodyLine, wrap: int) -> bool:
    """Return whether a line without bullet or number begins a block of its own."""
    if item.line.heading_level or current.last[1].heading_level:
        return True
    if is_salutation(item.words) or is_salutation(current.last[2]):
        return True
    if current.is_complete and begins_form(item.words):
        return True
    if not item.has_layout:
        return _begins_in_text(current, item, wrap)
    if _is_set_apart(current, item):
        return True
    if item.page != current.last[0]:
        return _begins_on_new_page(current, item, wrap)
    return _begins_below(current, item)


def _begins_in_text(current: _Open, item: BodyLine, wrap: int) -> bool:
    last_words = current.last[2]
    if heading_meaning(item.words) is not None or heading_meaning(last_words) is not None:
        return True
    if not item.blank_before:
        return False
    if not current.is_complete and wrap and len(last_words) >= wrap * _FULL_LINE:
        return False  # a full line without a stop goes on, whatever stands between
    return current.is_complete or not _STARTS_LOWER.match(item.words)


def _is_set_apart(current: _Open, item: BodyLine) -> bool:
    """Return whether a line is set in another size or weight than the line before."""
    line, last = item.line, current.last[1]
    # a bullet or number is often set in another size or weight than the words behind it
    marked = current.awaits_second_line
    other_size = abs(line.size - last.size) > (_MARKER_SIZE if marked else _SAME_SIZE)
    if other_size and not (marked and current.mark.kind is MarkKind.BULLET):
        return True
    runs_on = _STARTS_LOWER.match(item.words) and not current.is_complete
    return not marked and line.bold != last.bold and not runs_on


def _begins_on_new_page(current: _Open, item: BodyLine, wrap: int) -> bool:
    if current.hangs(item.line):
        return False
    broken_off = not current.is_complete and 0 < wrap * _FULL_LINE <= len(current.last[2])
    return item.line.bold or not (_STARTS_LOWER.match(item.words) or broken_off)


def _begins_below(current: _Open, item: BodyLine) -> bool:
    gap = current.last[1].y - item.line.y
    if gap < -_JUMP_UP:  # the next cell or column
        return True
    if gap > _PARAGRAPH_GAP * item.line.size:
        return current.is_complete or not _STARTS_LOWER.match(item.words)
    return current.hanging_x is not None and item.line.x < current.hanging_x - 2 * _SAME_X


def _wrap_width(body: Body) -> int:
    """Return the width in characters at which the lines are wrapped, 0 if they are not."""
    lengths = sorted(len(item.words) for item in body.lines)
    if not lengths:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    return width if _NARROWEST_WRAP <= width <= _WIDEST_WRAP else 0


def _joined(block: _Open, known: frozenset[str]) -> Block:
    text = ""
    breaks: list[tuple[int, int]] = []
    marks: list[str] = []
    hyphenated = False
    for page, line, words in block.lines:
        if text:
            text = _with_hyphen(text, words, hyphenated, known)
        if not breaks or breaks[-1][1] != page:
            breaks.append((len(text), page))
        text += words
        marks.extend(line.marks)
        hyphenated = line.hyphenated
    first = block.first.line
    return Block(
        block.mark.kind,
        text,
        tuple(breaks),
        block.mark.number,
        first.size,
        block.lines[0][1].x,
        first.bold,
        first.heading_level,
        block.first.blank_before,
        tuple(marks),
        len(block.lines),
    )


def _with_hyphen(text: str, following: str, hyphenated: bool, known: frozenset[str]) -> str:
    """Return ``text`` ready to be followed by the next line's words."""
    if not hyphenated and text.endswith("-") and len(text) > 1 and text[-2].isalnum():
        text, hyphenated = text[:-1], True
    if not hyphenated:
        return text + " "
    if following.startswith(("and ", "or ", "to ")):  # "16-" + "and 17-year-olds"
        return text + "- "
    return text + hyphen_between(text, following, known)
