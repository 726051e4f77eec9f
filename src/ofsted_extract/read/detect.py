"""What a file really is, told from its first bytes; names are only a hint for text."""

from __future__ import annotations

import re
from pathlib import PurePath

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Media

#: A PDF reader must look for the header within the first 1,024 bytes (ISO 32000-1, annex H.3.4.1).
_PDF_HEADER_WITHIN = 1024
_HTML = re.compile(rb"<!doctype\s+html|<html|<head|<body|<\?xml[^>]*>\s*<html", re.IGNORECASE)
_MARKDOWN_HEADING = re.compile(rb"(?m)^#{1,6} \S")
#: First bytes of what people mistake for a letter (file signatures, PRONOM).
_SIGNATURES = (
    (b"PK\x03\x04", "a Word, Excel or ZIP file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"{\\rtf", "a rich-text file"),
    (b"\x1f\x8b", "a gzip archive"),
)
_TEXT_SUFFIXES = {"", ".txt", ".text", ".md", ".markdown"}


def detect(data: bytes, path: str) -> Media:
    """Return what the bytes are.

    Raises
    ------
    DocumentError
        ``empty_file``; ``not_a_pdf`` for a file named .pdf that is none, naming what it is;
        ``unsupported_type`` for anything else that is neither PDF nor text.

    """
    if not data.strip(b"\x00 \t\r\n\x0b\x0c\xef\xbb\xbf"):
        raise DocumentError(Reason.EMPTY_FILE, "the file is empty; download it again")
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN]:
        return Media.PDF
    suffix = PurePath(path).suffix.lower()
    other = _name_of(data)
    if suffix == ".pdf":
        raise DocumentError(
            Reason.NOT_A_PDF,
            f"the file is named .pdf but is {other or 'plain text'}; download the report again",
        )
    if other is not None or suffix not in _TEXT_SUFFIXES:
        raise DocumentError(
            Reason.UNSUPPORTED_TYPE,
            f"the file is {other or 'of type ' + suffix}; give a PDF with a text layer, "
            "plain text or Markdown",
        )
    if suffix in {".md", ".markdown"} or _MARKDOWN_HEADING.search(data):
        return Media.MARKDOWN
    return Media.TEXT


def _name_of(data: bytes) -> str | None:
    """Name what the bytes are if they are not text; None for text."""
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    if _HTML.search(data[:2048]):
        return "a web page (HTML)"
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None  # UTF-16 text
    # control bytes other than white space do not occur in text
    control = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    return "a binary file of an unknown type" if control > len(head) // 20 else None
