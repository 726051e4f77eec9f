"""Going on from a trained model with more labels: its encoder stays, the layers above are fitted.

Fitting the encoder takes hours, the layers above it minutes: every unit is encoded once, and what
is fitted are the layer that shapes a unit's vector, the one that joins it with its neighbours, and
the heads. So new labels, those that people corrected among them, can be learnt on any machine.

Whatever fold is held out, the recipe is the same. Calibration and thresholds come from fits that
left out one more fold each, scored on the labels there that the start model had not seen either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from spacy.language import Language
from torch import Tensor
from torch.nn import functional

from ofsted_extract.classify.model.encoder import OfstedEncoder
from ofsted_extract.classify.model.heads import Head
from ofsted_extract.classify.model.wordpieces import neighbours
from ofsted_extract.classify.pipeline import load_pipeline
from ofsted_extract.evaluation.corpus import (
    FINDING_COLUMNS,
    PROGRESS_COLUMNS,
    THEME_COLUMNS,
    Passage,
    Report,
    make_passage,
    read_reports,
    stretches_of,
)
from ofsted_extract.evaluation.labelled import read_labels, read_split
from ofsted_extract.kinds import FAMILIES
from ofsted_extract.labels import FOLDS
from ofsted_extract.resources import load_toml
from ofsted_extract.training.assemble import (
    MODEL_META,
    encoder_layers,
    fill_heads,
    network_rows,
)
from ofsted_extract.training.calibrate import Calibration, calibrate
from ofsted_extract.training.flipped import Flipped, flipped_sentences
from ofsted_extract.training.network import (
    FINDINGS,
    OUTPUTS,
    PROGRESSES,
    THEMES,
    UpperLayers,
)
from ofsted_extract.training.optimise import fit_network
from ofsted_extract.training.settings import AdaptSettings
from ofsted_extract.training.steps import Steps, digest

Array = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

#: Units that are scored at once.
_BLOCK = 2048


@dataclass(eq=False)
class Units:
    """All units of the labelled passages, encoded, and of the sentences of our own.

    ``pooled`` (units, 2 * hidden size), ``beside`` (units, 4; -1 for none) as
    ``wordpieces.neighbours`` has them, ``families`` (units,) rows of the encoder's families,
    ``goals`` (units, 40) the labels as probabilities, ``labelled`` (units,) those that are fitted,
    ``fold`` (units,; -1 for our own), ``new`` (units,): labels that the start model had not seen;
    ``has_themes`` (units,): the label says something of themes. ``rule_themes`` and
    ``rule_progress`` as in ``Passage``.
    """

    pooled: Array
    beside: Numbers
    families: Numbers
    goals: Array
    labelled: npt.NDArray[np.bool_]
    fold: Numbers
    new: npt.NDArray[np.bool_]
    has_themes: npt.NDArray[np.bool_]
    rule_themes: Array
    rule_progress: Numbers


def encode_units(
    encoder: OfstedEncoder,
    passages: Sequence[Passage],
    known_draws: Sequence[str],
    flipped: Sequence[Flipped],
) -> Units:
    """Return the units of passages, and sentences of our own that stand alone.

    ``known_draws`` are the draws of labels that the model with this encoder was trained on.
    """
    parts = [_of_passage(encoder, passage, known_draws) for passage in passages]
    offsets = np.cumsum([0, *(len(part.pooled) for part in parts)])
    parts = [
        replace(part, beside=np.where(part.beside < 0, -1, part.beside + offset))
        for part, offset in zip(parts, offsets[:-1], strict=True)
    ]
    parts.append(_of_flipped(encoder, flipped))
    names = Units.__dataclass_fields__
    return Units(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


def _of_passage(encoder: OfstedEncoder, passage: Passage, known_draws: Sequence[str]) -> Units:
    count = len(passage.texts)
    headings = passage.headings.tolist()
    return Units(
        pooled=encoder.pooled(passage.texts, headings),
        beside=neighbours(headings),
        families=np.full(count, encoder.families.index(passage.family)),
        goals=_goals(np.maximum(passage.finding, 0), passage.themes, passage.progress),
        # a heading is none by its place: nothing is to be learnt from it
        labelled=passage.labelled & ~passage.headings,
        fold=np.full(count, passage.fold),
        new=~np.isin(passage.draws, ("", *known_draws)),
        has_themes=np.ones(count, np.bool_),
        rule_themes=passage.rule_themes,
        rule_progress=passage.rule_progress,
    )


def _of_flipped(encoder: OfstedEncoder, flipped: Sequence[Flipped]) -> Units:
    count = len(flipped)
    finding = np.array([FINDING_COLUMNS.index(one.finding) for one in flipped], np.int64)
    progress = np.array([PROGRESS_COLUMNS.index(one.progress) for one in flipped], np.int64)
    no_themes = np.zeros((count, len(THEME_COLUMNS)), np.float32)
    return Units(
        pooled=encoder.pooled([one.text for one in flipped], [False] * count),
        beside=np.full((count, neighbours([False]).shape[1]), -1),
        families=np.full(count, encoder.families.index("letter")),
        goals=_goals(finding, no_themes, progress),
        labelled=np.ones(count, np.bool_),
        fold=np.full(count, -1),
        new=np.zeros(count, np.bool_),
        has_themes=np.zeros(count, np.bool_),
        rule_themes=no_themes,
        rule_progress=np.zeros(count, np.int64),
    )


def _goals(finding: Numbers, themes: Array, progress: Numbers) -> Array:
    goals = np.zeros((len(finding), OUTPUTS), np.float32)
    rows = np.arange(len(finding))
    goals[rows, FINDINGS.start + finding] = 1
    goals[:, THEMES] = themes
    goals[rows, PROGRESSES.start + progress] = 1
    return goals


def adapted(
    units: Units,
    network: UpperLayers,
    settings: AdaptSettings,
    left_out: Sequence[int],
    report: Callable[[str], None] = print,
) -> UpperLayers:
    """Return the layers ``network`` fitted to the labels of all folds but those in ``left_out``."""
    rows = np.flatnonzero(units.labelled & ~np.isin(units.fold, left_out))
    pooled = torch.from_numpy(units.pooled)

    def batches_of(random: np.random.Generator) -> list[tuple[Numbers, Numbers, Numbers]]:
        shuffled = random.permutation(rows)
        batches = []
        for part in np.array_split(shuffled, 1 + len(shuffled) // settings.units_per_step):
            beside, families = units.beside[part], units.families[part]
            beside[random.random(len(part)) < settings.alone] = -1
            beside[random.random(len(part)) < settings.without_headings, -1] = -1
            families[random.random(len(part)) < settings.unknown] = FAMILIES.index("unknown")
            batches.append((part, beside, families))
        return batches

    def loss_of(network: UpperLayers, batch: tuple[Numbers, Numbers, Numbers]) -> Tensor:
        part, _, _ = batch
        scores = network(*_tensors(pooled, *batch))
        goals = torch.from_numpy(units.goals[part])
        told = torch.from_numpy(units.has_themes[part].astype(np.float32))
        choice = functional.cross_entropy(scores[:, FINDINGS], goals[:, FINDINGS])
        marks = functional.binary_cross_entropy_with_logits(
            scores[:, THEMES], goals[:, THEMES], reduction="none"
        ).sum(1)
        change = functional.cross_entropy(scores[:, PROGRESSES], goals[:, PROGRESSES])
        loss = choice + settings.theme_weight * (told * marks).mean()
        return loss + settings.progress_weight * change

    return fit_network(network, settings, batches_of, loss_of, report)


def scores_of(network: UpperLayers, units: Units, rows: Numbers) -> Array:
    """Return the scores (rows, 40) of some units."""
    network.eval()
    pooled = torch.from_numpy(units.pooled)
    found = np.empty((len(rows), OUTPUTS), np.float32)
    with torch.no_grad():
        for first in range(0, len(rows), _BLOCK):
            part = rows[first : first + _BLOCK]
            batch = _tensors(pooled, part, units.beside[part], units.families[part])
            found[first : first + _BLOCK] = network(*batch).numpy()
    return found


def _tensors(
    pooled: Tensor, rows: Numbers, beside: Numbers, families: Numbers
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return what ``UpperLayers`` takes: only the units that ``rows`` need are in it."""
    needed, places = np.unique(np.concatenate([rows[:, None], beside], axis=1), return_inverse=True)
    places = places.reshape(len(rows), -1)
    if needed[0] < 0:  # -1, no neighbour, comes first and is no unit
        needed, places = needed[1:], places - 1
    return (
        pooled[torch.from_numpy(needed)],
        torch.from_numpy(places[:, 1:]),
        torch.from_numpy(families),
        torch.from_numpy(places[:, 0]),
    )


def start_layers(nlp: Language) -> UpperLayers:
    """Return the layers above the encoder of a trained pipeline, as a network to be fitted on."""
    encoder = _encoder_of(nlp)
    layers = encoder.layers
    weights = {"kind.weight": layers["kind"]}
    for name in ("unit", "context"):
        weights[f"{name}.weight"] = layers[f"{name}_w"].T
        weights[f"{name}.bias"] = layers[f"{name}_b"]
    weights["out.weight"] = np.zeros((OUTPUTS, len(layers["context_b"])), np.float32)
    weights["out.bias"] = np.zeros(OUTPUTS, np.float32)
    for name in ("finding", "theme", "progress"):
        head = nlp.get_pipe(f"ofsted_{name}")
        assert isinstance(head, Head)
        rows = network_rows(name, head.labels)
        weights["out.weight"][rows] = head.stored["weights"].T
        weights["out.bias"][rows] = head.stored["bias"]
    network = UpperLayers(len(encoder.families))
    network.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    return network


class Adaptation:
    """A start model, the labelled documents as its encoder reads them, and what is fitted to them.

    Parameters
    ----------
    steps
        the work folder
    labels
        the label files
    documents
        folders of the reports, at whatever depth one folder per authority
    recipe
        the section ``recipe`` of the config, with ``adapt``
    report
        is told what is going on, line by line
    reviewed
        labels that people corrected, if any

    """

    def __init__(
        self,
        steps: Steps,
        labels: Path,
        documents: Sequence[Path],
        recipe: dict[str, Any],
        report: Callable[[str], None] = print,
        reviewed: Path | None = None,
    ) -> None:
        self.steps = steps
        self.report = report
        self.settings = AdaptSettings(**recipe["adapt"]["settings"], seed=recipe["seed"])
        self.rule_weight = float(recipe["rule_weight"])
        self._start = recipe["adapt"]["start"]
        self._split = read_split(labels)
        known = read_labels(labels, reviewed)
        labelled = {label.document_id for label in known}
        self.reports = list(read_reports(documents, known, lambda _, each: each in labelled))
        report(f"{len(self.reports)} labelled documents read")
        encoder, rules = _encoder_of(load_pipeline(self._start)), load_pipeline("rules")
        passages = [
            make_passage(found, encoder.tokenizer, self.fold(found), rules)
            for found in self.reports
        ]
        stretches = [part for passage in passages for _, part in stretches_of(passage)]
        table = load_toml("polarity_sentences.toml")
        flipped = flipped_sentences(table, recipe["seed"])
        self.units = encode_units(encoder, stretches, recipe["adapt"]["known_draws"], flipped)
        counts = self.units.labelled.sum(), self.units.new.sum(), len(flipped)
        report("{} labelled sentences, {} of them new, and {} of our own".format(*counts))
        self._digest = digest(
            *(
                hashlib.sha256(getattr(self.units, field.name)).hexdigest()
                for field in fields(Units)
            )
        )

    def fold(self, found: Report) -> int:
        """Return the fold of a document's authority; 1 for one that the split does not know."""
        return self._split.get(found.authority, 1)

    def layers(self, *left_out: int) -> UpperLayers:
        """Return the layers fitted without some folds; they are kept in the work folder."""
        network = start_layers(load_pipeline(self._start))
        settings = asdict(self.settings)
        path = self.steps.path("layers.pt", self._digest, settings, sorted(left_out))
        if not path.is_file():
            self.report(f"fitting without folds {sorted(left_out)}")
            fitted = adapted(self.units, network, self.settings, left_out, self.report)
            torch.save(fitted.state_dict(), path)
        network.load_state_dict(torch.load(path, weights_only=True))
        return network

    def calibration(self, held_out: int) -> dict[str, Calibration]:
        """Return calibration and thresholds, from new labels in folds that no fit has seen."""
        units = self.units
        rows, scores = [], []
        for fold in (fold for fold in range(FOLDS) if fold != held_out):
            there = np.flatnonzero(units.labelled & units.new & (units.fold == fold))
            rows.append(there)
            scores.append(scores_of(self.layers(held_out, fold), units, there))
        chosen = np.concatenate(rows)
        goals = units.goals[chosen]
        return calibrate(
            np.concatenate(scores),
            goals[:, FINDINGS].argmax(1),
            goals[:, THEMES],
            goals[:, PROGRESSES].argmax(1),
            units.rule_themes[chosen],
            units.rule_progress[chosen],
            self.rule_weight,
        )

    def pipeline(self, held_out: int) -> Language:
        """Return the start model with layers fitted to the labels of all folds but one."""
        nlp = load_pipeline(self._start)
        network = self.layers(held_out)
        weights = {name: value.numpy() for name, value in network.state_dict().items()}
        _encoder_of(nlp).set_layers(encoder_layers(weights))
        fill_heads(nlp, weights, self.calibration(held_out), self.rule_weight)
        nlp.meta |= MODEL_META
        return nlp


def _encoder_of(nlp: Language) -> OfstedEncoder:
    encoder = nlp.get_pipe("ofsted_encoder")
    assert isinstance(encoder, OfstedEncoder)
    return encoder
