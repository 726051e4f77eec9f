"""The ledger: what stands in an output folder, and from which bytes it was made.

A document counts as done when its entry is in the ledger, and its entry is written when all its
files stand. The ledger is a sorted file and a journal of what came since; whatever moment a run
is killed at, the two together are true of every file that they name.

The sorted file ends with a line that counts its records, so that a half-written or damaged one is
told from a whole one; the whole one before it is kept beside it and takes its place. What no ledger
names any more is adopted from the dataset itself (``batch/adopt.py``), never removed for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any

from ofsted_extract.letter import document_id_of
from ofsted_extract.write.rows import Partition
from ofsted_extract.write.store import PRIVATE, LocalStore, Store, is_remote

_LEDGER = f"{PRIVATE}/ledger.jsonl"
_BEFORE = f"{PRIVATE}/ledger.before.jsonl"
_JOURNAL = f"{PRIVATE}/journal"
#: How many records wait at most before they are written to a store that cannot append.
_SEGMENT = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one input file: a document, a failure, or a copy of another input.

    ``location`` is the file's one name (see ``discover.InputFile``), ``path`` what it was called
    when it was read. ``fingerprint`` names the program, the model and the reader that the outcome
    is due to; the sizes are those of the files written, in the order of the tables. A document
    with a ``reason`` is an earlier reading of the same bytes that was kept because reading them
    again failed; ``tried`` is the fingerprint of that attempt.
    """

    location: str
    path: str
    stamp: str
    sha256: str
    fingerprint: str
    document_id: str = ""
    authority_slug: str = ""
    visit: str = ""
    parquet_sizes: tuple[int, ...] = ()
    sheet_sizes: tuple[int, ...] = ()
    pages: int = 0
    sentences: int = 0
    reason: str = ""
    message: str = ""
    copy_of: str = ""
    tried: str = ""

    @property
    def is_document(self) -> bool:
        return bool(self.document_id)

    @property
    def partition(self) -> Partition:
        return Partition(self.authority_slug, self.visit)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit whose sheets hold several documents, or were made again from Parquet.

    ``documents`` tell which documents and in which version: id and fingerprint of each.
    """

    documents: tuple[str, ...]
    sheet_sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """A document that lost its entry, and the file that it was read from."""

    document_id: str
    authority_slug: str
    visit: str
    path: str

    @property
    def partition(self) -> Partition:
        return Partition(self.authority_slug, self.visit)


class Ledger:
    """The ledger of one output folder.

    Attributes
    ----------
    entries:
        by location of the input.
    visits:
        by partition.
    begun:
        where the files of a run that did not end were: location by path as it was given.
    leaving:
        documents, by id, that lost their entry in a run that did not end: to be removed unless
        they have one again.
    notes:
        what a person should know about the ledger itself, a sentence each.

    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.entries: dict[str, Entry] = {}
        self.visits: dict[Partition, Visit] = {}
        self.begun: dict[str, str] = {}
        self.leaving: dict[str, Leaving] = {}
        self.notes: list[str] = []
        self._owners: dict[str, str] = {}  # document_id -> location
        self._by_digest: dict[str, set[str]] = {}  # sha256 -> locations
        self._journal: IO[bytes] | None = None
        self._waiting: list[str] = []
        self._segments = 0
        found = store.sizes(PRIVATE)
        self._journals = sorted(path for path in found if path.startswith(_JOURNAL))
        for record in self._last_good(found):
            self._replay(record)
        for path in self._journals:
            for record in _records(store.read(path)):
                self._replay(record)
        if self._journals:
            self.compact()  # a record after a half-written line would be lost

    def _last_good(self, found: Mapping[str, int]) -> list[dict[str, Any]]:
        """Return the records of the ledger, or where it is damaged of the one before it."""
        for path in (_LEDGER, _BEFORE):
            if path not in found:
                continue
            records = list(_records(self._store.read(path)))
            if _is_whole(records):
                return records
            self.notes.append(
                f"{path} is damaged; documents that it does not name are kept and, where their "
                "files are given, read again"
            )
            if path == _BEFORE or _BEFORE not in found:
                return records
        return []

    def documents(self) -> Iterator[Entry]:
        """Yield the entries of documents."""
        return (entry for entry in self.entries.values() if entry.is_document)

    def by_visit(self) -> dict[Partition, list[Entry]]:
        """Return the documents of every visit, in order of their ids."""
        visits: dict[Partition, list[Entry]] = {}
        for entry in sorted(self.documents(), key=lambda each: each.document_id):
            visits.setdefault(entry.partition, []).append(entry)
        return visits

    def owner(self, document_id: str) -> Entry | None:
        """Return the entry of a document, by its id."""
        location = self._owners.get(document_id)
        return None if location is None else self.entries[location]

    def holders(self, sha256: str) -> list[Entry]:
        """Return the entries of all inputs that hold these bytes, in order of their locations."""
        return [self.entries[each] for each in sorted(self._by_digest.get(sha256, ()))]

    def record(self, entry: Entry) -> None:
        """Note what became of an input; a document has one entry, that of its latest reading."""
        owner = self.owner(entry.document_id) if entry.is_document else None
        if owner is not None and owner.location != entry.location:
            self.forget(owner.location)
        self._note({"entry": asdict(entry)})

    def begin(self, tasks: Mapping[str, str]) -> None:
        """Note where the files that are about to be read are: location by path."""
        if tasks:
            self._note({"begun": dict(tasks)})

    def leave(self, entry: Entry) -> None:
        """Note that a document loses its entry, before it does."""
        self._note(
            {
                "leaving": asdict(
                    Leaving(entry.document_id, entry.authority_slug, entry.visit, entry.path)
                )
            }
        )

    def record_visit(self, partition: Partition, visit: Visit) -> None:
        """Note that the sheets of a visit were made from Parquet."""
        self._note({"partition": asdict(partition), "visit": asdict(visit)})

    def forget(self, location: str) -> None:
        """Drop the entry of an input."""
        if location in self.entries:
            self._note({"forget": location})

    def forget_visit(self, partition: Partition) -> None:
        """Drop what was noted of a visit's sheets."""
        if partition in self.visits:
            self._note({"partition": asdict(partition), "visit": None})

    def flush(self) -> None:
        """Write what waits, where the store cannot append record by record."""
        if self._waiting:
            self._segments += 1
            path = f"{_JOURNAL}-{self._segments:08}.jsonl"
            self._store.write({path: "".join(self._waiting).encode()})
            self._journals.append(path)
            self._waiting.clear()

    def finish(self) -> None:
        """Close the books of a run that came to its end."""
        self.begun, self.leaving = {}, {}
        self.compact()

    def compact(self) -> None:
        """Write the whole ledger sorted, keep the one before it, and end the journal."""
        lines = [_line({"entry": asdict(self.entries[each])}) for each in sorted(self.entries)]
        lines += [
            _line({"partition": asdict(partition), "visit": asdict(self.visits[partition])})
            for partition in sorted(self.visits)
        ]
        if self.begun:
            lines.append(_line({"begun": self.begun}))
        lines += [_line({"leaving": asdict(self.leaving[each])}) for each in sorted(self.leaving)]
        lines.append(_line({"records": len(lines)}))
        with suppress(FileNotFoundError):
            before = self._store.read(_LEDGER)
            if _is_whole(list(_records(before))):
                self._store.write({_BEFORE: before})
        self._store.write({_LEDGER: "".join(lines).encode()})
        # a run killed here replays the journal over the new ledger, which changes nothing
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        self._waiting.clear()
        self._store.remove(self._journals)
        self._journals = []

    def close(self) -> None:
        """Write what waits and let go of the journal."""
        self.flush()
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _note(self, record: dict[str, Any]) -> None:
        self._replay(record)
        line = _line(record)
        if not isinstance(self._store, LocalStore):
            self._waiting.append(line)
            if len(self._waiting) >= _SEGMENT:
                self.flush()
            return
        if self._journal is None:
            path = f"{_JOURNAL}.jsonl"
            self._journal = self._store.append(path)
            self._journals = [path]
        self._journal.write(line.encode())

    def _replay(self, record: dict[str, Any]) -> None:
        if "entry" in record:
            entry = _entry(record["entry"])
            if entry is None:
                return  # of a form that is not known: its document is adopted
            self._drop(entry.location)
            self.entries[entry.location] = entry
            self._by_digest.setdefault(entry.sha256, set()).add(entry.location)
            if entry.is_document:
                self._owners[entry.document_id] = entry.location
        elif "forget" in record:
            self._drop(record["forget"])
        elif "begun" in record:
            self.begun = dict(record["begun"])
        elif "leaving" in record:
            leaving = Leaving(**record["leaving"])
            self.leaving[leaving.document_id] = leaving
        elif "visit" in record:
            partition = Partition(**record["partition"])
            if record["visit"] is None:
                self.visits.pop(partition, None)
            else:
                visit = record["visit"]
                self.visits[partition] = Visit(
                    tuple(visit["documents"]), tuple(visit.get("sheet_sizes", ()))
                )

    def _drop(self, location: str) -> None:
        old = self.entries.pop(location, None)
        if old is None:
            return
        self._by_digest[old.sha256].discard(location)
        if self._owners.get(old.document_id) == location:
            del self._owners[old.document_id]


def _entry(fields: Any) -> Entry | None:
    """Return an entry as this version knows it; None where it cannot be understood.

    Fields of a later version are left out. Those of version 0.2 name no location: theirs is known
    where their path was absolute.
    """
    try:
        known = {name: fields[name] for name in _FIELDS if name in fields}
        known.update({name: tuple(known[name]) for name in _SIZES if name in known})
        if "location" not in known:
            path = known["path"]
            if not (is_remote(path) or Path(path).is_absolute()):
                return None
            known["location"] = path
            known["document_id"] = known["document_id"] and document_id_of(known["sha256"])
            known["copy_of"] = ""
        entry = Entry(**known)
    except (TypeError, KeyError, ValueError, AttributeError):
        return None
    return entry if all(isinstance(getattr(entry, name), str) for name in _TEXTS) else None


_FIELDS = tuple(field.name for field in fields(Entry))
_SIZES = ("parquet_sizes", "sheet_sizes")
_TEXTS = tuple(field.name for field in fields(Entry) if field.type == "str")


def _line(record: dict[str, Any]) -> str:
    # ASCII: names of files need not be valid Unicode
    return json.dumps(record, ensure_ascii=True, separators=(",", ":")) + "\n"


def _records(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the records of a file; a line that is half written or damaged ends it."""
    for line in content.split(b"\n"):
        if line:
            try:
                record = json.loads(line)
            except ValueError:
                return
            if not isinstance(record, dict):
                return
            yield record


def _is_whole(records: Sequence[dict[str, Any]]) -> bool:
    """Tell whether a ledger's last line counts its records; version 0.2 wrote no such line."""
    if not records:
        return False
    last = records[-1]
    if "records" in last:
        return bool(last["records"] == len(records) - 1)
    return all("location" not in record.get("entry", {}) for record in records)
