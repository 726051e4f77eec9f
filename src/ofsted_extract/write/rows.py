"""A letter as rows: dictionaries whose keys are the columns of ``schema.py`` in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ofsted_extract.kinds import OTHER
from ofsted_extract.letter import Letter
from ofsted_extract.names import slug as slug_of
from ofsted_extract.schema import DOCUMENT_KINDS, DOCUMENT_TABLES, Table

#: What a cell can hold; scores are Python floats rounded to `SCORE_DECIMALS`.
Cell = str | bool | int | float | date | None | list[str] | list[float]
Row = dict[str, Cell]
Tables = dict[str, list[Row]]

#: Scores are stored as 32-bit floats; beyond four decimals they carry noise, not knowledge.
SCORE_DECIMALS = 4
#: Folder of letters whose authority is not known.
UNKNOWN_AUTHORITY = "unknown"

_VISIT = re.compile(r"(\d{4}-\d{2}-\d{2}|undated)_(" + "|".join(DOCUMENT_KINDS) + r")")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """The folder a letter belongs to; neither part can lead out of the dataset."""

    authority_slug: str
    visit: str

    @classmethod
    def of(cls, letter: Letter) -> Partition:
        """Return the partition of ``letter``, whatever its facts hold."""
        slug = slug_of(letter.facts.authority_slug)
        visit = letter.facts.visit
        if not _VISIT.fullmatch(visit):
            day = visit.partition("_")[0]
            visit = f"{day if _VISIT.fullmatch(f'{day}_{OTHER}') else 'undated'}_{OTHER}"
        return cls(slug or UNKNOWN_AUTHORITY, visit)


def letter_rows(letter: Letter) -> Tables:
    """Return the rows of every table of ``schema.DOCUMENT_TABLES``, sorted as the schema says.

    Text cells are never missing (empty where nothing is known), dates may be ``None``. Characters
    that no table can store (NUL, lone surrogates) are replaced.

    Raises
    ------
    ValueError
        if a cell holds what the schema does not allow in its column.

    """
    partition = Partition.of(letter)
    tables = {
        "documents": [_document(letter, partition)],
        "judgements": _judgements(letter, partition),
        "sentences": _sentences(letter, partition),
        "recommendations": _recommendations(letter, partition),
    }
    for table in DOCUMENT_TABLES:
        check_allowed(table, tables[table.name])
    return {table.name: tables[table.name] for table in DOCUMENT_TABLES}


def with_findings(tables: Tables) -> Tables:
    """Return the tables with those sentences only that have a finding."""
    chosen = [row for row in tables["sentences"] if row["finding"] != "none"]
    return {**tables, "sentences": chosen}


def check_allowed(table: Table, rows: Iterable[Row]) -> None:
    """Check cells against ``Column.allowed``; empty is allowed where a column is optional.

    Raises
    ------
    ValueError
        naming table, column and value.

    """
    limited = [
        (column.name, {*column.allowed, ""} if column.optional else {*column.allowed})
        for column in table.columns
        if column.allowed
    ]
    for row in rows:
        for name, allowed in limited:
            cell = row[name]
            for value in cell if isinstance(cell, list) else [cell]:
                if value not in allowed:
                    known = ", ".join(sorted(allowed - {""}))
                    raise ValueError(
                        f"{table.name}.{name} holds {value!r}; the schema allows {known}"
                    )


def _document(letter: Letter, partition: Partition) -> Row:
    facts, source = letter.facts, letter.source
    return {
        "document_id": letter.document_id,
        "source_path": _text(source.path),
        "source_sha256": source.sha256,
        "document_kind": facts.document_kind,
        "framework": _text(facts.framework),
        "authority": _text(facts.authority),
        "authority_slug": partition.authority_slug,
        "visit": partition.visit,
        "gss_code": _text(facts.gss_code),
        "urn": _text(facts.urn),
        "region": _text(facts.region),
        "visit_start": facts.visit_start,
        "visit_end": facts.visit_end,
        "published_on": facts.published_on,
        "lead_inspector": _text(facts.lead_inspector),
        "inspectors": _texts(facts.inspectors),
        "addressee": _text(facts.addressee),
        "scope": _text(facts.scope),
        "visit_kloes": _texts(facts.visit_kloes),
        "previous_visit": _text(facts.previous_visit),
        "scope_themes": list(facts.scope_themes),
        "inspectorates": list(facts.inspectorates),
        "outcome": facts.outcome,
        "next_visit": _text(facts.next_visit),
        # known to the fetcher and to the dataset, not to a letter
        "source_url": "",
        "same_as": "",
        "pages": len(letter.structured.raw.pages),
        "sentences": len(letter.structured.units),
        "reader": source.reader,
        "model_version": letter.model_version,
        "extractor_version": letter.extractor_version,
        "warnings": _texts(letter.warnings),
    }


def _judgements(letter: Letter, partition: Partition) -> list[Row]:
    ordered = sorted(letter.facts.judgements, key=lambda each: (each.page, each.judgement))
    return [
        {
            "document_id": letter.document_id,
            "authority_slug": partition.authority_slug,
            "visit": partition.visit,
            "judgement": judgement.judgement,
            "grade": judgement.grade,
            "printed": _text(judgement.printed),
            "page": judgement.page,
        }
        for judgement in ordered
    ]


def _sentences(letter: Letter, partition: Partition) -> list[Row]:
    facts, document_id = letter.facts, letter.document_id
    authority = _text(facts.authority)
    return [
        {
            "sentence_id": f"{document_id}-{unit.position}",
            "document_id": document_id,
            "authority": authority,
            "authority_slug": partition.authority_slug,
            "document_kind": facts.document_kind,
            "visit_start": facts.visit_start,
            "visit": partition.visit,
            "section": _text(unit.section),
            "judgement_area": unit.judgement_area,
            "page": unit.page,
            "paragraph": _text(unit.paragraph),
            "position": unit.position,
            "kind": unit.kind.value,
            "text": _text(unit.text),
            "finding": labels.finding,
            "is_strength": bool(labels.is_strength),
            "is_weakness": bool(labels.is_weakness),
            "is_recommendation": bool(labels.is_recommendation),
            "strength_score": _score(labels.strength_score),
            "weakness_score": _score(labels.weakness_score),
            "recommendation_score": _score(labels.recommendation_score),
            "themes": list(labels.themes),
            "theme_scores": [_score(score) for score in labels.theme_scores],
            "progress": labels.progress,
            "extent": labels.extent,
            "cohorts": list(labels.cohorts),
            "strength_text": _text(labels.strength_text),
            "weakness_text": _text(labels.weakness_text),
            "reported": unit.position in facts.reported,
            "method": labels.method,
            "evidence": _text(labels.evidence),
            "framework_reference": _text(facts.framework_references.get(unit.position, "")),
        }
        for unit, labels in zip(letter.structured.units, letter.labels, strict=True)
    ]


def _recommendations(letter: Letter, partition: Partition) -> list[Row]:
    document_id = letter.document_id
    return [
        {
            "recommendation_id": f"{document_id}-r{recommendation.number}",
            "document_id": document_id,
            "authority_slug": partition.authority_slug,
            "visit": partition.visit,
            "number": recommendation.number,
            "text": _text(recommendation.text),
            "themes": list(letter.recommendation_themes(recommendation)),
            "priority": recommendation.priority,
            "responsible": _text(recommendation.responsible),
            "framework_reference": _text(recommendation.framework_reference),
            "page": recommendation.page,
            "sentence_ids": [f"{document_id}-{each}" for each in recommendation.positions],
        }
        for recommendation in sorted(letter.facts.recommendations, key=lambda each: each.number)
    ]


def _score(value: float) -> float:
    return round(float(value), SCORE_DECIMALS)


def _text(value: str) -> str:
    return value if value.isascii() and "\0" not in value else _UNSTORABLE.sub("\ufffd", value)


def _texts(values: Iterable[str]) -> list[str]:
    return [_text(value) for value in values]
