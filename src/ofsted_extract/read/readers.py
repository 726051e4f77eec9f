"""The registry of readers: what can be read, how it is told, and which module reads it.

The entries are ``data/input_types.toml``. A reader is a module with one function::

    def read(data: bytes, request: Request) -> Reading

It is imported when the first document of its type comes, so that nobody pays for what he does not
read. To add an input type, write such a module and an entry.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, Literal

from ofsted_extract.letter import Footnote, Page
from ofsted_extract.read.limits import Limits
from ofsted_extract.resources import load_toml

#: Which pages of a PDF are recognised as pictures: those without text, none, or all.
Ocr = Literal["auto", "never", "always"]
#: The readers of PDFs.
PdfReader = Literal["pdfium", "pdfplumber"]


@dataclass(frozen=True, slots=True)
class Request:
    """How a document is to be read. ``input_type`` is what it was found to be."""

    input_type: str
    pdf_reader: PdfReader = "pdfium"
    limits: Limits = field(default_factory=Limits)
    ocr: Ocr = "auto"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a document.

    ``reader`` is the value of the column of that name. ``footnotes`` are those that the file itself
    keeps apart; those that only stand at the foot of a page are found by `structure`.
    """

    pages: tuple[Page, ...]
    reader: str
    warnings: tuple[str, ...] = ()
    footnotes: tuple[Footnote, ...] = ()


@dataclass(frozen=True, slots=True)
class InputType:
    """An entry of the registry; the fields are told in ``data/input_types.toml``."""

    name: str
    id: str = ""
    suffixes: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    module: str = ""
    signature: bytes = b""
    pattern: re.Pattern[bytes] | None = None
    within: int | None = None
    member: str = ""
    hint: re.Pattern[bytes] | None = None
    text: bool = False
    advice: str = ""

    def is_certain(self, data: bytes) -> bool:
        """Return whether signature or pattern tell that ``data`` is of this type."""
        head = data if self.within is None else data[: self.within]
        if self.signature:
            found = self.signature in head if self.within else data.startswith(self.signature)
            return found and (not self.member or self.member in _members(data))
        return self.pattern is not None and self.pattern.search(head) is not None

    def is_likely(self, data: bytes, suffix: str) -> bool:
        """Return whether text of this suffix is of this type."""
        if not self.text:
            return False
        return suffix in self.suffixes or bool(self.hint and self.hint.search(data))

    def read(self, data: bytes, request: Request) -> Reading:
        """Read ``data`` with the type's module.

        Raises
        ------
        DocumentError
            as the module says.

        """
        reading: Reading = import_module(self.module).read(data, request)
        return reading


@cache
def input_types() -> tuple[InputType, ...]:
    """Return what can be read, in the order in which it is asked for."""
    return tuple(map(_entry, load_toml("input_types.toml")["type"]))


@cache
def refused_types() -> tuple[InputType, ...]:
    """Return what is known and cannot be read."""
    return tuple(map(_entry, load_toml("input_types.toml")["refused"]))


@cache
def containers() -> tuple[InputType, ...]:
    """Return the files that hold documents."""
    return tuple(map(_entry, load_toml("input_types.toml")["container"]))


@cache
def readable_suffixes() -> frozenset[str]:
    """Return the suffixes, with their dots, of the files that a folder is searched for."""
    entries = (*input_types(), *containers())
    return frozenset(suffix for each in entries for suffix in each.suffixes if suffix)


def readable_names() -> str:
    """Return what can be read, for a message: "a PDF, Markdown or plain text"."""
    *names, last = (each.name for each in input_types())
    return f"{', '.join(names)} or {last}"


@lru_cache(maxsize=1)  # several types ask of the same file
def _members(data: bytes) -> frozenset[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return frozenset()


def _entry(row: dict[str, Any]) -> InputType:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    for name in ("pattern", "hint"):
        if name in values:
            values[name] = re.compile(values[name].encode())
    if "signature" in values:
        values["signature"] = values["signature"].encode().decode("unicode_escape").encode("latin1")
    return InputType(**values)
