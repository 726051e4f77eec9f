"""Read: bytes to pages of lines, by the reader that ``data/input_types.toml`` names."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import RawLetter, Source
from ofsted_extract.read.detect import detect
from ofsted_extract.read.limits import Limits, read_within
from ofsted_extract.read.readers import Ocr, PdfReader, Request

__all__ = ["Limits", "Ocr", "PdfReader", "read_bytes", "read_letter"]


def read_letter(
    path: str | Path,
    *,
    reader: PdfReader = "pdfium",
    limits: Limits | None = None,
    ocr: Ocr = "auto",
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
        with file.open("rb") as opened:
            data = read_within(opened, limits)
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
    return read_bytes(data, str(path), reader=reader, limits=limits, ocr=ocr)


def read_bytes(
    data: bytes,
    path: str,
    *,
    reader: PdfReader = "pdfium",
    limits: Limits | None = None,
    ocr: Ocr = "auto",
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
    found = detect(data, path)
    reading = found.read(data, Request(found.id, reader, limits, ocr))
    source = Source(path, hashlib.sha256(data).hexdigest(), found.id, reading.reader)
    return RawLetter(source, reading.pages, reading.warnings, reading.footnotes)
