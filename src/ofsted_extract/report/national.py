"""The model of the overview of all authorities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ofsted_extract import names
from ofsted_extract.kinds import document_kind
from ofsted_extract.report.counts import NOTHING, Counts, ThemeCounts
from ofsted_extract.report.records import DocumentRow, JudgementRow

#: Below so many sentences a rate is marked as resting on little text.
LITTLE_TEXT = 100
_WEAK_THEMES = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one document: ``findings`` by finding, ``themes`` by theme and finding."""

    findings: Counter[str]
    themes: Counter[tuple[str, str]]
    recommendations: int


@dataclass(frozen=True, slots=True)
class Figures:
    """An authority's figures over some of its letters."""

    letters: int
    counts: Counts
    recommendations: int
    weak_themes: tuple[tuple[str, int], ...]

    @property
    def has_little_text(self) -> bool:
        return 0 < self.counts.sentences < LITTLE_TEXT


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """One authority.

    ``latest`` is the kind of its latest letter. ``overall`` and ``grades`` (all others) are those
    of its latest full inspection that printed any; ``overall`` is empty where none is printed.
    """

    slug: str
    name: str
    region: str
    latest: str
    latest_on: date | None
    overall: str
    graded_on: date | None
    grades: tuple[JudgementRow, ...]
    reported: int
    every: Figures
    inspection: Figures


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One region, over all its authorities' letters."""

    name: str
    authorities: int
    letters: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class NationalTheme:
    """One theme over all letters; in how many authorities it has a weakness or a strength."""

    theme: ThemeCounts
    weak_in: int
    strong_in: int


@dataclass(frozen=True, slots=True)
class NationalPage:
    """The overview. Nothing that newspapers or councils say is counted in it."""

    rows: tuple[AuthorityRow, ...]
    regions: tuple[RegionRow, ...]
    themes: tuple[NationalTheme, ...]
    grades: tuple[tuple[str, int], ...]
    counts: Counts
    letters: int
    reported: int
    unplaced: int
    first: date | None
    last: date | None
    models: tuple[str, ...]
    versions: tuple[str, ...]


def national_page(
    documents: Sequence[DocumentRow],
    judgements: Iterable[JudgementRow],
    tallies: Mapping[str, Tally],
) -> NationalPage:
    """Return the overview of ``documents``; ``tallies`` by document id."""
    judged: dict[str, list[JudgementRow]] = {}
    for judgement in judgements:
        judged.setdefault(judgement.document_id, []).append(judgement)
    by_slug: dict[str, list[DocumentRow]] = {}
    for document in sorted(documents, key=lambda each: each.sort_key):
        by_slug.setdefault(document.slug, []).append(document)
    rows = tuple(
        sorted(
            (_row(slug, found, judged, tallies) for slug, found in by_slug.items()),
            key=lambda row: (row.name.casefold(), row.slug),
        )
    )
    letters = [each for each in documents if each.visit.is_inspectors]
    days = sorted(day for each in letters if (day := each.day))
    overall = Counter(row.overall for row in rows)
    return NationalPage(
        rows=rows,
        regions=_regions(rows),
        themes=_themes(by_slug, tallies),
        grades=tuple((grade, overall[grade]) for grade in (*names.GRADES, "") if overall[grade]),
        counts=sum((row.every.counts for row in rows), NOTHING),
        letters=len(letters),
        reported=sum(each.is_reported for each in documents),
        unplaced=sum(not each.is_reported and not each.visit.is_inspectors for each in documents),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        models=tuple(sorted({each.model_version for each in documents} - {""})),
        versions=tuple(sorted({each.extractor_version for each in documents} - {""})),
    )


def _row(
    slug: str,
    documents: Sequence[DocumentRow],
    judged: Mapping[str, Sequence[JudgementRow]],
    tallies: Mapping[str, Tally],
) -> AuthorityRow:
    newest_first = documents[::-1]
    letters = [each for each in newest_first if each.visit.is_inspectors]
    latest = next((each for each in letters if each.day), letters[0] if letters else None)
    graded = next((each for each in letters if _is_graded(each, judged)), None)
    grades = sorted(
        judged[graded.document_id] if graded else [],
        key=lambda each: names.judgement_order(each.judgement),
    )
    return AuthorityRow(
        slug=slug,
        name=_first((each.authority for each in newest_first), names.UNKNOWN_AUTHORITY),
        region=_first(each.region for each in newest_first),
        latest=names.short_kind_name(latest.kind) if latest else "",
        latest_on=latest.day if latest else None,
        overall=_first(each.grade for each in grades if each.judgement == "overall_effectiveness"),
        graded_on=graded.day if graded else None,
        grades=tuple(each for each in grades if each.judgement != "overall_effectiveness"),
        reported=sum(each.is_reported for each in documents),
        every=_scope(letters, tallies),
        inspection=_scope([graded] if graded else [], tallies),
    )


def _is_graded(letter: DocumentRow, judged: Mapping[str, Sequence[JudgementRow]]) -> bool:
    return document_kind(letter.kind).is_full_inspection and bool(judged.get(letter.document_id))


def _first(texts: Iterable[str], otherwise: str = "") -> str:
    """Return the first text that is not empty."""
    return next(filter(None, texts), otherwise)


def _scope(letters: Sequence[DocumentRow], tallies: Mapping[str, Tally]) -> Figures:
    found = [tallies[each.document_id] for each in letters if each.document_id in tallies]
    weak: Counter[str] = Counter()
    for tally in found:
        for (theme, finding), count in tally.themes.items():
            if finding in {"weakness", "mixed"}:
                weak[theme] += count
    order = {theme: index for index, theme in enumerate(names.theme_names())}
    most = sorted(weak.items(), key=lambda item: (-item[1], order.get(item[0], len(order)), item))
    return Figures(
        letters=len(letters),
        counts=sum((Counts.from_findings(tally.findings) for tally in found), NOTHING),
        recommendations=sum(tally.recommendations for tally in found),
        weak_themes=tuple(most[:_WEAK_THEMES]),
    )


def _regions(rows: Iterable[AuthorityRow]) -> tuple[RegionRow, ...]:
    by_name: dict[str, list[AuthorityRow]] = {}
    for row in rows:
        by_name.setdefault(row.region, []).append(row)
    return tuple(
        RegionRow(
            name,
            len(found),
            sum(row.every.letters for row in found),
            sum((row.every.counts for row in found), NOTHING),
        )
        for name, found in sorted(by_name.items(), key=lambda item: (not item[0], item[0]))
    )


def _themes(
    by_slug: Mapping[str, Sequence[DocumentRow]], tallies: Mapping[str, Tally]
) -> tuple[NationalTheme, ...]:
    counted: dict[str, Counter[str]] = {theme: Counter() for theme in names.theme_names()}
    weak_in: Counter[str] = Counter()
    strong_in: Counter[str] = Counter()
    out_of = 0
    for documents in by_slug.values():
        here: Counter[tuple[str, str]] = Counter()
        for document in documents:
            tally = tallies.get(document.document_id)
            if tally and document.visit.is_inspectors:
                here.update(tally.themes)
                out_of += sum(tally.findings.values())
        for (theme, finding), count in here.items():
            counted.setdefault(theme, Counter())[finding] += count
        found = set(here)
        weak_in.update({theme for theme, finding in found if finding in {"weakness", "mixed"}})
        strong_in.update({theme for theme, finding in found if finding in {"strength", "mixed"}})
    found_themes = (
        NationalTheme(
            ThemeCounts(theme, Counts.from_findings(found), out_of),
            weak_in[theme],
            strong_in[theme],
        )
        for theme, found in counted.items()
        if found["strength"] + found["weakness"] + found["mixed"] + found["recommendation"]
    )
    return tuple(sorted(found_themes, key=lambda each: -each.theme.counts.findings))
