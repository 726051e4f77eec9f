"""The dataset of many letters: one folder per authority and visit, one Parquet file per letter.

    parquet/<table>/authority_slug=<slug>/visit=<visit>/<document_id>.parquet
    a sheet of every table per visit (`sheets`)

The Parquet files are the dataset; the sheets of a visit are made from them and can be made again at
any time. Where one letter stands alone on its visit, as nearly all do, its sheets are written with
its Parquet files; where two documents fall on one visit, `Dataset.write_visit_sheets` writes those
that hold both, in order of ``document_id``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ofsted_extract.schema import DOCUMENT_TABLES, DOCUMENTS, FOLLOWUP, Table
from ofsted_extract.write.rows import Partition, Row, Tables
from ofsted_extract.write.sheets import (
    FOLDER,
    partition_of,
    sheet_header,
    sheet_lines,
    sheet_path,
    sheet_paths,
    sheet_text,
)
from ofsted_extract.write.store import Store

_PARQUET = re.compile(
    r"parquet/(?:" + "|".join(table.name for table in DOCUMENT_TABLES) + ")"
    r"/authority_slug=([^/]+)/visit=([^/]+)/(d[0-9a-f]{16})\.parquet"
)
_FOLLOWUP = re.compile(
    rf"parquet/{FOLLOWUP.name}/authority_slug=([^/]+)/visit=([^/]+)/(d[0-9a-f]{{16}})\.parquet"
)


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the dataset for one letter; sizes in bytes, in the order of the tables."""

    document_id: str
    partition: Partition
    parquet_sizes: tuple[int, ...]
    sheet_sizes: tuple[int, ...]


class Dataset:
    """A dataset in a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def write(self, tables: Tables, *, sheets: bool = True) -> Written:
        """Write one letter's files; those of its earlier version in the same place are replaced.

        The sheets written are those of a visit with this one letter.
        """
        files, document_id, partition = encode(tables, sheets=sheets)
        self.store.write(files)
        return Written(
            document_id,
            partition,
            tuple(len(files[path]) for path in parquet_paths(partition, document_id)),
            tuple(len(files[path]) for path in sheet_paths(partition) if path in files),
        )

    def write_visit_sheets(
        self, partition: Partition, document_ids: Sequence[str]
    ) -> tuple[int, ...]:
        """Write the sheets of a visit from the Parquet files of its documents; return the sizes."""
        return tuple(
            self._write_sheet(table, partition, sorted(document_ids)) for table in DOCUMENT_TABLES
        )

    def _write_sheet(self, table: Table, partition: Partition, ids: Sequence[str]) -> int:
        from ofsted_extract.write.arrow import parquet_rows  # noqa: PLC0415 - rarely needed here

        size: int = 0
        with self.store.stream(sheet_path(table, partition)) as file:
            size += file.write(sheet_header(table).encode())
            for document_id in ids:
                rows = parquet_rows(
                    table, self.store.read(parquet_path(table, partition, document_id))
                )
                for row in rows:
                    row["authority_slug"] = partition.authority_slug
                    row["visit"] = partition.visit
                size += file.write(sheet_lines(table, rows).encode())
            return size

    def parquet_sizes(self) -> dict[tuple[Partition, str], tuple[int, ...]]:
        """Return the sizes of the files that stand, by partition and document.

        A document that lacks a file has fewer sizes than there are tables.
        """
        found: dict[tuple[Partition, str], list[int]] = {}
        for table in DOCUMENT_TABLES:
            for path, size in self.store.sizes(f"parquet/{table.name}").items():
                match = _PARQUET.fullmatch(path)
                if match:
                    key = Partition(match[1], match[2]), match[3]
                    found.setdefault(key, []).append(size)
        return {key: tuple(sizes) for key, sizes in found.items()}

    def sheet_sizes(self) -> dict[Partition, tuple[int, ...]]:
        """Return the sizes of the sheets that stand, by partition."""
        by_path = self.store.sizes(FOLDER)
        partitions = {found for path in by_path if (found := partition_of(path))}
        return {
            partition: tuple(by_path[path] for path in sheet_paths(partition) if path in by_path)
            for partition in partitions
        }

    def remove(self, partition: Partition, document_id: str) -> None:
        """Remove a letter's Parquet files, and its visit's sheets, which are then to be rebuilt."""
        self.store.remove([*sheet_paths(partition), *parquet_paths(partition, document_id)])

    def retire(self, partition: Partition, document_id: str) -> None:
        """As ``remove``, but the Parquet files are kept in the trash."""
        self.store.retire(parquet_paths(partition, document_id))
        self.store.remove(sheet_paths(partition))

    def forget_followup(self, document_ids: Collection[str], slugs: Collection[str]) -> None:
        """Take the rows about removed documents out of table ``followup`` of their authorities."""
        from ofsted_extract.write.arrow import parquet_bytes, parquet_rows  # noqa: PLC0415

        touched: set[Partition] = set()
        for slug in slugs:
            for path in self.store.sizes(f"parquet/{FOLLOWUP.name}/authority_slug={slug}"):
                match = _FOLLOWUP.fullmatch(path)
                if match is None:
                    continue
                rows = (
                    []
                    if match[3] in document_ids
                    else parquet_rows(FOLLOWUP, self.store.read(path))
                )
                kept = [row for row in rows if row["later_document_id"] not in document_ids]
                if kept and len(kept) == len(rows):
                    continue
                touched.add(Partition(match[1], match[2]))
                if kept:
                    self.store.write({path: parquet_bytes(FOLLOWUP, kept)})
                else:
                    self.store.remove([path])
        for partition in touched:
            self._write_followup_sheet(partition)

    def _write_followup_sheet(self, partition: Partition) -> None:
        folder = parquet_path(FOLLOWUP, partition, "").rpartition("/")[0]
        found = [m[3] for path in self.store.sizes(folder) if (m := _FOLLOWUP.fullmatch(path))]
        if found:
            self._write_sheet(FOLLOWUP, partition, sorted(found))
        else:
            self.store.remove([sheet_path(FOLLOWUP, partition)])

    def documents_row(self, partition: Partition, document_id: str) -> Row | None:
        """Return a letter's row of table ``documents`` from its file; None if that is damaged."""
        from ofsted_extract.write.arrow import parquet_rows  # noqa: PLC0415 - rarely needed here

        path = parquet_path(DOCUMENTS, partition, document_id)
        try:
            (row,) = parquet_rows(DOCUMENTS, self.store.read(path))
        except (OSError, ValueError):  # pyarrow's errors are of these kinds
            return None
        return row

    def remove_sheets(self, partition: Partition) -> None:
        """Remove the sheets of a visit."""
        self.store.remove(sheet_paths(partition))


def encode(tables: Tables, *, sheets: bool = True) -> tuple[dict[str, bytes], str, Partition]:
    """Return one letter's files by path, its id and where it belongs; same tables, same bytes."""
    from ofsted_extract.write.arrow import parquet_bytes  # noqa: PLC0415 - only where one writes

    document = tables["documents"][0]
    document_id = str(document["document_id"])
    partition = Partition(str(document["authority_slug"]), str(document["visit"]))
    files = {
        parquet_path(table, partition, document_id): parquet_bytes(table, tables[table.name])
        for table in DOCUMENT_TABLES
    }
    if sheets:
        for table in DOCUMENT_TABLES:
            files[sheet_path(table, partition)] = sheet_text(table, tables[table.name]).encode()
    return files, document_id, partition


def parquet_path(table: Table, partition: Partition, document_id: str) -> str:
    """Return where a letter's file of ``table`` stands."""
    return (
        f"parquet/{table.name}/authority_slug={partition.authority_slug}"
        f"/visit={partition.visit}/{document_id}.parquet"
    )


def parquet_paths(partition: Partition, document_id: str) -> list[str]:
    """Return where a letter's Parquet files stand, in the order of the tables."""
    return [parquet_path(table, partition, document_id) for table in DOCUMENT_TABLES]
