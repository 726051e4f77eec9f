"""Read: bytes to pages of lines. PDFium by default, pdfplumber where layout matters, text as is."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Literal

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Media, Page, RawLetter, Source
from ofsted_extract.read.detect import detect
from ofsted_extract.read.limits import Limits
from ofsted_extract.read.sanity import has_text, is_sane

__all__ = ["Limits", "Reader", "read_bytes", "read_letter"]

Reader = Literal["pdfium", "pdfplumber"]


def read_letter(
    path: str | Path, *, reader: Reader = "pdfium", limits: Limits | None = None
) -> RawLetter:
    """Read the file at ``path``.

    Raises
    ------
    DocumentError
        ``not_found``, or any reason of ``read_bytes``.

    """
    limits = limits or Limits()
    try:
        file = Path(path)
        limits.check_bytes(file.stat().st_size)
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DocumentError(Reason.NOT_FOUND, "there is no such file; check the path") from error
    except IsADirectoryError as error:
        raise DocumentError(
            Reason.UNSUPPORTED_TYPE, "this is a folder; use the batch command for folders"
        ) from error
    except OSError as error:
        raise DocumentError(
            Reason.NOT_FOUND, f"the file cannot be opened ({error.strerror}); check its permissions"
        ) from error
    return read_bytes(data, str(path), reader=reader, limits=limits)


def read_bytes(
    data: bytes, path: str, *, reader: Reader = "pdfium", limits: Limits | None = None
) -> RawLetter:
    """Read a document from memory; ``path`` names it in tables and tells text by its ending.

    Raises
    ------
    DocumentError
        ``empty_file``, ``not_a_pdf``, ``encrypted``, ``damaged``, ``no_text_layer``,
        ``too_large`` or ``unsupported_type``.

    """
    limits = limits or Limits()
    limits.check_bytes(len(data))
    media = detect(data, path)
    warnings: tuple[str, ...] = ()
    if media is Media.PDF:
        pages, warnings = _read_pdf(data, reader, limits)
    else:
        from ofsted_extract.read import text  # noqa: PLC0415

        pages, warnings = text.read_pages(data, media, limits)
    source = Source(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        media=media,
        reader=reader if media is Media.PDF else "text",
    )
    return RawLetter(source, pages, warnings)


def _read_pdf(
    data: bytes, reader: Reader, limits: Limits
) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    # the readers are imported where they are needed: pdfplumber costs 0.2 s
    if reader == "pdfplumber":
        from ofsted_extract.read import layout  # noqa: PLC0415

        pages = layout.read_pages(data, limits)
        broken = [page.number for page in pages if not is_sane(page)]
    else:
        from ofsted_extract.read import pdf  # noqa: PLC0415

        pages = pdf.read_pages(data, limits)
        broken = [page.number for page in pages if not is_sane(page)]
        if broken:
            pages, broken = _second_opinion(data, pages, broken, limits)
    if not has_text(pages):
        raise DocumentError(
            Reason.NO_TEXT_LAYER,
            "the PDF holds pictures of pages and no text; run it through OCR (for example "
            "ocrmypdf) and try again",
        )
    warnings = tuple(f"page {number}: its text looks broken, check it by eye" for number in broken)
    return pages, warnings


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
