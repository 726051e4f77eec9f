"""What of a run is to do: files to read, files whose outcome stands, documents that leave.

A document leaves the dataset only when the very location that gave it was listed completely in
this run and no longer holds its bytes, and no other known input holds them.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, cast

from ofsted_extract.batch.adopt import Standing
from ofsted_extract.batch.discover import Found, InputFile
from ofsted_extract.batch.ledger import Entry, Ledger
from ofsted_extract.batch.sources import Sources
from ofsted_extract.batch.work import Task, open_input
from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.read.containers import read_inside
from ofsted_extract.read.limits import Limits

#: Failures that another try, another limit or a repaired folder can mend.
TRANSIENT = frozenset(
    reason.value for reason in (Reason.NOT_FOUND, Reason.TOO_LARGE, Reason.TIMEOUT, Reason.CRASHED)
)
#: Failures that another name of the same bytes may not have.
BY_NAME = frozenset({Reason.NOT_A_PDF.value, Reason.UNSUPPORTED_TYPE.value})
#: Files hashed at a time; hashing waits for the disk and lets go of the interpreter.
_HASHERS = 4


@dataclass(slots=True)
class Plan:
    """The work of a run.

    Attributes
    ----------
    tasks:
        files to read, in order of their paths.
    standing:
        entries that need nothing; some have a new time stamp.
    copies:
        files whose bytes are those of another input, by location: the file that is read.
    gone:
        locations of entries whose file is no longer in a folder that was listed completely.
    inputs:
        the files, by location.
    digests:
        the SHA-256 of those files for which it is known, by location.
    sources:
        the manifests beside the files.

    """

    tasks: list[Task] = field(default_factory=list)
    standing: list[Entry] = field(default_factory=list)
    copies: dict[str, InputFile] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    inputs: dict[str, InputFile] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    sources: Sources = field(default_factory=Sources)


def make_plan(
    found: Found,
    ledger: Ledger,
    standing: Standing,
    fingerprint: str,
    *,
    max_pages: int,
    force: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Plan:
    """Compare the files found with the ledger and with what stands in the dataset.

    ``stop`` is asked between two files that are hashed: once it says so the plan has no tasks.
    """
    plan = Plan(inputs={file.location: file for file in found.files})
    plan.digests = _digests(found.files, ledger, stop)
    plan.gone = [
        location
        for location in ledger.entries
        if location not in plan.inputs
        and _is_below(location, found.folders)
        and not _is_below(location, found.unlisted)
    ]
    if stop():
        return plan
    first: dict[str, InputFile] = {}
    for file in found.files:
        digest = plan.digests.get(file.location)
        entry = ledger.entries.get(file.location)
        stands = (
            entry is not None
            and not force
            and digest == entry.sha256
            and _is_settled(entry, fingerprint, max_pages)
            and _is_there(entry, standing)
        )
        if digest is not None and first.setdefault(digest, file) is not file:
            original = ledger.entries.get(first[digest].location)
            if not (stands and entry and entry.is_document and _failed_by_name(original)):
                plan.copies[file.location] = first[digest]
                continue
        if stands and entry is not None and not entry.copy_of:
            plan.standing.append(replace(entry, stamp=file.stamp))
        else:
            plan.tasks.append(_task(file, plan.sources))
    return plan


def copies_to_try(plan: Plan, ledger: Ledger) -> list[Task]:
    """Return a task for each copy whose original failed for its name: the copy's may do better."""
    tasks: dict[str, Task] = {}
    for location, original in plan.copies.items():
        entry = ledger.entries.get(original.location)
        other_name = PurePath(location).suffix.lower() != PurePath(original.path).suffix.lower()
        if other_name and _failed_by_name(entry) and original.location not in tasks:
            tasks[original.location] = _task(plan.inputs[location], plan.sources)
    return list(tasks.values())


def _task(file: InputFile, sources: Sources) -> Task:
    says = None if file.names else sources.of(file.location)
    return Task(file.path, file.stamp, file.container, file.names, key=file.location, says=says)


def _is_settled(entry: Entry, fingerprint: str, max_pages: int) -> bool:
    """Tell whether this program would say the same of the same bytes."""
    current = entry.fingerprint == fingerprint and entry.pages <= max_pages
    return (current or entry.tried == fingerprint) and entry.reason not in TRANSIENT


def _is_there(entry: Entry, standing: Standing) -> bool:
    key = (entry.partition, entry.document_id)
    return not entry.is_document or standing.get(key) == entry.parquet_sizes


def _failed_by_name(entry: Entry | None) -> bool:
    return entry is not None and not entry.is_document and entry.reason in BY_NAME


def _digests(
    files: Iterable[InputFile], ledger: Ledger, stop: Callable[[], bool]
) -> dict[str, str]:
    """Return the SHA-256 of every file for which it matters before it is read.

    Known from the ledger for files that have not changed; worked out for those that have, and for
    files of equal size, which may be copies. A file that is new and of a size of its own is
    hashed when it is read; one that is too large to be read is not hashed at all.
    """
    digests: dict[str, str] = {}
    unknown: list[InputFile] = []
    by_size: dict[int, list[InputFile]] = defaultdict(list)
    for file in files:
        if file.size <= Limits().bytes:
            by_size[file.size].append(file)
    for group in by_size.values():
        for file in group:
            entry = ledger.entries.get(file.location)
            if entry is not None and entry.sha256 and entry.stamp == file.stamp:
                digests[file.location] = entry.sha256
            elif len(group) > 1 or entry is not None:
                unknown.append(file)
    if not unknown:
        return digests
    with ThreadPoolExecutor(_HASHERS) as pool:
        hashed = pool.map(lambda file: None if stop() else _hash(file), unknown)
        digests.update(
            (file.location, digest)
            for file, digest in zip(unknown, hashed, strict=True)
            if digest is not None
        )
    return digests


def _hash(file: InputFile) -> str | None:
    try:
        with open_input(file.container or file.path) as opened:
            if file.names:
                content = read_inside(opened.read(), file.container, file.names)
                return hashlib.sha256(content).hexdigest()
            return hashlib.file_digest(cast(Any, opened), "sha256").hexdigest()
    except (OSError, DocumentError):
        return None  # reading it will say why


def _is_below(location: str, folders: list[str]) -> bool:
    return any(
        location.startswith(folder.rstrip("/" + os.sep) + between)
        for folder in folders
        for between in {"/", os.sep}
    )
