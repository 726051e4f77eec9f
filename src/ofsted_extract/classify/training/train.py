"""``ofsted-extract train``: from labels and documents to a spaCy pipeline.

The steps, each seeing only authorities of the training split (``labels/split.csv``):

1. the vocabulary of their reports, and masked reading of them (``pretrain``);
2. four teachers of six layers, each fitted without one fold of authorities; what a teacher says of
   its own missing fold gives calibration and thresholds (``teacher``, ``calibrate``);
3. the calibrated teachers read every training report, labelled or not;
4. for each model a smaller encoder in a vocabulary with phrases (``phrases``) reads on for a while,
   then becomes a student: it is fitted to what the teachers said, blended with the labels where
   there are any (``student``);
5. the student becomes an ONNX graph with 8-bit weights inside a spaCy pipeline (``export``);
6. if asked for, the recipe is cross-validated (``crossvalidate``).

Every step leaves its result in a work folder, so that a broken run goes on where it stopped. The
same seed on the same machine gives the same scores.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from spacy.language import Language
from spacy.util import load_config, load_model_from_config
from tokenizers import Tokenizer

import ofsted_extract
from ofsted_extract.classify.model.encoder import OfstedEncoder
from ofsted_extract.classify.model.heads import Head, blend_progress, blend_themes, sigmoid, softmax
from ofsted_extract.classify.pipeline import load_pipeline
from ofsted_extract.classify.training.calibrate import Calibration, calibrate
from ofsted_extract.classify.training.corpus import (
    PROGRESS_CODES,
    Passage,
    make_passage,
    read_reports,
    stretches_of,
    with_pieces,
)
from ofsted_extract.classify.training.crossvalidate import cross_validate
from ofsted_extract.classify.training.export import encoder_graph
from ofsted_extract.classify.training.labels import FOLDS, TEST_FOLD, read_labels, read_split
from ofsted_extract.classify.training.network import (
    FINDINGS,
    OUTPUTS,
    PROGRESSES,
    THEMES,
    Encoder,
    Reader,
    Student,
    load_minilm,
    smaller,
    with_vocabulary,
)
from ofsted_extract.classify.training.phrases import with_phrases
from ofsted_extract.classify.training.pretrain import cut_vocabulary, pretrain
from ofsted_extract.classify.training.settings import StudentSettings, TeacherSettings
from ofsted_extract.classify.training.student import Feeder, fit_student
from ofsted_extract.classify.training.teacher import Logits, Packer, fit, predict
from ofsted_extract.letter import NO_FINDING_ROLES
from ofsted_extract.schema import PROGRESS

Weights = dict[str, np.ndarray[Any, Any]]

#: The network's progress columns in the order of the schema's values.
_PROGRESS_ORDER = [
    PROGRESS_CODES.index({"improved": "+", "declined": "-", "no_change": "=", "none": "."}[value])
    for value in PROGRESS
]


def train(
    config_path: str | Path,
    labels_dir: str | Path,
    documents_dir: str | Path,
    out_dir: str | Path,
    work_dir: str | Path | None = None,
    report: Callable[[str], None] = print,
    reviewed_dir: str | Path | None = None,
    cross_validated: Collection[str] = (),
) -> None:
    """Train the pipelines of a config and write them below ``out_dir``.

    Parameters
    ----------
    config_path
        a spaCy config with a section ``recipe``, as in ``configs/``
    labels_dir
        the label files (see ``labels.py``); they hold no text
    documents_dir
        the reports, one folder per authority; training finds the labelled sentences in them
    out_dir
        where each model's folder is made
    work_dir
        where the steps leave their results; a temporary folder if not given
    report
        is told what is going on, line by line
    reviewed_dir
        labels that people corrected (``review/labels`` of a dataset), if any
    cross_validated
        names of the models whose recipe is cross-validated as well, which takes longer than making
        them; the figures are written beside the model as ``cross_validation.json``

    """
    config = load_config(config_path)
    recipe = config["recipe"]
    torch.set_num_threads(recipe["threads"])
    torch.use_deterministic_algorithms(True, warn_only=True)
    # nothing is read that was not written
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(work_dir or temporary)
        work.mkdir(parents=True, exist_ok=True)
        reviewed = Path(reviewed_dir) if reviewed_dir else None
        steps = Steps(work, Path(labels_dir), Path(documents_dir), recipe, report, reviewed)
        steps.encoder()
        for fold in steps.folds:
            steps.teacher(fold)
        for name in recipe["models"]:
            weights = steps.student(name)
            nlp = assemble(config, weights, steps.phrases()[0], steps.calibration())
            nlp.meta["name"] = name
            Path(out_dir).mkdir(parents=True, exist_ok=True)
            nlp.to_disk(Path(out_dir) / name)
            report(f"wrote {Path(out_dir) / name}")
            if name in cross_validated:
                figures = json.dumps(cross_validate(steps, config, name), indent=1)
                path = Path(out_dir) / name / "cross_validation.json"
                path.write_text(figures + "\n", encoding="utf-8")


class Steps:
    """The steps of the recipe; each reads its result from the work folder if it is there."""

    folds = tuple(fold for fold in range(FOLDS) if fold != TEST_FOLD)

    def __init__(
        self,
        work: Path,
        labels: Path,
        documents: Path,
        recipe: dict[str, Any],
        report: Callable[[str], None] = print,
        reviewed: Path | None = None,
    ) -> None:
        self.work = work
        self.labels = labels
        self.recipe = recipe
        self.report = report
        split = read_split(labels)
        # an authority that the split does not know takes part in training
        self.reports = [
            found
            for found in read_reports(documents, read_labels(labels, reviewed))
            if split.get(found.authority, 1) != TEST_FOLD
        ]
        self.split = split
        report(f"{len(self.reports)} training reports")
        self._passages: list[Passage] | None = None

    # ------------------------------------------------------------ vocabulary and encoder

    @property
    def pieces_json(self) -> str:
        path = self.work / "pieces.json"
        if not path.is_file():
            pieces, kept = cut_vocabulary(self.texts)
            path.write_text(pieces, encoding="utf-8")
            np.save(self.work / "kept.npy", np.array(kept))
            self.report(f"{len(kept)} word pieces kept")
        return path.read_text(encoding="utf-8")

    @property
    def pieces(self) -> Tokenizer:
        return Tokenizer.from_str(self.pieces_json)

    def phrases(self) -> tuple[str, list[list[int]]]:
        """Return the students' tokenizer (JSON), and of what teachers' pieces its pieces are."""
        path = self.work / "phrases.json"
        if not path.is_file():
            pieces, parts = with_phrases(self.pieces_json, self.texts)
            path.write_text(json.dumps({"pieces": pieces, "parts": parts}), encoding="utf-8")
            self.report(f"{len(parts)} word pieces with phrases")
        stored = json.loads(path.read_text(encoding="utf-8"))
        return stored["pieces"], stored["parts"]

    @property
    def texts(self) -> list[str]:
        return ["\n".join(found.texts) for found in self.reports]

    def encoder(self) -> Encoder:
        """Return the teachers' encoder after masked reading of the training reports."""
        pieces = self.pieces
        kept = np.load(self.work / "kept.npy").tolist()
        path = self.work / "encoder.pt"
        encoder = load_minilm(kept)
        if not path.is_file():
            epochs, seed = self.recipe["reading_epochs"], self.recipe["seed"]
            pretrain(encoder, self.texts, pieces, epochs, seed, self.report)
            torch.save(encoder.state_dict(), path)
        encoder.load_state_dict(torch.load(path, weights_only=True))
        return encoder

    def small_encoder(self, name: str) -> Encoder:
        """Return the encoder that a student starts from, after masked reading in phrases."""
        model = self.recipe["models"][name]
        path = self.work / f"{name}-encoder.pt"
        pieces, parts = self.phrases()
        encoder = with_vocabulary(smaller(self.encoder(), model["layers"], model["inner"]), parts)
        if not path.is_file():
            self.report(f"encoder of {name}")
            epochs, seed = model["reading_epochs"], self.recipe["seed"]
            pretrain(encoder, self.texts, Tokenizer.from_str(pieces), epochs, seed, self.report)
            torch.save(encoder.state_dict(), path)
        encoder.load_state_dict(torch.load(path, weights_only=True))
        return encoder

    # ------------------------------------------------------------------------ passages

    @property
    def passages(self) -> list[Passage]:
        """All training reports as the network reads them, boilerplate sections left out."""
        if self._passages is None:
            pieces, rules = self.pieces, load_pipeline("rules")
            self._passages = []
            for found in self.reports:
                fold = self.split.get(found.authority, 1)
                passage = make_passage(found, pieces, fold, rules)
                body = [unit.role not in NO_FINDING_ROLES for unit in found.letter.units]
                kept = np.flatnonzero(np.array(body) | passage.labelled)
                self._passages.append(passage.select(kept))
        return self._passages

    @property
    def stretches(self) -> list[Passage]:
        return [part for passage in self.passages for _, part in stretches_of(passage)]

    def packer(self, length: int) -> Packer:
        return Packer(self.pieces.token_to_id, length)

    # ------------------------------------------------------------------------ teachers

    def teacher(self, fold: int) -> Reader:
        """Return the network fitted without the authorities of ``fold``."""
        path = self.work / f"teacher{fold}.pt"
        settings = TeacherSettings(**self.recipe["teacher"], seed=self.recipe["seed"] + fold)
        encoder = self.encoder()
        torch.manual_seed(settings.seed)  # a run that was broken off starts as a whole one does
        reader = Reader(encoder)
        if not path.is_file():
            self.report(f"teacher without fold {fold}")
            known = [part for part in self.stretches if part.fold != fold]
            fitted = fit(reader, self.packer(settings.length), known, settings, self.report)
            torch.save(fitted.state_dict(), path)
        reader.load_state_dict(torch.load(path, weights_only=True))
        return reader

    def unseen(self) -> tuple[list[Passage], list[Logits]]:
        """Return the labelled stretches, each with the scores of the teacher that never saw it."""
        stretches = self.stretches
        path = self.work / "unseen.npz"
        if not path.is_file():
            scores: dict[str, Logits] = {}
            for fold in self.folds:
                parts = [part for part in stretches if part.fold == fold]
                packer = self.packer(self.recipe["teacher"]["length"])
                found = predict(self.teacher(fold), packer, parts)
                scores |= {part.name: logits for part, logits in zip(parts, found, strict=True)}
            np.savez(path, **scores)  # type: ignore[arg-type]
        with np.load(path) as stored:
            return stretches, [stored[part.name] for part in stretches]

    def calibration(self, without: int | None = None) -> dict[str, Calibration]:
        """Return calibration and thresholds of the teachers, from scores of unseen authorities.

        ``without`` leaves out a fold, for cross-validation.
        """
        pairs = [
            (part, logits)
            for part, logits in zip(*self.unseen(), strict=True)
            if part.fold != without
        ]

        def joined(name: str) -> np.ndarray[Any, Any]:
            return np.concatenate([getattr(part, name)[part.labelled] for part, _ in pairs])

        return calibrate(
            np.concatenate([logits[part.labelled] for part, logits in pairs]),
            joined("finding"),
            joined("themes"),
            joined("progress"),
            joined("rule_themes"),
            joined("rule_progress"),
            self.recipe["rule_weight"],
        )

    # ------------------------------------------------------------------------ students

    def taught(self) -> list[Passage]:
        """Return all training passages with what calibrated teachers say of them.

        All four read every report. Where there are labels, the teacher that had not seen them is
        blended in alone, so that a doubtful label counts less.
        """
        calibration = self.calibration()
        own: dict[str, Logits] = {}  # of labelled units, by the teacher that had not seen them
        for part, score in zip(*self.unseen(), strict=True):
            own[part.name] = soften(score, calibration)
        votes = zip(*(self.votes(fold) for fold in self.folds), strict=True)
        taught = []
        for passage, heard in zip(self.passages, votes, strict=True):
            soft = self.with_rules(soften_all(heard, calibration), passage)
            for begin, part in stretches_of(passage):
                rows = np.flatnonzero(part.labelled)
                soft[begin + rows] = own[part.name][rows]
            taught.append(self.with_labels(passage, soft))
        return taught

    def taught_without(self, fold: int) -> list[Passage]:
        """Return the training passages of the other folds, with what their own teacher says."""
        calibration = self.calibration(without=fold)
        others = [passage for passage in self.passages if passage.fold != fold]
        packer = self.packer(self.recipe["teacher"]["length"])
        heard = predict(self.teacher(fold), packer, others)
        return [
            self.with_labels(passage, self.with_rules(soften(logits, calibration), passage))
            for passage, logits in zip(others, heard, strict=True)
        ]

    def with_rules(self, soft: Logits, passage: Passage) -> Logits:
        """Return the probabilities (units, 40) with those of the rules weighed in."""
        weight = self.recipe["rule_weight_taught"]
        soft[:, THEMES] = blend_themes(soft[:, THEMES], passage.rule_themes, weight)
        soft[:, PROGRESSES] = blend_progress(soft[:, PROGRESSES], passage.rule_progress, weight)
        return soft

    def with_labels(self, passage: Passage, soft: Logits) -> Passage:
        """Return the passage with its soft labels, blended with its own where it has some."""
        share = self.recipe["label_weight"] * passage.labelled[:, None]
        return replace(
            passage, soft=np.asarray(share * one_hot(passage) + (1 - share) * soft, np.float32)
        )

    def votes(self, fold: int) -> list[Logits]:
        """Return the scores of one teacher for every report."""
        path = self.work / f"votes{fold}.npz"
        if not path.is_file():
            self.report(f"votes of the teacher without fold {fold}")
            packer = self.packer(self.recipe["teacher"]["length"])
            found = predict(self.teacher(fold), packer, self.passages)
            np.savez(
                path,
                **{  # type: ignore[arg-type]
                    passage.name: logits.astype(np.float16)
                    for passage, logits in zip(self.passages, found, strict=True)
                },
            )
        with np.load(path) as stored:
            return [stored[passage.name].astype(np.float32) for passage in self.passages]

    def student(self, name: str) -> Weights:
        """Return the weights of a model of the recipe as arrays."""
        return self._student(name, name, self.recipe["models"][name]["student"], self.taught)

    def pipeline_without(self, fold: int, config: dict[str, Any], name: str) -> Language:
        """Return the pipeline of a model of the recipe, made without the labels of ``fold``."""
        settings = self.recipe["models"][name]["student"] | self.recipe["cross_validation"]
        weights = self._student(
            name, f"{name}-without{fold}", settings, lambda: self.taught_without(fold)
        )
        return assemble(config, weights, self.phrases()[0], self.calibration(without=fold))

    def _student(
        self,
        name: str,
        kept: str,
        settings: dict[str, Any],
        taught: Callable[[], list[Passage]],
    ) -> Weights:
        path = self.work / f"{kept}.pt"
        if not path.is_file():
            pieces = Tokenizer.from_str(self.phrases()[0])
            encoder = self.small_encoder(name)
            torch.manual_seed(self.recipe["seed"])
            student = Student(encoder)
            passages = [with_pieces(passage, pieces) for passage in taught()]
            self.report(f"student {kept}")
            fitted = fit_student(
                student,
                Feeder(pieces.token_to_id),
                passages,
                StudentSettings(**settings, seed=self.recipe["seed"]),
                self.report,
            )
            torch.save(fitted.state_dict(), path)
        weights = torch.load(path, weights_only=True)
        return {key: value.numpy() for key, value in weights.items()}


def one_hot(passage: Passage) -> Logits:
    """Return the labels of a passage as probabilities (units, 40)."""
    marks = np.zeros((len(passage.finding), OUTPUTS), np.float32)
    rows = np.arange(len(marks))
    marks[rows, FINDINGS.start + np.maximum(passage.finding, 0)] = 1
    marks[:, THEMES] = passage.themes
    marks[rows, PROGRESSES.start + passage.progress] = 1
    return marks


def soften(logits: Logits, calibration: dict[str, Calibration]) -> Logits:
    """Return calibrated probabilities (units, 40) of scores (units, 40).

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


def still_to_weigh_in(recipe: dict[str, Any]) -> float:
    """Return the weight of the rules beside a student, who has heard of them from its teachers.

    >>> round(still_to_weigh_in({"rule_weight": 0.3, "rule_weight_taught": 0.2}), 3)
    0.125
    """
    return 1 - (1 - float(recipe["rule_weight"])) / (1 - float(recipe["rule_weight_taught"]))


def assemble(
    config: dict[str, Any],
    weights: Weights,
    pieces: str,
    calibration: dict[str, Calibration],
) -> Language:
    """Return the spaCy pipeline of a config with a trained student in its components."""
    settings = {section: values for section, values in config.items() if section != "recipe"}
    nlp = load_model_from_config(settings, auto_fill=True, validate=True)
    encoder = nlp.get_pipe("ofsted_encoder")
    assert isinstance(encoder, OfstedEncoder)
    inside = {
        name.removeprefix("enc."): value
        for name, value in weights.items()
        if name.startswith("enc.")
    }
    layers = {"kind": weights["kind.weight"]}
    for name in ("unit", "context"):
        layers[f"{name}_w"] = np.ascontiguousarray(weights[f"{name}.weight"].T)
        layers[f"{name}_b"] = weights[f"{name}.bias"]
    encoder.set_network(encoder_graph(inside, rectified=True), pieces.encode(), layers)
    columns = {
        "finding": np.arange(OUTPUTS)[FINDINGS],
        "theme": np.arange(OUTPUTS)[THEMES],
        "progress": np.arange(OUTPUTS)[PROGRESSES][_PROGRESS_ORDER],
    }
    for name, rows in columns.items():
        head = nlp.get_pipe(f"ofsted_{name}")
        assert isinstance(head, Head)
        cut = calibration[name]["cut"]
        slope, shift = np.ones(len(cut), np.float32), np.zeros(len(cut), np.float32)
        if name == "finding":  # students learnt the cooled choice, not its three calibrations
            slope = calibration[name]["slope"] / cooling(calibration)
            shift = calibration[name]["shift"]
        head.arrays = {
            "w": np.ascontiguousarray(weights["out.weight"][rows].T),
            "b": weights["out.bias"][rows],
            "slope": slope,
            "shift": shift,
            "cut": cut[_PROGRESS_ORDER] if name == "progress" else cut,
            "rules": np.array(still_to_weigh_in(config["recipe"]), np.float32),
        }
    nlp.meta |= {
        "version": ofsted_extract.__version__,
        "description": "Findings, KLOE themes and progress in sentences of Ofsted's letters",
        "license": "Apache-2.0",
    }
    return nlp
