"""What is new in a dataset since an earlier look at it: letters, grades, recommendations."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from ofsted_extract.explore.dataset import Dataset, DatasetError, records
from ofsted_extract.names import GRADES, judgement_name


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter that was not there before; dates in ISO form, empty where not printed."""

    document_id: str
    authority: str
    document_kind: str
    visit_start: str
    published_on: str
    source_path: str
    source_url: str


@dataclass(frozen=True, slots=True)
class ChangedGrade:
    """The latest grade of a judgement on an authority, where it is another than before.

    ``before`` is empty where there was none. ``document_id`` is the letter that prints ``after``.
    """

    authority_slug: str
    judgement: str
    before: str
    after: str
    document_id: str


@dataclass(frozen=True, slots=True)
class NewRecommendation:
    """A recommendation of a new letter."""

    recommendation_id: str
    authority_slug: str
    text: str
    priority: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new; each in order of authority and date."""

    letters: tuple[NewLetter, ...] = ()
    grades: tuple[ChangedGrade, ...] = ()
    recommendations: tuple[NewRecommendation, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return three lists of plain rows: ``letters``, ``grades``, ``recommendations``."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Look:
    """What a dataset held at one time: ids of its documents, and the latest grades."""

    document_ids: frozenset[str] = frozenset()
    grades: dict[tuple[str, str], str] = field(default_factory=dict)


def look(folder: str) -> Look:
    """Return what the dataset in ``folder`` holds now; nothing where there is none yet."""
    try:
        dataset = Dataset.open(folder)
    except DatasetError:
        return Look()
    latest = {key: grade for key, (grade, _) in _latest(dataset).items()}
    return Look(frozenset(dataset.documents(columns=["document_id"]).document_id), latest)


def changes(folder: str, before: Look) -> Changes:
    """Return what the dataset in ``folder`` holds beyond an earlier look.

    Raises
    ------
    DatasetError
        if there is no dataset.

    """
    dataset = Dataset.open(folder)
    rows = [row for row in records(dataset.documents())
            if row["document_id"] not in before.document_ids]  # fmt: skip
    new = {row["document_id"] for row in rows}
    letters = tuple(
        NewLetter(
            row["document_id"], row["authority"] or row["authority_slug"], row["document_kind"],
            _iso(row["visit_start"]), _iso(row["published_on"]), row["source_path"],
            row["source_url"] or "",
        )
        for row in rows
    )  # fmt: skip
    grades = tuple(
        ChangedGrade(slug, judgement, before.grades.get((slug, judgement), ""), grade, document)
        for (slug, judgement), (grade, document) in sorted(_latest(dataset).items())
        if document in new and before.grades.get((slug, judgement)) != grade
    )
    recommendations = tuple(
        NewRecommendation(
            row["recommendation_id"], row["authority_slug"], row["text"], row["priority"] or ""
        )
        for row in records(dataset.recommendations())
        if row["document_id"] in new
    )
    return Changes(letters, grades, recommendations)


def changes_text(found: Changes) -> str:
    """Return changes as lines for a person, "nothing new" where there are none."""
    lines = [
        f"new letter: {each.authority}, {each.document_kind.replace('_', ' ')}"
        f"{', visit of ' + each.visit_start if each.visit_start else ''}"
        f"{' ' + each.source_url if each.source_url else ''}"
        for each in found.letters
    ]
    for grade in found.grades:
        was = f" (before: {GRADES[grade.before]})" if grade.before else ""
        name = judgement_name(grade.judgement)
        lines.append(f"grade: {grade.authority_slug}, {name}: {GRADES[grade.after]}{was}")
    for each in found.recommendations:
        first = f"{each.priority} action" if each.priority else "recommendation"
        lines.append(f"new {first}: {each.authority_slug}: {each.text}")
    return "\n".join(lines) or "nothing new"


def _latest(dataset: Dataset) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the latest printed grade by authority and judgement, and the letter that prints it.

    The order of frames is that of authority and visit; inspectors' letters only.
    """
    inspected = {(visit.authority_slug, visit.name) for visit in dataset.visits()}
    return {
        (row["authority_slug"], row["judgement"]): (row["grade"], row["document_id"])
        for row in records(dataset.judgements())
        if (row["authority_slug"], row["visit"]) in inspected
    }


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else ""
