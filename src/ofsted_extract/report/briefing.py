"""The model of a briefing: one letter as a scrutiny officer tells it, with what came before.

A few of the letter's sentences as a paragraph, the grades then and now, strengths, what stands
against them, what must improve, and what earlier letters asked with what became of it. Everything
is quoted, with its page; nothing is put into other words. The sentences are chosen like those of
the summary (docs/summary.md says how, and how well); the numbers below keep the whole to two to
four pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ofsted_extract import names
from ofsted_extract.explore.dataset import Dataset, DatasetError
from ofsted_extract.report import records, summary
from ofsted_extract.report.copies import without_copies
from ofsted_extract.report.highlights import in_summary, quotation
from ofsted_extract.report.records import (
    DocumentRow,
    FollowUpRow,
    JudgementRow,
    RecommendationRow,
    SentenceRow,
)

#: Sentences of the opening paragraph for each side, points of each list, and answered requests of
#: earlier letters that are shown.
_OPENING = 2
_POINTS = 8
_EARLIER = 8
#: The verdicts of the follow-up in the order in which a committee asks for them.
_ORDER = ("still_weak", "mixed", "improved", "not_mentioned")
_GOOD, _BAD = ("strength", "mixed"), ("weakness", "recommendation", "mixed")
#: Findings of which a sentence is quoted for a verdict; each tuple asks for one.
_RESTS_ON = {"improved": (_GOOD,), "still_weak": (_BAD,), "mixed": (_GOOD, _BAD)}


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the letter and their page in it."""

    text: str
    page: int


@dataclass(frozen=True, slots=True)
class Printed:
    """A grade, the letter that prints it (kind and date) and the page there."""

    grade: str
    letter: str
    page: int


@dataclass(frozen=True, slots=True)
class GradeLine:
    """One judgement: the newest grade before this letter, and this letter's, where printed."""

    judgement: str
    before: Printed | None
    now: Printed | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that this letter tells the authority to improve; ``priority`` may be empty.

    ``before`` are the earlier letters, with page, of which a request seems to be repeated.
    """

    number: int
    text: str
    page: int
    priority: str
    before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """What an earlier letter asked, or wanted to know, and what this letter says of it.

    ``page`` is the earlier letter's, 0 for a line of enquiry; ``answers`` are empty where no clear
    sentence of this letter was found.
    """

    letter: str
    text: str
    page: int
    verdict: str
    answers: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """Everything that a briefing says.

    ``earlier`` are requests of earlier letters that this one answers, gravest first; ``unanswered``
    counts those of which it says nothing clear and ``left_out`` those for which there was no room.
    ``followed`` is whether table ``followup`` says anything of this letter.
    """

    authority: str
    region: str
    kind: str
    dates: str
    inspectors: str
    looked_at: str
    pages: int
    source: str
    before: str
    opening: tuple[Said, ...]
    grades: tuple[GradeLine, ...]
    strengths: tuple[Said, ...]
    weaknesses: tuple[Said, ...]
    recommendations: tuple[Asked, ...]
    earlier: tuple[AskedBefore, ...]
    unanswered: int
    left_out: int
    followed: bool
    model: str
    version: str

    @property
    def title(self) -> str:
        return f"{self.authority}: {self.kind}"


def briefing(dataset: Dataset, authority: str, visit: str = "") -> Briefing:
    """Return the briefing about an authority's newest letter, or the newest of ``visit``.

    Parameters
    ----------
    dataset:
        what ``batch`` wrote; table ``followup`` is used where ``track`` made it.
    authority:
        slug or name.
    visit:
        partition name or the beginning of one, such as "2019".

    Raises
    ------
    DatasetError
        if the dataset has no such authority, or no letter of inspectors that fits.

    """
    everything = without_copies(records.documents(dataset.documents(authority)))
    letters = [each for each in everything if each.visit.is_inspectors]
    fits = [each for each in letters if each.visit.name.startswith(visit)]
    if not fits:
        known = ", ".join(each.visit.name for each in letters) or "none"
        wanted = f" of visit {visit!r}" if visit else ""
        raise DatasetError(f"no letter of inspectors{wanted} about {authority}; there is {known}")
    letter = max(fits, key=lambda each: (each.day or date.min, each.document_id))
    earlier = [each for each in letters if _is_before(each, letter)]
    sentences = [
        each
        for each in records.sentences(dataset.sentences(authority, letter.visit.name))
        if each.document_id == letter.document_id and not each.is_heading
    ]
    opening, strengths, weaknesses = _chosen(sentences)
    asked = records.recommendations(dataset.recommendations(authority))
    known_earlier = {each.document_id for each in earlier}
    rows = [
        row
        for row in records.followup(dataset.followup(authority))
        if row.later_document_id == letter.document_id
        and row.recommendation_id.rpartition("-")[0] in known_earlier
    ]
    requests = _requests(earlier, asked)
    answered = _answered(rows, requests, {each.sentence_id: each for each in sentences})
    told = [each for each in answered if each.answers]
    return Briefing(
        authority=letter.authority or names.UNKNOWN_AUTHORITY,
        region=letter.region,
        kind=names.kind_name(letter.kind),
        dates=_dates(letter),
        inspectors=names.listed(letter.inspectors or filter(None, [letter.lead_inspector])),
        looked_at=letter.scope,
        pages=letter.pages,
        source=letter.file_name,
        before=_called(earlier[-1]) if earlier else "",
        opening=opening,
        grades=_grades(letter, earlier, records.judgements(dataset.judgements(authority))),
        strengths=strengths,
        weaknesses=weaknesses,
        recommendations=tuple(
            Asked(
                each.number,
                each.text,
                each.page,
                names.PRIORITIES.get(each.priority, ""),
                _asked_before(each, rows, requests),
            )
            for each in asked
            if each.document_id == letter.document_id
        ),
        earlier=tuple(told[:_EARLIER]),
        unanswered=len(answered) - len(told),
        left_out=max(len(told) - _EARLIER, 0),
        followed=bool(rows),
        model=letter.model_version,
        version=letter.extractor_version,
    )


def _is_before(other: DocumentRow, letter: DocumentRow) -> bool:
    return bool(other.day and letter.day and other.day < letter.day)


def _called(letter: DocumentRow) -> str:
    on = names.day(letter.day) if letter.day else "undated"
    return f"{names.kind_name(letter.kind)}, {on}"


def _dates(letter: DocumentRow) -> str:
    visited = (
        f"visited {names.period(letter.visit_start, letter.visit_end)}"
        if letter.visit_start
        else ""
    )
    published = f"published {names.day(letter.published_on)}" if letter.published_on else ""
    return ", ".join(filter(None, (visited, published))) or "undated"


# --------------------------------------------------------------------- the letter's own words


def _chosen(
    sentences: Sequence[SentenceRow],
) -> tuple[tuple[Said, ...], tuple[Said, ...], tuple[Said, ...]]:
    """Return the opening paragraph, the strengths and the weaknesses, each in reading order.

    What stands in the opening is not said again below it.
    """
    strong, weak = _points(sentences, "strength"), _points(sentences, "weakness")
    opening = {each.unit.position: each for each in (*_best(weak), *_best(strong))}
    positions = opening.keys()
    lists = [
        _first(summary.choose([each for each in side if each.unit.position not in positions]))
        for side in (strong, weak)
    ]
    whole = {each.position: each.text for each in sentences}
    return (
        tuple(Said(whole[at], opening[at].unit.page) for at in sorted(opening)),
        lists[0],
        lists[1],
    )


def _points(sentences: Sequence[SentenceRow], side: summary.Side) -> list[summary.Point]:
    """Return the sentences of a side as points; of a mixed one the clause that states it.

    A dataset does not keep what a section is for, so no list counts as one of a side.
    """
    found: list[summary.Point] = []
    paragraph = ""
    for each in sentences:
        opens, paragraph = each.paragraph != paragraph, each.paragraph
        if each.finding not in (side, "mixed"):
            continue
        clause = each.strength_text if side == "strength" else each.weakness_text
        text = clause if each.finding == "mixed" and clause else each.text
        weight = summary.salience(
            each.strength_score if side == "strength" else each.weakness_score,
            text,
            opens=opens,
            in_summary=in_summary(each),
            in_list=False,
            states_change=each.progress != "none",
        )
        found.append(summary.Point(each, text, weight))
    return found


def _best(points: Iterable[summary.Point], most: int = _OPENING) -> list[summary.Point]:
    """Return the most telling points, no text twice."""
    ranked = sorted(points, key=lambda each: (-each.salience, each.unit.position))
    once = {each.text: each for each in reversed(ranked)}
    return sorted(once.values(), key=lambda each: (-each.salience, each.unit.position))[:most]


def _first(points: Sequence[summary.Point]) -> tuple[Said, ...]:
    kept = sorted(_best(points, _POINTS), key=lambda each: each.unit.position)
    return tuple(Said(quotation(each.text), each.unit.page) for each in kept)


# --------------------------------------------------------------------- then and now


def _grades(
    letter: DocumentRow, earlier: Sequence[DocumentRow], judgements: Iterable[JudgementRow]
) -> tuple[GradeLine, ...]:
    """Return a line for each judgement of this letter or of the last one that printed grades.

    ``earlier`` are in order of date. What only older frameworks judged is left out.
    """
    printed: dict[str, dict[str, Printed]] = {}
    made = {each.document_id: each for each in (*earlier, letter)}
    for row in judgements:
        if row.document_id in made:
            shown = Printed(names.grade_name(row.grade), _called(made[row.document_id]), row.page)
            printed.setdefault(row.document_id, {})[row.judgement] = shown
    now = printed.get(letter.document_id, {})
    past = [printed[each.document_id] for each in earlier if each.document_id in printed]
    before = {judgement: shown for grades in past for judgement, shown in grades.items()}
    return tuple(
        GradeLine(names.judgement_name(judgement), before.get(judgement), now.get(judgement))
        for judgement in sorted({*now, *(past[-1] if past else ())}, key=names.judgement_order)
    )


@dataclass(frozen=True, slots=True)
class _Request:
    letter: DocumentRow
    text: str
    page: int


def _requests(
    letters: Sequence[DocumentRow], recommendations: Iterable[RecommendationRow]
) -> dict[str, _Request]:
    """Return what ``letters`` asked, by the id that table ``followup`` knows it by."""
    made = {each.document_id: each for each in letters}
    found = {
        each.recommendation_id: _Request(made[each.document_id], each.text, each.page)
        for each in recommendations
        if each.document_id in made
    }
    for letter in letters:
        for number, text in enumerate(letter.visit_kloes, start=1):
            found[f"{letter.document_id}-k{number}"] = _Request(letter, text, 0)
    return found


def _asked_before(
    asked: RecommendationRow, rows: Iterable[FollowUpRow], requests: Mapping[str, _Request]
) -> tuple[str, ...]:
    mine = set(asked.sentence_ids)
    repeated = [
        requests[row.recommendation_id]
        for row in rows
        if row.recommendation_id in requests and not mine.isdisjoint(row.asked_again)
    ]
    found = (
        f"{_called(each.letter)}, page {each.page}" if each.page else _called(each.letter)
        for each in sorted(repeated, key=lambda each: each.letter.sort_key)
    )
    return tuple(dict.fromkeys(found))


def _answered(
    rows: Iterable[FollowUpRow],
    requests: Mapping[str, _Request],
    sentences: Mapping[str, SentenceRow],
) -> list[AskedBefore]:
    """Return what became of each request: the gravest first, of the newest letter first."""
    known = [each for each in rows if each.recommendation_id in requests]

    def grave(row: FollowUpRow) -> tuple[int, int, float]:
        day = requests[row.recommendation_id].letter.day or date.min
        return _ORDER.index(row.verdict), -day.toordinal(), -row.match_score

    found = []
    for row in sorted(known, key=grave):
        request = requests[row.recommendation_id]
        matched = [sentences[each] for each in row.sentence_ids if each in sentences]
        found.append(
            AskedBefore(
                _called(request.letter),
                quotation(request.text),
                request.page,
                names.VERDICTS[row.verdict].name,
                tuple(Said(quotation(each.text), each.page) for each in _backing(row, matched)),
            )
        )
    return found


def _backing(row: FollowUpRow, matched: Sequence[SentenceRow]) -> list[SentenceRow]:
    """Return the best match of each finding that the verdict rests on, else the best match."""
    backing: list[SentenceRow] = []
    for findings in _RESTS_ON.get(row.verdict, ()):
        best = next((each for each in matched if each.finding in findings), None)
        if best and best not in backing:
            backing.append(best)
    return backing or list(matched[:1])
