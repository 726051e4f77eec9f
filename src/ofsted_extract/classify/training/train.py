"""``ofsted-extract train``: from labels and documents to a spaCy pipeline.

The steps, each seeing only authorities of the training split (``labels/split.csv``):

1. the vocabulary of their reports, and masked reading of them (``pretrain``);
2. four teachers, each fitted without one fold of authorities; what a teacher says of its own
   missing fold gives calibration and thresholds (``calibrate``);
3. the calibrated teachers read every training report, labelled or not;
4. one student per model is fitted to what they said, blended with the labels where there are any;
5. the student becomes an ONNX graph with 8-bit weights inside a spaCy pipeline (``export``).

Every step leaves its result in a work folder, so that a broken run goes on where it stopped. The
same seed on the same machine gives the same scores.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
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
    labelled_stretches,
    make_passage,
    read_reports,
)
from ofsted_extract.classify.training.crossvalidate import cross_validation, judge
from ofsted_extract.classify.training.export import encoder_graph
from ofsted_extract.classify.training.labels import FOLDS, read_labels, read_split
from ofsted_extract.classify.training.loop import Logits, Packer, Settings, fit, predict
from ofsted_extract.classify.training.metrics import Case
from ofsted_extract.classify.training.network import (
    FINDINGS,
    OUTPUTS,
    PROGRESSES,
    THEMES,
    Encoder,
    Reader,
    keep_layers,
)
from ofsted_extract.classify.training.pretrain import cut_vocabulary, pretrain
from ofsted_extract.letter import NO_FINDING_ROLES
from ofsted_extract.schema import PROGRESS

TEST_FOLD = 0
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


    """
    config = load_config(config_path)
    recipe = config["recipe"]
    torch.set_num_threads(recipe["threads"])
    torch.use_deterministic_algorithms(True, warn_only=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(work_dir or temporary)
        work.mkdir(parents=True, exist_ok=True)
        reviewed = Path(reviewed_dir) if reviewed_dir else None
        steps = Steps(work, Path(labels_dir), Path(documents_dir), recipe, report, reviewed)
        steps.encoder()
        for fold in steps.folds:
            steps.teacher(fold)
        figures = json.dumps(steps.cross_validation(), indent=1)
        (work / "cross_validation.json").write_text(figures + "\n", encoding="utf-8")
        report(f"cross-validation: {figures}")
        for name, model in recipe["models"].items():
            weights = steps.student(name)
            nlp = assemble(config, weights, steps.pieces_json, steps.calibration(), model["length"])
            nlp.meta["name"] = name
            Path(out_dir).mkdir(parents=True, exist_ok=True)
            nlp.to_disk(Path(out_dir) / name)
            report(f"wrote {Path(out_dir) / name}")


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
            texts = ["\n".join(found.texts) for found in self.reports]
            pieces, kept = cut_vocabulary(texts)
            path.write_text(pieces, encoding="utf-8")
            np.save(self.work / "kept.npy", np.array(kept))
            self.report(f"{len(kept)} word pieces kept")
        return path.read_text(encoding="utf-8")

    @property
    def pieces(self) -> Tokenizer:
        return Tokenizer.from_str(self.pieces_json)

    def encoder(self) -> Encoder:
        """Return the encoder after masked reading of the training reports."""
        pieces = self.pieces
        kept = np.load(self.work / "kept.npy").tolist()
        path = self.work / "encoder.pt"
        if not path.is_file():
            texts = ["\n".join(found.texts) for found in self.reports]
            encoder = pretrain(
                texts, pieces, kept, self.recipe["reading_epochs"], self.recipe["seed"], self.report
            )
            torch.save(encoder.state_dict(), path)
        encoder = Encoder(6, len(kept))
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
        return [part for passage in self.passages for part in labelled_stretches(passage)]

    def packer(self, length: int) -> Packer:
        return Packer(self.pieces.token_to_id, length)

    # ------------------------------------------------------------------------ teachers

    def teacher(self, fold: int) -> Reader:
        """Return the network fitted without the authorities of ``fold``."""
        path = self.work / f"teacher{fold}.pt"
        settings = Settings(**self.recipe["teacher"], seed=self.recipe["seed"] + fold)
        reader = Reader(self.encoder())
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

    def cross_validation(self) -> dict[str, dict[str, float]]:
        """Return the figures of the teachers on the folds they had not seen."""
        cases: dict[int, list[Case]] = {fold: [] for fold in self.folds}
        calibrations = {fold: self.calibration(without=fold) for fold in self.folds}
        for part, logits in zip(*self.unseen(), strict=True):
            weight = self.recipe["rule_weight"]
            cases[part.fold] += judge(part, logits, calibrations[part.fold], weight)
        return cross_validation(cases)

    # ------------------------------------------------------------------------ students

    def taught(self) -> list[Passage]:
        """Return all training passages with what calibrated teachers say of them.

        Two teachers in turn read each report. Where there are labels, the teacher that had not
        seen them is blended in, so that a doubtful label counts less.
        """
        calibration = self.calibration()
        stretches, unseen = self.unseen()
        own = {
            part.name: soften(score, calibration)
            for part, score in zip(stretches, unseen, strict=True)
        }
        taught = []
        votes = [self.votes(fold) for fold in self.folds]
        for passage in self.passages:
            heard = [vote[passage.name] for vote in votes if passage.name in vote]
            soft = soften_all(heard, calibration)
            weight = self.recipe["rule_weight_taught"]
            soft[:, THEMES] = blend_themes(soft[:, THEMES], passage.rule_themes, weight)
            soft[:, PROGRESSES] = blend_progress(
                soft[:, PROGRESSES], passage.rule_progress, self.recipe["rule_weight_taught"]
            )
            taught.append(replace(passage, soft=soft))
        blended = []
        weight = self.recipe["label_weight"]
        for part in stretches:
            gold = one_hot(part)
            soft = np.where(
                part.labelled[:, None],
                weight * gold + (1 - weight) * own[part.name],
                own[part.name],
            )
            blended.append(replace(part, soft=np.asarray(soft, np.float32)))
        return taught + blended

    def votes(self, fold: int) -> dict[str, Logits]:
        """Return the scores of one teacher for the half of the reports that it reads."""
        path = self.work / f"votes{fold}.npz"
        turn = self.folds.index(fold)
        mine = [
            passage
            for number, passage in enumerate(self.passages)
            if turn in (number % len(self.folds), (number // len(self.folds) + number + 1) % 4)
        ]
        if not path.is_file():
            packer = self.packer(self.recipe["teacher"]["length"])
            found = predict(self.teacher(fold), packer, mine)
            small = {
                passage.name: logits.astype(np.float16)
                for passage, logits in zip(mine, found, strict=True)
            }
            np.savez(path, **small)  # type: ignore[arg-type]
        with np.load(path) as stored:
            return {passage.name: stored[passage.name].astype(np.float32) for passage in mine}

    def student(self, name: str) -> dict[str, np.ndarray[Any, Any]]:
        """Return the weights of a model of the recipe as arrays: the mean over its runs.

        Runs differ in the order of their reading; they start from the same teacher, so that the
        mean of their weights is a network as good as any of them, and steadier.
        """
        runs = [self.student_run(name, run) for run in range(self.recipe["models"][name]["runs"])]
        return {
            key: torch.stack([weights[key].float() for weights in runs]).mean(dim=0).numpy()
            for key in runs[0]
        }

    def student_run(self, name: str, run: int) -> dict[str, torch.Tensor]:
        """Return the weights of one run of a student."""
        model = self.recipe["models"][name]
        path = self.work / f"{name}{run}.pt"
        if not path.is_file():
            self.report(f"student {name}, run {run}")
            reader = keep_layers(self.teacher(self.folds[0]), model["layers"])
            other = ("layers", "reread", "runs")
            chosen = {key: value for key, value in model.items() if key not in other}
            settings = Settings(**chosen, seed=self.recipe["seed"] + run)
            taught = self.taught()
            letters = [passage for passage in taught if ":" not in passage.name]
            labelled = [passage for passage in taught if ":" in passage.name]
            extra = letters * model["reread"]
            fitted = fit(
                reader, self.packer(settings.length), labelled, settings, self.report, extra
            )
            torch.save(fitted.state_dict(), path)
        return torch.load(path, weights_only=True)  # type: ignore[no-any-return]


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


def assemble(
    config: dict[str, Any],
    weights: dict[str, np.ndarray[Any, Any]],
    pieces: str,
    calibration: dict[str, Calibration],
    length: int,
) -> Language:
    """Return the spaCy pipeline of a config with a trained network in its components."""
    settings = {section: values for section, values in config.items() if section != "recipe"}
    settings["components"]["ofsted_encoder"]["length"] = length
    nlp = load_model_from_config(settings, auto_fill=True, validate=True)
    encoder = nlp.get_pipe("ofsted_encoder")
    assert isinstance(encoder, OfstedEncoder)
    graph = encoder_graph(
        {
            name.removeprefix("enc."): value
            for name, value in weights.items()
            if name.startswith("enc.")
        }
    )
    layer = {"w": np.ascontiguousarray(weights["mlp.0.weight"].T), "b": weights["mlp.0.bias"]}
    encoder.set_network(graph, pieces.encode(), layer)
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
            "rules": np.array(config["recipe"]["rule_weight"], np.float32),
        }
    nlp.meta |= {
        "version": ofsted_extract.__version__,
        "description": "Findings, KLOE themes and progress in sentences of Ofsted's letters",
        "license": "Apache-2.0",
    }
    return nlp
