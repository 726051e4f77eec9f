"""PDF to pages of lines with PDFium: about 1.5 ms a page, layout of each line included."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Line, Page
from ofsted_extract.read.limits import Limits, too_many_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A footnote mark in the text: a small number right behind a word or its punctuation.
_MARK_CANDIDATE = re.compile(r"(?<=[A-Za-z.,;:)’”?!])\d{1,2}(?=$|[\s.,;:)])")
#: A superior figure is set at 54 to 67 per cent of its line's size in these reports.
_SUPERIOR = 0.75
#: PDFium writes this for a hyphen at a line end and swallows the line break behind it.
LINE_END_HYPHEN = "\ufffe"
_FONT_NAME = 64  # bytes of a font's name that are looked at
_BOLD = 600  # FPDFText_GetFontWeight: 400 is regular, 700 bold
_DAMAGED = "the file is damaged and PDFium cannot open it; download it again"
_PDFIUM_REASONS = {
    pdfium_c.FPDF_ERR_PASSWORD: (
        Reason.ENCRYPTED,
        "the PDF asks for a password; save a copy without one",
    ),
    pdfium_c.FPDF_ERR_SECURITY: (
        Reason.ENCRYPTED,
        "the PDF uses a protection that cannot be read; save a copy without it",
    ),
}


_BoldTest = Callable[[pdfium.PdfTextPage, int], bool]


def _is_bold(text_page: pdfium.PdfTextPage, index: int) -> bool:
    return bool(pdfium_c.FPDFText_GetFontWeight(text_page, index) >= _BOLD)


def _is_bold_by_name(text_page: pdfium.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(_FONT_NAME)
    pdfium_c.FPDFText_GetFontInfo(text_page, index, name, _FONT_NAME, None)
    return b"bold" in name.value.lower()


def read_pages(data: bytes, limits: Limits) -> tuple[Page, ...]:
    """Return the pages of the PDF ``data``, each with its lines in PDFium's reading order.

    Raises
    ------
    DocumentError
        ``encrypted``, ``damaged``, or ``too_large`` for more pages than ``limits`` allows.

    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        # PDFium may repeat the code of the file before: a protected file says so in its trailer
        if code in _PDFIUM_REASONS and b"/Encrypt" not in data:
            code = None
        reason, message = _PDFIUM_REASONS.get(code, (Reason.DAMAGED, _DAMAGED))
        raise DocumentError(reason, message) from error
    try:
        count = len(document)
        if count > limits.pages:
            raise too_many_pages(count, limits)
        if count == 0:
            raise DocumentError(Reason.DAMAGED, _DAMAGED)
        pages = tuple(_read_page(document, index, limits) for index in range(count))
        if any(line.bold for page in pages for line in page.lines):
            return pages
        # no weights are stored in this file: the fonts' names tell, which takes longer
        return tuple(
            _read_page(document, index, limits, _is_bold_by_name) for index in range(count)
        )
    finally:
        document.close()


def _read_page(
    document: pdfium.PdfDocument, index: int, limits: Limits, is_bold: _BoldTest = _is_bold
) -> Page:
    try:
        page = document[index]
        text_page = page.get_textpage()
    except pdfium.PdfiumError as error:
        raise DocumentError(
            Reason.DAMAGED, f"page {index + 1} cannot be read; download the file again"
        ) from error
    try:
        count = text_page.count_chars()
        limits.check_characters(count, index + 1)
        text = _utf16_units(text_page, count)
        width, height = page.get_size()
        lines = tuple(_lines(text_page, text, is_bold))
        return Page(index + 1, lines, width, height)
    finally:
        text_page.close()
        page.close()


def _utf16_units(text_page: pdfium.PdfTextPage, count: int) -> str:
    """Return the page's text with one character per PDFium index (so that indices agree).

    ``get_text_range`` would join surrogate pairs and shift every later index.
    """
    if count == 0:
        return ""
    buffer = ctypes.create_string_buffer((count + 1) * 2)
    written = pdfium_c.FPDFText_GetText(
        text_page, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    )
    return buffer.raw[: max(written - 1, 0) * 2].decode("utf-16-le", errors="surrogatepass")


def _lines(text_page: pdfium.PdfTextPage, text: str, is_bold: _BoldTest) -> Iterator[Line]:
    start = 0
    length = len(text)
    x, baseline = ctypes.c_double(), ctypes.c_double()
    while start < length:
        end, following, hyphenated = _line_end(text, start)
        words = text[start:end]
        stripped = words.strip()
        if stripped:
            first = start + len(words) - len(words.lstrip())
            size = pdfium_c.FPDFText_GetFontSize(text_page, first)
            stripped, marks = _without_marks(text_page, stripped, first, size)
            placed = pdfium_c.FPDFText_GetCharOrigin(text_page, first, x, baseline)
            yield Line(
                stripped.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"),
                x=round(x.value, 1) if placed else 0.0,
                y=round(baseline.value, 1) if placed else 0.0,
                size=round(size, 1),
                bold=is_bold(text_page, first),
                hyphenated=hyphenated,
                marks=marks,
            )
        start = following


def _without_marks(
    text_page: pdfium.PdfTextPage, text: str, first: int, size: float
) -> tuple[str, tuple[str, ...]]:
    """Take the superior figures (footnote marks) out of a line that begins at index ``first``."""
    marks = [
        match
        for match in _MARK_CANDIDATE.finditer(text)
        if pdfium_c.FPDFText_GetFontSize(text_page, first + match.start()) < size * _SUPERIOR
    ]
    for match in reversed(marks):
        text = text[: match.start()] + text[match.end() :]
    return text, tuple(match.group() for match in marks)


def _line_end(text: str, start: int) -> tuple[int, int, bool]:
    """Return (end of the line's words, start of the next line, whether it ends in a hyphen)."""
    newline = text.find("\n", start)
    newline = len(text) if newline < 0 else newline
    hyphen = text.find(LINE_END_HYPHEN, start, newline)
    if hyphen >= 0:
        return hyphen, hyphen + 1, True
    return newline, newline + 1, False
