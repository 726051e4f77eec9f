"""PDF to pages of lines with pdfplumber: a hundred times slower than PDFium, exact about layout.

Used where it is asked for (``--reader pdfplumber``) and for pages whose PDFium text fails the
sanity check.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psparser import PSException
from pdfplumber.page import Page as PlumberPage
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Line, Page
from ofsted_extract.read.limits import Limits, too_many_pages

_HYPHENS = "-\xad\u2010"
_ENCRYPTED = (PDFPasswordIncorrect, PDFEncryptionError)
#: Letters printed twice within so many points are one bold letter.
_OVERPRINT = 1.0


def read_pages(
    data: bytes, limits: Limits, numbers: Iterable[int] | None = None
) -> tuple[Page, ...]:
    """Return the pages (all, or those with the given numbers from 1), lines by position.

    Raises
    ------
    DocumentError
        ``encrypted``, ``damaged``, or ``too_large`` for more pages than ``limits`` allows.

    """
    wanted = None if numbers is None else set(numbers)
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > limits.pages:
                raise too_many_pages(len(document.pages), limits)
            return tuple(
                _read_page(page)
                for page in document.pages
                if wanted is None or page.page_number in wanted
            )
    except (PDFException, PSException, MalformedPDFException, PdfminerException) as error:
        if any(isinstance(each, _ENCRYPTED) for each in (error, *error.args, error.__cause__)):
            raise DocumentError(
                Reason.ENCRYPTED, "the PDF asks for a password; save a copy without one"
            ) from error
        raise DocumentError(
            Reason.DAMAGED, "the file is damaged and pdfplumber cannot read it; download it again"
        ) from error


def _read_page(page: PlumberPage) -> Page:
    lines = []
    once = page.dedupe_chars(tolerance=_OVERPRINT)
    for line in once.extract_text_lines(strip=True, return_chars=True, x_tolerance=1.5):
        text = line["text"].strip()
        if not text:
            continue
        first = line["chars"][0]
        hyphenated = len(text) > 1 and text[-1] in _HYPHENS and text[-2].isalpha()
        lines.append(
            Line(
                text[:-1] if hyphenated else text,
                x=round(float(line["x0"]), 1),
                y=round(float(page.height - line["bottom"]), 1),
                size=round(float(first["size"]), 1),
                bold="bold" in first["fontname"].lower(),
                hyphenated=hyphenated,
            )
        )
    number = page.page_number
    result = Page(number, tuple(lines), float(page.width), float(page.height))
    page.close()
    return result
