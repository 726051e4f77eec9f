"""What became of what a visit asked for: each recommendation and line of enquiry, visit by visit.

    followed = follow(Dataset.open("data/processed"), "trafford")
    lives = life(followed)                     # asked 2018, weak 2019, silent 2021, improved 2023

A visit's recommendations and lines of enquiry are compared with every later visit to the same
authority: `match` says what its sentences share with them, `answers` which of them answer and what
they say together. `later_sentences` asks the same of any text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ofsted_extract.explore.answers import AnswerModel
from ofsted_extract.explore.dataset import (
    Dataset,
    DatasetError,
    Visit,
    records,
)
from ofsted_extract.explore.match import Array, Candidate, Matcher, Query, relate
from ofsted_extract.kinds import OTHER
from ofsted_extract.themes import kloe_themes
from ofsted_extract.write.rows import SCORE_DECIMALS, Row

if TYPE_CHECKING:
    import pandas as pd

_SENTENCE_COLUMNS = [
    "sentence_id", "document_id", "visit", "page", "position", "section", "paragraph", "kind",
    "text", "finding", "themes", "progress",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A recommendation, or a line of enquiry (its id has ``-k``), and the visit it is from.

    ``authority`` is its plain name ("Kingston upon Hull").
    """

    id: str
    visit: Visit
    document_id: str
    text: str
    themes: tuple[str, ...]
    authority: str = ""

    @property
    def is_kloe(self) -> bool:
        return "-k" in self.id


@dataclass(frozen=True, slots=True)
class Answer:
    """A later sentence that answers a request, or a later recommendation that may repeat it."""

    sentence_id: str
    page: int
    text: str
    finding: str
    progress: str


@dataclass(frozen=True, slots=True)
class Followed:
    """What one later document says of one request.

    ``answers`` are at most five sentences, best first, none where no clear sentence was found.
    ``match_score`` is that of the best of them, 0 to 1; ``confidence`` the calibrated chance that a
    careful reader gives this verdict; ``asked_again`` are the document's recommendations that may
    repeat the request.
    """

    asked: Asked
    later_document_id: str
    later_visit: Visit
    answers: tuple[Answer, ...]
    verdict: str
    match_score: float = 0.0
    confidence: float = 0.0
    asked_again: tuple[Answer, ...] = ()

    def row(self) -> Row:
        """Return the row of table ``followup``."""
        return {
            "recommendation_id": self.asked.id,
            "authority_slug": self.asked.visit.authority_slug,
            "visit": self.asked.visit.name,
            "later_document_id": self.later_document_id,
            "later_visit": self.later_visit.name,
            "verdict": self.verdict,
            "sentence_ids": [answer.sentence_id for answer in self.answers],
            "match_score": round(self.match_score, SCORE_DECIMALS),
            "confidence": round(self.confidence, SCORE_DECIMALS),
            "asked_again": [answer.sentence_id for answer in self.asked_again],
        }


@dataclass(frozen=True, slots=True)
class Life:
    """A request and what became of it over all later documents, by date."""

    asked: Asked
    steps: tuple[Followed, ...]


@dataclass(frozen=True, slots=True)
class _Later:
    """A document with its sentences that say something, and since when it can answer.

    ``start`` is the place of its first candidate among all of the authority.
    """

    document_id: str
    visit: Visit
    since: date
    start: int
    candidates: tuple[Candidate, ...]
    rows: dict[str, dict[str, Any]]


class Follower:
    """The later documents of one authority, ready to be asked about any request."""

    def __init__(self, dataset: Dataset, authority: str, model: AnswerModel | None = None) -> None:
        self._model = model
        sentences = dataset.sentences(authority, columns=_SENTENCE_COLUMNS)
        self._later = _later_documents(_documents(dataset, authority), sentences)
        self._matcher = Matcher([each for one in self._later for each in one.candidates])

    def follow(self, asked: Asked) -> list[Followed]:
        """Return what every document later than the request says of it."""
        day = asked.visit.day
        later = [
            each
            for each in self._later
            if day and each.since > day and each.document_id != asked.document_id
        ]
        if not later:
            return []
        query = Query(asked.text, asked.themes)
        shares = self._matcher.shares(query)
        return [self._read(asked, each, query, shares) for each in later]

    def related(self, asked: Asked) -> list[tuple[str, tuple[Candidate, ...], Array]]:
        """Return (document, its candidates, what `relate` knows of them) for every later one.

        This is what the model reads, and is fitted to.
        """
        query = Query(asked.text, asked.themes)
        shares = self._matcher.shares(query)
        return [
            (each.document_id, each.candidates, _related(each, query, shares))
            for each in self._later
        ]

    def _read(self, asked: Asked, document: _Later, query: Query, shares: Array) -> Followed:
        if self._model is None:
            self._model = AnswerModel.load()
        reading = self._model.read(_related(document, query, shares), document.candidates)
        rows = [document.rows[each.sentence_id] for each in document.candidates]
        return Followed(
            asked,
            document.document_id,
            document.visit,
            tuple(_answer(rows[at]) for at in reading.chosen),
            reading.verdict,
            reading.scores[0] if reading.scores else 0.0,
            reading.confidence,
            tuple(_answer(rows[at]) for at in reading.repeated),
        )


def follow(dataset: Dataset, authority: str, model: AnswerModel | None = None) -> list[Followed]:
    """Return what every later document says of every request of an authority's visits.

    Newspapers and councils answer too: only they may tell what a visit found whose letter is not
    in the dataset. Their own recommendations ask for nothing. A document that repeats another is
    left out: it asks and answers as that one does.
    """
    follower = Follower(dataset, authority, model)
    followed = [each for asked in requests(dataset, authority) for each in follower.follow(asked)]
    return sorted(followed, key=order)


def later_sentences(
    dataset: Dataset,
    authority: str,
    text: str,
    since: date,
    themes: Sequence[str] = (),
    model: AnswerModel | None = None,
) -> list[Followed]:
    """Return what every document about visits after ``since`` says of any ``text``, by date.

    The text may be a row of an improvement plan; its themes are read from its words where none are
    given.
    """
    slug = dataset.resolve(authority)
    visit = Visit(slug, f"{since.isoformat()}_{OTHER}")
    asked = Asked("", visit, "", text, tuple(themes) or kloe_themes(text))
    return sorted(
        Follower(dataset, slug, model).follow(asked), key=lambda each: each.later_visit.sort_key
    )


def life(followed: Iterable[Followed]) -> list[Life]:
    """Return each request once with all that became of it, in the order of ``followed``."""
    return [
        Life(asked, tuple(steps)) for asked, steps in groupby(followed, lambda each: each.asked)
    ]


def _related(document: _Later, query: Query, shares: Array) -> Array:
    end = document.start + len(document.candidates)
    return relate(query, shares[document.start : end], document.candidates)


def _answer(row: dict[str, Any]) -> Answer:
    return Answer(
        row["sentence_id"], int(row["page"]), row["text"], row["finding"], row["progress"]
    )


def _documents(dataset: Dataset, authority: str) -> pd.DataFrame:
    """Documents of an authority; one that repeats another is taken once."""
    documents = dataset.documents(authority)
    return documents[documents["same_as"].fillna("") == ""]


def requests(dataset: Dataset, authority: str) -> list[Asked]:
    """Return all that an authority's visits asked for: recommendations and lines of enquiry."""
    documents = _documents(dataset, authority)
    asked = []
    names = dict(zip(documents["document_id"], documents["authority"], strict=True))
    for row in records(dataset.recommendations(authority)):
        visit = Visit(row["authority_slug"], row["visit"])
        if visit.is_inspectors and row["document_id"] in names:
            themes = tuple(row["themes"]) or kloe_themes(row["text"])
            asked.append(
                Asked(
                    row["recommendation_id"],
                    visit,
                    row["document_id"],
                    row["text"],
                    themes,
                    names[row["document_id"]],
                )
            )
    for row in records(documents):
        visit = Visit(row["authority_slug"], row["visit"])
        for number, text in enumerate(row["visit_kloes"], 1):
            name = f"{row['document_id']}-k{number}"
            asked.append(
                Asked(name, visit, row["document_id"], text, kloe_themes(text), row["authority"])
            )
    return asked


def _later_documents(documents: pd.DataFrame, sentences: pd.DataFrame) -> list[_Later]:
    by_document = dict(iter(sentences.groupby("document_id", sort=False)))
    visits = [Visit(each["authority_slug"], each["visit"]) for each in records(documents)]
    days = sorted(visit.day for visit in visits if visit.day and visit.is_inspectors)
    found: list[_Later] = []
    start = 0
    for row, visit in zip(records(documents), visits, strict=True):
        since = _since(row, visit, days)
        part = by_document.get(row["document_id"])
        if since is not None and part is not None and visit.kind != OTHER:
            rows = {each["sentence_id"]: each for each in records(part) if _says(each)}
            candidates = tuple(_candidate(each) for each in rows.values())
            found.append(_Later(row["document_id"], visit, since, start, candidates, rows))
            start += len(candidates)
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
        row["finding"],
        row["progress"],
    )


def order(followed: Followed) -> tuple[Any, ...]:
    """Return the key that sorts by visit, request and later visit."""
    asked = followed.asked
    number = int("".join(filter(str.isdigit, asked.id.rpartition("-")[2])) or 0)
    return (asked.visit.sort_key, asked.document_id, asked.is_kloe, number,
            followed.later_visit.sort_key, followed.later_document_id)  # fmt: skip


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
