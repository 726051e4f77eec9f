"""Plain text and Markdown to pages of lines."""

from __future__ import annotations

import re
import unicodedata

from ofsted_extract.letter import Line, Page
from ofsted_extract.read.limits import Limits
from ofsted_extract.read.readers import Reading, Request

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
#: Characters that show nothing and would split or reverse words: controls but not tab, marks of
#: direction (Unicode bidirectional algorithm, UAX 9), zero-width joiners and the soft hyphen.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)


def read(data: bytes, request: Request) -> Reading:
    """Read plain text or Markdown; raises as `read_pages` does."""
    markdown = request.input_type == "markdown"
    return Reading(read_pages(data, request.limits, markdown=markdown), "text")


def read_pages(data: bytes, limits: Limits, *, markdown: bool = False) -> tuple[Page, ...]:
    """Return the pages of a text; a form feed begins a new page.

    Lines keep their blank neighbours, which separate paragraphs. Markdown headings become
    ``heading_level``; emphasis marks go.

    Raises
    ------
    DocumentError
        ``too_large`` for a page of more characters than ``limits`` allows.

    """
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    pages = []
    for number, sheet in enumerate(text.split("\f"), start=1):
        limits.check_characters(len(sheet), number)
        lines = tuple(_line(line, markdown) for line in sheet.split("\n"))
        if number == 1 or any(line.text for line in lines):
            pages.append(Page(number, lines))
    return tuple(pages)


def decode(data: bytes) -> str:
    """Decode UTF-8 or UTF-16 (with a byte order mark), else Windows-1252, and normalise to NFC."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def _line(text: str, markdown: bool) -> Line:
    text = text.strip()
    if not markdown:
        return Line(text)
    text = _EMPHASIS.sub(r"\2", text)
    heading = _HEADING.fullmatch(text)
    if heading:
        return Line(heading[2], bold=True, heading_level=len(heading[1]))
    return Line(text)
