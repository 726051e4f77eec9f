"""One document, from its bytes to its files: what every worker does, wherever it runs."""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import IO, Any, Protocol, cast

from ofsted_extract.batch.options import Options
from ofsted_extract.batch.sources import SiteSays, note_source
from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Letter
from ofsted_extract.read.containers import read_inside
from ofsted_extract.write.corrections import apply_corrections, read_corrections
from ofsted_extract.write.dataset import Dataset
from ofsted_extract.write.rows import letter_rows
from ofsted_extract.write.store import is_remote


class Extracts(Protocol):
    """What reads a document (see ``extraction.Extractor``); one is made per worker."""

    @property
    def model_version(self) -> str: ...

    def load(self) -> None:
        """Load the model now, or raise ``FileNotFoundError``."""

    def read_bytes(
        self, data: bytes, path: str, observe: Callable[[str, float], None] | None = None
    ) -> Letter:
        """Return the letter in ``data``, or raise ``DocumentError``."""


@dataclass(frozen=True, slots=True)
class Task:
    """A document to read: ``path`` as it was given, ``location`` where to read it if elsewhere.

    A document within a container has the names that lead to it from there. ``key`` is the input's
    one name, by which its outcome is noted (see ``discover.InputFile``), ``says`` what the site
    that it was fetched from says of it.
    """

    path: str
    stamp: str
    location: str = ""
    names: tuple[str, ...] = ()
    key: str = ""
    says: SiteSays | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task; small, because it crosses process borders.

    ``reason`` and ``message`` are empty for a document that was written. ``memory`` is what the
    worker held in bytes when it was done, 0 where the system does not tell.
    """

    path: str
    stamp: str
    key: str = ""
    sha256: str = ""
    document_id: str = ""
    authority_slug: str = ""
    visit: str = ""
    parquet_sizes: tuple[int, ...] = ()
    sheet_sizes: tuple[int, ...] = ()
    pages: int = 0
    sentences: int = 0
    warnings: int = 0
    reason: str = ""
    message: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    memory: int = 0

    @property
    def failed(self) -> bool:
        return bool(self.reason)

    @classmethod
    def failure(cls, task: Task, reason: Reason, message: str, **more: Any) -> Outcome:
        return cls(task.path, task.stamp, task.key, reason=reason.value, message=message, **more)


class OutputError(Exception):
    """The output folder cannot be written; going on with other documents would be of no use."""


def make_extractor(options: Options) -> Extracts:
    """Return a new extractor with the model loaded."""
    from ofsted_extract.read.limits import Limits  # noqa: PLC0415 - only where one reads

    module, _, name = options.extractor.partition(":")
    made = getattr(importlib.import_module(module), name)
    limits = Limits(pages=options.max_pages)
    extractor: Extracts = made(options.model, reader=options.reader, limits=limits, ocr=options.ocr)
    extractor.load()
    return extractor


def process(task: Task, extractor: Extracts, dataset: Dataset, options: Options) -> Outcome:
    """Read a document and write its files; every way to fail but a full disk is an outcome.

    Raises
    ------
    OutputError
        if the files cannot be written.
    MemoryError
        if the document needs more memory than the process may have: the caller gives up the
        process, whose memory is in pieces.

    """
    digest = ""
    seconds: dict[str, float] = {}  # per stage
    started = perf_counter()
    try:
        content = read_inside(
            _content(task.location or task.path), task.location or task.path, task.names
        )
        digest = hashlib.sha256(content).hexdigest()
        seconds["load"] = perf_counter() - started
        letter = extractor.read_bytes(content, task.path, seconds.__setitem__)
        written_from = perf_counter()
        tables = letter_rows(letter)
        note_source(tables, task.says)
        apply_corrections(tables, read_corrections(dataset.store))
        written = _write(dataset, tables, options)
        seconds["write"] = perf_counter() - written_from
    except DocumentError as error:
        seconds["total"] = perf_counter() - started
        return Outcome.failure(
            task, error.reason, error.message, sha256=digest, seconds=seconds, memory=memory_now()
        )
    except (MemoryError, OutputError):
        raise
    except Exception as error:
        seconds["total"] = perf_counter() - started
        return Outcome.failure(
            task,
            Reason.CRASHED,
            f"the program failed on this file ({_name(error)}); please report it with the file",
            sha256=digest,
            seconds=seconds,
            memory=memory_now(),
        )
    seconds["total"] = perf_counter() - started
    document = tables["documents"][0]
    return Outcome(
        task.path,
        task.stamp,
        task.key,
        sha256=digest,
        document_id=written.document_id,
        authority_slug=written.partition.authority_slug,
        visit=written.partition.visit,
        parquet_sizes=written.parquet_sizes,
        sheet_sizes=written.sheet_sizes,
        pages=cast(int, document["pages"]),
        sentences=cast(int, document["sentences"]),
        warnings=len(letter.warnings),
        seconds=seconds,
        memory=memory_now(),
    )


def open_input(path: str) -> AbstractContextManager[IO[bytes]]:
    """Open an input file, local or on any fsspec path."""
    if is_remote(path):
        import fsspec  # noqa: PLC0415 - not needed for local inputs

        return cast(AbstractContextManager[IO[bytes]], fsspec.open(path, "rb"))
    return Path(path).open("rb")


def memory_now() -> int:
    """Return the memory that this process holds, in bytes; 0 where the system does not tell."""
    return memory_of("self")


def memory_of(process: int | str) -> int:
    """Return the resident memory of a process in bytes; 0 if it is gone or cannot be asked."""
    try:
        with open(f"/proc/{process}/statm", "rb") as file:  # noqa: PTH123 - asked often
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _content(path: str) -> bytes:
    from ofsted_extract.read.limits import Limits  # noqa: PLC0415 - only where one reads

    limits = Limits()
    try:
        if not is_remote(path):
            limits.check_bytes(Path(path).stat().st_size)  # says how large it is, unread
        with open_input(path) as file:
            # one byte more than allowed is enough to know
            content = file.read(limits.bytes + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DocumentError(
            Reason.NOT_FOUND, "the file was there and is gone; run the batch again"
        ) from error
    except OSError as error:
        raise DocumentError(
            Reason.NOT_FOUND,
            f"the file cannot be opened ({error.strerror or error}); check its permissions",
        ) from error
    limits.check_bytes(len(content))
    return content


def _write(dataset: Dataset, tables: Any, options: Options) -> Any:
    try:
        return dataset.write(tables, sheets=options.sheets)
    except OSError as error:
        raise OutputError(f"{error.strerror or error}: {dataset.store.root}") from error


def _name(error: Exception) -> str:
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _page_size() -> int:
    if sys.platform == "win32":
        return 4096
    import resource  # noqa: PLC0415 - not on Windows

    return resource.getpagesize()


_PAGE = _page_size()
