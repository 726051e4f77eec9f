"""What teachers say of the reports, and what of it a student is taught.

Whatever is held out, the recipe is the same. For each of the other folds there is a teacher that
saw neither it nor the fold held out. What each says of the fold it had not seen gives calibration
and thresholds, and is blended with the labels there; all of them together read the rest. A teacher
that saw neither of two folds serves when the one is held out and when the other is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ofsted_extract.classify.model.heads import blend_progress, blend_themes, sigmoid, softmax
from ofsted_extract.evaluation.corpus import Passage, stretches_of
from ofsted_extract.labels import FOLDS
from ofsted_extract.training.calibrate import Calibration, calibrate
from ofsted_extract.training.network import (
    FINDINGS,
    OUTPUTS,
    PROGRESSES,
    THEMES,
    Teacher,
)
from ofsted_extract.training.settings import TeacherSettings
from ofsted_extract.training.teacher import Logits, WindowBatcher, fit, predict
from ofsted_extract.training.training_data import TrainingData


class Distillation:
    """What the teachers of a recipe say while the authorities of one fold are held out.

    Each result is kept in the work folder of ``training_data``.
    """

    def __init__(self, data: TrainingData, held_out: int) -> None:
        self.data = data
        self.recipe = data.recipe
        self.held_out = held_out
        self.folds = tuple(fold for fold in range(FOLDS) if fold != held_out)
        self.passages = [part for part in data.passages if part.fold != held_out]
        self.stretches = [part for passage in self.passages for _, part in stretches_of(passage)]
        self._batcher = WindowBatcher(data.pieces.token_to_id, self.recipe["teacher"]["length"])

    def teacher(self, fold: int) -> Teacher:
        """Return the network fitted without ``fold`` and without the fold held out."""
        unseen = sorted((self.held_out, fold))
        path = self._teacher_path(fold)
        seed = self.recipe["seed"] + sum(unseen)
        settings = TeacherSettings(**self.recipe["teacher"], seed=seed)
        encoder = self.data.encoder()
        torch.manual_seed(seed)  # a run that was broken off starts as a whole one does
        teacher = Teacher(encoder)
        if not path.is_file():
            self.data.report(f"teacher without folds {unseen[0]} and {unseen[1]}")
            known = [part for part in self.stretches if part.fold != fold]
            fitted = fit(teacher, self._batcher, known, settings, self.data.report)
            torch.save(fitted.state_dict(), path)
        teacher.load_state_dict(torch.load(path, weights_only=True))
        return teacher

    def _teacher_path(self, fold: int) -> Path:
        unseen = sorted((self.held_out, fold))
        data = self.data
        return data.steps.path(
            f"teacher-{unseen[0]}-{unseen[1]}.pt",
            data.encoder_path,
            data.labels,
            self.recipe["teacher"],
            self.recipe["seed"],
        )

    @property
    def path(self) -> Path:
        """Where the scores of unseen stretches lie; the name tells the recipe of all teachers."""
        teachers = [self._teacher_path(fold) for fold in self.folds]
        return self.data.steps.path(f"unseen-{self.held_out}.npz", teachers)

    def unseen(self) -> list[Logits]:
        """Return the scores of the labelled stretches, by the teacher that never saw them."""
        path = self.path
        if not path.is_file():
            scores: dict[str, Logits] = {}
            for fold in self.folds:
                parts = [part for part in self.stretches if part.fold == fold]
                found = predict(self.teacher(fold), self._batcher, parts)
                scores |= {part.name: logits for part, logits in zip(parts, found, strict=True)}
            np.savez(path, **scores)  # type: ignore[arg-type]
        with np.load(path) as stored:
            return [stored[part.name] for part in self.stretches]

    def votes(self, fold: int) -> list[Logits]:
        """Return the scores of one teacher for every report that is not held out."""
        path = self.data.steps.path(f"votes-{self.held_out}-{fold}.npz", self._teacher_path(fold))
        if not path.is_file():
            self.data.report(f"votes of the teacher without folds {self.held_out} and {fold}")
            found = predict(self.teacher(fold), self._batcher, self.passages)
            np.savez(
                path,
                **{  # type: ignore[arg-type]
                    passage.name: logits.astype(np.float16)
                    for passage, logits in zip(self.passages, found, strict=True)
                },
            )
        with np.load(path) as stored:
            return [stored[passage.name].astype(np.float32) for passage in self.passages]

    def calibration(self) -> dict[str, Calibration]:
        """Return calibration and thresholds of the teachers, from scores of unseen authorities."""

        def joined(name: str) -> np.ndarray[Any, Any]:
            return np.concatenate([getattr(part, name)[part.labelled] for part in self.stretches])

        pairs = zip(self.stretches, self.unseen(), strict=True)
        return calibrate(
            np.concatenate([logits[part.labelled] for part, logits in pairs]),
            joined("finding"),
            joined("themes"),
            joined("progress"),
            joined("rule_themes"),
            joined("rule_progress"),
            self.recipe["rule_weight"],
        )

    def taught(self) -> list[Passage]:
        """Return the passages with what calibrated teachers say of them.

        All of them read every report. Where there are labels, the teacher that had not seen them is
        blended in alone, so that a doubtful label counts less.
        """
        calibration = self.calibration()
        own = {  # of labelled units, by the teacher that had not seen them
            part.name: soften(score, calibration)
            for part, score in zip(self.stretches, self.unseen(), strict=True)
        }
        votes = zip(*(self.votes(fold) for fold in self.folds), strict=True)
        taught = []
        for passage, heard in zip(self.passages, votes, strict=True):
            soft = self._with_rules(soften_all(heard, calibration), passage)
            for begin, part in stretches_of(passage):
                rows = np.flatnonzero(part.labelled)
                soft[begin + rows] = own[part.name][rows]
            taught.append(self._with_labels(passage, soft))
        return taught

    def _with_rules(self, soft: Logits, passage: Passage) -> Logits:
        """Return the probabilities (units, OUTPUTS) with those of the rules weighed in."""
        weight = self.recipe["rule_weight_taught"]
        soft[:, THEMES] = blend_themes(soft[:, THEMES], passage.rule_themes, weight)
        soft[:, PROGRESSES] = blend_progress(soft[:, PROGRESSES], passage.rule_progress, weight)
        return soft

    def _with_labels(self, passage: Passage, soft: Logits) -> Passage:
        """Return the passage with its soft labels, blended with its own where it has some."""
        share = self.recipe["label_weight"] * passage.labelled[:, None]
        return replace(
            passage, soft=np.asarray(share * one_hot(passage) + (1 - share) * soft, np.float32)
        )


def one_hot(passage: Passage) -> Logits:
    """Return the labels of a passage as probabilities (units, OUTPUTS)."""
    marks = np.zeros((len(passage.finding), OUTPUTS), np.float32)
    rows = np.arange(len(marks))
    marks[rows, FINDINGS.start + np.maximum(passage.finding, 0)] = 1
    marks[:, THEMES] = passage.themes
    marks[rows, PROGRESSES.start + passage.progress] = 1
    return marks


def soften(logits: Logits, calibration: dict[str, Calibration]) -> Logits:
    """Return calibrated probabilities (units, OUTPUTS) of scores (units, OUTPUTS).

    The choice between finding codes is cooled by the mean slope of strength and weakness.
    """
    slope = cooling(calibration)
    result = np.empty_like(logits)
    result[:, FINDINGS] = softmax(logits[:, FINDINGS] * slope)
    theme = calibration["theme"]
    result[:, THEMES] = sigmoid(logits[:, THEMES] * theme["slope"] + theme["shift"])
    result[:, PROGRESSES] = softmax(logits[:, PROGRESSES] * calibration["progress"]["slope"])
    return result


def cooling(calibration: dict[str, Calibration]) -> float:
    """Return the slope for the choice between finding codes."""
    return float(calibration["finding"]["slope"][:2].mean())


def soften_all(votes: Sequence[Logits], calibration: dict[str, Calibration]) -> Logits:
    """Return the mean of several teachers' calibrated probabilities."""
    return np.asarray(np.mean([soften(vote, calibration) for vote in votes], axis=0), np.float32)
