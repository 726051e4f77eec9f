"""Structure: pages of lines to units, each with its page, paragraph, section and role."""

from __future__ import annotations

from ofsted_extract.letter import RawLetter, StructuredLetter
from ofsted_extract.structure.blocks import make_blocks
from ofsted_extract.structure.demands import mark_demands
from ofsted_extract.structure.furniture import split_furniture
from ofsted_extract.structure.letterhead import letterhead_first
from ofsted_extract.structure.sections import make_units
from ofsted_extract.structure.web import without_web_furniture

__all__ = ["structure_letter"]


def structure_letter(raw: RawLetter) -> StructuredLetter:
    """Tell the body of a letter from its furniture and cut it into units.

    Never fails: text without any known form becomes sentences of role ``summary``, with a warning.
    """
    if not any(page.has_layout for page in raw.pages):
        raw = without_web_furniture(raw)
    body = letterhead_first(split_furniture(raw))
    units, demands = mark_demands(make_units(make_blocks(body), body.size), raw)
    warnings = () if units else ("no sentence was found in the text",)
    return StructuredLetter(
        raw, units, (*raw.footnotes, *body.footnotes), body.furniture, warnings, demands
    )
