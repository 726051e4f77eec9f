"""``manifest.csv``: one row for each listed letter, and what became of it.

The manifest is the memory of a folder of fetched letters: it says which files are here already, and
tells `batch` where each file comes from. It is written anew after each file, whole or not at all.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from pathlib import Path

from ofsted_extract.write.store import LocalStore

MANIFEST = "manifest.csv"
_PARQUET = "manifest.parquet"


class State(StrEnum):
    """What became of a listed letter."""

    NEW = "new"  # fetched in the last run
    KNOWN = "known"  # here from an earlier run
    CHANGED = "changed"  # listed or served differently than before, and fetched again
    GONE = "gone"  # no longer listed; the file is kept
    NOT_A_PDF = "not_a_pdf"  # what is served is something else, which `reason` names
    FAILED = "failed"  # not to be had in the last run; `reason` says why


#: States of which a file is here.
KEPT = frozenset({State.NEW, State.KNOWN, State.CHANGED, State.GONE})


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. ``path`` is relative to the manifest's folder, with forward slashes.

    ``provider`` is the page that lists it, ``printed_type`` and ``printed_date`` (ISO) what that
    page says, ``size`` in bytes, ``fetched_at`` in ISO form with its zone.
    """

    url: str
    file_id: str
    provider: str = ""
    urn: str = ""
    authority: str = ""
    printed_type: str = ""
    printed_date: str = ""
    path: str = ""
    sha256: str = ""
    size: int = 0
    state: State = State.NEW
    reason: str = ""
    fetched_at: str = ""


COLUMNS = tuple(field.name for field in fields(Entry))


class ManifestError(Exception):
    """``manifest.csv`` is not as it was written; the message names the line."""


class Manifest:
    """The entries of a folder by URL, in the order in which they were first listed."""

    def __init__(self, folder: Path, entries: Iterable[Entry] = ()) -> None:
        self.folder = folder
        self._entries = {entry.url: entry for entry in entries}

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, url: str) -> Entry | None:
        """Return the entry of an address, if there is one."""
        return self._entries.get(url)

    def put(self, entry: Entry) -> None:
        """Add an entry, or replace that of the same address."""
        self._entries[entry.url] = entry

    def settle(self) -> None:
        """Make what the last run fetched known, before a new run."""
        for url, entry in self._entries.items():
            if entry.state in (State.NEW, State.CHANGED):
                self._entries[url] = replace(entry, state=State.KNOWN, reason="")

    def holds(self, entry: Entry) -> bool:
        """Tell whether the entry's file is here, by its size."""
        if entry.state not in KEPT or not entry.path:
            return False
        path = self.folder / entry.path
        return path.is_file() and path.stat().st_size == entry.size

    def save(self) -> None:
        """Write ``manifest.csv``, whole or not at all."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(entry) for entry in self)
        LocalStore(str(self.folder)).write({MANIFEST: text.getvalue().encode("utf-8-sig")})

    def save_parquet(self) -> None:
        """Write the same rows as ``manifest.parquet``."""
        import pyarrow as pa  # noqa: PLC0415 - heavy; once a run
        import pyarrow.parquet as pq  # noqa: PLC0415

        types = {"size": pa.int64()}
        schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
        rows = [{**asdict(entry), "state": entry.state.value} for entry in self]
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), buffer)
        LocalStore(str(self.folder)).write({_PARQUET: buffer.getvalue()})

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read the manifest of ``folder``; an empty one where there is none.

        Raises
        ------
        ManifestError
            if a line cannot be understood.

        """
        path = folder / MANIFEST
        if not path.is_file():
            return cls(folder)
        try:
            rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
        except (UnicodeDecodeError, csv.Error) as error:
            raise ManifestError(
                f"{path} is damaged ({error}); restore it or move it away"
            ) from None
        return cls(folder, [_entry(path, number, row) for number, row in enumerate(rows, 2)])


def _entry(path: Path, number: int, row: dict[str, str]) -> Entry:
    try:
        known = {name: row[name] for name in COLUMNS}
        return Entry(**{**known, "size": int(known["size"]), "state": State(known["state"])})  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError) as error:
        raise ManifestError(
            f"{path}, line {number} is not as it was written ({error}); restore the file or move "
            "it away: letters that are here already are then found again by their names"
        ) from None
