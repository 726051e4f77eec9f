"""Blocks to units: the section that each stands in, what it is for, and its sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ofsted_extract.letter import Role, Unit, UnitKind
from ofsted_extract.structure.blocks import Block
from ofsted_extract.structure.headings import (
    HeadingMeaning,
    has_grade,
    heading_meaning,
    is_grade_alone,
    is_judgement_row,
    judgement_area,
    paragraph_meaning,
)
from ofsted_extract.structure.marks import MarkKind
from ofsted_extract.structure.sentences import sentence_spans

_TERMINAL = re.compile(r"[.!?][\"'’”)\]]*$")
_FINISHED = re.compile(r"[.?!;:]$|^\W*$")
_SALUTATION = re.compile(r"dear\b", re.IGNORECASE)
_CONTENTS_LINE = re.compile(r".*?[\s.…]*\d{1,3}$")
#: A heading is short: the longest of the reports of 2012 to 2026 has 22 words.
_HEADING_WORDS = 28
_HEADING_CHARACTERS = 220
_PLAIN_HEADING_WORDS = 12
#: A paragraph of this many words that ends in a full stop is prose, not a line of the cover.
_PROSE_WORDS = 12
BOARD = "lscb"
_COVER_PAGES = 2
_LARGER = 1.04  # times the body's type size

#: Rank of a heading: type size, then bold; a Markdown heading by its level.
_Rank = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class _Section:
    rank: _Rank
    heading: str
    role: Role
    area: str
    subject: str
    known: bool


class _Walker:
    """Walks the blocks once, keeps the stack of headings, and emits units."""

    def __init__(self, body_size: float, is_letter: bool) -> None:
        self.units: list[Unit] = []
        self._size = body_size
        self._stack: list[_Section] = []
        self._opening: Role | None = Role.LETTERHEAD if is_letter else Role.TITLE
        self._has_layout = body_size > 0
        self._contents_page = 0
        self._sticky: Role | None = None
        self._list_role: Role | None = None
        self._subject = "authority"
        self._items = 0
        self._paragraphs = 0

    # -- state

    @property
    def _section(self) -> _Section | None:
        return self._stack[-1] if self._stack else None

    def _role(self) -> Role:
        if self._sticky is not None:
            return self._sticky
        if self._opening is not None:
            return self._opening
        return self._section.role if self._section else Role.SUMMARY

    # -- the walk

    def walk(self, blocks: tuple[Block, ...]) -> tuple[Unit, ...]:
        for index, block in enumerate(blocks):
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            previous = blocks[index - 1] if index else None
            if self._in_contents(block):
                continue
            meaning = self._heading_meaning(block)
            if self._ends_letter(block) or self._is_cover_row(block):
                self._text(block)
            elif meaning is not None and meaning.is_contents:
                self._contents_page = block.page
            elif self._is_grade_cell(block):
                self._grade(block)
            elif meaning is not None or self._is_heading(block, previous, following):
                self._heading(block, meaning)
            else:
                self._text(block)
        return tuple(self.units)

    def _in_contents(self, block: Block) -> bool:
        """Contents stand on one page: lines that end in a page number, and wrapped ones."""
        if block.page != self._contents_page:
            self._contents_page = 0
            return False
        prose = len(block.text.split()) >= _PROSE_WORDS and bool(_TERMINAL.search(block.text))
        if prose and not _CONTENTS_LINE.fullmatch(block.text):
            self._contents_page = 0
            return False
        return True

    def _ends_letter(self, block: Block) -> bool:
        meaning = paragraph_meaning(block.text)
        return meaning is not None and meaning.takes_rest

    def _is_cover_row(self, block: Block) -> bool:
        """Rows of the cover's judgement table, in body type, before the first section."""
        return (
            block.page <= _COVER_PAGES
            and self._section is None
            and self._sticky is None
            and self._has_layout
            and block.kind is not MarkKind.BULLET
            and self._is_printed_judgement(block)
        )

    def _is_printed_judgement(self, block: Block) -> bool:
        area = judgement_area(block.text) if _can_be_heading(block) else ""
        if area == "overall_effectiveness":
            return True
        on_cover = area and block.page == 1
        return block.size <= self._size * _LARGER and bool(on_cover or is_judgement_row(block.text))

    def _is_grade_cell(self, block: Block) -> bool:
        """A grade alone below a judgement's name: a table's cell, which opens no section."""
        return (
            self._opening is None
            and self._section is not None
            and block.kind is not MarkKind.BULLET
            and is_grade_alone(block.text)
            and self.units[-1].kind is UnitKind.HEADING
        )

    def _heading_meaning(self, block: Block) -> HeadingMeaning | None:
        if block.kind is MarkKind.BULLET or not _can_be_heading(block):
            return None
        if self._opening is Role.TITLE and is_judgement_row(block.text):
            return None
        if (
            _TERMINAL.search(block.text)
            and not block.text.endswith("?")
            and not self._styled(block)
        ):
            return None
        return heading_meaning(block.text)

    def _styled(self, block: Block) -> bool:
        larger = self._has_layout and block.size > self._size * _LARGER
        return bool(block.heading_level) or block.bold or larger

    def _is_heading(self, block: Block, previous: Block | None, following: Block | None) -> bool:
        """Tell an unlisted heading by its form."""
        if block.kind is MarkKind.BULLET or not _can_be_heading(block):
            return False
        if block.heading_level:
            return True
        if block.kind is MarkKind.NUMBER and not block.bold:
            return False
        if self._styled(block):
            return not _TERMINAL.search(block.text) or block.size > self._size * _LARGER
        return self._is_plain_heading(block, previous, following)

    def _is_plain_heading(
        self, block: Block, previous: Block | None, following: Block | None
    ) -> bool:
        """Tell a heading that is set like the body: short, alone, unfinished, something below."""
        text = block.text
        if following is None or block.lines > 2 or self._opening is not None:
            return False
        if len(text.split()) > _PLAIN_HEADING_WORDS or text[-1] in ".;:,!" or text[0].islower():
            return False
        if not any(letter.isalpha() for letter in text):
            return False
        # below an unfinished block (a list without stops) only an item may be headed
        unfinished = previous is not None and not _FINISHED.search(previous.text)
        if unfinished and following.kind is MarkKind.NONE:
            return False
        if self._has_layout:
            return following.kind is not MarkKind.NONE
        return block.blank_before and (
            following.kind is not MarkKind.NONE or len(following.text) > len(text)
        )

    # -- emitting

    def _heading(self, block: Block, meaning: HeadingMeaning | None) -> None:
        text = f"{block.number}. {block.text}" if block.number else block.text
        if self._opening is not None and not self._leaves_opening(meaning):
            self._emit_heading(text, block, self._opening, "", "authority", ())
            return
        if meaning is not None and meaning.role is not None:
            self._sticky = None
            self._opening = None
        self._list_role = None
        rank = self._rank(block)
        while self._stack and self._stack[-1].rank <= rank:
            self._stack.pop()
        parent = self._section
        area = meaning.area if meaning else judgement_area(text)
        if parent is not None and meaning is not None and _stays_in_list(text, meaning, parent):
            role = parent.role
        elif meaning is not None and meaning.role is not None:
            role = meaning.role
        else:
            role = parent.role if parent is not None else Role.FINDINGS
        self._subject = subject = self._subject_after(text, meaning, area)
        area = area or (parent.area if parent else "")
        self._stack.append(_Section(rank, text, role, area, subject, meaning is not None))
        headings = tuple(section.heading for section in self._stack[:-1])
        self._emit_heading(text, block, self._role(), area, subject, headings)

    def _grade(self, block: Block) -> None:
        section = self._stack[-1]
        above = tuple(found.heading for found in self._stack)
        self._emit_heading(block.text, block, self._role(), section.area, section.subject, above)

    def _subject_after(self, text: str, meaning: HeadingMeaning | None, area: str) -> str:
        """The board's review runs to its end: until a heading speaks of something else."""
        if meaning is None:
            return self._subject
        if meaning.subject == BOARD:
            return BOARD
        elsewhere = meaning.role in _NOT_THE_BOARDS or "local authority" in text.lower()
        return "authority" if elsewhere or area not in {"", BOARD} else self._subject

    def _leaves_opening(self, meaning: HeadingMeaning | None) -> bool:
        if meaning is None or meaning.role is None:
            return False
        return meaning.role is not Role.TITLE

    def _rank(self, block: Block) -> _Rank:
        if block.heading_level:
            return (100.0 - block.heading_level, True)
        if self._has_layout:
            return (round(block.size), block.bold)
        return (98.0, True)

    def _emit_heading(
        self, text: str, block: Block, role: Role, area: str, subject: str, above: tuple[str, ...]
    ) -> None:
        self._items += 1
        self.units.append(
            Unit(
                len(self.units) + 1, UnitKind.HEADING, text, block.page, block.number, self._items,
                text, above, role, area, subject, block.marks,
            )
        )  # fmt: skip

    def _text(self, block: Block) -> None:
        text = block.text
        if self._opening is Role.LETTERHEAD and _SALUTATION.match(text):
            self._emit_text(block, Role.LETTERHEAD)
            self._opening = None
            return
        meaning = paragraph_meaning(text)
        if meaning is not None and meaning.takes_rest:
            self._sticky = meaning.role
        if self._opening is not None and self._ends_opening(block, meaning is not None):
            self._opening = None
        if self._is_cover_row(block):
            self._emit_text(block, Role.TITLE)
            return
        if block.kind is MarkKind.NONE and not self._is_item_without_glyph(block):
            self._list_role = None
        role = self._list_role or self._role()
        if meaning is not None and self._sticky is None and role not in _OWN_LISTS:
            role = meaning.role
            if meaning.takes_list and text.endswith(":"):
                self._list_role = role
        self._emit_text(block, role)

    def _is_item_without_glyph(self, block: Block) -> bool:
        """Text exports lose the bullets: behind a colon, paragraphs of one sentence are items."""
        return not self._has_layout and len(sentence_spans(block.text)) == 1

    def _ends_opening(self, block: Block, is_known: bool) -> bool:
        if self._opening is Role.LETTERHEAD:
            return False
        words = len(block.text.split())
        if block.kind is not MarkKind.NONE:
            return not is_judgement_row(block.text)
        return is_known or (words >= _PROSE_WORDS and bool(_TERMINAL.search(block.text)))

    def _emit_text(self, block: Block, role: Role) -> None:
        section = self._section
        self._items += 1
        if block.number:
            paragraph = block.number
        else:
            self._paragraphs += 1
            paragraph = f"p{self._paragraphs}"
        is_item = block.kind is MarkKind.BULLET
        kind = UnitKind.BULLET if is_item else UnitKind.SENTENCE
        for start, end in sentence_spans(block.text):
            self.units.append(
                Unit(
                    len(self.units) + 1, kind, block.text[start:end], block.page_at(start),
                    paragraph, self._items,
                    section.heading if section else "",
                    tuple(above.heading for above in self._stack),
                    role,
                    section.area if section else "",
                    section.subject if section else "authority",
                    block.marks,
                )
            )  # fmt: skip


_LISTS = (Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS)
#: Sections that speak of the whole inspection again.
_NOT_THE_BOARDS = frozenset({Role.ABOUT, Role.DEFINITIONS, Role.BACKGROUND, Role.PREVIOUS})
#: In these sections a paragraph keeps the section's role, whatever its first words.
_OWN_LISTS = frozenset({Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS, Role.ABOUT, Role.DEFINITIONS})


def _stays_in_list(text: str, meaning: HeadingMeaning, parent: _Section) -> bool:
    """Tell a subject within a list of recommendations from the section that bears its name.

    Reports of 2014 and 2015 order their lists by "Help and protection", "Leadership, management and
    governance"; a section of findings has a heading as large as the list's, or one with a grade.
    """
    return parent.role in _LISTS and bool(meaning.area) and not has_grade(text)


def _can_be_heading(block: Block) -> bool:
    text = block.text
    short = len(text) <= _HEADING_CHARACTERS and len(text.split()) <= _HEADING_WORDS
    return short and len(sentence_spans(text)) == 1


def make_units(blocks: tuple[Block, ...], body_size: float) -> tuple[Unit, ...]:
    """Walk the blocks and return the letter's units in reading order.

    ``body_size`` is the body's type size in points, 0.0 for text.
    """
    is_letter = any(_SALUTATION.match(block.text) for block in blocks[:25])
    return _Walker(body_size, is_letter).walk(blocks)
