"""Documents that stand in a dataset and that its ledger does not name.

They are there because a run was killed between writing a document and noting it, because the
ledger was damaged, or because the dataset was copied without its hidden folder. They are good
documents: they get an entry and stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ofsted_extract.batch.ledger import Entry, Ledger
from ofsted_extract.schema import DOCUMENT_TABLES
from ofsted_extract.write.dataset import Dataset
from ofsted_extract.write.rows import Partition

#: Before the id of a document whose file's place nobody knows: no folder is listed for it, ever.
_NOWHERE = "adopted:"

Standing = Mapping[tuple[Partition, str], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Unnamed:
    """What stands and is not named by the ledger.

    ``entries`` are for the ledger. ``strays`` are further files of documents that have a better
    place, files of documents that were never complete, and documents that were leaving when a run
    was killed: to be taken away once the run has ended, unless they have become part of the
    dataset.
    """

    entries: tuple[Entry, ...] = ()
    strays: tuple[tuple[Partition, str], ...] = ()


def unnamed(dataset: Dataset, ledger: Ledger, standing: Standing) -> Unnamed:
    """Return what of ``standing`` the ledger does not name."""
    entries: dict[str, Entry] = {}
    strays: list[tuple[Partition, str]] = []
    for (partition, document_id), sizes in sorted(standing.items()):
        owner = ledger.owner(document_id)
        if owner is not None and owner.partition == partition:
            continue
        named_and_there = owner is not None and standing.get((owner.partition, document_id))
        known = named_and_there or document_id in entries or document_id in ledger.leaving
        if known or len(sizes) < len(DOCUMENT_TABLES):
            strays.append((partition, document_id))
            continue
        found = _entry(dataset, ledger, partition, document_id, sizes)
        if found is None:
            strays.append((partition, document_id))
        else:
            entries[document_id] = found
    return Unnamed(tuple(entries.values()), tuple(strays))


def _entry(
    dataset: Dataset, ledger: Ledger, partition: Partition, document_id: str, sizes: tuple[int, ...]
) -> Entry | None:
    row = dataset.documents_row(partition, document_id)
    if row is None:
        return None
    path = str(row["source_path"])
    location = ledger.begun.get(path, "")
    if not location or location in ledger.entries:
        location = f"{_NOWHERE}{document_id}"
    return Entry(
        location,
        path,
        stamp="",
        sha256=str(row["source_sha256"]),
        fingerprint="",  # read again as soon as its file is given
        document_id=document_id,
        authority_slug=partition.authority_slug,
        visit=partition.visit,
        parquet_sizes=sizes,
        pages=int(str(row["pages"])),
        sentences=int(str(row["sentences"])),
    )


def nowhere(entries: Iterator[Entry]) -> int:
    """Count the entries whose file's place is not known."""
    return sum(entry.location.startswith(_NOWHERE) for entry in entries)
