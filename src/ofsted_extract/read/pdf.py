"""PDF to pages of lines with PDFium: about 1.5 ms a page, layout of each line included."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Line, Page
from ofsted_extract.read.limits import Limits, too_many_pages
from ofsted_extract.read.order import Placed, in_reading_order
from ofsted_extract.read.unseen import Glance, remove_unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from PIL.Image import Image

#: A footnote mark in the text: a small number right behind a word or its punctuation.
_MARK_CANDIDATE = re.compile(r"(?<=[A-Za-z.,;:)’”?!])\d{1,2}(?=$|[\s.,;:)])")
#: A footnote mark that opens what PDFium takes for a line.
_OPENING_MARK = re.compile(r"(\d{1,2})\s+(?=\S)")
_SAME_BASELINE = 1.0  # points
#: How much a level line may rise over its length.
_LEVEL = 0.05
#: A superior figure is set at 54 to 67 per cent of its line's size in these reports.
_SUPERIOR = 0.75
#: PDFium writes this for a hyphen at a line end and swallows the line break behind it.
LINE_END_HYPHEN = "\ufffe"
_POINTS = 72.0
_MOST_DOTS = 10_000  # along the longer side of a page that is drawn
_FONT_NAME = 64  # bytes of a font's name that are looked at
_BOLD = 600  # FPDFText_GetFontWeight: 400 is regular, 700 bold
_A4 = (595.0, 842.0)  # points
#: Points: no sheet of paper is smaller or larger; what is was made in another unit.
_SMALLEST_PAGE, _LARGEST_PAGE = 250.0, 2500.0
_OVERHANG = 20.0  # points by which a line may begin outside the page and still be seen
_SAMPLED = 24  # characters of a page whose direction is looked at
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


_Matrix = tuple[float, float, float, float, float, float]
_BoldTest = Callable[[pdfium.PdfTextPage, int], bool]


def _is_bold(text_page: pdfium.PdfTextPage, index: int) -> bool:
    return bool(pdfium_c.FPDFText_GetFontWeight(text_page, index) >= _BOLD)


def _is_bold_by_name(text_page: pdfium.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(_FONT_NAME)
    pdfium_c.FPDFText_GetFontInfo(text_page, index, name, _FONT_NAME, None)
    return b"bold" in name.value.lower()


def read_pages(data: bytes, limits: Limits) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """Return the pages of the PDF ``data``, lines in the order in which they are read; warnings.

    A page that cannot be read is empty and has a warning.

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
        pages = [_read_page(document, index, limits) for index in range(count)]
        if all(page is None for page in pages):
            raise DocumentError(Reason.DAMAGED, _DAMAGED)
        if not any(line.bold for page in pages if page for line in page.lines):
            # no weights are stored in this file: the fonts' names tell, which takes longer
            pages = [
                _read_page(document, index, limits, _is_bold_by_name) for index in range(count)
            ]
    finally:
        document.close()
    warnings = tuple(
        f"page {number} is damaged and was not read; download the file again"
        for number, page in enumerate(pages, start=1)
        if page is None
    )
    return tuple(page or Page(n, (), *_A4) for n, page in enumerate(pages, start=1)), warnings


def _read_page(
    document: pdfium.PdfDocument, index: int, limits: Limits, is_bold: _BoldTest = _is_bold
) -> Page | None:
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return None
    try:
        sheet = _Sheet(*page.get_cropbox())
        if page.get_rotation():
            page.set_rotation(0)
        if not _SMALLEST_PAGE <= max(sheet.width, sheet.height) <= _LARGEST_PAGE:
            sheet = _transform(page, sheet.scaled_to(_A4[1]))
        found = _page_lines(page, index, limits, is_bold)
        if found.quarter:
            sheet = _transform(page, sheet.turned(found.quarter))
            found = _page_lines(page, index, limits, is_bold)
        if found.suspicious and remove_unseen(page):
            found = _page_lines(page, index, limits, is_bold)
        lines = in_reading_order([placed for each in found.lines if (placed := sheet.place(each))])
        return Page(index + 1, tuple(each.line for each in lines), sheet.width, sheet.height)
    except pdfium.PdfiumError:
        return None
    finally:
        page.close()


def _transform(page: pdfium.PdfPage, change: tuple[_Matrix, _Sheet]) -> _Sheet:
    """Move what is drawn on a page (in memory) and return the sheet that it is on then."""
    matrix, sheet = change
    for item in page.get_objects(max_depth=1):
        pdfium_c.FPDFPageObj_Transform(item, *matrix)
    return sheet


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The visible box of a page, in points."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def scaled_to(self, longest: float) -> tuple[_Matrix, _Sheet]:
        """Return the matrix that makes the longer side so long, and the sheet then."""
        factor = longest / (max(self.width, self.height) or longest)
        scaled = _Sheet(*(edge * factor for edge in (self.left, self.bottom, self.right, self.top)))
        return (factor, 0, 0, factor, 0, 0), scaled

    def turned(self, quarters: int) -> tuple[_Matrix, _Sheet]:
        """Return the matrix that sets text turned by so many quarters upright, and the sheet."""
        if quarters == 2:
            matrix = (-1.0, 0.0, 0.0, -1.0, self.right, self.top)
            return matrix, _Sheet(0, 0, self.width, self.height)
        if quarters == 1:
            matrix = (0.0, -1.0, 1.0, 0.0, -self.bottom, self.right)
        else:
            matrix = (0.0, 1.0, -1.0, 0.0, self.top, -self.left)
        return matrix, _Sheet(0, 0, self.height, self.width)

    def place(self, placed: Placed) -> Placed | None:
        """Return a line measured from the sheet's own corner, None if it stands outside."""
        line = placed.line
        x, y = round(line.x - self.left, 1), round(line.y - self.bottom, 1)
        if not (-_OVERHANG <= x <= self.width and -_OVERHANG <= y <= self.height):
            return None
        if not self.left and not self.bottom:
            return placed
        return Placed(replace(line, x=x, y=y), placed.right - self.left)


@dataclass(frozen=True, slots=True)
class _Found:
    """The lines of a page as PDFium gives them.

    ``quarter``: the number of quarter turns, against the clock, of nearly all of its text.
    ``suspicious``: some of it is perhaps not seen.
    """

    lines: tuple[Placed, ...]
    quarter: int
    suspicious: bool


def _page_lines(page: pdfium.PdfPage, index: int, limits: Limits, is_bold: _BoldTest) -> _Found:
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        limits.check_characters(count, index + 1)
        text = _utf16_units(text_page, count)
        quarter = _quarter(text_page, text)
        is_unseen = Glance(text_page)
        lines = []
        suspicious = False
        for placed, first, last in _mended_rows(text_page, _lines(text_page, text, is_bold)):
            if not _is_askew(text_page, first, last, quarter):
                lines.append(placed)
                suspicious = suspicious or is_unseen(first) or is_unseen(last)
        return _Found(tuple(lines), quarter, suspicious)
    finally:
        text_page.close()


def _quarter(text_page: pdfium.PdfTextPage, text: str) -> int:
    """Return how the text of a page is turned, in quarters, from a sample of its characters."""
    step = max(len(text) // _SAMPLED, 1)
    sample = [index for index in range(0, len(text), step) if not text[index].isspace()]
    turns = Counter(_turned(text_page, index) for index in sample)
    turn = turns.most_common(1)[0][0] if turns else 0.0
    return int(turn) if turn == int(turn) else 0


def _turned(text_page: pdfium.PdfTextPage, index: int) -> float:
    """Return by how many quarters a character is turned against the clock, to a tenth."""
    clockwise = pdfium_c.FPDFText_GetCharAngle(text_page, index) / (math.pi / 2)
    return float(round(-clockwise, 1) % 4)


def _is_askew(text_page: pdfium.PdfTextPage, first: int, last: int, quarter: int) -> bool:
    """Return whether a line runs otherwise than the page's text, as stamps and margin notes do.

    PDFium's angle also counts letters that are slanted to look italic: where they stand tells.
    """
    if _turned(text_page, first) == quarter:
        return False
    along, across = ctypes.c_double(), ctypes.c_double()
    end_along, end_across = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(text_page, first, along, across)
    pdfium_c.FPDFText_GetCharOrigin(text_page, last, end_along, end_across)
    run, rise = end_along.value - along.value, end_across.value - across.value
    if quarter % 2:
        run, rise = rise, run
    return first == last or abs(rise) > _LEVEL * abs(run)


def _utf16_units(text_page: pdfium.PdfTextPage, count: int) -> str:
    """Return the page's text with one character per PDFium index (so that indices agree).

    ``get_text_range`` would join surrogate pairs and shift every later index, and PDFium's own text
    leaves out the glyphs for which a font names no letter: they are U+FFFD here.
    """
    if count == 0:
        return ""
    buffer = ctypes.create_string_buffer((count + 1) * 2)
    written = pdfium_c.FPDFText_GetText(
        text_page, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    )
    if written - 1 < count:
        codes = (pdfium_c.FPDFText_GetUnicode(text_page, index) for index in range(count))
        return "".join(chr(code) if code else "\ufffd" for code in codes)
    return buffer.raw[: max(written - 1, 0) * 2].decode("utf-16-le", errors="surrogatepass")


def _lines(
    text_page: pdfium.PdfTextPage, text: str, is_bold: _BoldTest
) -> Iterator[tuple[Placed, int, int]]:
    """Yield each line and the indices of its first and last character."""
    start = 0
    length = len(text)
    x, baseline = ctypes.c_double(), ctypes.c_double()
    right, end_baseline = ctypes.c_double(), ctypes.c_double()
    while start < length:
        end, following, hyphenated = _line_end(text, start)
        words = text[start:end]
        stripped = words.strip()
        if stripped:
            first = start + len(words) - len(words.lstrip())
            last = first + len(stripped) - 1
            size = pdfium_c.FPDFText_GetFontSize(text_page, first)
            stripped, marks = _without_marks(text_page, stripped, first, size)
            placed = pdfium_c.FPDFText_GetCharOrigin(text_page, first, x, baseline)
            pdfium_c.FPDFText_GetCharOrigin(text_page, last, right, end_baseline)
            line = Line(
                stripped.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"),
                x=round(x.value, 1) if placed else 0.0,
                y=round(baseline.value, 1) if placed else 0.0,
                size=round(size, 1),
                bold=is_bold(text_page, first),
                hyphenated=hyphenated,
                marks=marks,
            )
            yield Placed(line, right.value), first, last
        start = following


def _mended_rows(
    text_page: pdfium.PdfTextPage, found: Iterable[tuple[Placed, int, int]]
) -> Iterator[tuple[Placed, int, int]]:
    """Yield the lines, such as PDFium broke at a footnote mark in one piece again.

    It makes a line of its own of a raised mark and the words behind it, and may give it before the
    words in front of it. Where none stand in front, the mark opens a footnote and stays.
    """
    held: tuple[Placed, int, int] | None = None
    for each in found:
        if held is None:
            held = each
            continue
        joined = _joined_at_mark(text_page, held, each) or _joined_at_mark(text_page, each, held)
        if joined is None:
            yield held
        held = joined or each
    if held is not None:
        yield held


def _joined_at_mark(
    text_page: pdfium.PdfTextPage, marked: tuple[Placed, int, int], before: tuple[Placed, int, int]
) -> tuple[Placed, int, int] | None:
    """Return the line that a piece opening with a raised mark makes with the piece in front."""
    (piece, first, last), (front, start, _) = marked, before
    opening = _OPENING_MARK.match(piece.line.text)
    if opening is None or front.right > piece.line.x + _SAME_BASELINE:
        return None
    body = first + opening.end()
    size = pdfium_c.FPDFText_GetFontSize(text_page, body)
    x, baseline = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(text_page, body, x, baseline)
    if piece.line.size >= size * _SUPERIOR or abs(baseline.value - front.line.y) > _SAME_BASELINE:
        return None
    line = replace(
        front.line,
        text=f"{front.line.text} {piece.line.text[opening.end() :]}",
        hyphenated=piece.line.hyphenated,
        marks=(*front.line.marks, opening[1], *piece.line.marks),
    )
    return Placed(line, piece.right), start, last


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


def has_picture(data: bytes, number: int) -> bool:
    """Return whether page ``number`` (from 1) shows a picture at all."""
    document = pdfium.PdfDocument(data)
    try:
        kinds = (pdfium_c.FPDF_PAGEOBJ_IMAGE,)
        return next(iter(document[number - 1].get_objects(filter=kinds)), None) is not None
    finally:
        document.close()


def draw(data: bytes, number: int, dpi: int) -> Image:
    """Return page ``number`` (from 1) as a grey picture of ``dpi`` dots an inch."""
    document = pdfium.PdfDocument(data)
    try:
        page = document[number - 1]
        width, height = page.get_size()
        # a sheet larger than A0 is drawn smaller: its picture would not fit into memory
        scale = min(dpi / _POINTS, _MOST_DOTS / max(width, height, 1.0))
        image: Image = page.render(scale=scale, grayscale=True).to_pil()
        return image
    finally:
        document.close()
