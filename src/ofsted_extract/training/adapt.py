"""Going on from a trained model with more labels: its encoder stays, what reads its vectors is fitted anew.

Fitting the encoder takes hours, the layers above it minutes: every unit is encoded once, and what
is fitted are the layer that shapes a unit's vector, the one that joins it with its neighbours, and
the heads. So new labels, those that people corrected among them, can be learnt on any machine.

Whatever fold is held out, the recipe is the same. Calibration and thresholds come from fits that
left out one more fold each, scored on the labels there that the start model had not seen either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from spacy.language import Language
from torch import Tensor
from torch.nn import functional

from ofsted_extract.classify.model.encoder import OfstedEncoder
from ofsted_extract.classify.model.heads import Head, softmax
from ofsted_extract.classify.model.wordpieces import neighbours
from ofsted_extract.evaluation.corpus import (
    FINDING_COLUMNS,
    PROGRESS_COLUMNS,
    THEME_COLUMNS,
    Passage,
)
from ofsted_extract.labels import FOLDS
from ofsted_extract.training.assemble import fill_heads
from ofsted_extract.training.calibrate import Calibration, calibrate
from ofsted_extract.training.flipped import Flipped
from ofsted_extract.training.network import (
    FINDINGS,
    OUTPUTS,
    PROGRESSES,
    THEMES,
    UpperLayers,
)
from ofsted_extract.training.optimise import fit_network
from ofsted_extract.training.settings import AdaptSettings

Array = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

#: The size of a unit's vector as the encoder gives it, and of the blocks that units are scored in.
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
    encoder: OfstedEncoder, passages: Sequence[Passage], flipped: Sequence[Flipped]
) -> Units:
    """Return the units of passages, and sentences of our own that stand alone."""
    parts = [_of_passage(encoder, passage) for passage in passages]
    offsets = np.cumsum([0, *(len(part.pooled) for part in parts)])
    parts = [
        replace(part, beside=np.where(part.beside < 0, -1, part.beside + offset))
        for part, offset in zip(parts, offsets[:-1], strict=True)
    ]
    parts.append(_of_flipped(encoder, flipped))
    names = Units.__dataclass_fields__
    return Units(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _of_passage(encoder: OfstedEncoder, passage: Passage) -> Units:
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
        new=passage.new,
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
    start: Callable[[], UpperLayers],
    settings: AdaptSettings,
    left_out: Sequence[int],
    report: Callable[[str], None] = print,
) -> UpperLayers:
    """Return the layers fitted to the labels of all folds but those in ``left_out``."""
    rows = np.flatnonzero(units.labelled & ~np.isin(units.fold, left_out))
    pooled = torch.from_numpy(units.pooled)
    unknown = settings.unknown_family

    def batches_of(random: np.random.Generator) -> list[tuple[Numbers, Numbers, Numbers]]:
        shuffled = random.permutation(rows)
        batches = []
        for part in np.array_split(shuffled, 1 + len(shuffled) // settings.units_per_step):
            beside, families = units.beside[part], units.families[part]
            beside[random.random(len(part)) < settings.alone] = -1
            beside[random.random(len(part)) < settings.without_headings, -1] = -1
            families[random.random(len(part)) < settings.unknown] = unknown
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

    return fit_network(start(), settings, batches_of, loss_of, report)


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
    needed, places = np.unique(
        np.concatenate([rows[:, None], beside], axis=1), return_inverse=True
    )
    places = places.reshape(len(rows), -1)
    if needed[0] < 0:  # -1, no neighbour, comes first and is no unit
        needed, places = needed[1:], places - 1
    return (
        pooled[torch.from_numpy(needed)],
        torch.from_numpy(places[:, 1:]),
        torch.from_numpy(families),
        torch.from_numpy(places[:, 0]),
    )


def unseen_calibration(
    units: Units,
    start: Callable[[], UpperLayers],
    settings: AdaptSettings,
    held_out: int,
    rule_weight: float,
    report: Callable[[str], None] = print,
) -> dict[str, Calibration]:
    """Return calibration and thresholds, from new labels of authorities that no fit has seen."""
    rows, scores = [], []
    for fold in (fold for fold in range(FOLDS) if fold != held_out):
        network = adapted(units, start, settings, (held_out, fold), report)
        there = np.flatnonzero(units.labelled & units.new & (units.fold == fold))
        rows.append(there)
        scores.append(scores_of(network, units, there))
    chosen = np.concatenate(rows)
    goals = units.goals[chosen]
    return calibrate(
        np.concatenate(scores),
        goals[:, FINDINGS].argmax(1),
        goals[:, THEMES],
        goals[:, PROGRESSES].argmax(1),
        units.rule_themes[chosen],
        units.rule_progress[chosen],
        rule_weight,
    )


def start_layers(nlp: Language) -> UpperLayers:
    """Return the layers above the encoder of a trained pipeline, as a network to be fitted on."""
    encoder = nlp.get_pipe("ofsted_encoder")
    assert isinstance(encoder, OfstedEncoder)
    layers = encoder.layers
    weights = {"kind.weight": layers["kind"]}
    for name in ("unit", "context"):
        weights[f"{name}.weight"] = layers[f"{name}_w"].T
        weights[f"{name}.bias"] = layers[f"{name}_b"]
    columns = {"finding": FINDINGS, "theme": THEMES, "progress": PROGRESSES}
    out = np.zeros((OUTPUTS, len(layers["context_b"])), np.float32)
    bias = np.zeros(OUTPUTS, np.float32)
    for name, part in columns.items():
        head = nlp.get_pipe(f"ofsted_{name}")
        assert isinstance(head, Head)
        order = network_columns(name, head.labels)
        out[part][order] = head.stored["weights"].T
        bias[part][order] = head.stored["bias"]
    network = UpperLayers(len(encoder.families))
    network.load_state_dict(
        {name: torch.tensor(value) for name, value in weights.items()}
        | {"out.weight": torch.from_numpy(out), "out.bias": torch.from_numpy(bias)}
    )
    return network
