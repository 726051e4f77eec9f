"""Scores of labelled sentences against what was given for them: the tables of the contract.

F1 of strength, weakness and recommendation (a mixed sentence counts for both) and their mean;
themes by micro- and macro-F1 over sentences with a finding; progress by the mean F1 of its codes,
with and without "nothing said".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ofsted_extract import schema
from ofsted_extract.labels import FINDING_CODES, NO_FINDING, PROGRESS_CODES

#: Letters of a finding code that stand for a label of the table.
FINDINGS = {
    "strength": (FINDING_CODES["strength"], FINDING_CODES["mixed"]),
    "weakness": (FINDING_CODES["weakness"], FINDING_CODES["mixed"]),
    "recommendation": (FINDING_CODES["recommendation"],),
}
#: Progress marks in the order of the tables.
PROGRESS = {name: PROGRESS_CODES[name] for name in schema.PROGRESS}
_BINS = 10


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes of one sentence, as in the label files."""

    finding: str
    themes: frozenset[str]
    progress: str


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled sentence and what was given for it.

    ``reference`` says where it stands (document, page, number); ``scores`` are the calibrated
    scores of strength, weakness and recommendation; ``decided`` tells whether the model decided
    (else the place in the letter did, and the scores say nothing of the model). ``kind`` is the
    document kind, ``draw`` how the label's text was chosen (its stretch), ``words``
    the groups of words of polarity that it holds (see ``evaluation.polarity``).
    """

    reference: str
    era: str
    kind: str
    draw: str
    gold: Codes
    given: Codes
    scores: tuple[float, float, float] = (0.0, 0.0, 0.0)
    decided: bool = True
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of one label, and how often it is in the gold."""

    precision: float
    recall: float
    f1: float
    count: int


def score(pairs: Sequence[tuple[bool, bool]]) -> Score:
    """Return the score of a label from (in the gold, given)."""
    both = sum(gold and given for gold, given in pairs)
    count = sum(gold for gold, _ in pairs)
    given = sum(given for _, given in pairs)
    return Score(
        both / given if given else 0.0,
        both / count if count else 0.0,
        2 * both / (count + given) if count + given else 0.0,
        count,
    )


def mean_f1(scores: Sequence[Score]) -> float:
    """Return the mean F1 of those labels that the gold has."""
    present = [one.f1 for one in scores if one.count]
    return sum(present) / len(present) if present else 0.0


def finding_scores(cases: Sequence[Case]) -> dict[str, Score]:
    return {
        name: score([(case.gold.finding in codes, case.given.finding in codes) for case in cases])
        for name, codes in FINDINGS.items()
    }


def theme_scores(cases: Sequence[Case], codes: Sequence[str]) -> tuple[dict[str, Score], Score]:
    """Return the score of each theme and the micro-average, on sentences with a finding."""
    found = [case for case in cases if case.gold.finding != NO_FINDING]
    pairs = {
        code: [(code in case.gold.themes, code in case.given.themes) for case in found]
        for code in codes
    }
    every = [pair for part in pairs.values() for pair in part]
    return {code: score(part) for code, part in pairs.items()}, score(every)


def progress_scores(cases: Sequence[Case]) -> dict[str, Score]:
    return {
        name: score([(case.gold.progress == code, case.given.progress == code) for case in cases])
        for name, code in PROGRESS.items()
    }


def summary(cases: Sequence[Case], codes: Sequence[str]) -> dict[str, float]:
    """Return the figures of the contract for these cases."""
    findings = finding_scores(cases)
    themes, micro = theme_scores(cases, codes)
    progress = progress_scores(cases)
    return {
        "sentences": len(cases),
        "finding_macro_f1": mean_f1(list(findings.values())),
        "strength_f1": findings["strength"].f1,
        "weakness_f1": findings["weakness"].f1,
        "recommendation_f1": findings["recommendation"].f1,
        "themes_micro_f1": micro.f1,
        "themes_macro_f1": mean_f1(list(themes.values())),
        "progress_macro_f1": mean_f1(list(progress.values())),
        "progress_change_macro_f1": mean_f1(
            [one for name, one in progress.items() if name != "none"]
        ),
    }


def confusions(cases: Sequence[Case]) -> list[tuple[str, str, int]]:
    """Return (gold, given, how often) of wrong finding codes, the commonest first."""
    wrong = Counter(
        (case.gold.finding, case.given.finding)
        for case in cases
        if case.gold.finding != case.given.finding
    )
    return [(*pair, count) for pair, count in wrong.most_common()]


def theme_confusions(cases: Sequence[Case]) -> list[tuple[str, int, int]]:
    """Return (theme, how often missed, how often given wrongly), the commonest first."""
    missed: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    for case in cases:
        if case.gold.finding != NO_FINDING:
            missed.update(case.gold.themes - case.given.themes)
            extra.update(case.given.themes - case.gold.themes)
    every = sorted(missed | extra, key=lambda code: -(missed[code] + extra[code]))
    return [(code, missed[code], extra[code]) for code in every]


def reliability(cases: Sequence[Case]) -> dict[str, list[tuple[float, float, int]]]:
    """Return, per label and tenth of the score: mean score, share in the gold, sentences."""
    table = {}
    decided = [case for case in cases if case.decided]
    for column, (name, codes) in enumerate(FINDINGS.items()):
        bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
        for case in decided:
            value = case.scores[column]
            bins[min(int(value * _BINS), _BINS - 1)].append((value, case.gold.finding in codes))
        table[name] = [
            (
                sum(value for value, _ in part) / len(part),
                sum(hit for _, hit in part) / len(part),
                len(part),
            )
            for part in bins
            if part
        ]
    return table


def worst(cases: Sequence[Case], most: int = 25) -> list[tuple[str, str, str, float]]:
    """Return (reference, gold, given, score of the wrong label) of the surest wrong findings."""

    def surety(case: Case) -> float:
        return max(
            abs(value - (case.gold.finding in codes))
            for value, codes in zip(case.scores, FINDINGS.values(), strict=True)
        )

    wrong = [case for case in cases if case.gold.finding != case.given.finding]
    wrong.sort(key=lambda case: (-surety(case), case.reference))
    return [
        (case.reference, case.gold.finding, case.given.finding, surety(case))
        for case in wrong[:most]
    ]


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a Markdown table; floats with three places."""

    def cell(value: Any) -> str:
        return f"{value:.3f}" if isinstance(value, float) else str(value)

    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(cell, line)) + " |" for line in lines)


def score_rows(scores: dict[str, Score], name: Callable[[str], str] = str) -> list[tuple[Any, ...]]:
    return [
        (name(key), one.precision, one.recall, one.f1, one.count) for key, one in scores.items()
    ]
