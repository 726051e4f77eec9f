"""The ledger: what stands in an output folder, and from which bytes it was made.

A document counts as done when its entry is in the ledger, and its entry is written when all its
files stand. The ledger is a sorted file and a journal of what came since; whatever moment a run
is killed at, the two together are true of every file that they name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import IO, Any

from ofsted_extract.write.rows import Partition
from ofsted_extract.write.store import PRIVATE, LocalStore, Store

_LEDGER = f"{PRIVATE}/ledger.jsonl"
_JOURNAL = f"{PRIVATE}/journal"
#: How many records wait at most before they are written to a store that cannot append.
_SEGMENT = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one input file: a document, a failure, or a copy of another input.

    ``fingerprint`` names the program, the model and the reader that the outcome is due to; the
    sizes are those of the files written, in the order of the tables.
    """

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


class Ledger:
    """The ledger of one output folder.

    Attributes
    ----------
    entries:
        by path of the input.
    visits:
        by partition.
    existed:
        whether the folder had a ledger at all.

    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.entries: dict[str, Entry] = {}
        self.visits: dict[Partition, Visit] = {}
        self._owners: dict[str, str] = {}  # document_id -> path
        self._journal: IO[bytes] | None = None
        self._waiting: list[str] = []
        self._segments = 0
        found = store.sizes(PRIVATE)
        self._journals = sorted(path for path in found if path.startswith(_JOURNAL))
        self.existed = _LEDGER in found or bool(self._journals)
        for path in ([_LEDGER] if _LEDGER in found else []) + self._journals:
            for record in _records(store.read(path)):
                self._replay(record)
        if self._journals:
            self.compact()

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
        path = self._owners.get(document_id)
        return None if path is None else self.entries[path]

    def record(self, entry: Entry) -> None:
        """Note what became of an input; a document has one entry, that of its latest reading."""
        owner = self.owner(entry.document_id) if entry.is_document else None
        if owner is not None and owner.path != entry.path:
            self.forget(owner.path)
        self._note({"entry": asdict(entry)})

    def record_visit(self, partition: Partition, visit: Visit) -> None:
        """Note that the sheets of a visit were made from Parquet."""
        self._note({"partition": asdict(partition), "visit": asdict(visit)})

    def forget(self, path: str) -> None:
        """Drop the entry of an input."""
        if path in self.entries:
            self._note({"forget": path})

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

    def compact(self) -> None:
        """Write the whole ledger sorted, and end the journal."""
        lines = [_line({"entry": asdict(self.entries[path])}) for path in sorted(self.entries)]
        lines += [
            _line({"partition": asdict(partition), "visit": asdict(self.visits[partition])})
            for partition in sorted(self.visits)
        ]
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
            self._drop(entry.path)
            self.entries[entry.path] = entry
            if entry.is_document:
                self._owners[entry.document_id] = entry.path
        elif "forget" in record:
            self._drop(record["forget"])
        else:
            partition = Partition(**record["partition"])
            if record["visit"] is None:
                self.visits.pop(partition, None)
            else:
                visit = record["visit"]
                self.visits[partition] = Visit(
                    tuple(visit["documents"]), tuple(visit.get("sheet_sizes", ()))
                )

    def _drop(self, path: str) -> None:
        old = self.entries.pop(path, None)
        if old is not None and self._owners.get(old.document_id) == path:
            del self._owners[old.document_id]


def _entry(values: dict[str, Any]) -> Entry:
    """Return an entry; what other versions of the program noted beside it is left out."""
    known = {field.name: values[field.name] for field in fields(Entry) if field.name in values}
    sizes = {name: tuple(known.get(name, ())) for name in ("parquet_sizes", "sheet_sizes")}
    return Entry(**{**known, **sizes})


def _line(record: dict[str, Any]) -> str:
    # ASCII: names of files need not be valid Unicode
    return json.dumps(record, ensure_ascii=True, separators=(",", ":")) + "\n"


def _records(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the records of a file; a line that a killed run left half written ends it."""
    for line in content.split(b"\n"):
        if line:
            try:
                record = json.loads(line)
            except ValueError:
                return
            yield record
