"""Fit the follow-up model to pairs of a recommendation and a later letter that were read by hand.

    python scripts/train_followup.py DATASET --pairs ../shared/followup/pairs.jsonl

DATASET is what `ofsted-extract batch` made of the letters that the pairs name by SHA-256. The
figures are cross-validated by authority: no authority is read by a model that was fitted to any of
its letters. Writes models/ofsted_followup: weights of numbers, no text. Needs scikit-learn
(the extra `train`); nothing of it is needed to use the model.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from ofsted_extract.explore.answers import (
    MODEL,
    SILENT,
    SPOKEN,
    AnswerModel,
    Logistic,
    Reading,
    Settings,
    heard,
    said,
)
from ofsted_extract.explore.dataset import Dataset, Visit, records
from ofsted_extract.explore.match import COLUMNS, Array, Candidate
from ofsted_extract.explore.track import Asked, Follower, requests
from ofsted_extract.themes import kloe_themes
from ofsted_extract.wording import plain

ROOT = Path(__file__).parents[1]
#: Authorities whose pairs measure the model (tests/gold/followup.json): never fitted to.
GOLD = ROOT / "tests" / "gold" / "followup.json"
FOLDS, INNER_FOLDS = 6, 5
#: A piece of a sentence is the sentence from so many characters on: splitting may differ.
_PIECE = 25
#: Inverse strengths of the penalty: of the models of sentences, of silence, of the verdict.
SENTENCE_C, SILENT_C, SAID_C = 0.1, 0.03, 0.05


@dataclass(frozen=True)
class Pair:
    """A request and a later letter; ``named`` is 2 for essential, 1 for acceptable sentences."""

    authority: str
    asked_kind: str
    later_kind: str
    verdict: str
    also: str | None
    candidates: tuple[Candidate, ...]
    related: Array
    named: Array
    essential: int


def pairs_of(dataset: Dataset, path: Path) -> list[Pair]:
    """Return the pairs of the file as the program sees them.

    Raises
    ------
    SystemExit
        if the dataset lacks a letter that the file names.

    """
    documents = {row["source_sha256"]: row for row in records(dataset.documents())}
    measured = {each["authority"] for each in json.loads(GOLD.read_text(encoding="utf-8"))}
    followers: dict[str, tuple[Follower, list[Asked]]] = {}
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        try:
            source, later = documents[given["asked_sha256"]], documents[given["later_sha256"]]
        except KeyError as missing:
            raise SystemExit(f"the dataset holds no letter with SHA-256 {missing}") from None
        slug = later["authority_slug"]
        if slug in measured:
            raise SystemExit(f"{slug} measures the model: leave its pairs out")
        if slug not in followers:
            follower = Follower(dataset, slug)
            followers[slug] = follower, requests(dataset, slug)
        follower, all_asked = followers[slug]
        asked = _asked(all_asked, source, given["request"])
        found = {name: (c, r) for name, c, r in follower.related(asked)}
        candidates, related = found[later["document_id"]]
        named = np.zeros(len(candidates))
        for value, which in ((1, "acceptable"), (2, "essential")):
            for at, candidate in enumerate(candidates):
                if any(_same(candidate.text, text) for text in given[which]):
                    named[at] = value
        pairs.append(
            Pair(
                slug,
                source["document_kind"],
                later["document_kind"],
                given["verdict"],
                given["also"],
                candidates,
                related,
                named,
                len(given["essential"]),
            )
        )
    return pairs


def _asked(known: Sequence[Asked], source: Mapping[str, Any], text: str) -> Asked:
    """Return the request as the dataset has it, or as a reader found it where it has none."""
    for each in known:
        if each.document_id == source["document_id"] and _same(each.text, text):
            return each
    visit = Visit(source["authority_slug"], source["visit"])
    return Asked("", visit, source["document_id"], text, kloe_themes(text), source["authority"])


def _same(one: str, other: str) -> bool:
    first, second = (plain(text).replace(" ", "") for text in (one, other))
    shorter, longer = sorted((first, second), key=len)
    return first == second or (len(shorter) > _PIECE and shorter in longer)


# ------------------------------------------------------------------------- fitting


def logistic(rows: Array, wanted: Sequence[Any], strength: float) -> Logistic:
    """Fit one model; of two classes the second is yes."""
    scaler = StandardScaler().fit(rows)
    fitted = LogisticRegression(C=strength, max_iter=5000).fit(scaler.transform(rows), wanted)
    scale = np.where(scaler.scale_ > 0, scaler.scale_, 1.0)
    return Logistic(scaler.mean_, scale, fitted.coef_, fitted.intercept_)


def sentence_models(pairs: Sequence[Pair]) -> tuple[Logistic, Logistic]:
    """Fit what says whether a sentence is on the point, and whether it would be quoted."""
    rows = np.concatenate([each.related for each in pairs])
    named = np.concatenate([each.named for each in pairs])
    return logistic(rows, named > 0, SENTENCE_C), logistic(rows, named == 2, SENTENCE_C)


def fit(pairs: Sequence[Pair], settings: Settings) -> AnswerModel:
    """Fit the four models.

    What a letter says as a whole is learned from sentences as models read them that were not fitted
    to its authority; else it would be learned from readings better than those to come.
    """
    silence: list[Array] = []
    spoken: list[Array] = []
    silent: list[bool] = []
    verdicts: list[int] = []
    for train, test in folds(pairs, INNER_FOLDS):
        on_point, quotable = sentence_models([pairs[at] for at in train])
        for at in test:
            pair = pairs[at]
            point = on_point.chances(pair.related)[:, 0]
            quote = quotable.chances(pair.related)[:, 0]
            silence.append(heard(pair.related, point, quote))
            silent.append(pair.verdict == SILENT)
            if pair.verdict != SILENT:
                spoken.append(said(pair.candidates, pair.related, quote))
                verdicts.append(SPOKEN.index(pair.verdict))
    return AnswerModel(
        *sentence_models(pairs),
        logistic(np.array(silence), silent, SILENT_C),
        logistic(np.array(spoken), verdicts, SAID_C),
        settings,
    )


def folds(pairs: Sequence[Pair], number: int) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the places of pairs to fit to and to read, no authority in both."""
    groups = [each.authority for each in pairs]
    for train, test in GroupKFold(number).split(groups, groups=groups):
        yield train.tolist(), test.tolist()


def cross_validated(pairs: Sequence[Pair], settings: Settings) -> list[Reading]:
    """Return how each pair is read by a model that knows nothing of its authority."""
    found: dict[int, Reading] = {}
    for train, test in folds(pairs, FOLDS):
        model = fit([pairs[at] for at in train], settings)
        found |= {at: model.read(pairs[at].related, pairs[at].candidates) for at in test}
    return [found[at] for at in range(len(pairs))]


def calibration(
    pairs: Sequence[Pair], readings: Sequence[Reading]
) -> tuple[tuple[float, float], ...]:
    """Return (chance, confidence) pairs: how often verdicts of such a chance were the reader's."""
    chances = np.array([each.confidence for each in readings])
    right = [r.verdict == p.verdict for p, r in zip(pairs, readings, strict=True)]
    fitted = LogisticRegression().fit(chances[:, None], right)
    at = np.linspace(0, 1, 11)
    return tuple(
        (round(float(one), 2), round(float(other), 3))
        for one, other in zip(at, fitted.predict_proba(at[:, None])[:, 1], strict=True)
    )


def recalibrated(pairs: Sequence[Pair], readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings with confidences calibrated on the other folds."""
    found = list(readings)
    for train, test in folds(pairs, FOLDS):
        known = calibration([pairs[at] for at in train], [readings[at] for at in train])
        chances, right = zip(*known, strict=True)
        for at in test:
            confidence = float(np.interp(readings[at].confidence, chances, right))
            found[at] = replace(readings[at], confidence=confidence)
    return found


# ------------------------------------------------------------------------- figures


def figures(pairs: Sequence[Pair], readings: Sequence[Reading]) -> dict[str, float]:
    """Return the figures of docs/followup.md: shares, or counts where the name says so."""
    count: Counter[str] = Counter()
    for pair, reading in zip(pairs, readings, strict=True):
        right = reading.verdict == pair.verdict
        count["strict"] += right
        count["lenient"] += right or reading.verdict == pair.also
        count["opposite"] += {reading.verdict, pair.verdict} == {"improved", "still_weak"}
        is_silent, says_silent = pair.verdict == SILENT, reading.verdict == SILENT
        count["silent"] += is_silent
        count["silent found"] += is_silent and says_silent
        count["said silent"] += says_silent
        named = [pair.named[at] for at in reading.chosen]
        count["shown"] += len(named)
        count["shown right"] += sum(value > 0 for value in named)
        if named:
            count["answered"] += 1
            count["first right"] += named[0] > 0
        if not is_silent:
            count["essential"] += pair.essential
            count["essential shown"] += sum(value == 2 for value in named)
            if named:
                count["shown where spoken"] += len(named)
                count["right where spoken"] += sum(value > 0 for value in named)
                count["essential where answered"] += pair.essential
                count["answered where spoken"] += 1
                count["first right where spoken"] += named[0] > 0
        for at in reading.repeated:
            count["repeated"] += 1
            count["repeated right"] += pair.named[at] > 0

    def share(one: str, other: str) -> float:
        return round(count[one] / max(count[other], 1), 3)

    count["pairs"] = len(pairs)
    return {
        "pairs": len(pairs),
        "verdict right, strict": share("strict", "pairs"),
        "verdict right, lenient": share("lenient", "pairs"),
        "opposite verdicts (count)": count["opposite"],
        "silent pairs found": share("silent found", "silent"),
        "said silent and right": share("silent found", "said silent"),
        "precision of sentences, all answers": share("shown right", "shown"),
        "precision of sentences, where the letter speaks": share(
            "right where spoken", "shown where spoken"
        ),
        "recall of essential sentences, all": share("essential shown", "essential"),
        "recall of essential sentences, where answered": share(
            "essential shown", "essential where answered"
        ),
        "first sentence right, all answers": share("first right", "answered"),
        "first sentence right, where the letter speaks": share(
            "first right where spoken", "answered where spoken"
        ),
        "sentences shown": share("shown", "answered"),
        "asked again (count)": count["repeated"],
        "asked again, right": share("repeated right", "repeated"),
    }


def reliability(pairs: Sequence[Pair], readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """Return by confidence how many verdicts there are and how many are right."""
    rows = []
    edges = (0.0, 0.5, 0.6, 0.7, 0.8, 1.01)
    for low, high in pairwise(edges):
        at = [i for i, each in enumerate(readings) if low <= each.confidence < high]
        if at:
            rows.append(
                {
                    "from": low,
                    "pairs": len(at),
                    "mean confidence": round(
                        float(np.mean([readings[i].confidence for i in at])), 3
                    ),
                    "right": round(
                        float(np.mean([readings[i].verdict == pairs[i].verdict for i in at])), 3
                    ),
                }
            )
    return rows


def confusion(pairs: Sequence[Pair], readings: Sequence[Reading]) -> dict[str, dict[str, int]]:
    """Return verdicts of the reader, and for each how often the program gave which."""
    names = (*SPOKEN, SILENT)
    counts = Counter((p.verdict, r.verdict) for p, r in zip(pairs, readings, strict=True))
    return {one: {other: counts[one, other] for other in names} for one in names}


def without(pairs: Sequence[Pair], columns: Sequence[str]) -> list[Pair]:
    """Return the pairs with some columns told nothing: what does each add?"""
    at = [COLUMNS.index(name) for name in columns]
    found = []
    for pair in pairs:
        related = pair.related.copy()
        related[:, at] = 0
        found.append(replace(pair, related=related))
    return found


#: Columns that say the same kind of thing.
KINDS = {
    "words": ("words", "covered", "pairs"),
    "subjects": ("rarest", "subjects", "missed", "groups"),
    "themes": ("themes", "first"),
    "heading": ("heading",),
    "parts": ("part",),
    "neighbours": ("before", "after", "carried"),
    "ranks": ("rank", "of_best", "best", "above"),
    "finding": ("strength", "weakness", "mixed", "recommendation"),
    "progress": ("improved", "declined", "no_change"),
}


def _print_grid(pairs: Sequence[Pair], settings: Settings) -> None:
    for silent, shown, part in product((0.4, 0.45, 0.5), (0.2, 0.25, 0.3, 0.35), (0.4, 0.5)):
        tried = replace(settings, silent_from=silent, shown_from=shown, of_best=part)
        found = figures(pairs, cross_validated(pairs, tried))
        print(silent, shown, part, *found.values())


def main() -> None:
    """Fit, measure and write the model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("dataset")
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=ROOT / "models" / MODEL)
    parser.add_argument("--ablate", action="store_true", help="measure without each kind of column")
    parser.add_argument("--grid", action="store_true", help="measure other settings as well")
    options = parser.parse_args()
    pairs = pairs_of(Dataset.open(options.dataset), options.pairs)
    settings = Settings()
    if options.grid:
        _print_grid(pairs, settings)
    raw = cross_validated(pairs, settings)
    readings = recalibrated(pairs, raw)
    visits = {"focused_visit", "monitoring_visit"}
    to_visit = [at for at, pair in enumerate(pairs) if pair.later_kind in visits]
    to_inspection = [at for at, pair in enumerate(pairs) if pair.later_kind not in visits]
    about = {
        "fitted to": f"{len(pairs)} pairs of {len({each.authority for each in pairs})} authorities",
        "cross-validated": figures(pairs, readings),
        **{
            f"cross-validated, later letter {name}": figures(
                [pairs[at] for at in part], [readings[at] for at in part]
            )
            for name, part in (("a visit", to_visit), ("an inspection", to_inspection))
        },
        "reliability": reliability(pairs, readings),
        "verdicts of the reader, of the program": confusion(pairs, readings),
    }
    if options.ablate:
        for name, columns in KINDS.items():
            part = without(pairs, columns)
            print(name, json.dumps(figures(part, cross_validated(part, settings))))
    model = fit(pairs, replace(settings, calibration=calibration(pairs, raw)))
    model.save(options.out, about)
    print(json.dumps(about, indent=1))


if __name__ == "__main__":
    main()
