"""Table ``followup`` in a dataset: written authority by authority, anew only where letters changed.

``followup.json`` beside ``parquet/`` holds a fingerprint of what each authority's rows were made
from: its documents, sentences and recommendations, the model and the words of the comparison.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from multiprocessing import get_context

from ofsted_extract._version import __version__
from ofsted_extract.explore.answers import MODEL
from ofsted_extract.explore.dataset import Dataset, records
from ofsted_extract.explore.track import Answer, Followed, follow, order, requests
from ofsted_extract.resources import models_folder
from ofsted_extract.schema import DOCUMENTS, FOLLOWUP, RECOMMENDATIONS, SENTENCES
from ofsted_extract.write import sheets
from ofsted_extract.write.arrow import parquet_bytes
from ofsted_extract.write.dataset import parquet_path
from ofsted_extract.write.rows import Partition, Row

#: Which state of the letters the rows of each authority were made from.
FINGERPRINTS = "followup.json"


@dataclass(frozen=True, slots=True)
class Updated:
    """One authority after `update`: what its table holds, and whether it was made anew."""

    authority_slug: str
    followed: tuple[Followed, ...]
    is_new: bool


def update(
    dataset: Dataset, slugs: Sequence[str], workers: int = 1, *, force: bool = False
) -> Iterator[Updated]:
    """Bring the rows of these authorities up to date, several at once; yield each as it is done.

    Those whose letters, words and model are what their rows were made from are left as they are,
    unless ``force``.
    """
    known = _fingerprints(dataset)
    now = {slug: fingerprint(dataset, slug) for slug in slugs}
    todo = [slug for slug in slugs if force or known.get(slug) != now[slug]]
    for slug in slugs:
        if slug not in todo:
            yield Updated(slug, tuple(read_followup(dataset, slug)), is_new=False)
    try:
        for slug, followed in _made(dataset.store.root, todo, workers):
            known[slug] = now[slug]
            yield Updated(slug, followed, is_new=True)
    finally:  # what is done is done, however the run ends
        text = json.dumps(dict(sorted(known.items())), indent=1) + "\n"
        dataset.store.write({FINGERPRINTS: text.encode()})


def fingerprint(dataset: Dataset, slug: str) -> str:
    """Return what the rows of an authority depend on, as one hash."""
    found = hashlib.sha256(_of_program().encode())
    for table in (DOCUMENTS, SENTENCES, RECOMMENDATIONS):
        for path in sorted(dataset.store.sizes(f"parquet/{table.name}/authority_slug={slug}")):
            found.update(path.encode())
            found.update(hashlib.sha256(dataset.store.read(path)).digest())
    return found.hexdigest()


def write_followup(dataset: Dataset, authority: str, followed: Sequence[Followed]) -> int:
    """Write an authority's rows of table ``followup`` in place of its earlier ones; return rows.

    ``parquet/followup/authority_slug=<slug>/visit=<visit>/<document_id>.parquet`` and
    the sheet of the visit; the visit is that of the request.
    """
    slug = dataset.resolve(authority)
    by_document: dict[tuple[str, str], list[Row]] = {}
    by_visit: dict[str, list[Row]] = {}
    for each in followed:
        visit = each.asked.visit.name
        by_document.setdefault((visit, each.asked.document_id), []).append(each.row())
        by_visit.setdefault(visit, []).append(each.row())
    made = {
        parquet_path(FOLLOWUP, Partition(slug, visit), document): parquet_bytes(
            FOLLOWUP, _sorted(rows)
        )
        for (visit, document), rows in by_document.items()
    } | {
        sheets.sheet_path(FOLLOWUP, Partition(slug, visit)): sheets.sheet_text(
            FOLLOWUP, _sorted(rows)
        ).encode()
        for visit, rows in by_visit.items()
    }
    earlier = [
        *dataset.store.sizes(f"parquet/{FOLLOWUP.name}/authority_slug={slug}"),
        *(
            path
            for path in dataset.store.sizes(f"{sheets.FOLDER}/{slug}")
            if path.rpartition("/")[2].startswith(f"{FOLLOWUP.name}.")
        ),
    ]
    dataset.store.write(made)
    dataset.store.remove(path for path in earlier if path not in made)
    return len(followed)


def read_followup(dataset: Dataset, authority: str) -> list[Followed]:
    """Return what table ``followup`` holds of an authority, as `track.follow` would."""
    asked = {each.id: each for each in requests(dataset, authority)}
    visits = {
        (each.authority_slug, each.name): each for each in dataset.visits(authority, reported=True)
    }
    columns = ["sentence_id", "page", "text", "finding", "progress"]
    sentences = {
        row["sentence_id"]: Answer(
            row["sentence_id"], int(row["page"]), row["text"], row["finding"], row["progress"]
        )
        for row in records(dataset.sentences(authority, columns=columns))
    }
    followed = [
        Followed(
            asked[row["recommendation_id"]],
            row["later_document_id"],
            visits[row["authority_slug"], row["later_visit"]],
            tuple(sentences[each] for each in row["sentence_ids"]),
            row["verdict"],
            row["match_score"],
            row["confidence"],
            tuple(sentences[each] for each in row["asked_again"]),
        )
        for row in records(dataset.followup(authority))
    ]
    return sorted(followed, key=order)


def _made(
    root: str, slugs: Sequence[str], workers: int
) -> Iterator[tuple[str, tuple[Followed, ...]]]:
    if workers < 2 or len(slugs) < 2:
        for slug in slugs:
            yield slug, _make(root, slug)
        return
    # spawn: the parent has threads (pyarrow, a progress bar) that a fork would copy half
    with ProcessPoolExecutor(min(workers, len(slugs)), mp_context=get_context("spawn")) as pool:
        running = {pool.submit(_make, root, slug): slug for slug in slugs}
        for done in as_completed(running):
            yield running[done], done.result()


def _make(root: str, slug: str) -> tuple[Followed, ...]:
    dataset = _open(root)
    followed = follow(dataset, slug)
    write_followup(dataset, slug, followed)
    return tuple(followed)


@cache
def _open(root: str) -> Dataset:
    """Open a dataset once in each process."""
    return Dataset.open(root)


def _fingerprints(dataset: Dataset) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(dataset.store.read(FINGERPRINTS))
    except FileNotFoundError:
        return {}
    return found


@cache
def _of_program() -> str:
    found = hashlib.sha256(__version__.encode())
    for path in sorted((models_folder() / MODEL).glob("*.json")):
        found.update(path.read_bytes())
    found.update((files("ofsted_extract") / "data" / "followup_words.toml").read_bytes())
    return found.hexdigest()


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(str(row[name]) for name in FOLLOWUP.order))
