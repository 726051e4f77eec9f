"""What became of what a visit asked for: each recommendation and line of enquiry, visit by visit.

    followed = follow(Dataset.open("data/processed"), "trafford")

A visit's recommendations and lines of enquiry are compared with every later visit to the same
authority; `match.Matcher` says which of its sentences answer them, `verdict` what they say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ofsted_extract.explore.dataset import (
    Dataset,
    DatasetError,
    Visit,
    records,
)
from ofsted_extract.explore.match import Candidate, Matcher, Query, Weights
from ofsted_extract.kinds import OTHER
from ofsted_extract.schema import FOLLOWUP
from ofsted_extract.themes import kloe_themes
from ofsted_extract.write.rows import SCORE_DECIMALS, Row

if TYPE_CHECKING:
    import pandas as pd

#: At most so many sentences of one later document are taken as the answer to one request.
MOST_ANSWERS = 12
#: From this share of strength upwards a subject has improved, down to the other it is still weak.
IMPROVED_FROM, WEAK_TO = 0.7, 0.35

_SENTENCE_COLUMNS = [
    "sentence_id", "document_id", "visit", "page", "position", "section", "paragraph", "kind",
    "text", "finding", "themes", "progress",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A recommendation, or a line of enquiry (its id has ``-k``), and the visit it is from."""

    id: str
    visit: Visit
    document_id: str
    text: str
    themes: tuple[str, ...]

    @property
    def is_kloe(self) -> bool:
        return "-k" in self.id


@dataclass(frozen=True, slots=True)
class Answer:
    """A later sentence that answers a request, and its score."""

    sentence_id: str
    page: int
    text: str
    finding: str
    progress: str
    score: float


@dataclass(frozen=True, slots=True)
class Followed:
    """What one later document says of one request; answers best first."""

    asked: Asked
    later_document_id: str
    later_visit: Visit
    answers: tuple[Answer, ...]
    verdict: str

    def row(self) -> Row:
        """Return the row of table ``followup``."""
        best = self.answers[0].score if self.answers else 0.0
        return {
            "recommendation_id": self.asked.id,
            "authority_slug": self.asked.visit.authority_slug,
            "visit": self.asked.visit.name,
            "later_document_id": self.later_document_id,
            "later_visit": self.later_visit.name,
            "verdict": self.verdict,
            "sentence_ids": [answer.sentence_id for answer in self.answers],
            "match_score": round(min(best, 1.0), SCORE_DECIMALS),
        }


@dataclass(frozen=True, slots=True)
class _Later:
    """A document with its sentences that say something, and since when it can answer."""

    document_id: str
    visit: Visit
    since: date
    candidates: tuple[Candidate, ...]
    rows: dict[str, dict[str, Any]]


def follow(dataset: Dataset, authority: str, weights: Weights | None = None) -> list[Followed]:
    """Return what every later document says of every request of an authority's visits.

    Newspapers and councils answer too: only they may tell what a visit found whose letter is not
    in the dataset. Their own recommendations ask for nothing. A document that repeats another is
    left out: it asks and answers as that one does.
    """
    sentences = dataset.sentences(authority, columns=_SENTENCE_COLUMNS)
    documents = dataset.documents(authority)
    documents = documents[documents["same_as"] == ""]
    later = _later_documents(documents, sentences)
    matcher = Matcher([each for document in later for each in document.candidates], weights)
    followed = []
    for asked in _requests(dataset, authority, documents):
        day = asked.visit.day
        for document in later:
            if day and document.since > day and document.document_id != asked.document_id:
                followed.append(_follow(asked, document, matcher))
    return sorted(followed, key=_order)


def verdict(answers: Iterable[Answer]) -> str:
    """Return what sentences say together: the share of strength among what they credit or fault.

    A sentence counts by its score. A mixed one counts half for each; one that asks again for an
    improvement counts as a weakness; a stated change decides where there is no finding.
    """
    strength = weakness = 0.0
    for answer in answers:
        good = _GOOD.get(answer.finding, _CHANGE.get(answer.progress))
        if good is not None:
            strength += answer.score * good
            weakness += answer.score * (1 - good)
    if not strength + weakness:
        return "not_mentioned"
    share = strength / (strength + weakness)
    return "improved" if share >= IMPROVED_FROM else "still_weak" if share <= WEAK_TO else "mixed"


#: How much of a sentence is strength.
_GOOD = {"strength": 1.0, "mixed": 0.5, "weakness": 0.0, "recommendation": 0.0}
_CHANGE = {"improved": 1.0, "declined": 0.0, "no_change": 0.0}


def write_followup(dataset: Dataset, authority: str, followed: Sequence[Followed]) -> int:
    """Write an authority's rows of table ``followup`` in place of its earlier ones; return rows.

    ``parquet/followup/authority_slug=<slug>/visit=<visit>/<document_id>.parquet`` and
    the sheet of the visit; the visit is that of the request.
    """
    from ofsted_extract.write import sheets  # noqa: PLC0415 - only where one writes
    from ofsted_extract.write.arrow import parquet_bytes  # noqa: PLC0415
    from ofsted_extract.write.dataset import parquet_path  # noqa: PLC0415
    from ofsted_extract.write.rows import Partition  # noqa: PLC0415

    slug = dataset.resolve(authority)
    by_document: dict[tuple[str, str], list[Row]] = {}
    by_visit: dict[str, list[Row]] = {}
    for each in followed:
        visit = each.asked.visit.name
        by_document.setdefault((visit, each.asked.document_id), []).append(each.row())
        by_visit.setdefault(visit, []).append(each.row())
    files = {
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
    dataset.store.write(files)
    dataset.store.remove(path for path in earlier if path not in files)
    return len(followed)


def _follow(asked: Asked, document: _Later, matcher: Matcher) -> Followed:
    scores = matcher.scores(Query(asked.text, asked.themes), document.candidates)
    found: list[Answer] = []
    if max(scores, default=0.0) >= matcher.weights.best:
        found = [
            _answer(document.rows[candidate.sentence_id], score)
            for score, candidate in zip(scores, document.candidates, strict=True)
            if score >= matcher.weights.enough
        ]
    found.sort(key=lambda answer: -answer.score)
    answers = tuple(found[:MOST_ANSWERS])
    return Followed(asked, document.document_id, document.visit, answers, verdict(answers))


def _answer(row: dict[str, Any], score: float) -> Answer:
    return Answer(
        row["sentence_id"], int(row["page"]), row["text"], row["finding"], row["progress"], score
    )


def _requests(dataset: Dataset, authority: str, documents: pd.DataFrame) -> list[Asked]:
    asked = []
    known = set(documents["document_id"])
    for row in records(dataset.recommendations(authority)):
        visit = Visit(row["authority_slug"], row["visit"])
        if visit.is_inspectors and row["document_id"] in known:
            themes = tuple(row["themes"]) or kloe_themes(row["text"])
            asked.append(
                Asked(row["recommendation_id"], visit, row["document_id"], row["text"], themes)
            )
    for row in records(documents):
        visit = Visit(row["authority_slug"], row["visit"])
        for number, text in enumerate(row["visit_kloes"], 1):
            name = f"{row['document_id']}-k{number}"
            asked.append(Asked(name, visit, row["document_id"], text, kloe_themes(text)))
    return asked


def _later_documents(documents: pd.DataFrame, sentences: pd.DataFrame) -> list[_Later]:
    by_document = dict(iter(sentences.groupby("document_id", sort=False)))
    visits = [Visit(each["authority_slug"], each["visit"]) for each in records(documents)]
    days = sorted(visit.day for visit in visits if visit.day and visit.is_inspectors)
    found = []
    for row, visit in zip(records(documents), visits, strict=True):
        since = _since(row, visit, days)
        part = by_document.get(row["document_id"])
        if since is not None and part is not None and visit.kind != OTHER:
            rows = {each["sentence_id"]: each for each in records(part) if _says(each)}
            candidates = tuple(_candidate(each) for each in rows.values())
            found.append(_Later(row["document_id"], visit, since, candidates, rows))
    return found


def _since(row: dict[str, Any], visit: Visit, days: Sequence[date]) -> date | None:
    """Return the date of what a document tells about.

    A report that names no visit date is about the last visit before it was published.
    """
    if visit.is_reported and not isinstance(row["visit_start"], date) and visit.day:
        return max((day for day in days if day <= visit.day), default=visit.day)
    return visit.day


def _says(row: dict[str, Any]) -> bool:
    says = row["finding"] != "none" or row["progress"] != "none"
    return bool(says and row["kind"] != "heading")


def _candidate(row: dict[str, Any]) -> Candidate:
    return Candidate(
        row["sentence_id"],
        row["text"],
        tuple(row["themes"]),
        row["section"],
        row["paragraph"],
    )


def _order(followed: Followed) -> tuple[Any, ...]:
    asked = followed.asked
    number = int("".join(filter(str.isdigit, asked.id.rpartition("-")[2])) or 0)
    return (asked.visit.sort_key, asked.document_id, asked.is_kloe, number,
            followed.later_visit.sort_key, followed.later_document_id)  # fmt: skip


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(str(row[name]) for name in FOLLOWUP.order))


def authorities_to_follow(dataset: Dataset, authorities: Sequence[str]) -> list[str]:
    """Return the slugs asked for, or all that have more than one document.

    Raises
    ------
    DatasetError
        if an authority is not in the dataset, or none has a later visit.

    """
    if authorities:
        return [dataset.resolve(name) for name in authorities]
    several = [
        slug for slug in dataset.authorities() if len(dataset.visits(slug, reported=True)) > 1
    ]
    if not several:
        raise DatasetError(
            f"no authority in {dataset.store.root} has a later visit to follow up with"
        )
    return several
