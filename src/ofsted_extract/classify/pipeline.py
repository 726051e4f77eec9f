"""Loading the classifier and running it over a letter."""

from __future__ import annotations

from dataclasses import replace

import spacy
from spacy.language import Language

from ofsted_extract._version import __version__
from ofsted_extract.classify.doc import labels_of, make_doc
from ofsted_extract.classify.models import MODEL_NAMES, model_path
from ofsted_extract.letter import Facts, StructuredLetter, Unit, UnitLabels
from ofsted_extract.read.limits import Limits

_RULES = ("ofsted_sentences", "ofsted_rules", "ofsted_combine")


def load_pipeline(model: str = "default") -> Language:
    """Load the classifier: ``default``, ``fast``, ``rules`` (no trained model), or a path.

    Raises
    ------
    FileNotFoundError
        if there is no such model; the message says where it was looked for.

    """
    if model == "rules":
        return _rules_pipeline()
    path = model_path(model)
    if not (path / "meta.json").is_file():
        raise FileNotFoundError(
            f"there is no model in {path}; name one of {', '.join(MODEL_NAMES)}, or the folder "
            "of a trained pipeline"
        )
    nlp = spacy.load(path)
    nlp.max_length = Limits().characters
    return nlp


def model_version(nlp: Language) -> str:
    """Return name and version of a pipeline, as the documents table prints it."""
    return f"{nlp.meta['name']}-{nlp.meta['version']}"


def classify_letter(
    nlp: Language, structured: StructuredLetter, facts: Facts
) -> tuple[UnitLabels, ...]:
    """Return one label per unit of the letter."""
    if not structured.units:
        return ()
    doc = make_doc(nlp, _own_units(structured, facts), facts.document_kind)
    for _, component in nlp.pipeline:
        doc = component(doc)
    return labels_of(doc)


def _own_units(structured: StructuredLetter, facts: Facts) -> tuple[Unit, ...]:
    """Return the units; what a newspaper or council repeats of a letter's list asks nothing itself.

    Such a list gives no rows of recommendations either; its sentences are left to their words.
    """
    return tuple(
        replace(unit, demand=0) if unit.demand and unit.position in facts.reported else unit
        for unit in structured.units
    )


def _rules_pipeline() -> Language:
    nlp = spacy.blank("en")
    nlp.max_length = Limits().characters
    for name in _RULES:
        nlp.add_pipe(name)
    nlp.meta["name"] = "rules"
    nlp.meta["version"] = __version__
    return nlp
