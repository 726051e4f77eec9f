"""The only source of table and column names, types and allowed values.

The data dictionary in docs/ is generated from this module, the Parquet schemas and the CSV headers
are built from it. It imports nothing heavy, so that the command line can use it to print help.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ofsted_extract.kinds import kind_ids
from ofsted_extract.resources import load_toml

#: ``list[...]`` are list columns in Parquet and ``;``-joined in CSV.
ColumnType = Literal["string", "bool", "int", "float", "date", "list[string]", "list[float]"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``allowed`` are the values of a closed list; ``optional``: such a cell may be empty as well,
    where nothing is known. ``path`` marks columns that Parquet keeps in the folder names only.
    """

    name: str
    type: ColumnType
    description: str
    allowed: tuple[str, ...] = ()
    optional: bool = False
    path: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the dataset: its name, its columns in order, and the columns it is sorted by."""

    name: str
    description: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def stored_columns(self) -> tuple[Column, ...]:
        """The columns inside the Parquet files: all but those that the folder names carry."""
        return tuple(column for column in self.columns if not column.path)


DOCUMENT_KINDS = kind_ids()
FINDINGS = ("strength", "weakness", "mixed", "recommendation", "none")
PROGRESS = ("improved", "declined", "no_change", "none")
EXTENTS = ("all", "most", "many", "some", "few", "one", "none_of")
GRADES = ("outstanding", "good", "requires_improvement", "inadequate", "adequate")
OUTCOMES = ("positive", "inconsistent", "significant_concerns")
UNIT_KINDS = ("heading", "bullet", "sentence")
METHODS = ("structure", "rule", "model", "review")
PRIORITIES = ("immediate", "priority")
VERDICTS = ("improved", "mixed", "still_weak", "not_mentioned")
READERS = tuple(
    dict.fromkeys(name for row in load_toml("input_types.toml")["type"] for name in row["readers"])
)

_SLUG = Column(
    "authority_slug", "string", "Authority in lower case with hyphens; a folder name.", path=True
)
_VISIT = Column(
    "visit",
    "string",
    "Partition name: start of the visit (else publication date, else `undated`), `_`, kind.",
    path=True,
)
_DOCUMENT = Column("document_id", "string", "First 16 hex digits of the SHA-256 of the file.")

DOCUMENTS = Table(
    "documents",
    "One row per letter or report: who, when, what.",
    (
        _DOCUMENT,
        Column("source_path", "string", "Path of the file as it was given."),
        Column("source_sha256", "string", "SHA-256 of the file's bytes."),
        Column("document_kind", "string", "What kind of document it is.", DOCUMENT_KINDS),
        Column("framework", "string", "The inspection framework the visit was held under."),
        Column("authority", "string", "Plain name of the local authority ('Trafford')."),
        _SLUG,
        _VISIT,
        Column("gss_code", "string", "GSS code of the authority at the date of the visit."),
        Column("urn", "string", "Ofsted's unique reference number of the authority."),
        Column("region", "string", "Region of England."),
        Column("visit_start", "date", "First day of the visit."),
        Column("visit_end", "date", "Last day of the visit."),
        Column("published_on", "date", "Date of publication, or of the letter."),
        Column("lead_inspector", "string", "Lead inspector, without rank."),
        Column("inspectors", "list[string]", "All inspectors named, lead first, without rank."),
        Column("addressee", "string", "Whom a letter is addressed to, with their role if printed."),
        Column("scope", "string", "What the inspectors looked at, as printed."),
        Column("visit_kloes", "list[string]", "Key lines of enquiry of the visit, as printed."),
        Column("previous_visit", "string", "What is said of earlier inspections, as printed."),
        Column("scope_themes", "list[string]", "KLOE themes that the scope names, in its order."),
        Column("inspectorates", "list[string]", "The inspectorates of a joint inspection."),
        Column(
            "outcome",
            "string",
            "Outcome of an area SEND inspection, or empty.",
            OUTCOMES,
            optional=True,
        ),
        Column("next_visit", "string", "What an area SEND report says of the next, as printed."),
        Column("source_url", "string", "Where the file was fetched from, or empty."),
        Column(
            "same_as",
            "string",
            "Document that this one repeats, or empty. Known once a dataset is opened; empty in "
            "its files.",
        ),
        Column("pages", "int", "Number of pages."),
        Column("sentences", "int", "Number of rows in the sentences table."),
        Column("reader", "string", "Which reader gave the text.", READERS),
        Column("model_version", "string", "Name and version of the classifier."),
        Column("extractor_version", "string", "Version of this program."),
        Column("warnings", "list[string]", "What a careful reader should check, in sentences."),
    ),
    ("document_id",),
)

JUDGEMENTS_TABLE = Table(
    "judgements",
    "One row per printed grade. Nothing is inferred: no printed overall grade, no row.",
    (
        _DOCUMENT,
        _SLUG,
        _VISIT,
        Column("judgement", "string", "Which judgement: an id of `data/judgements.toml`."),
        Column("grade", "string", "The grade.", GRADES),
        Column("printed", "string", "The grade as printed."),
        Column("page", "int", "Page of the printed grade."),
    ),
    ("document_id", "page", "judgement"),
)

SENTENCES = Table(
    "sentences",
    "One row per sentence, bullet or heading of the letter's body.",
    (
        Column("sentence_id", "string", "`document_id`, `-`, running number from 1."),
        _DOCUMENT,
        Column("authority", "string", "Plain name of the local authority."),
        _SLUG,
        Column("document_kind", "string", "What kind of document it is.", DOCUMENT_KINDS),
        Column("visit_start", "date", "First day of the visit."),
        _VISIT,
        Column("section", "string", "Nearest heading above, as printed."),
        Column("judgement_area", "string", "Judgement that the section is about, or empty."),
        Column("page", "int", "Page on which the sentence begins."),
        Column("paragraph", "string", "Printed number, or `p` and a running number."),
        Column("position", "int", "Running number in the document, from 1."),
        Column("kind", "string", "What form it has.", UNIT_KINDS),
        Column("text", "string", "The words, joined over line and page ends."),
        Column("finding", "string", "`mixed` is both strength and weakness.", FINDINGS),
        Column("is_strength", "bool", "States a strength."),
        Column("is_weakness", "bool", "States a weakness."),
        Column("is_recommendation", "bool", "Tells the authority what to improve."),
        Column("strength_score", "float", "Calibrated probability of a strength, 0 to 1."),
        Column("weakness_score", "float", "Calibrated probability of a weakness, 0 to 1."),
        Column("recommendation_score", "float", "Calibrated probability, 0 to 1."),
        Column("themes", "list[string]", "KLOE themes, best first: ids of `data/themes.toml`."),
        Column("theme_scores", "list[float]", "Calibrated probabilities, parallel to `themes`."),
        Column("progress", "string", "Change since an earlier point, as stated.", PROGRESS),
        Column(
            "extent",
            "string",
            "How many children or cases, as stated, or empty.",
            EXTENTS,
            optional=True,
        ),
        Column("cohorts", "list[string]", "Groups of children it is about: `data/cohorts.toml`."),
        Column("strength_text", "string", "For `mixed`: the clause that states the strength."),
        Column("weakness_text", "string", "For `mixed`: the clause that states the weakness."),
        Column("reported", "bool", "True where a newspaper or a council speaks."),
        Column("method", "string", "What decided the finding.", METHODS),
        Column(
            "evidence",
            "string",
            "The words that decided a rule; who corrected it and when for `review`; else empty.",
        ),
        Column("framework_reference", "string", "National framework reference ('outcome 2')."),
    ),
    ("document_id", "position"),
)

RECOMMENDATIONS = Table(
    "recommendations",
    "One row per thing the authority is told to improve.",
    (
        Column("recommendation_id", "string", "`document_id`, `-r`, running number from 1."),
        _DOCUMENT,
        _SLUG,
        _VISIT,
        Column("number", "int", "Running number in the document, from 1."),
        Column("text", "string", "Without bullet, number, footnote mark or reference."),
        Column("themes", "list[string]", "KLOE themes, best first."),
        Column(
            "priority",
            "string",
            "Immediate or priority action, or empty.",
            PRIORITIES,
            optional=True,
        ),
        Column("responsible", "string", "The body that a table names beside it, as printed."),
        Column("framework_reference", "string", "'outcome 2', 'enabler: …', or empty."),
        Column("page", "int", "Page on which it begins."),
        Column("sentence_ids", "list[string]", "The rows of `sentences` that ask for it."),
    ),
    ("document_id", "number"),
)

FOLLOWUP = Table(
    "followup",
    "One row per recommendation (or line of enquiry) and later visit to the same authority.",
    (
        Column("recommendation_id", "string", "Id in `recommendations`; `-k` ids are KLOEs."),
        _SLUG,
        _VISIT,
        Column("later_document_id", "string", "Document of the later visit."),
        Column("later_visit", "string", "Partition name of the later visit."),
        Column("verdict", "string", "What the later visit says of it.", VERDICTS),
        Column("sentence_ids", "list[string]", "Its sentences that answer, best first; 5 at most."),
        Column("match_score", "float", "Score of the best matching sentence, 0 to 1."),
        Column("confidence", "float", "Calibrated chance that a careful reader gives the verdict."),
        Column("asked_again", "list[string]", "Its recommendations that may repeat the request."),
    ),
    ("recommendation_id", "later_visit", "later_document_id"),
)

#: What reading a document yields; ``followup`` is made later, from a whole dataset.
DOCUMENT_TABLES = (DOCUMENTS, JUDGEMENTS_TABLE, SENTENCES, RECOMMENDATIONS)
TABLES = (*DOCUMENT_TABLES, FOLLOWUP)


def table(name: str) -> Table:
    """Return the table called ``name``.

    Raises
    ------
    KeyError
        if there is no such table.

    """
    for candidate in TABLES:
        if candidate.name == name:
            return candidate
    raise KeyError(name)
