"""What of a run is to do: files to read, files whose outcome stands, outputs that are stale."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from ofsted_extract.batch.discover import Found, InputFile
from ofsted_extract.batch.ledger import Entry, Ledger
from ofsted_extract.batch.work import Task, open_input
from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.read.containers import read_inside
from ofsted_extract.write.dataset import Dataset
from ofsted_extract.write.rows import Partition

#: Failures that another try, another limit or a repaired folder can mend.
TRANSIENT = frozenset(
    reason.value for reason in (Reason.NOT_FOUND, Reason.TOO_LARGE, Reason.TIMEOUT, Reason.CRASHED)
)


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
        paths whose bytes are those of another input, by path: the path that is read.
    gone:
        paths of entries whose file is no longer in a folder given.
    orphans:
        documents that stand where the ledger, if there is one, does not know them.
    strays:
        without a ledger: where documents stand, by id, until it is known where they belong.
    inputs, digests:
        the files, and the SHA-256 of those for which it is known, by path.

    """

    tasks: list[Task] = field(default_factory=list)
    standing: list[Entry] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    orphans: list[tuple[Partition, str]] = field(default_factory=list)
    strays: dict[str, list[Partition]] = field(default_factory=dict)
    inputs: dict[str, InputFile] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)


def make_plan(
    found: Found,
    ledger: Ledger,
    dataset: Dataset,
    fingerprint: str,
    *,
    max_pages: int,
    force: bool = False,
) -> Plan:
    """Compare the files found with the ledger and with what stands in the folder."""
    plan = Plan(inputs={file.path: file for file in found.files})
    stands = dataset.parquet_sizes()
    plan.digests = _digests(found.files, ledger)
    first: dict[str, str] = {}
    for file in found.files:
        digest = plan.digests.get(file.path)
        if digest is not None and first.setdefault(digest, file.path) != file.path:
            plan.copies[file.path] = first[digest]
            continue
        entry = ledger.entries.get(file.path)
        if (
            entry is not None
            and not force
            and (digest, fingerprint) == (entry.sha256, entry.fingerprint)
            and _is_final(entry, max_pages)
            and _is_whole(entry, stands)
        ):
            plan.standing.append(replace(entry, stamp=file.stamp))
        else:
            plan.tasks.append(Task(file.path, file.stamp, file.container, file.names))
    named = {file.path for file in found.files}
    plan.gone = [
        path for path in ledger.entries if path not in named and _is_below(path, found.folders)
    ]
    if ledger.existed:
        plan.orphans = orphans(ledger, stands)
    else:
        for partition, document_id in stands:
            plan.strays.setdefault(document_id, []).append(partition)
    return plan


def _is_final(entry: Entry, max_pages: int) -> bool:
    """Return whether reading the same bytes again would end as the ledger says it ended."""
    return not entry.copy_of and entry.reason not in TRANSIENT and entry.pages <= max_pages


def _is_whole(entry: Entry, stands: dict[tuple[Partition, str], Any]) -> bool:
    """Return whether the document's files are there, each of the size that was written."""
    return (
        not entry.is_document
        or stands.get((entry.partition, entry.document_id)) == entry.parquet_sizes
    )


def orphans(ledger: Ledger, stands: Iterable[tuple[Partition, str]]) -> list[tuple[Partition, str]]:
    """Return which of the documents that stand are not where the ledger says."""
    known = {(entry.partition, entry.document_id) for entry in ledger.documents()}
    return [key for key in stands if key not in known]


def _digests(files: Iterable[InputFile], ledger: Ledger) -> dict[str, str]:
    """Return the SHA-256 of every file for which it matters before it is read.

    Known from the ledger for files that have not changed; worked out for those that have, and for
    files of equal size, which may be copies. A file that is new and of a size of its own is
    hashed when it is read.
    """
    digests: dict[str, str] = {}
    by_size: dict[int, list[InputFile]] = defaultdict(list)
    for file in files:
        by_size[file.size].append(file)
    for group in by_size.values():
        for file in group:
            entry = ledger.entries.get(file.path)
            if entry is not None and entry.sha256 and entry.stamp == file.stamp:
                digests[file.path] = entry.sha256
            elif len(group) > 1 or entry is not None:
                digest = _hash(file)
                if digest is not None:
                    digests[file.path] = digest
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


def _is_below(path: str, folders: list[str]) -> bool:
    return any(path.startswith(folder.rstrip("/") + "/") for folder in folders)
