"""Blocks to units: the section that each is part of, what it is for, and its sentences.

A document has three parts, and each reads its blocks in its own way:

    FrontMatter     the cover of a report, the letterhead of a letter
    Introduction    of a letter: title, who came, what they looked at and how
    Body            the sections with their headings
    EndMatter       signature, copies, back page; an annex leads back into the body

Each part is immutable: it takes a block, hands its units to the writer, and returns the part that
takes the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Protocol

from ofsted_extract.letter import COVER_PAGES, Role, Unit, UnitKind
from ofsted_extract.structure.blocks import Block
from ofsted_extract.structure.headings import (
    HeadingMeaning,
    ParagraphMeaning,
    has_grade,
    is_grade_alone,
    is_judgement_row,
    is_salutation,
    judgement_area,
    paragraph_meaning,
)
from ofsted_extract.structure.looks import TERMINAL, Looks, Rank, can_be_heading
from ofsted_extract.structure.marks import MarkKind
from ofsted_extract.structure.sentences import sentence_spans

_CONTENTS_LINE = re.compile(r".*?[\s.…]*\d{1,3}$")
#: A paragraph of this many words that ends in a full stop is prose, not a line of the cover.
_PROSE_WORDS = 12
#: The salutation of a letter comes within so many blocks: below date and address.
_LETTERHEAD_BLOCKS = 25
BOARD = "lscb"
_AUTHORITY = "authority"
_LISTS = frozenset({Role.RECOMMENDATIONS, Role.PRIORITY_ACTIONS})
#: Sections that speak of the whole inspection again: no judgement's, and no longer the board's.
_WHOLE_INSPECTION = frozenset({Role.ABOUT, Role.DEFINITIONS, Role.BACKGROUND, Role.PREVIOUS})
#: In these sections a paragraph keeps the section's role, whatever its first words.
_OWN_LISTS = _LISTS | {Role.ABOUT, Role.DEFINITIONS}
#: What an annex behind the signature may hold; names and offices are no sections.
_ANNEXED = frozenset(
    {Role.SUMMARY, Role.FINDINGS, Role.STRENGTHS, Role.WEAKNESSES, Role.PREVIOUS, *_LISTS}
)
#: Sections that open what inspectors found. Where a letter heads its first findings by one of them,
#: all before it is introduction (none of 386 sentences labelled there is a finding).
_OPENS_FINDINGS = frozenset({Role.SUMMARY, Role.FINDINGS, Role.BACKGROUND})


def make_units(blocks: tuple[Block, ...], body_size: float) -> tuple[Unit, ...]:
    """Return the letter's units in reading order.

    ``body_size`` is the body's type size in points, 0.0 for text.
    """
    looks = Looks(body_size)
    kept = tuple(_without_contents(blocks, looks))
    writer = _Writer()
    is_letter = any(is_salutation(block.text) for block in kept[:_LETTERHEAD_BLOCKS])
    common = _Common(looks, writer, _is_introduced(kept, looks))
    part: _Part = FrontMatter(common, Role.LETTERHEAD if is_letter else Role.TITLE)
    for previous, block, following in _with_neighbours(kept):
        part = part.take(block, previous, following)
    return tuple(writer.units)


def _with_neighbours(
    blocks: tuple[Block, ...],
) -> Iterator[tuple[Block | None, Block, Block | None]]:
    padded = (None, *blocks, None)
    for (previous, block), (_, following) in pairwise(pairwise(padded)):
        assert block is not None
        yield previous, block, following


def _without_contents(blocks: tuple[Block, ...], looks: Looks) -> Iterator[Block]:
    """Leave out the table of contents: its lines stand on one page and end in a page number."""
    contents_page = 0
    for block in blocks:
        if block.page != contents_page or _is_prose_line(block.text):
            contents_page = 0
        meaning = looks.meaning(block)
        if not contents_page and meaning is not None and meaning.is_contents:
            contents_page = block.page
        if not contents_page:
            yield block


def _is_prose_line(text: str) -> bool:
    return _is_prose(text) and not _CONTENTS_LINE.fullmatch(text)


def _is_prose(text: str) -> bool:
    return len(text.split()) >= _PROSE_WORDS and bool(TERMINAL.search(text))


def _is_introduced(blocks: tuple[Block, ...], looks: Looks) -> bool:
    """Return whether the first section behind the salutation is one that opens findings."""
    found = False
    for block in blocks:
        found = found or is_salutation(block.text)
        meaning = looks.meaning(block) if found else None
        if meaning is not None and meaning.role is not None and meaning.role is not Role.TITLE:
            return meaning.role in _OPENS_FINDINGS
    return False


# ---------------------------------------------------------------------------------- sections


@dataclass(frozen=True, slots=True)
class _Section:
    rank: Rank
    heading: str
    role: Role
    area: str = ""
    subject: str = _AUTHORITY
    bullets: Role | None = None  # what its bullets are, where that is not the section's role


@dataclass(frozen=True, slots=True)
class _Trail:
    """The headings above a place, outermost first, and whose review it is part of."""

    sections: tuple[_Section, ...] = ()
    subject: str = _AUTHORITY
    area: str = ""  # the last judgement that a heading named

    @property
    def section(self) -> _Section | None:
        return self.sections[-1] if self.sections else None

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(section.heading for section in self.sections)

    def opened(self, text: str, rank: Rank, meaning: HeadingMeaning | None) -> _Trail:
        """Return the trail below a new heading."""
        above = self.sections
        while above and above[-1].rank <= rank:
            above = above[:-1]
        parent = above[-1] if above else None
        role = _role(text, meaning, parent)
        subject = self._subject(text, meaning)
        area = self._area(text, meaning, parent, role, subject)
        bullets = meaning.bullets if meaning else parent.bullets if parent else None
        opened = _Section(rank, text, role, area, subject, bullets)
        return _Trail((*above, opened), subject, area)

    def _subject(self, text: str, meaning: HeadingMeaning | None) -> str:
        """The board's review runs to its end: until a heading speaks of something else."""
        if meaning is None:
            return self.subject
        if meaning.subject == BOARD:
            return BOARD
        elsewhere = meaning.role in _WHOLE_INSPECTION or "local authority" in text.lower()
        return _AUTHORITY if elsewhere or meaning.area not in {"", BOARD} else self.subject

    def _area(
        self,
        text: str,
        meaning: HeadingMeaning | None,
        parent: _Section | None,
        role: Role,
        subject: str,
    ) -> str:
        named = meaning.area if meaning else judgement_area(text)
        if named:
            return named
        if subject == BOARD:
            return BOARD
        if role in _WHOLE_INSPECTION:
            return ""
        if meaning is not None and meaning.keeps_area:
            return self.area
        return parent.area if parent else ""


def _role(text: str, meaning: HeadingMeaning | None, parent: _Section | None) -> Role:
    if parent is not None and meaning is not None and _stays_in_list(text, meaning, parent):
        return parent.role
    if meaning is not None and meaning.role is not None:
        return meaning.role
    return parent.role if parent is not None else Role.FINDINGS


def _stays_in_list(text: str, meaning: HeadingMeaning, parent: _Section) -> bool:
    """Tell a subject within a list of recommendations from the section that bears its name.

    Reports of 2014 and 2015 order their lists by "Help and protection", "Leadership, management and
    governance"; a section of findings has a heading as large as the list's, or one with a grade.
    """
    return parent.role in _LISTS and bool(meaning.area) and not has_grade(text)


# ----------------------------------------------------------------------------------- writing


class _Writer:
    """Numbers the units and keeps them."""

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self._items = 0
        self._paragraphs = 0

    def heading(self, block: Block, role: Role, trail: _Trail) -> None:
        """Write a heading; ``trail`` ends in its own section."""
        text = _heading_text(block)
        section = trail.section or _Section((0.0, False), text, role)
        self._items += 1
        self.units.append(
            Unit(
                len(self.units) + 1, UnitKind.HEADING, text, block.page, block.number, self._items,
                text, trail.headings[:-1], role, section.area, section.subject, block.marks,
            )
        )  # fmt: skip

    def text(self, block: Block, role: Role, trail: _Trail, *, introduces: bool = False) -> None:
        """Write a block's sentences, each with its role.

        In an introduction any sentence may tell its role by its first words; elsewhere those that
        ``data/headings.toml`` says so of.
        """
        section = trail.section or _Section((0.0, False), "", role)
        self._items += 1
        if not block.number:
            self._paragraphs += 1
        paragraph = block.number or f"p{self._paragraphs}"
        kind = UnitKind.BULLET if block.kind is MarkKind.BULLET else UnitKind.SENTENCE
        for start, end in sentence_spans(block.text):
            text = block.text[start:end]
            meaning = paragraph_meaning(text, introduction=introduces)
            if meaning is not None and not (introduces or meaning.by_sentence):
                meaning = None
            self.units.append(
                Unit(
                    len(self.units) + 1, kind, text, block.page_at(start), paragraph, self._items,
                    section.heading, trail.headings, meaning.role if meaning else role,
                    section.area, section.subject, block.marks,
                )
            )  # fmt: skip


def _heading_text(block: Block) -> str:
    return f"{block.number}. {block.text}" if block.number else block.text


# ------------------------------------------------------------------------------------- parts


@dataclass(frozen=True, slots=True)
class _Common:
    looks: Looks
    writer: _Writer
    introduced: bool  # the letter heads its first findings


class _Part(Protocol):
    def take(self, block: Block, previous: Block | None, following: Block | None) -> _Part:
        """Write a block and return the part that takes the next one."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The cover of a report or the letterhead of a letter, up to its salutation."""

    common: _Common
    role: Role

    def take(self, block: Block, previous: Block | None, following: Block | None) -> _Part:
        if self.role is Role.LETTERHEAD:
            return self._take_letterhead(block)
        return self._take_cover(block, previous, following)

    def _take_letterhead(self, block: Block) -> _Part:
        self.common.writer.text(block, Role.LETTERHEAD, _Trail())
        return Introduction(self.common) if is_salutation(block.text) else self

    def _take_cover(self, block: Block, previous: Block | None, following: Block | None) -> _Part:
        looks, writer = self.common.looks, self.common.writer
        body = Body(self.common)
        if _closing(block) is not None:
            return body.take(block, previous, following)
        if self._is_cover_row(block):
            writer.text(block, Role.TITLE, _Trail())
            return self
        meaning = None if is_judgement_row(block.text) else looks.meaning(block)
        if meaning is not None and meaning.role not in {None, Role.TITLE}:
            return body.take(block, previous, following)
        styled = looks.is_styled(block) and looks.is_heading(block, previous, following)
        if meaning is not None or styled:
            writer.heading(block, Role.TITLE, _Trail())
            return self
        if self._begins_body(block):
            return body.take(block, previous, following)
        writer.text(block, Role.TITLE, _Trail())
        return self

    def _is_cover_row(self, block: Block) -> bool:
        """Rows of the cover's judgement table, before the first section."""
        looks = self.common.looks
        return (
            looks.has_layout
            and block.page <= COVER_PAGES
            and block.kind is not MarkKind.BULLET
            and looks.is_printed_judgement(block)
        )

    def _begins_body(self, block: Block) -> bool:
        if block.kind is not MarkKind.NONE:
            return not is_judgement_row(block.text)
        return paragraph_meaning(block.text) is not None or _is_prose(block.text)


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a letter says of itself between salutation and first section.

    ``list_role`` is what the bullets behind an open colon are.
    """

    common: _Common
    trail: _Trail = field(default_factory=_Trail)
    list_role: Role | None = None

    def take(self, block: Block, previous: Block | None, following: Block | None) -> _Part:
        looks, writer = self.common.looks, self.common.writer
        if _closing(block) is not None:
            return Body(self.common, self.trail).take(block, previous, following)
        meaning = looks.meaning(block)
        if meaning is not None and meaning.role not in {None, Role.TITLE}:
            return Body(self.common, self.trail).take(block, previous, following)
        untitled = self.trail.section is None
        if not untitled and looks.is_heading(block, previous, following):
            return Body(self.common, self.trail).take(block, previous, following)
        if untitled and _can_be_title(block):
            trail = self.trail.opened(_heading_text(block), looks.rank(block), None)
            writer.heading(block, Role.TITLE, trail)
            return replace(self, trail=trail)
        return self._text(block)

    def _text(self, block: Block) -> _Part:
        meaning = paragraph_meaning(block.text, introduction=True)
        role = Role.ABOUT if self.common.introduced else Role.SUMMARY
        if block.kind is not MarkKind.NONE and self.list_role is not None:
            role = self.list_role
        elif meaning is not None:
            role = meaning.role
        self.common.writer.text(block, role, self.trail, introduces=meaning is None)
        if block.text.endswith(":"):
            return replace(self, list_role=role)
        return self if block.kind is not MarkKind.NONE else replace(self, list_role=None)


def _can_be_title(block: Block) -> bool:
    """A letter's title follows its salutation, in text as plain as that."""
    return (
        block.kind is MarkKind.NONE
        and can_be_heading(block)
        and TERMINAL.search(block.text) is None
        and paragraph_meaning(block.text, introduction=True) is None
    )


@dataclass(frozen=True, slots=True)
class Body:
    """The sections of a letter or report. ``list_role``: what items behind an open colon are."""

    common: _Common
    trail: _Trail = field(default_factory=_Trail)
    list_role: Role | None = None

    def take(self, block: Block, previous: Block | None, following: Block | None) -> _Part:
        closing = _closing(block)
        if closing is not None:
            return EndMatter(self.common, closing.role).take(block, previous, following)
        looks = self.common.looks
        meaning = looks.meaning(block)
        if self._is_grade_cell(block):
            self.common.writer.heading(block, self._role(), self._graded(block))
            return self
        if meaning is not None or looks.is_heading(block, previous, following):
            return self._heading(block, meaning)
        return self._text(block)

    def _role(self) -> Role:
        return self.trail.section.role if self.trail.section else Role.SUMMARY

    def _is_grade_cell(self, block: Block) -> bool:
        """A grade alone below a judgement's name: a table's cell, which opens no section."""
        return (
            self.trail.section is not None
            and block.kind is not MarkKind.BULLET
            and is_grade_alone(block.text)
            and self.common.writer.units[-1].kind is UnitKind.HEADING
        )

    def _graded(self, block: Block) -> _Trail:
        """The trail of a grade's cell: one below the judgement's name."""
        section = self.trail.section
        assert section is not None
        return replace(
            self.trail, sections=(*self.trail.sections, replace(section, heading=block.text))
        )

    def _heading(self, block: Block, meaning: HeadingMeaning | None) -> _Part:
        trail = self.trail.opened(_heading_text(block), self.common.looks.rank(block), meaning)
        section = trail.section
        assert section is not None
        self.common.writer.heading(block, section.role, trail)
        return Body(self.common, trail)

    def _text(self, block: Block) -> _Part:
        meaning = paragraph_meaning(block.text)
        if meaning is not None and meaning.closes:
            self.common.writer.text(block, meaning.role, self.trail)
            return replace(self, list_role=meaning.role)
        carries_on = block.kind is not MarkKind.NONE or self._is_item_without_glyph(block)
        list_role = self.list_role if carries_on else None
        role = list_role or self._role_of(block)
        if meaning is not None and role not in _OWN_LISTS:
            role = meaning.role
            if meaning.takes_list and block.text.endswith(":"):
                list_role = role
        self.common.writer.text(block, role, self.trail)
        return replace(self, list_role=list_role)

    def _role_of(self, block: Block) -> Role:
        section = self.trail.section
        if section is not None and section.bullets and block.kind is MarkKind.BULLET:
            return section.bullets
        return self._role()

    def _is_item_without_glyph(self, block: Block) -> bool:
        """Text exports lose the bullets: behind a colon, paragraphs of one sentence are items."""
        return not self.common.looks.has_layout and len(sentence_spans(block.text)) == 1


@dataclass(frozen=True, slots=True)
class EndMatter:
    """Signature, copies, complaints, copyright: no section, no heading, until the body goes on."""

    common: _Common
    role: Role

    def take(self, block: Block, previous: Block | None, following: Block | None) -> _Part:
        meaning = self.common.looks.meaning(block)
        if meaning is not None and self._leads_back(meaning.role):
            return Body(self.common).take(block, previous, following)
        closing = _closing(block)
        part = self if closing is None else replace(self, role=closing.role)
        self.common.writer.text(block, part.role, _Trail())
        return part

    def _leads_back(self, role: Role | None) -> bool:
        if self.role is Role.LETTERHEAD:
            return role in _ANNEXED
        return role is not None and role is not Role.TITLE


def _closing(block: Block) -> ParagraphMeaning | None:
    """Return what a block says by its first words if all behind it is the letter's end."""
    meaning = paragraph_meaning(block.text)
    return meaning if meaning is not None and meaning.takes_rest else None
