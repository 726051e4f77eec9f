"""The dataset as pandas frames, reading only the folders that a question needs.

    dataset = Dataset.open("data/processed")
    weak = dataset.sentences(authority="trafford", visit="2019")
    dataset.visits("trafford")

Frames have all columns of ``schema.py`` in their order, those of the folder names included, the
types that ``pandas.read_parquet`` gives, and rows ordered by authority, visit and the table's own
order. List columns hold numpy arrays. ``same_as`` is worked out here, from the words of the
documents of one visit: which letter a file repeats depends on what else is in the dataset.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ofsted_extract.explore.copies import Text, pieces_of, repeats
from ofsted_extract.kinds import document_kind
from ofsted_extract.names import slug as slug_of
from ofsted_extract.schema import (
    DOCUMENTS,
    FINDINGS,
    FOLLOWUP,
    JUDGEMENTS_TABLE,
    PROGRESS,
    RECOMMENDATIONS,
    SENTENCES,
    Table,
)
from ofsted_extract.write.store import Store, open_store

if TYPE_CHECKING:
    import pandas as pd

_FILE = re.compile(r"parquet/[^/]+/authority_slug=([^/]+)/visit=([^/]+)/[^/]+\.parquet")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

#: Columns of table ``sentences`` that hold one of a few words, which pages and tables are made by.
_LABELS = {"finding": frozenset(FINDINGS), "progress": frozenset(PROGRESS)}


class DatasetError(Exception):
    """The folder or the question is wrong; the message tells a person what to do."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: a partition of the dataset, with its date and kind told from its name."""

    authority_slug: str
    name: str

    @property
    def day(self) -> date | None:
        """Start of the visit, else the publication date, else ``None``."""
        found = _DATE.match(self.name)
        return date.fromisoformat(found[0]) if found else None

    @property
    def kind(self) -> str:
        """One of ``schema.DOCUMENT_KINDS``."""
        return self.name.partition("_")[2]

    @property
    def is_inspectors(self) -> bool:
        """Whether inspectors speak in it, not a newspaper, a council or somebody unknown."""
        return document_kind(self.kind).is_visit

    @property
    def is_reported(self) -> bool:
        """Whether a newspaper or a council speaks in it."""
        return document_kind(self.kind).is_reported

    @property
    def sort_key(self) -> tuple[str, bool, date, str]:
        """By authority and date; what has no date comes last."""
        return self.authority_slug, self.day is None, self.day or date.max, self.name


class Dataset:
    """Read access to one dataset folder. Open it with `Dataset.open`."""

    def __init__(self, store: Store, visits: Sequence[Visit]) -> None:
        self.store = store
        self._visits = tuple(visits)
        self._repeats: dict[str, dict[str, str]] = {}  # by authority, as far as asked

    @classmethod
    def open(cls, folder: str) -> Dataset:
        """Open the dataset at ``folder``, a local folder or any fsspec address.

        Raises
        ------
        DatasetError
            if there is no dataset in it.

        """
        store = open_store(folder)
        found = _partitions(store.sizes(f"parquet/{DOCUMENTS.name}"))
        if not found:
            raise DatasetError(
                f"{folder} holds no dataset (no parquet/{DOCUMENTS.name}/ with files in it): "
                f"make one with `ofsted-extract batch INPUT --out {folder}`"
            )
        return cls(store, found)

    # ------------------------------------------------------------------ what is there

    def authorities(self) -> tuple[str, ...]:
        """Return the slugs of all authorities, in order."""
        return tuple(sorted({visit.authority_slug for visit in self._visits}))

    def visits(self, authority: str | None = None, *, reported: bool = False) -> tuple[Visit, ...]:
        """Return the visits by authority and date.

        ``reported`` adds what newspapers and councils wrote about visits.
        """
        slug = self.resolve(authority) if authority else None
        return tuple(
            visit
            for visit in self._visits
            if slug in (None, visit.authority_slug)
            and (visit.is_inspectors or (reported and visit.is_reported))
        )

    def resolve(self, authority: str) -> str:
        """Return the slug of an authority given as slug or name ("Kingston upon Hull").

        Raises
        ------
        DatasetError
            if the dataset has no such authority; the message names those that are near.

        """
        slug = slug_of(authority)
        known = self.authorities()
        if slug in known:
            return slug
        near = difflib.get_close_matches(slug, known, n=3) or [
            each for each in known if slug and slug in each
        ]
        hint = f"did you mean {' or '.join(near)}?" if near else f"it has {_few(known)}"
        raise DatasetError(f"no letter of {authority!r} in {self.store.root}; {hint}")

    def run(self) -> dict[str, Any]:
        """Return ``run.json``: what ran, on what and with which versions; empty without one."""
        try:
            content: dict[str, Any] = json.loads(self.store.read("run.json"))
        except FileNotFoundError:
            return {}
        return content

    # ------------------------------------------------------------------ the five tables

    def documents(
        self,
        authority: str | None = None,
        visit: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return the documents table; see `frame`."""
        wanted = list(columns or DOCUMENTS.column_names)
        if "same_as" not in wanted:
            return self.frame(DOCUMENTS, authority, visit, wanted)
        needed = dict.fromkeys([*wanted, "document_id", "authority_slug"])
        frame = self.frame(DOCUMENTS, authority, visit, list(needed))
        same = self._same_as(frame["authority_slug"].unique())
        frame["same_as"] = [same.get(each, "") for each in frame["document_id"]]
        return frame[wanted]

    def judgements(
        self,
        authority: str | None = None,
        visit: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return the judgements table; see `frame`."""
        return self.frame(JUDGEMENTS_TABLE, authority, visit, columns)

    def sentences(
        self,
        authority: str | None = None,
        visit: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return the sentences table; see `frame`."""
        return self.frame(SENTENCES, authority, visit, columns)

    def recommendations(
        self,
        authority: str | None = None,
        visit: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return the recommendations table; see `frame`."""
        return self.frame(RECOMMENDATIONS, authority, visit, columns)

    def followup(
        self,
        authority: str | None = None,
        visit: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return the followup table; empty until ``ofsted-extract track`` made it; see `frame`."""
        return self.frame(FOLLOWUP, authority, visit, columns)

    def frame(
        self,
        table: Table,
        authority: str | None = None,
        visit: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return a table, or the part of it about one authority or visit.

        Parameters
        ----------
        table:
            a table of ``schema.py``.
        authority:
            slug or name; all authorities without it.
        visit:
            partition name or the beginning of one: "2019" is every visit of that year.
        columns:
            only these columns, in this order; all of the schema without it.

        Raises
        ------
        DatasetError
            if the dataset has no such authority or no such visit to it.

        """
        slug = self.resolve(authority) if authority else None
        chosen = [
            each
            for each in self._visits
            if slug in (None, each.authority_slug) and each.name.startswith(visit or "")
        ]
        if not chosen:
            raise DatasetError(
                f"no visit {visit!r} in {self.store.root}; it has "
                + _few([each.name for each in self.visits(slug, reported=True)])
            )
        whole = slug is None and not visit
        return self._read(table, None if whole else chosen, columns)

    def part(
        self,
        table: Table,
        keep: Callable[[Visit], bool],
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return a table's rows, as they are stored, of the visits that ``keep`` says yes to."""
        kept = [visit for visit in self._visits if keep(visit)]
        return self._read(table, None if len(kept) == len(self._visits) else kept, columns)

    def _same_as(self, slugs: Collection[str]) -> dict[str, str]:
        """Return for each document that repeats another of its visit the id of that one."""
        unknown = set(slugs) - self._repeats.keys()
        self._repeats.update((slug, {}) for slug in unknown)
        visits = [each for each in self._visits if each.authority_slug in unknown and each.day]
        if visits:
            columns = ["document_id", "authority_slug", "visit", "pages"]
            rows = self._read(DOCUMENTS, visits, columns).itertuples(index=False, name=None)
            by_day: dict[tuple[str, date | None], list[tuple[Visit, str, int]]] = defaultdict(list)
            for name, slug, visit_name, pages in rows:
                visit = Visit(slug, visit_name)
                by_day[slug, visit.day].append((visit, name, pages))
            several = [each for group in by_day.values() if len(group) > 1 for each in group]
            self._repeats.update(self._compared(several))
        return {copy: name for slug in slugs for copy, name in self._repeats[slug].items()}

    def _compared(self, documents: Sequence[tuple[Visit, str, int]]) -> dict[str, dict[str, str]]:
        """Compare documents (visit, id, pages) by their words; return what repeats what by slug."""
        visits = dict.fromkeys(visit for visit, _, _ in documents)
        if not visits:
            return {}
        sentences = self._read(SENTENCES, visits, ["document_id", "text"])
        words = sentences.groupby("document_id")["text"].agg(list).to_dict()
        texts: dict[str, list[Text]] = defaultdict(list)
        for visit, name, pages in documents:
            texts[visit.authority_slug].append(
                Text(
                    document_id=name,
                    authority_slug=visit.authority_slug,
                    visit=visit.name,
                    day=str(visit.day),
                    reported=visit.is_reported,
                    pages=int(pages),
                    pieces=pieces_of(words.get(name, ())),
                )
            )
        return {slug: repeats(each) for slug, each in texts.items()}

    def _read(
        self, table: Table, visits: Iterable[Visit] | None, columns: Sequence[str] | None
    ) -> pd.DataFrame:
        """Read the files of ``visits``, of all where ``None``."""
        import fsspec  # noqa: PLC0415 - heavy; only where frames are read
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.dataset as pads  # noqa: PLC0415

        from ofsted_extract.write.arrow import arrow_schema  # noqa: PLC0415

        top = f"parquet/{table.name}"
        folders = (
            [top]
            if visits is None
            else [f"{top}/authority_slug={v.authority_slug}/visit={v.name}" for v in visits]
        )
        names = [name for folder in folders for name in self.store.sizes(folder)]
        filesystem, root = fsspec.core.url_to_fs(self.store.root)
        path_columns = [column.name for column in table.columns if column.path]
        read = pads.dataset(
            [f"{root.rstrip('/')}/{name}" for name in names if _FILE.fullmatch(name)],
            schema=arrow_schema(table, with_path=True),
            format="parquet",
            filesystem=filesystem,
            partitioning=pads.partitioning(
                pa.schema([(name, pa.string()) for name in path_columns]), flavor="hive"
            ),
        )
        order = ["authority_slug", "visit", *table.order]
        needed = list(columns) if columns else list(table.column_names)
        asked = list(dict.fromkeys([*needed, *order]))
        frame: pd.DataFrame = (
            read.to_table(columns=asked)
            .sort_by([(name, "ascending") for name in dict.fromkeys(order)])
            .to_pandas()
        )
        self._check(frame)
        return frame[needed]

    def _check(self, frame: pd.DataFrame) -> None:
        """Refuse labels that no version of the program gives: pages of them would fail."""
        for name, known in _LABELS.items():
            if name in frame.columns:
                unknown = set(frame[name].unique()) - known
                if unknown:
                    found = ", ".join(map(repr, sorted(unknown)))
                    raise DatasetError(
                        f"{self.store.root} holds the {name} {found}, and there is only "
                        f"{', '.join(sorted(known))}; mend the corrections, if "
                        "they are from there, and run `ofsted-extract batch` with --force"
                    )


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as dictionaries, dates and lists as the tables have them."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _partitions(paths: Iterable[str]) -> list[Visit]:
    found = {Visit(match[1], match[2]) for path in paths if (match := _FILE.fullmatch(path))}
    return sorted(found, key=lambda visit: visit.sort_key)


def _few(names: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
