"""What training makes of the reports without looking at their labels.

The vocabularies, the encoders after masked reading, and the passages that networks read. Texts of
the test split are in none of the first two, whatever fold is held out later.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from ofsted_extract.classify.pipeline import load_pipeline
from ofsted_extract.evaluation.corpus import Passage, Report, make_passage, read_reports
from ofsted_extract.evaluation.labelled import read_labels, read_split
from ofsted_extract.labels import TEST_FOLD, label_csv
from ofsted_extract.letter import NO_FINDING_ROLES
from ofsted_extract.training.network import (
    Encoder,
    load_minilm,
    smaller,
    with_vocabulary,
)
from ofsted_extract.training.phrases import with_phrases
from ofsted_extract.training.pretrain import cut_vocabulary, pretrain
from ofsted_extract.training.steps import Steps, digest

#: The fold of an authority that the split does not know, so that it takes part in training.
_NEW_FOLD = 1


class TrainingData:
    """The reports, and what is made of them once; each result is kept in the work folder.

    Parameters
    ----------
    steps
        the work folder
    labels
        the label files
    documents
        folders of the reports, at whatever depth one folder per authority
    recipe
        the section ``recipe`` of the config
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
        self.recipe = recipe
        self.report = report
        known = read_labels(labels, reviewed)
        self.reports = list(read_reports(documents, known))
        self._split = read_split(labels)
        #: What was read, and what labels there are, for the keys of the steps.
        self.read = digest([[found.path.name, found.texts] for found in self.reports], self._split)
        self.labels = digest(label_csv(known))
        report(f"{len(self.reports)} reports, {len(self.texts)} of them for training")

    def fold(self, found: Report) -> int:
        """Return the fold of the authority of a report."""
        return self._split.get(found.authority, _NEW_FOLD)

    @property
    def texts(self) -> list[str]:
        """The texts of the training split."""
        return ["\n".join(found.texts) for found in self.reports if self.fold(found) != TEST_FOLD]

    # ------------------------------------------------------------ vocabularies and encoders

    @cached_property
    def pieces_json(self) -> str:
        path = self._vocabulary
        if not path.is_file():
            pieces, kept = cut_vocabulary(self.texts)
            path.write_text(json.dumps({"pieces": pieces, "kept": kept}), encoding="utf-8")
            self.report(f"{len(kept)} word pieces kept")
        return str(json.loads(path.read_text(encoding="utf-8"))["pieces"])

    @property
    def _vocabulary(self) -> Path:
        return self.steps.path("vocabulary.json", self.read)

    @cached_property
    def pieces(self) -> Tokenizer:
        """The teachers' tokenizer."""
        return Tokenizer.from_str(self.pieces_json)

    @cached_property
    def phrases(self) -> tuple[str, list[list[int]]]:
        """The students' tokenizer (JSON), and of what teachers' pieces its pieces are."""
        path = self.steps.path("phrases.json", self._vocabulary)
        if not path.is_file():
            pieces, parts = with_phrases(self.pieces_json, self.texts)
            path.write_text(json.dumps({"pieces": pieces, "parts": parts}), encoding="utf-8")
            self.report(f"{len(parts)} word pieces with phrases")
        stored = json.loads(path.read_text(encoding="utf-8"))
        return stored["pieces"], stored["parts"]

    def encoder(self) -> Encoder:
        """Return the encoder that a teacher starts from, after masked reading."""
        pieces = self.pieces
        kept = json.loads(self._vocabulary.read_text(encoding="utf-8"))["kept"]
        path = self.encoder_path
        encoder = load_minilm(kept)
        if not path.is_file():
            epochs, seed = self.recipe["reading_epochs"], self.recipe["seed"]
            pretrain(encoder, self.texts, pieces, epochs, seed, self.report)
            torch.save(encoder.state_dict(), path)
        encoder.load_state_dict(torch.load(path, weights_only=True))
        return encoder

    @property
    def encoder_path(self) -> Path:
        """Where the encoder lies that teachers start from."""
        recipe = self.recipe
        return self.steps.path(
            "encoder.pt", self._vocabulary, recipe["reading_epochs"], recipe["seed"]
        )

    def small_encoder_path(self, name: str) -> Path:
        """Where the encoder lies that a student starts from."""
        model = self.recipe["models"][name]
        reading = [model[setting] for setting in ("layers", "ffn_size", "reading_epochs")]
        return self.steps.path(f"{name}-encoder.pt", self.encoder_path, *reading)

    def small_encoder(self, name: str) -> Encoder:
        """Return the encoder that a student starts from, after masked reading in phrases."""
        model = self.recipe["models"][name]
        path = self.small_encoder_path(name)
        pieces, parts = self.phrases
        encoder = with_vocabulary(
            smaller(self.encoder(), model["layers"], model["ffn_size"]), parts
        )
        if not path.is_file():
            self.report(f"encoder of {name}")
            epochs, seed = model["reading_epochs"], self.recipe["seed"]
            pretrain(encoder, self.texts, Tokenizer.from_str(pieces), epochs, seed, self.report)
            torch.save(encoder.state_dict(), path)
        encoder.load_state_dict(torch.load(path, weights_only=True))
        return encoder

    # ------------------------------------------------------------------------ passages

    @cached_property
    def passages(self) -> list[Passage]:
        """All reports as networks read them, boilerplate sections left out."""
        rules = load_pipeline("rules")
        passages = []
        for found in self.reports:
            passage = make_passage(found, self.pieces, self.fold(found), rules)
            body = [unit.role not in NO_FINDING_ROLES for unit in found.letter.units]
            kept = np.flatnonzero(np.array(body) | passage.labelled)
            passages.append(passage.select(kept))
        return passages
