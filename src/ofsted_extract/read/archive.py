"""ZIP archives: their members, read in memory and never unpacked to disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import partial

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.read.containers import Member
from ofsted_extract.read.limits import Limits

#: Deflate packs running text about 4 to 1, and 1,032 to 1 at the utmost (zlib's documentation):
#: what is packed beyond this is made to burst.
_DENSEST = 200
_ENCRYPTED = 0x1


def members(data: bytes, limits: Limits) -> Iterator[Member]:
    """Yield the files of the archive.

    Raises
    ------
    DocumentError
        ``damaged``; ``too_large`` where it is packed more densely than any document.

    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        files = [each for each in archive.infolist() if not each.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DocumentError(
            Reason.DAMAGED, "the ZIP archive is damaged; make it or download it again"
        ) from error
    size = sum(each.file_size for each in files)
    if size > _DENSEST * max(len(data), 1):
        raise DocumentError(
            Reason.TOO_LARGE,
            f"the ZIP archive unpacks to {size / 1e6:.0f} MB from {len(data) / 1e6:.1f} MB: "
            "no documents are packed so densely",
        )
    for each in files:
        yield Member(each.filename, each.file_size, partial(_read, archive, each))


def is_document(data: bytes) -> bool:
    """An archive is no document itself."""
    return False


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & _ENCRYPTED:
        raise DocumentError(
            Reason.ENCRYPTED, "it asks for a password; unpack the ZIP archive and give the files"
        )
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise DocumentError(
            Reason.DAMAGED, "it cannot be unpacked; make or download the ZIP archive again"
        ) from error
