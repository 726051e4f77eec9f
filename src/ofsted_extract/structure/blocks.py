"""Lines to blocks: paragraphs, bulleted and numbered items, and what is set like a heading."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from ofsted_extract.letter import Line
from ofsted_extract.structure.furniture import Body, BodyLine
from ofsted_extract.structure.headings import bullets, heading_meaning
from ofsted_extract.structure.words import hyphen_between, vocabulary

_NUMBERED = re.compile(
    r"(\d{1,3}(?:\.\d{1,2})?)\.(?:\s+(?=\S)|(?=[A-Z‘“]))|(\d{1,2}\.\d{1,2})\s+(?=[A-Z])"
)
_ENDS_SENTENCE = re.compile(r"[.!?:;][\"'’”)\]]*$")
_STARTS_LOWER = re.compile(r"[\"'’‘“(]*[a-z]")
#: Baselines further apart than this many type sizes are not of one paragraph. Lines of a
#: paragraph stand 1.2 to 1.4 sizes apart, paragraphs 1.6 and more.
_PARAGRAPH_GAP = 1.52
_SAME_SIZE = 0.6  # points
#: Numbers that a series may skip: where a paragraph's number was lost, the next ones still count.
_SKIPPED = 2
_MARKER_SIZE = 2.1  # points
_SAME_X = 4.0  # points
_JUMP_UP = 3.0  # points
#: Hard-wrapped text has lines of 40 to 130 characters; longer ones are whole paragraphs.
_NARROWEST_WRAP, _WIDEST_WRAP = 40, 130
#: Of the wrap width: a line at least so long was broken by the margin, not by its writer.
_FULL_LINE = 0.75


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    NUMBERED = "numbered"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, joined to running text.

    ``breaks`` are (offset in ``text``, page) where a new page begins, first page included.
    ``size`` is 0.0 for text without layout.
    """

    kind: BlockKind
    text: str
    breaks: tuple[tuple[int, int], ...]
    number: str = ""
    size: float = 0.0
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

    kind: BlockKind
    number: str
    first: BodyLine
    glyph: str = ""
    lines: list[tuple[int, Line, str]] = field(default_factory=list)  # page, line, words
    hanging_x: float | None = None

    @property
    def last(self) -> tuple[int, Line, str]:
        return self.lines[-1]


def make_blocks(body: Body) -> tuple[Block, ...]:
    """Group the body's lines into blocks, in reading order."""
    known = _vocabulary(body)
    wrap = _wrap_width(body)
    blocks: list[Block] = []
    current: _Open | None = None
    last_number = 0
    pending_bullet: BodyLine | None = None
    for item in body.lines:
        words = item.words
        if words in bullets():  # a glyph alone on its line: the item's words follow
            pending_bullet = item
            continue
        if pending_bullet is not None and pending_bullet.page != item.page:
            pending_bullet = None  # a glyph left over at the page's end has no words
        kind, number, rest = _opening(words, last_number, item, current)
        if pending_bullet is not None and kind is not BlockKind.NUMBERED:
            kind, number, rest = BlockKind.BULLET, "", words
        starts = (
            current is None
            or kind is not BlockKind.PARAGRAPH
            or _begins_block(current, item, words, wrap)
        )
        if starts:
            if current is not None:
                blocks.append(_close(current, known))
            glyph = words[0] if kind is BlockKind.BULLET and rest != words else ""
            current = _Open(kind, number, pending_bullet or item, glyph)
            if kind is BlockKind.NUMBERED and "." not in number:
                last_number = int(number)
        assert current is not None
        if len(current.lines) == 1 and current.kind is not BlockKind.PARAGRAPH and item.has_layout:
            current.hanging_x = item.line.x
        current.lines.append((item.page, item.line, rest if starts else words))
        pending_bullet = None
    if current is not None:
        blocks.append(_close(current, known))
    return tuple(blocks)


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


def _opening(
    words: str, last_number: int, item: BodyLine, current: _Open | None
) -> tuple[BlockKind, str, str]:
    """Tell how a line begins: (kind, printed number, words without glyph or number)."""
    glyph, rest = words[0], words[1:].lstrip()
    if glyph in bullets() and rest:
        # "-" and "–" are bullets only in front of a space, and not within a running sentence
        dash = glyph in "-–—―−*"
        in_list = current is not None and current.glyph == glyph
        if not dash or (words[1] == " " and (in_list or not _runs_on(current, item))):
            return BlockKind.BULLET, "", rest
    match = _NUMBERED.match(words)
    if match:
        number = match[1] or match[2]
        expected = (
            "." in number
            or int(number) == 1
            # a number that is printed twice counts twice
            or (last_number <= int(number) <= last_number + _SKIPPED + 1)
        )
        if expected and not _runs_on(current, item):
            return BlockKind.NUMBERED, number, words[match.end() :]
    return BlockKind.PARAGRAPH, "", words


def _runs_on(current: _Open | None, item: BodyLine) -> bool:
    """Return whether the line before breaks off in mid-sentence and this one stands close below."""
    if current is None:
        return False
    page, line, words = current.last
    if _ENDS_SENTENCE.search(words) or current.first.line.bold or line.heading_level:
        return False
    if item.has_layout and page == item.page:
        return 0 <= line.y - item.line.y <= _PARAGRAPH_GAP * item.line.size and (
            current.hanging_x is None or abs(item.line.x - current.hanging_x) < _SAME_X
        )
    return not item.has_layout and not item.blank_before


def _begins_block(current: _Open, item: BodyLine, words: str, wrap: int) -> bool:
    """Return whether a line without bullet or number begins a block of its own."""
    page, last, last_words = current.last
    line = item.line
    if line.heading_level or last.heading_level:
        return True
    complete = bool(_ENDS_SENTENCE.search(last_words)) and not last.hyphenated
    if not item.has_layout:
        return _begins_text_block(item, words, last_words, complete, wrap)
    # a bullet or number is often set in another size or weight than the words behind it
    marked = current.kind is not BlockKind.PARAGRAPH and len(current.lines) == 1
    other_size = abs(line.size - last.size) > (_MARKER_SIZE if marked else _SAME_SIZE)
    if other_size and not (marked and current.kind is BlockKind.BULLET):
        return True
    if not marked and line.bold != last.bold and not (_STARTS_LOWER.match(words) and not complete):
        return True
    if item.page != page:
        if current.hanging_x is not None and abs(line.x - current.hanging_x) < _SAME_X:
            return False
        broken_off = not complete and 0 < wrap * _FULL_LINE <= len(last_words)
        return line.bold or not (_STARTS_LOWER.match(words) or broken_off)
    gap = last.y - line.y
    if gap < -_JUMP_UP:  # the next cell or column
        return True
    if gap > _PARAGRAPH_GAP * line.size:
        return complete or not _STARTS_LOWER.match(words)
    return current.hanging_x is not None and line.x < current.hanging_x - 2 * _SAME_X


def _begins_text_block(
    item: BodyLine, words: str, last_words: str, complete: bool, wrap: int
) -> bool:
    if heading_meaning(words) is not None or heading_meaning(last_words) is not None:
        return True
    if not item.blank_before:
        return False
    if not complete and wrap and len(last_words) >= wrap * _FULL_LINE:
        return False  # a full line without a stop goes on, whatever stands between
    return complete or not _STARTS_LOWER.match(words)


def _wrap_width(body: Body) -> int:
    """Return the width in characters at which the lines are wrapped, 0 if they are not."""
    lengths = sorted(len(item.words) for item in body.lines)
    if not lengths:
        return 0
    width = lengths[int(len(lengths) * 0.9)]
    return width if _NARROWEST_WRAP <= width <= _WIDEST_WRAP else 0


def _close(block: _Open, known: frozenset[str]) -> Block:
    text = ""
    breaks: list[tuple[int, int]] = []
    marks: list[str] = []
    hyphenated = False
    for page, line, words in block.lines:
        if text:
            text = _glued(text, words, hyphenated, known)
        if not breaks or breaks[-1][1] != page:
            breaks.append((len(text), page))
        text += words
        marks.extend(line.marks)
        hyphenated = line.hyphenated
    first = block.first.line
    return Block(
        block.kind,
        text,
        tuple(breaks),
        block.number,
        first.size,
        first.bold,
        first.heading_level,
        block.first.blank_before,
        tuple(marks),
        len(block.lines),
    )


def _glued(text: str, following: str, hyphenated: bool, known: frozenset[str]) -> str:
    """Return ``text`` ready to be followed by the next line's words."""
    if not hyphenated and text.endswith("-") and len(text) > 1 and text[-2].isalnum():
        text, hyphenated = text[:-1], True
    if not hyphenated:
        return text + " "
    if following.startswith(("and ", "or ", "to ")):  # "16-" + "and 17-year-olds"
        return text + "- "
    return text + hyphen_between(text, following, known)
