"""What later visits say about each recommendation and line of enquiry, from table ``followup``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ofsted_extract import names
from ofsted_extract.explore.match import unanswered
from ofsted_extract.report.highlights import quotation
from ofsted_extract.report.records import (
    DocumentRow,
    FollowUpRow,
    RecommendationRow,
    SentenceRow,
)

#: So many of a later visit's matching sentences are quoted; the others are linked.
_QUOTED = 5


@dataclass(frozen=True, slots=True)
class Title:
    """What a document is called: in full, in a few words, and with the date in front."""

    title: str
    label: str
    date_first: str


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """What one later document says of it. ``others`` match, too, and are not quoted.

    ``verdict`` is how it is shown; ``asked_again`` are recommendations that may repeat it,
    ``unanswered`` the parts of the request that no quoted sentence names.
    """

    document_id: str
    title: str
    label: str
    is_reported: bool
    verdict: names.Verdict
    year: str
    quotes: tuple[SentenceRow, ...]
    others: tuple[SentenceRow, ...]
    confidence: float
    asked_again: tuple[SentenceRow, ...]
    unanswered: tuple[str, ...]

    def quotation(self, sentence: SentenceRow) -> str:
        """Return a quoted sentence, cut where it is long."""
        return quotation(sentence.text)


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """One recommendation or line of enquiry (``is_kloe``), and its answers by date."""

    is_kloe: bool
    text: str
    asked_in: str
    answers: tuple[ShownAnswer, ...]

    @property
    def life(self) -> str:
        """All of it in one line: "asked 2018, weak 2019, silent 2021, improved 2023"."""
        steps = [f"{each.verdict.short} {each.year}".rstrip() for each in self.answers]
        return ", ".join([f"asked {self.asked_in}".rstrip(), *steps])


@dataclass(frozen=True, slots=True)
class FollowedLetter:
    """All that was followed of one document."""

    title: str
    followed: tuple[FollowedUp, ...]


def follow_up(
    rows: Iterable[FollowUpRow],
    documents: Iterable[DocumentRow],
    recommendations: Iterable[RecommendationRow],
    titles: Mapping[str, Title],
    sentences: Mapping[str, SentenceRow],
) -> tuple[FollowedLetter, ...]:
    """Group ``rows`` by letter and by what they follow, in the order of the letters.

    Rows about documents that are not among ``documents`` are left out.
    """
    made = {document.document_id: document for document in documents}
    order = {document_id: index for index, document_id in enumerate(made)}
    asked = _asked(documents, recommendations)
    found: dict[str, list[FollowUpRow]] = {}
    for row in rows:
        if row.recommendation_id in asked and row.later_document_id in order:
            found.setdefault(row.recommendation_id, []).append(row)
    by_letter: dict[str, list[FollowedUp]] = {document_id: [] for document_id in order}
    for recommendation_id, (document_id, text, page) in asked.items():
        later = sorted(
            found.get(recommendation_id, []), key=lambda each: order[each.later_document_id]
        )
        if later:
            answers = tuple(
                _answer(row, text, made[row.later_document_id], titles, sentences) for row in later
            )
            year = _year(made[document_id])
            by_letter[document_id].append(FollowedUp(page == 0, text, year, answers))
    return tuple(
        FollowedLetter(titles[document_id].title, tuple(items))
        for document_id, items in by_letter.items()
        if items
    )


def _answer(
    row: FollowUpRow,
    text: str,
    later: DocumentRow,
    titles: Mapping[str, Title],
    sentences: Mapping[str, SentenceRow],
) -> ShownAnswer:
    matched = [sentences[each] for each in row.sentence_ids if each in sentences]
    title = titles[later.document_id]
    return ShownAnswer(
        later.document_id,
        title.title,
        title.label,
        later.is_reported,
        names.shown_verdict(row.verdict, row.confidence),
        _year(later),
        tuple(matched[:_QUOTED]),
        tuple(matched[_QUOTED:]),
        row.confidence,
        tuple(sentences[each] for each in row.asked_again if each in sentences),
        unanswered(text, [each.text for each in matched]),
    )


def _year(document: DocumentRow) -> str:
    return str(document.visit.day.year) if document.visit.day else ""


def _asked(
    documents: Iterable[DocumentRow], recommendations: Iterable[RecommendationRow]
) -> dict[str, tuple[str, str, int]]:
    """Document, text and page of everything that can be followed; a line of enquiry has page 0."""
    asked = {
        each.recommendation_id: (each.document_id, each.text, each.page) for each in recommendations
    }
    for document in documents:
        for index, text in enumerate(document.visit_kloes, start=1):
            asked[f"{document.document_id}-k{index}"] = (document.document_id, text, 0)
    known = {document.document_id for document in documents}
    return {key: value for key, value in asked.items() if value[0] in known}
