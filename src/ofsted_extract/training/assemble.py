"""From a student's weights and a calibration to the spaCy pipeline that ships."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.util import load_model_from_config

from ofsted_extract._version import __version__
from ofsted_extract.classify.model.encoder import OfstedEncoder
from ofsted_extract.classify.model.heads import Head
from ofsted_extract.labels import FINDING_CODES, PROGRESS_CODES, THEME_CODES
from ofsted_extract.training.calibrate import Calibration
from ofsted_extract.training.distillation import cooling
from ofsted_extract.training.export import encoder_graph
from ofsted_extract.training.network import FINDINGS, PROGRESSES, THEMES

Weights = dict[str, np.ndarray[Any, Any]]

#: What a model says of itself: it was made from weights of others.
MODEL_META = {
    "version": __version__,
    "description": "Findings, KLOE themes and progress in sentences of Ofsted's letters",
    "license": "Apache-2.0",
    "sources": [
        {
            "name": "all-MiniLM-L6-v2",
            "author": "Sentence Transformers",
            "url": "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
            "license": "Apache-2.0",
        }
    ],
}
#: Where each head's columns are among those of the network.
_PARTS = {"finding": FINDINGS, "theme": THEMES, "progress": PROGRESSES}
#: The labels of the network's columns, as the heads call them.
_NAMES = {
    "finding": tuple(FINDING_CODES),
    "theme": tuple(THEME_CODES),
    "progress": tuple(PROGRESS_CODES),
}


def still_to_weigh_in(recipe: dict[str, Any]) -> float:
    """Return the weight of the rules beside a student, who has heard of them from its teachers.

    >>> round(still_to_weigh_in({"rule_weight": 0.3, "rule_weight_taught": 0.2}), 3)
    0.125
    """
    return 1 - (1 - float(recipe["rule_weight"])) / (1 - float(recipe["rule_weight_taught"]))


def network_rows(head: str, labels: Sequence[str]) -> list[int]:
    """Return the rows of the network's output layer that are the labels of a head, in their order.

    >>> network_rows("progress", ["improved", "none"])
    [37, 36]
    """
    first = _PARTS[head].start
    return [first + _NAMES[head].index(label) for label in labels]


def taught_calibration(calibration: dict[str, Calibration]) -> dict[str, Calibration]:
    """Return what is left to be calibrated of a student whose teachers were.

    It learnt the cooled choice between finding codes, not its three calibrations.
    """
    left = {
        name: {
            "slope": np.ones_like(part["slope"]),
            "shift": np.zeros_like(part["shift"]),
            "thresholds": part["thresholds"],
        }
        for name, part in calibration.items()
    }
    left["finding"]["slope"] = calibration["finding"]["slope"] / cooling(calibration)
    left["finding"]["shift"] = calibration["finding"]["shift"]
    return left


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
    parts: dict[str, Weights] = {"enc": {}, "upper": {}}
    for name, value in weights.items():
        part, _, rest = name.partition(".")
        parts[part][rest] = value
    graph = encoder_graph(parts["enc"], rectified=True)
    encoder.set_network(graph, pieces.encode(), encoder_layers(parts["upper"]))
    weight = still_to_weigh_in(config["recipe"])
    fill_heads(nlp, parts["upper"], taught_calibration(calibration), weight)
    nlp.meta |= MODEL_META
    return nlp


def encoder_layers(upper: Weights) -> Weights:
    """Return the arrays that ``OfstedEncoder`` takes, from those of ``network.UpperLayers``."""
    layers = {"kind": upper["kind.weight"]}
    for name in ("unit", "context"):
        layers[f"{name}_w"] = np.ascontiguousarray(upper[f"{name}.weight"].T)
        layers[f"{name}_b"] = upper[f"{name}.bias"]
    return layers


def fill_heads(
    nlp: Language, upper: Weights, calibration: dict[str, Calibration], rule_weight: float
) -> None:
    """Give the heads of a pipeline the output layer of a network and its calibration."""
    for name, part in calibration.items():
        head = nlp.get_pipe(f"ofsted_{name}")
        assert isinstance(head, Head)
        rows = network_rows(name, head.wanted)
        columns = np.array(rows) - _PARTS[name].start
        per_label = slice(None) if name == "finding" else columns  # its three are no columns
        head.set_weights(
            head.wanted,
            {
                "weights": np.ascontiguousarray(upper["out.weight"][rows].T),
                "bias": upper["out.bias"][rows],
                "slope": part["slope"][per_label],
                "shift": part["shift"][per_label],
                "thresholds": part["thresholds"][per_label],
                "rule_weight": np.array(0 if name == "finding" else rule_weight, np.float32),
            },
        )
