"""Plain text and Markdown to pages of lines."""

from __future__ import annotations

import re
import unicodedata

from ofsted_extract.letter import Line, Page
from ofsted_extract.read import decoding
from ofsted_extract.read.limits import Limits
from ofsted_extract.read.printed import printed_lines
from ofsted_extract.read.quoted import without_quoting
from ofsted_extract.read.readers import Reading, Request

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
#: Characters that show nothing and would split or reverse words: controls but not tab, marks of
#: direction (Unicode bidirectional algorithm, UAX 9), zero-width joiners.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_SOFT_HYPHEN = "\xad"
#: Within a line a soft hyphen shows nothing; at its end it breaks a word.
_WITHIN_LINE = re.compile(r"\xad(?![ \t]*(?:[\r\n]|$))")


def read(data: bytes, request: Request) -> Reading:
    """Read plain text or Markdown; raises as `read_pages` does."""
    text, warnings = _decoded(data)
    pages = read_pages(text, request.limits, is_markdown=request.input_type == "markdown")
    return Reading(pages, "text", warnings)


def read_pages(text: str, limits: Limits, *, is_markdown: bool = False) -> tuple[Page, ...]:
    """Return the pages of a text; a form feed begins a new page.

    Blank lines stand between paragraphs and between the cells of columns. Markdown headings
    become ``heading_level``; emphasis marks go.

    Raises
    ------
    DocumentError
        ``too_large`` for a page of more characters than ``limits`` allows.

    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    sheets = (text if is_markdown else without_quoting(text)).split("\f")
    for number, sheet in enumerate(sheets, start=1):
        limits.check_characters(len(sheet), number)
    pages = []
    laid_out = [sheet.split("\n") for sheet in sheets] if is_markdown else printed_lines(sheets)
    for number, lines in enumerate(laid_out, start=1):
        made = tuple(_markdown_line(line) if is_markdown else _line(line) for line in lines)
        if number == 1 or any(line.text for line in made):
            pages.append(Page(number, made))
    return tuple(pages)


def decode(data: bytes) -> str:
    """Return the text of ``data`` in NFC, without characters that show nothing.

    A soft hyphen stays where it ends a line.
    """
    return _decoded(data)[0]


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    text, warnings = decoding.decode(data)
    text = _INVISIBLE.sub("", _WITHIN_LINE.sub("", text))
    return unicodedata.normalize("NFC", text), warnings


def _line(text: str) -> Line:
    text = text.strip()
    if text.endswith(_SOFT_HYPHEN):
        return Line(text[:-1], hyphenated=True)
    return Line(text)


def _markdown_line(text: str) -> Line:
    text = _EMPHASIS.sub(r"\2", text.strip())
    heading = _HEADING.fullmatch(text)
    if heading:
        return Line(heading[2], bold=True, heading_level=len(heading[1]))
    return _line(text)
