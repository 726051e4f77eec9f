"""What a heading looks like: how a block is set, against the letter's body."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ofsted_extract.structure.blocks import Block
from ofsted_extract.structure.headings import (
    HeadingMeaning,
    heading_meaning,
    is_judgement_row,
    judgement_area,
)
from ofsted_extract.structure.marks import MarkKind
from ofsted_extract.structure.sentences import sentence_spans

#: A full stop, question or exclamation mark that ends a text, with what may close behind it.
TERMINAL = re.compile(r"[.!?][\"'’”)\]]*$")
_FINISHED = re.compile(r"[.?!;:]$|^\W*$")
#: The number of an agenda's item, which is no sentence of its own.
_ITEM_NUMBER = re.compile(r"^\d{1,3}\.\s+(?=\S)")
#: A heading is short: the longest of the reports of 2012 to 2026 has 22 words.
_HEADING_WORDS = 28
_HEADING_CHARACTERS = 220
_PLAIN_HEADING_WORDS = 12
#: Times the body's type size. Sizes of one style differ by half a point in 12; headings by more.
_LARGER = 1.04
#: Rank of a heading: type size, then bold; a Markdown heading by its level.
Rank = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Looks:
    """Tells headings by their form. ``body_size`` in points, 0.0 for text without layout."""

    body_size: float

    @property
    def has_layout(self) -> bool:
        return self.body_size > 0

    def is_larger(self, block: Block) -> bool:
        return self.has_layout and block.size > self.body_size * _LARGER

    def is_styled(self, block: Block) -> bool:
        return bool(block.heading_level) or block.bold or self.is_larger(block)

    def rank(self, block: Block) -> Rank:
        if block.heading_level:
            return (100.0 - block.heading_level, True)
        return (round(block.size), block.bold) if self.has_layout else (98.0, True)

    def meaning(self, block: Block) -> HeadingMeaning | None:
        """Return what a block opens if it is a known heading."""
        if block.kind is MarkKind.BULLET or not can_be_heading(block):
            return None
        ends = TERMINAL.search(block.text) and not block.text.endswith("?")
        return None if ends and not self.is_styled(block) else heading_meaning(block.text)

    def is_heading(self, block: Block, previous: Block | None, following: Block | None) -> bool:
        """Tell an unlisted heading by its form."""
        if block.kind is MarkKind.BULLET or not can_be_heading(block):
            return False
        if block.heading_level:
            return True
        if block.kind is MarkKind.NUMBER and not block.bold:
            return False
        if self.is_styled(block):
            return not TERMINAL.search(block.text) or self.is_larger(block)
        return self._is_plain(block, previous, following)

    def _is_plain(self, block: Block, previous: Block | None, following: Block | None) -> bool:
        """Tell a heading that is set like the body: short, alone, unfinished, something below."""
        text = block.text
        if following is None or block.lines > 2:
            return False
        if len(text.split()) > _PLAIN_HEADING_WORDS or text[-1] in ".;:,!" or text[0].islower():
            return False
        if not any(letter.isalpha() for letter in text):
            return False
        # below an unfinished block (a list without stops) only an item may be headed
        heads_item = following.kind is not MarkKind.NONE
        if previous is not None and not _FINISHED.search(previous.text) and not heads_item:
            return False
        if self.has_layout:
            return heads_item
        return block.blank_before and (heads_item or len(following.text) > len(text))

    def is_printed_judgement(self, block: Block) -> bool:
        """Tell a row of the cover's judgement table."""
        area = judgement_area(block.text) if can_be_heading(block) else ""
        if area == "overall_effectiveness" or (area and block.page == 1):
            return True
        return not self.is_larger(block) and is_judgement_row(block.text)


def can_be_heading(block: Block) -> bool:
    """Return whether a block is short enough for a heading and one sentence at most."""
    text = block.text
    short = len(text) <= _HEADING_CHARACTERS and len(text.split()) <= _HEADING_WORDS
    return short and len(sentence_spans(_ITEM_NUMBER.sub("", text))) == 1
