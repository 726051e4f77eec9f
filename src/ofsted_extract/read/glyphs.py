"""Glyphs that a PDF's font names no letter for: apostrophes and bullets told by where they stand.

PDFium writes a control character for such a glyph, pdfminer "(cid:12)".
"""

from __future__ import annotations

import re
from dataclasses import replace

from ofsted_extract.letter import Page

_UNNAMED = r"(?:[\x01-\x08\x0e-\x1f\ufffd]|\(cid:\d+\))"
_ANY = re.compile(_UNNAMED)
_APOSTROPHE = re.compile(rf"(?<=[A-Za-z]){_UNNAMED}(?=(?:s|t|re|ve|ll|d)\b)|(?<=s){_UNNAMED}(?=\s)")
_BULLET = re.compile(rf"^{_UNNAMED}(?=\s*[A-Za-z])")
#: Of a page's characters: more of them are a font without any letters.
_DEBRIS = 0.1
_APOSTROPHES_NEEDED = 2
#: Words that only print without an apostrophe where it was lost.
_BARE = re.compile(r"\b(?:childrens|authoritys|majestys|doesnt|dont|cant)\b", re.IGNORECASE)
_GAP = re.compile(r"\b(?:children|authority|majesty|council)\s{1,2}s\b", re.IGNORECASE)


def mend_glyphs(pages: tuple[Page, ...]) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """Return the pages with apostrophes and bullets put back, and a warning for each such page.

    A page of such glyphs alone has no text: its lines go.
    """
    mended = []
    warnings = []
    for page in pages:
        text = "\n".join(line.text for line in page.lines)
        unnamed = len(_ANY.findall(text))
        lines = page.lines
        if unnamed > _DEBRIS * len(_ANY.sub("#", text)):
            mended.append(replace(page, lines=()))
            warnings.append(
                f"page {page.number}: its fonts name no letters, so that it has no text; "
                "print it to a new PDF with text recognition (OCR)"
            )
            continue
        if unnamed:
            made = (replace(line, text=_mended(line.text)) for line in lines)
            lines = tuple(line for line in made if line.text)
            warnings.append(
                f"page {page.number}: {unnamed} characters have no letter in the PDF's fonts; "
                "check apostrophes and bullets"
            )
        elif len(_BARE.findall(text)) + len(_GAP.findall(text)) >= _APOSTROPHES_NEEDED:
            warnings.append(f"page {page.number}: its apostrophes seem to be lost")
        mended.append(replace(page, lines=lines))
    return tuple(mended), tuple(warnings)


def _mended(text: str) -> str:
    return _ANY.sub("", _BULLET.sub("•", _APOSTROPHE.sub("’", text))).strip()
