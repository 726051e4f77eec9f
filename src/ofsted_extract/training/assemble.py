"""From a student's weights and a calibration to the spaCy pipeline that ships."""

from __future__ import annotations

from typing import Any

import numpy as np
from spacy.language import Language
from spacy.util import load_model_from_config

from ofsted_extract._version import __version__
from ofsted_extract.classify.model.encoder import OfstedEncoder
from ofsted_extract.classify.model.heads import Head
from ofsted_extract.labels import PROGRESS_CODES
from ofsted_extract.schema import PROGRESS
from ofsted_extract.training.calibrate import Calibration
from ofsted_extract.training.export import encoder_graph
from ofsted_extract.training.network import FINDINGS, OUTPUTS, PROGRESSES, THEMES
from ofsted_extract.training.teaching import cooling

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
#: The network's progress columns in the order of the schema's values.
_PROGRESS_ORDER = [list(PROGRESS_CODES).index(value) for value in PROGRESS]


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
        arrays = {
            "weights": np.ascontiguousarray(weights["out.weight"][rows].T),
            "bias": weights["out.bias"][rows],
            "slope": slope,
            "shift": shift,
            "thresholds": cut[_PROGRESS_ORDER] if name == "progress" else cut,
            "rule_weight": np.array(still_to_weigh_in(config["recipe"]), np.float32),
        }
        head.set_weights(head.wanted, arrays)
    nlp.meta |= MODEL_META
    return nlp
