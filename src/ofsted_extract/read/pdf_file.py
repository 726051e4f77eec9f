"""PDF files: PDFium by default, pdfplumber where it is asked for or PDFium's text is broken."""

from __future__ import annotations

from dataclasses import replace

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Page
from ofsted_extract.read.glyphs import mend_glyphs
from ofsted_extract.read.limits import Limits
from ofsted_extract.read.readers import Reading, Request
from ofsted_extract.read.sanity import has_text, is_sane

#: Value of the column `reader` where a page was recognised as a picture.
OCR = "ocr"


def read(data: bytes, request: Request) -> Reading:
    """Read a PDF.

    Raises
    ------
    DocumentError
        ``encrypted``, ``damaged``, ``no_text_layer`` or ``too_large``.

    """
    limits = request.limits
    damage: tuple[str, ...] = ()
    # the readers are imported where they are needed: pdfplumber costs 0.2 s
    if request.pdf_reader == "pdfplumber":
        from ofsted_extract.read import layout  # noqa: PLC0415

        pages = layout.read_pages(data, limits)
        broken = [page.number for page in pages if not is_sane(page)]
    else:
        from ofsted_extract.read import pdf  # noqa: PLC0415

        pages, damage = pdf.read_pages(data, limits)
        broken = [page.number for page in pages if not is_sane(page)]
        if broken:
            pages, broken = _second_opinion(data, pages, broken, limits)
    pages, unnamed = mend_glyphs(pages)
    pages, recognised, doubts = _recognised(data, pages, request)
    broken = [number for number in broken if number not in recognised]
    broken = [number for number in broken if any(p.lines for p in pages if p.number == number)]
    if not has_text(pages) and unnamed:
        raise DocumentError(
            Reason.NO_TEXT_LAYER,
            "the fonts of the PDF name no letters (they have no table to Unicode); print it to a "
            "new PDF with text recognition (for example ocrmypdf --force-ocr) and try again",
        )
    if not has_text(pages):
        raise DocumentError(
            Reason.NO_TEXT_LAYER,
            "the PDF holds pictures of pages and no text; install Tesseract, or "
            "ofsted-extract[ocr], and try again, or run it through ocrmypdf",
        )
    debris = tuple(f"page {number}: its text looks broken, check it by eye" for number in broken)
    reader = OCR if recognised else request.pdf_reader
    return Reading(pages, reader, (*damage, *unnamed, *debris, *doubts))


def _recognised(
    data: bytes, pages: tuple[Page, ...], request: Request
) -> tuple[tuple[Page, ...], frozenset[int], tuple[str, ...]]:
    """Read the pages that are pictures: return all pages, the numbers of those, and warnings."""
    always = request.ocr == "always"
    wanted = [page.number for page in pages if always or not any(x.text for x in page.lines)]
    if request.ocr == "never" or not wanted:
        return pages, frozenset(), ()
    from ofsted_extract.read import ocr, pdf  # noqa: PLC0415 - only where a page is a picture

    pictured = [number for number in wanted if always or pdf.has_picture(data, number)]
    if not pictured:
        return pages, frozenset(), ()
    if not ocr.is_available():
        unread = ", ".join(map(str, pictured))
        warning = f"page {unread}: a picture, and nothing is installed that recognises its text"
        return pages, frozenset(), (warning,)
    found = {}
    warnings = []
    for number in pictured:
        page = pages[number - 1]
        image = pdf.draw(data, number, ocr.DPI)
        read_ = ocr.recognise(image, number, page.width, page.height)
        if not read_.page.lines:
            continue  # a photograph, or an empty sheet
        found[number] = read_.page
        if read_.confidence < ocr.DOUBTFUL:
            warnings.append(
                f"page {number}: recognised with a mean confidence of {read_.confidence:.0%}, "
                "check it by eye"
            )
    if found:
        listed = ", ".join(map(str, sorted(found)))
        warnings.insert(0, f"recognised as pictures: page {listed}")
    return tuple(found.get(page.number, page) for page in pages), frozenset(found), tuple(warnings)


def _second_opinion(
    data: bytes, pages: tuple[Page, ...], broken: list[int], limits: Limits
) -> tuple[tuple[Page, ...], list[int]]:
    """Replace broken pages by pdfplumber's reading where that is sane."""
    from ofsted_extract.read import layout  # noqa: PLC0415

    try:
        others = {page.number: page for page in layout.read_pages(data, limits, broken)}
    except DocumentError:
        return pages, broken  # PDFium's reading stands, with its warning
    better = {number: page for number, page in others.items() if is_sane(page)}
    mended = tuple(
        replace(page, lines=better[page.number].lines) if page.number in better else page
        for page in pages
    )
    return mended, [number for number in broken if number not in better]
