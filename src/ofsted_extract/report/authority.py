"""The model of an authority's page: everything it shows, as values, nothing of how it looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from ofsted_extract import names
from ofsted_extract.report.counts import Counts, ThemeCounts, theme_counts
from ofsted_extract.report.followup import FollowedLetter, Title, follow_up
from ofsted_extract.report.highlights import Quote, choose
from ofsted_extract.report.records import (
    DocumentRow,
    FollowUpRow,
    JudgementRow,
    RecommendationRow,
    SentenceRow,
)

Row = TypeVar("Row", JudgementRow, SentenceRow, RecommendationRow)


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows of the dataset about one authority."""

    documents: Sequence[DocumentRow]
    judgements: Sequence[JudgementRow]
    sentences: Sequence[SentenceRow]
    recommendations: Sequence[RecommendationRow]
    followup: Sequence[FollowUpRow]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a sentence; ``css`` is the finding of a mixed sentence's clause, or empty."""

    text: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """One sentence as it is shown; ``new_page`` is the page that begins with it, or 0."""

    sentence: SentenceRow
    pieces: tuple[Piece, ...]
    new_page: int

    @property
    def finding(self) -> names.Finding:
        return names.FINDING[self.sentence.finding]


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A heading, a paragraph or a bulleted item; ``number`` is a paragraph's printed number."""

    kind: str
    number: str
    units: tuple[ShownSentence, ...]


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """One document with all that the page shows of it.

    ``title`` tells it from the others in full, ``label`` in a few words for a column's head, and
    ``date_first`` where only the beginning may be seen.
    ``facts`` are pairs of a name and lines of text; empty ones are left out.
    """

    document: DocumentRow
    title: str
    label: str
    date_first: str
    date_line: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    judgements: tuple[JudgementRow, ...]
    counts: Counts
    themes: tuple[ThemeCounts, ...]
    strengths: tuple[Quote, ...]
    weaknesses: tuple[Quote, ...]
    recommendations: tuple[RecommendationRow, ...]
    blocks: tuple[ShownBlock, ...]

    @property
    def id(self) -> str:
        return self.document.document_id

    @property
    def units(self) -> Iterable[ShownSentence]:
        """All sentences but the headings, in reading order."""
        return (unit for block in self.blocks if block.kind != "heading" for unit in block.units)


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One judgement over the letters; a letter that does not print it has ``None``."""

    judgement: str
    grades: tuple[JudgementRow | None, ...]


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One theme over the letters; a letter without a finding on it has ``None``."""

    theme: str
    cells: tuple[ThemeCounts | None, ...]


@dataclass(frozen=True, slots=True)
class AuthorityPage:
    """The page of one authority.

    ``letters`` are the inspectors' own, oldest first. ``apart`` are documents in which somebody
    else speaks, or that nobody could place; they are counted nowhere.
    """

    name: str
    slug: str
    region: str
    gss_code: str
    letters: tuple[ShownLetter, ...]
    apart: tuple[ShownLetter, ...]
    grades: tuple[GradeRow, ...]
    heat: tuple[HeatRow, ...]
    followed_up: tuple[FollowedLetter, ...]
    methods: tuple[tuple[str, int], ...]
    models: tuple[str, ...]
    versions: tuple[str, ...]

    @property
    def newest_first(self) -> tuple[ShownLetter, ...]:
        """The inspectors' letters, newest first; what has no date still comes last."""
        return _newest_first(self.letters)

    @property
    def apart_newest_first(self) -> tuple[ShownLetter, ...]:
        return _newest_first(self.apart)

    @property
    def all_letters(self) -> tuple[ShownLetter, ...]:
        """In the order in which the page prints their text: newest first, then those apart."""
        return (*self.newest_first, *self.apart_newest_first)


def authority_page(tables: Tables) -> AuthorityPage:
    """Return the page of the authority that ``tables`` are about."""
    documents = sorted(tables.documents, key=lambda each: each.sort_key)
    if not documents:
        raise ValueError("a page needs at least one document")
    of_document = _by_document(tables.sentences)
    judged = _by_document(tables.judgements)
    recommended = _by_document(tables.recommendations)
    titles = _titles(documents)
    made = {
        document.document_id: _letter(
            document,
            titles[document.document_id],
            of_document.get(document.document_id, []),
            judged.get(document.document_id, []),
            recommended.get(document.document_id, []),
        )
        for document in documents
    }
    letters = tuple(made[each.document_id] for each in documents if each.visit.is_inspectors)
    apart = tuple(made[each.document_id] for each in documents if not each.visit.is_inspectors)
    # the newest document that knows a fact is asked for it
    newest = documents[::-1]
    return AuthorityPage(
        name=_first(each.authority for each in newest) or names.UNKNOWN_AUTHORITY,
        slug=documents[0].slug,
        region=_first(each.region for each in newest),
        gss_code=_first(each.gss_code for each in newest),
        letters=letters,
        apart=apart,
        grades=_grade_rows(letters),
        heat=_heat_rows(letters),
        followed_up=follow_up(
            tables.followup,
            documents,
            tables.recommendations,
            titles,
            {each.sentence_id: each for each in tables.sentences},
        ),
        methods=_methods(tables.sentences),
        models=_each_once(document.model_version for document in documents),
        versions=_each_once(document.extractor_version for document in documents),
    )


# ------------------------------------------------------------------------- one letter


def _letter(
    document: DocumentRow,
    title: Title,
    sentences: Sequence[SentenceRow],
    judgements: Sequence[JudgementRow],
    recommendations: Sequence[RecommendationRow],
) -> ShownLetter:
    return ShownLetter(
        document=document,
        title=title.title,
        label=title.label,
        date_first=title.date_first,
        date_line=_date_line(document),
        facts=_facts(document),
        judgements=tuple(
            sorted(judgements, key=lambda each: names.judgement_order(each.judgement))
        ),
        counts=Counts.of(sentences),
        themes=theme_counts(sentences, names.theme_names()),
        strengths=choose(sentences, "strength"),
        weaknesses=choose(sentences, "weakness"),
        recommendations=tuple(recommendations),
        blocks=_blocks(sentences),
    )


def _titles(documents: Iterable[DocumentRow]) -> dict[str, Title]:
    """Title of each document; numbered where two would be called the same."""
    found: dict[str, Title] = {}
    used: Counter[str] = Counter()
    for document in documents:
        kind = names.kind_name(document.kind)
        on = names.day(document.day) if document.day else "undated"
        short = names.month(document.day) if document.day else "undated"
        used[f"{kind}, {on}"] += 1
        count = used[f"{kind}, {on}"]
        again = f" ({count})" if count > 1 else ""
        found[document.document_id] = Title(
            f"{kind}, {on}{again}",
            f"{kind}, {short}{again}",
            f"{on[:1].upper()}{on[1:]}: {kind}{again}",
        )
    return found


def _date_line(document: DocumentRow) -> str:
    if document.visit_start:
        line = f"Visited {names.period(document.visit_start, document.visit_end)}"
        published = document.published_on
        return f"{line}, published {names.day(published)}" if published else line
    if document.published_on:
        return f"Published {names.day(document.published_on)}"
    return "Date not found"


def _facts(document: DocumentRow) -> tuple[tuple[str, tuple[str, ...]], ...]:
    others = tuple(name for name in document.inspectors if name != document.lead_inspector)
    pairs: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("Kind", (names.kind_name(document.kind),)),
        ("Framework", (document.framework,)),
        ("Lead inspector", (document.lead_inspector,)),
        ("Inspectors" if not document.lead_inspector else "Other inspectors", others),
        ("Addressed to", (document.addressee,)),
        ("What inspectors looked at", (document.scope,)),
        ("Lines of enquiry", document.visit_kloes),
        ("Earlier inspections", (document.previous_visit,)),
        ("Length", (names.number(document.pages, "page"),)),
        ("File", (document.file_name,)),
        ("Also read from", document.copies),
        ("To check", document.warnings),
    )
    return tuple((name, tuple(filter(None, lines))) for name, lines in pairs if any(lines))


def _blocks(sentences: Sequence[SentenceRow]) -> tuple[ShownBlock, ...]:
    blocks: list[ShownBlock] = []
    page = 0
    for (kind, paragraph), group in groupby(sentences, lambda each: (each.kind, each.paragraph)):
        units: list[ShownSentence] = []
        for sentence in group:
            new_page = sentence.page if sentence.page != page else 0
            page = sentence.page
            units.append(ShownSentence(sentence, _pieces(sentence), new_page))
        number = "" if kind == "heading" or paragraph.startswith("p") else paragraph
        if kind == "heading":
            # two headings in a row share the empty paragraph number, and stay two
            blocks.extend(ShownBlock(kind, "", (unit,)) for unit in units)
        else:
            blocks.append(ShownBlock(kind, number, tuple(units)))
    return tuple(blocks)


def _pieces(sentence: SentenceRow) -> tuple[Piece, ...]:
    """Cut a mixed sentence at the clauses that are its strength and its weakness."""
    text = sentence.text
    found = []
    if sentence.finding == "mixed":
        for clause, css in ((sentence.strength_text, "s"), (sentence.weakness_text, "w")):
            start = text.find(clause) if clause else -1
            if start >= 0:
                found.append((start, start + len(clause), css))
    pieces: list[Piece] = []
    position = 0
    for start, end, css in sorted(found):
        if start < position:  # the clauses overlap: the sentence is shown whole
            return (Piece(text),)
        pieces.append(Piece(text[position:start]))
        pieces.append(Piece(text[start:end], css))
        position = end
    pieces.append(Piece(text[position:]))
    return tuple(piece for piece in pieces if piece.text)


# ------------------------------------------------------------------ over several letters


def _grade_rows(letters: Sequence[ShownLetter]) -> tuple[GradeRow, ...]:
    by_letter = [{each.judgement: each for each in letter.judgements} for letter in letters]
    printed = {judgement for grades in by_letter for judgement in grades}
    return tuple(
        GradeRow(judgement, tuple(grades.get(judgement) for grades in by_letter))
        for judgement in sorted(printed, key=names.judgement_order)
    )


def _heat_rows(letters: Sequence[ShownLetter]) -> tuple[HeatRow, ...]:
    by_letter = [{each.theme: each for each in letter.themes} for letter in letters]
    order = dict.fromkeys(names.theme_names())
    order.update(dict.fromkeys(theme for themes in by_letter for theme in themes))
    rows = (HeatRow(theme, tuple(themes.get(theme) for themes in by_letter)) for theme in order)
    return tuple(row for row in rows if any(row.cells))


def _methods(sentences: Iterable[SentenceRow]) -> tuple[tuple[str, int], ...]:
    found = Counter(each.method for each in sentences if each.finding != "none")
    return tuple((method, found[method]) for method in names.METHODS if found[method])


def _by_document(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.document_id, []).append(row)
    return found


def _newest_first(letters: Sequence[ShownLetter]) -> tuple[ShownLetter, ...]:
    dated = [each for each in letters if each.document.day]
    undated = [each for each in letters if not each.document.day]
    return (*dated[::-1], *undated)


def _each_once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))


def _first(values: Iterable[str]) -> str:
    return next(filter(None, values), "")
