"""How large a document may be: a guard against decompression bombs and endless files."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import BinaryIO

from ofsted_extract.errors import DocumentError, Reason


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one document.

    The longest report of the years 2012 to 2026 has 64 pages, under 2 MB and under 6,000
    characters a page: the bounds are far above and still finite.
    """

    bytes: int = 100_000_000
    pages: int = 500
    characters: int = 5_000_000

    def check_bytes(self, count: int) -> None:
        """Raise ``too_large`` if the file has more than ``bytes`` bytes."""
        if count > self.bytes:
            raise DocumentError(
                Reason.TOO_LARGE,
                f"the file has {count / 1e6:.0f} MB, the limit is {self.bytes / 1e6:.0f} MB; "
                "split it or raise the limit",
            )

    def check_characters(self, count: int, page: int) -> None:
        """Raise ``too_large`` if one page holds more characters than a document may."""
        if count > self.characters:
            raise DocumentError(
                Reason.TOO_LARGE,
                f"page {page} holds {count:,} characters, the limit is {self.characters:,}; "
                "this is no letter",
            )


def read_within(file: BinaryIO, limits: Limits) -> bytes:
    """Return what a file or a pipe holds, reading no further than one byte past the limit.

    Raises
    ------
    DocumentError
        ``too_large``, with the size where the file has one: a device or a pipe may not end.

    """
    data = file.read(limits.bytes + 1)
    if len(data) > limits.bytes:
        size = _size(file)
        if size is not None:
            limits.check_bytes(size)
        raise DocumentError(
            Reason.TOO_LARGE,
            f"what comes from it does not end within {limits.bytes / 1e6:.0f} MB, the limit; "
            "name the file of one letter",
        )
    return data


def _size(file: BinaryIO) -> int | None:
    """Return the size of a file, None for a device, a pipe or something in memory."""
    try:
        status = os.fstat(file.fileno())
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def too_many_pages(count: int, limits: Limits) -> DocumentError:
    """Return the error for a document of ``count`` pages."""
    return DocumentError(
        Reason.TOO_LARGE,
        f"the document has {count:,} pages, the limit is {limits.pages:,}; "
        "split it or raise the limit (--max-pages)",
    )
