"""``ofsted-extract train``: from labels and documents to a spaCy pipeline.

The steps; for the models that ship, each sees only authorities of the training split
(``labels/split.csv``):

1. the vocabulary of their reports, and masked reading of them (``training_data``, ``pretrain``);
2. four teachers of six layers, each fitted without one fold of authorities; what a teacher says of
   its own missing fold gives calibration and thresholds (``teacher``, ``calibrate``);
3. the calibrated teachers read every training report, labelled or not (``distillation``);
4. for each model a smaller encoder in a vocabulary with phrases (``phrases``) reads on for a while,
   then becomes a student: it is fitted to what the teachers said, blended with the labels where
   there are any (``student``);
5. the student becomes an ONNX graph with 8-bit weights inside a spaCy pipeline (``assemble``);
6. if asked for, steps 2 to 5 are done with each fold held out in turn (``crossvalidate``).

Every step leaves its result in a work folder, so that a broken run goes on where it stopped. The
same seed on the same machine gives the same scores.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from spacy.language import Language
from spacy.util import load_config
from tokenizers import Tokenizer

from ofsted_extract.classify.pipeline import store_pipeline
from ofsted_extract.evaluation.corpus import with_pieces
from ofsted_extract.evaluation.labelled import read_documents, read_labels
from ofsted_extract.labels import TEST_FOLD
from ofsted_extract.training.adapt import Adaptation
from ofsted_extract.training.assemble import Weights, assemble
from ofsted_extract.training.crossvalidate import cross_validate
from ofsted_extract.training.distillation import Distillation
from ofsted_extract.training.network import Student
from ofsted_extract.training.settings import StudentSettings
from ofsted_extract.training.steps import Steps
from ofsted_extract.training.student import UnitBatcher, fit_student
from ofsted_extract.training.training_data import TrainingData

#: Settings of the recipe that decide what students are taught.
_TAUGHT = ("label_weight", "rule_weight", "rule_weight_taught", "seed")


def train(
    config_path: str | Path,
    labels_dir: str | Path,
    documents: Sequence[str | Path],
    out_dir: str | Path,
    work_dir: str | Path | None = None,
    report: Callable[[str], None] = print,
    reviewed_dir: str | Path | None = None,
    cross_validated: Collection[str] = (),
    start: str | None = None,
) -> None:
    """Train the pipelines of a config and write them below ``out_dir``.

    A recipe with a section ``adapt`` goes on from a trained model (see ``adapt``), another makes
    models from the first weights.

    Parameters
    ----------
    config_path
        a spaCy config with a section ``recipe``, as in ``configs/``
    labels_dir
        the label files (see ``labels.py``); they hold no text
    documents
        folders of the reports, at whatever depth one folder per authority; training finds the
        labelled sentences in them
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
    start
        the model that a recipe with ``adapt`` goes on from, in place of the one that it names

    """
    config = load_config(config_path)
    recipe = config["recipe"]
    labels, reviewed = Path(labels_dir), Path(reviewed_dir) if reviewed_dir else None
    torch.set_num_threads(recipe["threads"])
    torch.use_deterministic_algorithms(True, warn_only=True)
    # nothing is read that was not written
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    folders = [Path(folder) for folder in documents]
    with tempfile.TemporaryDirectory() as temporary:
        steps = Steps(Path(work_dir or temporary))
        if "adapt" in recipe:
            recipe["adapt"] |= {"start": start} if start else {}
            found = Adaptation(steps, labels, folders, recipe, report, reviewed)
            makers = {recipe["adapt"]["name"]: found.pipeline}
            reports, fold_of = found.reports, found.fold
        else:
            data = TrainingData(steps, labels, folders, recipe, report, reviewed)
            makers = {
                name: partial(_taught_pipeline, config, name, data) for name in recipe["models"]
            }
            reports, fold_of = data.reports, data.fold
        for name, make in makers.items():
            path = Path(out_dir) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            store_pipeline(make(TEST_FOLD), path)
            report(f"wrote {path}")
        for name in cross_validated:
            figures = cross_validate(
                makers[name],
                [(fold_of(each), each) for each in reports],
                read_documents(labels),
                read_labels(labels),
                report,
            )
            path = Path(out_dir) / name / "cross_validation.json"
            path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _taught_pipeline(
    config: dict[str, Any], name: str, data: TrainingData, held_out: int
) -> Language:
    return make_pipeline(config, name, Distillation(data, held_out))


def make_pipeline(config: dict[str, Any], name: str, distillation: Distillation) -> Language:
    """Return the pipeline of a model of the recipe, made without the fold held out."""
    weights = fitted_student(name, distillation)
    pieces, _ = distillation.data.phrases
    nlp = assemble(config, weights, pieces, distillation.calibration())
    nlp.meta["name"] = name
    return nlp


def fitted_student(name: str, distillation: Distillation) -> Weights:
    """Return the weights of a model of the recipe; they are kept in the work folder."""
    data = distillation.data
    weights_of_rules = [data.recipe[key] for key in _TAUGHT]
    model = data.recipe["models"][name]
    path = data.steps.path(
        f"{name}-without-{distillation.held_out}.pt",
        data.small_encoder_path(name),
        distillation.path,
        weights_of_rules,
        model["student"],
    )
    if not path.is_file():
        pieces = Tokenizer.from_str(data.phrases[0])
        encoder = data.small_encoder(name)
        seed = data.recipe["seed"]
        torch.manual_seed(seed)
        student = Student(encoder)
        passages = [with_pieces(passage, pieces) for passage in distillation.taught()]
        data.report(f"student {path.stem}")
        settings = StudentSettings(**model["student"], seed=seed)
        fitted = fit_student(
            student, UnitBatcher(pieces.token_to_id), passages, settings, data.report
        )
        torch.save(fitted.state_dict(), path)
    weights = torch.load(path, weights_only=True)
    return {key: value.numpy() for key, value in weights.items()}
