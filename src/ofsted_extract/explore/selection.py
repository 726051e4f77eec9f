"""The part of a dataset that a filter keeps, as frames ready to be written somewhere else."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ofsted_extract.explore.dataset import Dataset, Visit, records
from ofsted_extract.explore.filters import OVERALL, Filter, day_of
from ofsted_extract.kinds import document_kind
from ofsted_extract.schema import (
    DOCUMENTS,
    FOLLOWUP,
    JUDGEMENTS_TABLE,
    RECOMMENDATIONS,
    SENTENCES,
    Table,
)
from ofsted_extract.write.rows import SCORE_DECIMALS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Grade:
    """A printed grade and the visit that it was printed for; both empty where none is known."""

    grade: str = ""
    visit: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is kept of a dataset.

    ``frames`` has a frame for each table, by name, with the columns and order of the schema; text
    is never missing, a date is a ``date`` or ``None``. ``standing`` is the authority's overall
    grade by document: the latest printed when the letter was written (see `standing_grades`).
    """

    source: str
    chosen: Filter
    run: dict[str, Any]
    frames: dict[str, pd.DataFrame]
    standing: dict[str, Grade]

    def frame(self, table: Table) -> pd.DataFrame:
        """Return the rows of a table that are kept."""
        return self.frames[table.name]

    def cells(self, table: Table) -> dict[str, list[Any]]:
        """Return a table as plain Python values by column, scores rounded as they are stored."""
        return cells(table, self.frame(table))


def select(dataset: Dataset, chosen: Filter) -> Selection:
    """Return what ``chosen`` keeps of ``dataset``.

    A row of ``followup`` is kept where its request and the later document are: a line of enquiry,
    which has no row of its own, where no sentences are chosen.
    """
    documents = _whole(DOCUMENTS, dataset.documents())
    judgements = _whole(JUDGEMENTS_TABLE, dataset.judgements())
    grades = printed_grades(judgements)
    admitted = [
        chosen.admits_document(row, grades.get(row["document_id"], {}))
        for row in records(documents)
    ]
    kept = documents.loc[admitted]  # not [...]: an empty list would name columns
    visits = set(zip(kept["authority_slug"], kept["visit"], strict=True))

    def part(table: Table) -> pd.DataFrame:
        frame = dataset.part(table, lambda visit: (visit.authority_slug, visit.name) in visits)
        frame = _whole(table, frame)
        if "document_id" in frame.columns:
            return frame[frame["document_id"].isin(kept["document_id"])]
        return frame[frame["later_document_id"].isin(kept["document_id"])]

    judgements = judgements[judgements["document_id"].isin(kept["document_id"])]
    if chosen.judgement_areas:
        judgements = judgements[judgements["judgement"].isin(chosen.judgement_areas)]
    sentences, recommendations, followup = map(part, (SENTENCES, RECOMMENDATIONS, FOLLOWUP))
    if chosen.of_sentences:
        recommendations = _chosen_recommendations(recommendations, sentences, chosen)
        labels = records(sentences[["finding", "judgement_area", "themes"]])
        sentences = sentences.loc[[chosen.admits_sentence(row) for row in labels]]
    requests = set(recommendations["recommendation_id"])
    if not chosen.of_sentences:
        requests |= {
            f"{row['document_id']}-k{number}"
            for row in records(kept)
            for number, _ in enumerate(row["visit_kloes"], start=1)
        }
    frames = {
        DOCUMENTS.name: kept,
        JUDGEMENTS_TABLE.name: judgements,
        SENTENCES.name: sentences,
        RECOMMENDATIONS.name: recommendations,
        FOLLOWUP.name: followup[followup["recommendation_id"].isin(requests)],
    }
    return Selection(
        source=dataset.store.root,
        chosen=chosen,
        run=dataset.run(),
        frames={name: frame.reset_index(drop=True) for name, frame in frames.items()},
        standing=standing_grades(documents, grades),
    )


def printed_grades(judgements: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the grades of each document by judgement."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for document, judgement, grade in zip(
        judgements["document_id"], judgements["judgement"], judgements["grade"], strict=True
    ):
        found[document][judgement] = grade
    return dict(found)


def standing_grades(documents: pd.DataFrame, grades: dict[str, dict[str, str]]) -> dict[str, Grade]:
    """Return the overall grade that held when each document was written, by document.

    It is the one printed by the last full inspection up to that day, the document itself included.
    Where that inspection prints none (none is printed since April 2026), or a document has no
    date, there is none: an older grade no longer holds.
    """
    graded: dict[str, list[tuple[date, Grade]]] = defaultdict(list)
    rows = records(documents)
    for row in rows:
        own, day = grades.get(row["document_id"]), day_of(row)
        if own and day and document_kind(row["document_kind"]).is_full_inspection:
            graded[row["authority_slug"]].append((day, Grade(own.get(OVERALL, ""), row["visit"])))
    standing = {}
    for row in rows:
        day = day_of(row)
        before = [each for each in graded[row["authority_slug"]] if day and each[0] <= day]
        last = max(before, key=lambda each: (each[0], each[1].grade), default=None)
        standing[row["document_id"]] = last[1] if last and last[1].grade else Grade()
    return standing


def cells(table: Table, frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Return a frame of ``table`` as plain Python values by column."""
    found: dict[str, list[Any]] = {}
    for column in table.columns:
        values = frame[column.name].tolist()
        if column.type == "float":
            values = [round(value, SCORE_DECIMALS) for value in values]
        elif column.type == "list[float]":
            values = [[round(float(each), SCORE_DECIMALS) for each in value] for value in values]
        elif column.type == "list[string]":
            values = list(map(list, values))
        found[column.name] = values
    return found


def page_link(source_url: str, page: int) -> str:
    """Return the address of a page of a letter; empty where the letter has no web address.

    >>> page_link("https://files.example/1.pdf", 3)
    'https://files.example/1.pdf#page=3'
    """
    is_web = source_url.startswith(("https://", "http://"))
    return f"{source_url}#page={page}" if is_web else ""


def is_counted(visit: Visit, same_as: str) -> bool:
    """Return whether counts take a document: inspectors speak in it and it repeats no other."""
    return visit.is_inspectors and not same_as


def _chosen_recommendations(
    recommendations: pd.DataFrame, sentences: pd.DataFrame, chosen: Filter
) -> pd.DataFrame:
    areas = dict(zip(sentences["sentence_id"], sentences["judgement_area"], strict=True))
    return recommendations.loc[
        [
            chosen.admits_recommendation(row, {areas.get(each, "") for each in row["sentence_ids"]})
            for row in records(recommendations)
        ]
    ]


def _whole(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Fill what files of an older version lack: text is empty, a list has no members."""
    for column in table.columns:
        cells = frame[column.name]
        if column.type == "string":
            frame[column.name] = cells.fillna("")
        elif column.type.startswith("list"):
            frame[column.name] = cells.map(lambda cell: () if cell is None else cell)
        elif column.type == "date":
            frame[column.name] = cells.map(_date_or_none).astype(object)
    return frame


def _date_or_none(cell: Any) -> date | None:
    return date(cell.year, cell.month, cell.day) if isinstance(cell, date) else None
