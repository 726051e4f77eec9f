"""Rows of the dataset as typed values, so that nothing behind this module handles frames."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ofsted_extract.explore.dataset import Visit

if TYPE_CHECKING:
    import pandas as pd

#: Characters that HTML forbids or that only steer terminals.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A row of ``documents``.

    ``file_name`` is the last part of ``source_path``; ``copies`` are those of other files of the
    same letter, ``same_as`` the document that this one repeats, or empty.
    """

    document_id: str
    kind: str
    framework: str
    authority: str
    slug: str
    visit: Visit
    gss_code: str
    urn: str
    region: str
    visit_start: date | None
    visit_end: date | None
    published_on: date | None
    lead_inspector: str
    inspectors: tuple[str, ...]
    addressee: str
    scope: str
    visit_kloes: tuple[str, ...]
    previous_visit: str
    pages: int
    file_name: str
    model_version: str
    extractor_version: str
    warnings: tuple[str, ...]
    copies: tuple[str, ...] = ()
    same_as: str = ""

    @property
    def is_reported(self) -> bool:
        """Whether a newspaper or a council speaks in it."""
        return self.visit.is_reported

    @property
    def day(self) -> date | None:
        """Start of the visit, else publication."""
        return self.visit_start or self.published_on or self.visit.day

    @property
    def sort_key(self) -> tuple[bool, date, str, str]:
        """By date; what has none comes last."""
        return self.day is None, self.day or date.max, self.visit.name, self.document_id


@dataclass(frozen=True, slots=True)
class JudgementRow:
    """A row of ``judgements``."""

    document_id: str
    judgement: str
    grade: str
    page: int


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A row of ``sentences``."""

    sentence_id: str
    document_id: str
    section: str
    page: int
    paragraph: str
    position: int
    kind: str
    text: str
    finding: str
    strength_score: float
    weakness_score: float
    recommendation_score: float
    themes: tuple[str, ...]
    theme_scores: tuple[float, ...]
    progress: str
    extent: str
    cohorts: tuple[str, ...]
    strength_text: str
    weakness_text: str
    method: str
    evidence: str
    framework_reference: str

    @property
    def is_heading(self) -> bool:
        return self.kind == "heading"


@dataclass(frozen=True, slots=True)
class RecommendationRow:
    """A row of ``recommendations``."""

    recommendation_id: str
    document_id: str
    number: int
    text: str
    themes: tuple[str, ...]
    priority: str
    framework_reference: str
    page: int
    sentence_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """A row of ``followup``."""

    recommendation_id: str
    later_document_id: str
    verdict: str
    sentence_ids: tuple[str, ...]
    match_score: float
    confidence: float
    asked_again: tuple[str, ...]


def documents(frame: pd.DataFrame) -> list[DocumentRow]:
    """Return the rows of ``documents`` by date."""
    found = [
        DocumentRow(
            document_id=_text(row["document_id"]),
            kind=_text(row["document_kind"]),
            framework=_text(row["framework"]),
            authority=_text(row["authority"]),
            slug=_text(row["authority_slug"]),
            visit=Visit(_text(row["authority_slug"]), _text(row["visit"])),
            gss_code=_text(row["gss_code"]),
            urn=_text(row["urn"]),
            region=_text(row["region"]),
            visit_start=_day(row["visit_start"]),
            visit_end=_day(row["visit_end"]),
            published_on=_day(row["published_on"]),
            lead_inspector=_text(row["lead_inspector"]),
            inspectors=_texts(row["inspectors"]),
            addressee=_text(row["addressee"]),
            scope=_text(row["scope"]),
            visit_kloes=_texts(row["visit_kloes"]),
            previous_visit=_text(row["previous_visit"]),
            pages=int(row["pages"]),
            file_name=PurePosixPath(_text(row["source_path"]).replace("\\", "/")).name,
            model_version=_text(row["model_version"]),
            extractor_version=_text(row["extractor_version"]),
            warnings=_texts(row["warnings"]),
            same_as=_text(row["same_as"]),
        )
        for row in frame.to_dict("records")
    ]
    return sorted(found, key=lambda document: document.sort_key)


def judgements(frame: pd.DataFrame) -> list[JudgementRow]:
    """Return the rows of ``judgements``."""
    return [
        JudgementRow(
            _text(row["document_id"]),
            _text(row["judgement"]),
            _text(row["grade"]),
            int(row["page"]),
        )
        for row in frame.to_dict("records")
    ]


def sentences(frame: pd.DataFrame) -> list[SentenceRow]:
    """Return the rows of ``sentences`` in reading order, document by document."""
    found = [
        SentenceRow(
            sentence_id=_text(row["sentence_id"]),
            document_id=_text(row["document_id"]),
            section=_text(row["section"]),
            page=int(row["page"]),
            paragraph=_text(row["paragraph"]),
            position=int(row["position"]),
            kind=_text(row["kind"]),
            text=_text(row["text"]),
            finding=_text(row["finding"]),
            strength_score=float(row["strength_score"]),
            weakness_score=float(row["weakness_score"]),
            recommendation_score=float(row["recommendation_score"]),
            themes=_texts(row["themes"]),
            theme_scores=tuple(float(score) for score in row["theme_scores"]),
            progress=_text(row["progress"]),
            extent=_text(row["extent"]),
            cohorts=_texts(row["cohorts"]),
            strength_text=_text(row["strength_text"]),
            weakness_text=_text(row["weakness_text"]),
            method=_text(row["method"]),
            evidence=_text(row["evidence"]),
            framework_reference=_text(row["framework_reference"]),
        )
        for row in frame.to_dict("records")
    ]
    return sorted(found, key=lambda sentence: (sentence.document_id, sentence.position))


def recommendations(frame: pd.DataFrame) -> list[RecommendationRow]:
    """Return the rows of ``recommendations`` in the order of the letters."""
    found = [
        RecommendationRow(
            recommendation_id=_text(row["recommendation_id"]),
            document_id=_text(row["document_id"]),
            number=int(row["number"]),
            text=_text(row["text"]),
            themes=_texts(row["themes"]),
            priority=_text(row["priority"]),
            framework_reference=_text(row["framework_reference"]),
            page=int(row["page"]),
            sentence_ids=_texts(row["sentence_ids"]),
        )
        for row in frame.to_dict("records")
    ]
    return sorted(found, key=lambda each: (each.document_id, each.number))


def followup(frame: pd.DataFrame) -> list[FollowUpRow]:
    """Return the rows of ``followup``."""
    return [
        FollowUpRow(
            recommendation_id=_text(row["recommendation_id"]),
            later_document_id=_text(row["later_document_id"]),
            verdict=_text(row["verdict"]),
            sentence_ids=_texts(row["sentence_ids"]),
            match_score=float(row["match_score"]),
            confidence=float(row["confidence"]),
            asked_again=_texts(row["asked_again"]),
        )
        for row in frame.to_dict("records")
    ]


def _text(cell: Any) -> str:
    return _CONTROL.sub("\ufffd", cell) if isinstance(cell, str) else ""


def _texts(cell: Iterable[Any] | None) -> tuple[str, ...]:
    return () if cell is None else tuple(_text(each) for each in cell)


def _day(cell: Any) -> date | None:
    # a missing date is None in a frame of objects
    return date(cell.year, cell.month, cell.day) if isinstance(cell, date) else None
