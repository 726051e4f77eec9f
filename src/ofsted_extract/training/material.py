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
from ofsted_extract.labels import TEST_FOLD
from ofsted_extract.letter import NO_FINDING_ROLES
from ofsted_extract.training.network import (
    Encoder,
    load_minilm,
    smaller,
    with_vocabulary,
)
from ofsted_extract.training.phrases import with_phrases
from ofsted_extract.training.pretrain import cut_vocabulary, pretrain

#: The fold of an authority that the split does not know, so that it takes part in training.
_NEW_FOLD = 1


class Material:
    """The reports, and what is made of them once; each result is kept in the work folder.

    Parameters
    ----------
    work
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
        work: Path,
        labels: Path,
        documents: Sequence[Path],
        recipe: dict[str, Any],
        report: Callable[[str], None] = print,
        reviewed: Path | None = None,
    ) -> None:
        self.work = work
        self.recipe = recipe
        self.report = report
        self.reports = list(read_reports(documents, read_labels(labels, reviewed)))
        self._split = read_split(labels)
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
        path = self.work / "pieces.json"
        if not path.is_file():
            pieces, kept = cut_vocabulary(self.texts)
            path.write_text(pieces, encoding="utf-8")
            np.save(self.work / "kept.npy", np.array(kept))
            self.report(f"{len(kept)} word pieces kept")
        return path.read_text(encoding="utf-8")

    @cached_property
    def pieces(self) -> Tokenizer:
        """The teachers' tokenizer."""
        return Tokenizer.from_str(self.pieces_json)

    @cached_property
    def phrases(self) -> tuple[str, list[list[int]]]:
        """The students' tokenizer (JSON), and of what teachers' pieces its pieces are."""
        path = self.work / "phrases.json"
        if not path.is_file():
            pieces, parts = with_phrases(self.pieces_json, self.texts)
            path.write_text(json.dumps({"pieces": pieces, "parts": parts}), encoding="utf-8")
            self.report(f"{len(parts)} word pieces with phrases")
        stored = json.loads(path.read_text(encoding="utf-8"))
        return stored["pieces"], stored["parts"]

    def encoder(self) -> Encoder:
        """Return the encoder that a teacher starts from, after masked reading."""
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
        pieces, parts = self.phrases
        encoder = with_vocabulary(smaller(self.encoder(), model["layers"], model["inner"]), parts)
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
