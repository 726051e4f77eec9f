"""Loading and storing the classifier, and running it over a letter."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

from ofsted_extract._version import __version__
from ofsted_extract.classify import values  # noqa: F401 - Docs can be stored from here on
from ofsted_extract.classify.doc import labels_of, make_doc, teach_words
from ofsted_extract.classify.models import FILES, ModelError, check_files, model_path, seal
from ofsted_extract.letter import Facts, Role, StructuredLetter, Unit, UnitLabels

_RULES = ("ofsted_sentences", "ofsted_rules", "ofsted_combine")

_ONE_LETTER = threading.Lock()


def load_pipeline(model: str = "default", **options: Any) -> Language:
    """Load the classifier: ``default``, ``rules`` (no trained model), or a path.

    All of it is loaded here, the network included, and its files are compared with the sizes and
    hashes that its ``meta.json`` gives. ``options`` are those of ``spacy.load`` (``exclude`` and so
    on).

    Raises
    ------
    FileNotFoundError
        if there is no such model; the message says where it was looked for.
    ModelError
        if the model is not whole, or not one for this program; the message names the file.

    """
    if model == "rules":
        nlp = _rules_pipeline()
    else:
        path = model_path(model)
        check_files(path)
        try:
            nlp = spacy.load(path, **options)
        except (OSError, KeyError, ValueError) as error:
            raise ModelError(f"the model in {path} cannot be loaded: {error}") from error
        nlp.meta.pop(FILES, None)  # they are those of the folder, not of what is made of it
    return nlp


def store_pipeline(nlp: Language, path: str | Path) -> None:
    """Write a pipeline to a folder, with sizes and hashes of its files in ``meta.json``."""
    nlp.to_disk(path)
    seal(Path(path))


def model_version(nlp: Language) -> str:
    """Return name and version of a pipeline, as the documents table prints it."""
    return f"{nlp.meta['name']}-{nlp.meta['version']}"


def classify_letter(
    nlp: Language, structured: StructuredLetter, facts: Facts
) -> tuple[UnitLabels, ...]:
    """Return one label per unit of the letter.

    What spaCy keeps of the letter's words goes with the Doc (a memory zone), so that a process
    that reads many letters does not grow. Zones cannot overlap: threads take turns.
    """
    if not structured.units:
        return ()
    units = _own_units(structured, facts)
    with _ONE_LETTER:
        teach_words(nlp, "\n".join(unit.text for unit in units))
        with nlp.memory_zone():
            doc = make_doc(nlp, units, facts.document_kind)
            for _, component in nlp.pipeline:
                doc = component(doc)
            return labels_of(doc)


def _own_units(structured: StructuredLetter, facts: Facts) -> tuple[Unit, ...]:
    """Return the units; what a newspaper or council repeats of a letter's list asks nothing itself.

    Such a list gives no rows of recommendations either; its sentences are left to their words. What
    a council says of itself there is background and no finding.
    """
    units = (
        replace(unit, role=Role.BACKGROUND) if unit.position in facts.own_words else unit
        for unit in structured.units
    )
    return tuple(
        replace(unit, demand=0) if unit.demand and unit.position in facts.reported else unit
        for unit in units
    )


def _rules_pipeline() -> Language:
    nlp = spacy.blank("en")
    for name in _RULES:
        nlp.add_pipe(name)
    nlp.meta["name"] = "rules"
    nlp.meta["version"] = __version__
    return nlp
