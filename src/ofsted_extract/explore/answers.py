"""Which sentences of a later letter answer a request, and what they say together, as learned.

    model = AnswerModel.load()
    reading = model.read(relate(query, shares, candidates), candidates)

Four small logistic models, in one JSON file that anyone can read (``models/ofsted_followup``): is a
sentence on the point; would it be quoted; does the letter say nothing; and if it does say
something, what. How they were fitted and how well they do: docs/followup.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ofsted_extract.explore.match import COLUMNS, Array, Candidate
from ofsted_extract.resources import models_folder

#: The model that ships.
MODEL = "ofsted_followup"
_FILE = "model.json"
#: What a letter that does say something may say, in this order.
SPOKEN = ("improved", "mixed", "still_weak")
SILENT = "not_mentioned"
#: At most so many sentences are shown as the answer to one request.
MOST_ANSWERS = 5
#: So many of the likeliest sentences are asked what they say together.
_HEARD = 8
#: From this part of the likeliest sentence's chance on.
_AUDIBLE = 0.3
#: How wrong each verdict (rows) is where a reader gives another (columns), ordered as `SPOKEN`: to
#: call improved what is still weak, or the reverse, is worse than to miss by one step.
_WRONG = np.array([[0, 1, 2], [1, 0, 1], [2, 1, 0]], float)
#: Findings that credit and that fault: where only the one is shown, the verdict is not the other.
_CREDITS, _FAULTS = ("strength", "mixed"), ("weakness", "mixed", "recommendation")
_FINDINGS = ("strength", "weakness", "mixed", "recommendation")

#: What is known of a letter as a whole when it is asked whether it says anything.
HEARD = (
    "first", "second", "third", "on_point", "quotable_sum", "on_point_sum",
    "rarest", "covered", "best", "part", "heading", "sentences", "asked",
)  # fmt: skip
#: What is known of the sentences that speak when they are asked what they say together.
SAID = (
    *(f"share_{name}" for name in _FINDINGS),
    *(f"sum_{name}" for name in _FINDINGS),
    "share_improved", "share_not_improved",
    "best_recommendation", "best_weakness", "best_strength",
    *(f"first_{name}" for name in _FINDINGS),
)  # fmt: skip


class FollowUpModelError(Exception):
    """The model is missing or does not fit this program; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model of one or several classes.

    ``weights`` (classes, columns) and ``bias`` (classes) apply to columns less ``mean``, divided by
    ``scale``. One class: the chance of yes.
    """

    mean: Array
    scale: Array
    weights: Array
    bias: Array

    def chances(self, rows: Array) -> Array:
        """Return the chance of each class, array (rows, classes); of yes alone (rows, 1)."""
        logits = ((rows - self.mean) / self.scale) @ self.weights.T + self.bias
        if logits.shape[1] == 1:
            chances: Array = 1 / (1 + np.exp(-np.clip(logits, -60, 60)))
            return chances
        grown = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Array = grown / grown.sum(axis=1, keepdims=True)
        return shares

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` takes, rounded to what tells."""
        return {
            name: np.round(getattr(self, name), 5).tolist()
            for name in ("mean", "scale", "weights", "bias")
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], columns: int) -> Logistic:
        """Return the model, if it is about so many columns.

        Raises
        ------
        FollowUpModelError
            if it is about others.

        """
        model = cls(*(np.array(data[name], float) for name in ("mean", "scale", "weights", "bias")))
        if model.weights.shape != (len(model.bias), columns) or len(model.mean) != columns:
            raise FollowUpModelError(
                f"the follow-up model is about {model.weights.shape[1]} columns, this program "
                f"gives it {columns}: fit it anew with scripts/train_followup.py"
            )
        return model


@dataclass(frozen=True, slots=True)
class Settings:
    """From where on a letter is silent, and which of its sentences are shown.

    ``silent_from`` is a chance of silence; a sentence is shown from the score ``shown_from`` and
    from the part ``of_best`` of the best score on; a recommendation may repeat the request from
    ``repeated_from`` on. ``calibration`` (chance, confidence) pairs turn
    the chance of a verdict into how often it was a reader's; between them it is interpolated.
    """

    silent_from: float = 0.42
    shown_from: float = 0.2
    of_best: float = 0.3
    repeated_from: float = 0.5
    calibration: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))


@dataclass(frozen=True, slots=True)
class Reading:
    """What one letter says of one request.

    ``chosen`` are places in the letter and ``scores`` theirs (0 to 1), best first; none where no
    clear sentence was found. ``confidence`` is the calibrated chance that a careful reader gives
    this verdict, ``silent`` the chance that the letter says nothing. ``repeated`` are places of
    recommendations that may ask the same again.
    """

    chosen: tuple[int, ...]
    scores: tuple[float, ...]
    verdict: str
    confidence: float
    silent: float
    repeated: tuple[int, ...] = ()


class AnswerModel:
    """The four logistic models and their settings; open the one that ships with `load`."""

    def __init__(
        self,
        on_point: Logistic,
        quotable: Logistic,
        silent: Logistic,
        said: Logistic,
        settings: Settings,
    ) -> None:
        self.on_point = on_point
        self.quotable = quotable
        self.silent = silent
        self.said = said
        self.settings = settings

    @classmethod
    def load(cls, folder: Path | None = None) -> AnswerModel:
        """Open the model of ``folder``, or the one that ships.

        Raises
        ------
        FollowUpModelError
            if there is none, or it does not fit this program.

        """
        path = (folder or models_folder() / MODEL) / _FILE
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            settings = dict(data["settings"])
            settings["calibration"] = tuple(map(tuple, settings["calibration"]))
            return cls(
                Logistic.from_json(data["on_point"], len(COLUMNS)),
                Logistic.from_json(data["quotable"], len(COLUMNS)),
                Logistic.from_json(data["silent"], len(HEARD)),
                Logistic.from_json(data["said"], len(SAID)),
                Settings(**settings),
            )
        except FileNotFoundError:
            raise FollowUpModelError(f"there is no follow-up model at {path}") from None
        except (KeyError, TypeError, ValueError) as error:
            raise FollowUpModelError(f"{path} is damaged ({error!r}): copy it again") from error

    def save(self, folder: Path, about: Mapping[str, Any]) -> None:
        """Write the model, with what a reader should know of it under ``about``."""
        folder.mkdir(parents=True, exist_ok=True)
        data = {
            "about": dict(about),
            "columns": {"sentence": COLUMNS, "silent": HEARD, "said": SAID},
            "settings": {
                name: getattr(self.settings, name) for name in Settings.__dataclass_fields__
            },
            **{
                name: getattr(self, name).as_json()
                for name in ("on_point", "quotable", "silent", "said")
            },
        }
        (folder / _FILE).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")

    def read(self, related: Array, candidates: Sequence[Candidate]) -> Reading:
        """Return what a letter says: ``related`` is `match.relate` of its ``candidates``."""
        if not len(related):
            return Reading((), (), SILENT, 1.0, 1.0)
        on_point = self.on_point.chances(related)[:, 0]
        quotable = self.quotable.chances(related)[:, 0]
        silent = float(self.silent.chances(heard(related, on_point, quotable)[None])[0, 0])
        settings = self.settings
        if silent >= settings.silent_from:
            return Reading((), (), SILENT, self._confidence(silent), silent)
        spoken = self.said.chances(said(candidates, related, quotable)[None])[0]
        scores = (2 * quotable + on_point) / 3
        order = np.argsort(-scores, kind="stable")[:MOST_ANSWERS]
        least = max(settings.shown_from, settings.of_best * scores[order[0]])
        chosen = tuple(int(at) for at in order if at == order[0] or scores[at] >= least)
        allowed = _borne_out([candidates[at] for at in chosen])
        verdict = int(np.where(allowed, _WRONG @ spoken, np.inf).argmin())
        chance = (1 - silent) * float(spoken[verdict])
        return Reading(
            chosen,
            tuple(float(scores[at]) for at in chosen),
            SPOKEN[verdict],
            self._confidence(chance),
            silent,
            tuple(
                int(at)
                for at in np.argsort(-scores, kind="stable")
                if candidates[at].finding == "recommendation"
                and scores[at] >= settings.repeated_from
            ),
        )

    def _confidence(self, chance: float) -> float:
        chances, found = zip(*self.settings.calibration, strict=True)
        return float(np.interp(chance, chances, found))


def _borne_out(shown: Sequence[Candidate]) -> Sequence[bool]:
    """Which of `SPOKEN` the sentences shown bear out: praise shown for none, and the reverse.

    A recommendation that is repeated, with no progress beside it, is still weak.
    """
    good = any(each.finding in _CREDITS or each.progress == "improved" for each in shown)
    bad = any(each.finding in _FAULTS for each in shown)
    return (good or not bad, good or not bad, bad or not good)


def heard(related: Array, on_point: Array, quotable: Array) -> Array:
    """Return what tells whether a letter says anything, array (len(HEARD),)."""
    best = np.zeros(3)
    ordered = np.sort(quotable)[::-1][:3]
    best[: len(ordered)] = ordered
    most = dict(zip(COLUMNS, related.max(axis=0), strict=True))
    return np.array(
        [
            *best,
            on_point.max(),
            np.log1p(quotable.sum()),
            np.log1p(on_point.sum()),
            *(most[name] for name in ("rarest", "covered", "best", "part", "heading")),
            np.log1p(len(related)),
            most["asked"],
        ]
    )


def said(candidates: Sequence[Candidate], related: Array, quotable: Array) -> Array:
    """Return what tells what the likeliest sentences say together, array (len(SAID),)."""
    order = np.argsort(-quotable, kind="stable")[:_HEARD]
    # what is far behind the likeliest does not speak at all
    weights = np.where(quotable[order] >= _AUDIBLE * quotable[order[0]], quotable[order], 0.0)
    total = weights.sum() + 1e-9
    is_finding = {
        name: np.array([candidates[at].finding == name for at in order], float)
        for name in _FINDINGS
    }
    sums = [float(weights @ is_finding[name]) for name in _FINDINGS]
    progress = [candidates[at].progress for at in order]
    improved = float(weights @ np.array([each == "improved" for each in progress], float))
    worse = float(
        weights @ np.array([each in {"declined", "no_change"} for each in progress], float)
    )
    column = {name: related[:, COLUMNS.index(name)] for name in _FINDINGS}
    first = candidates[order[0]].finding
    return np.array(
        [
            *(each / total for each in sums),
            *sums,
            improved / total,
            worse / total,
            float((quotable * column["recommendation"]).max()),
            float((quotable * np.maximum(column["weakness"], column["mixed"])).max()),
            float((quotable * np.maximum(column["strength"], column["mixed"])).max()),
            *(float(first == name) for name in _FINDINGS),
        ]
    )
