"""The whole way of one letter: read, structure, facts, classify.

>>> from ofsted_extract import extract
>>> letter = extract("data/raw/aldermere-focused-visit-2024.pdf")
>>> letter.documents.authority[0], len(letter.recommendations)
('Aldermere', 3)
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ofsted_extract._version import __version__
from ofsted_extract.facts import read_facts
from ofsted_extract.letter import Letter, RawLetter
from ofsted_extract.read import Limits, Ocr, PdfReader, read_bytes, read_letter
from ofsted_extract.structure import structure_letter

if TYPE_CHECKING:
    import pandas as pd
    from spacy.language import Language

_log = logging.getLogger(__name__)

#: Called after each stage with its name and its seconds.
StageObserver = Callable[[str, float], None]


class Extractor:
    """Reads letters one after the other with one loaded model.

    The model is loaded at the first letter (or by ``load``), so that a file that cannot be read
    costs nothing.
    """

    def __init__(
        self,
        model: str = "default",
        *,
        reader: PdfReader = "pdfium",
        limits: Limits | None = None,
        ocr: Ocr = "auto",
    ) -> None:
        self.model = model
        self.reader = reader
        self.ocr = ocr
        self.limits = limits or Limits()

    @cached_property
    def pipeline(self) -> Language:
        """The spaCy pipeline that classifies."""
        from ofsted_extract.classify.pipeline import load_pipeline  # noqa: PLC0415

        nlp = load_pipeline(self.model)
        nlp.max_length = max(nlp.max_length, self.limits.characters)
        return nlp

    @cached_property
    def model_version(self) -> str:
        from ofsted_extract.classify.pipeline import model_version  # noqa: PLC0415

        return model_version(self.pipeline)

    def load(self) -> None:
        """Load the model now."""
        _ = self.pipeline

    def read(self, path: str | Path, observe: StageObserver | None = None) -> Letter:
        """Read the letter at ``path`` to the end.

        Raises
        ------
        DocumentError
            if the document cannot be read; see ``errors.Reason``.
        FileNotFoundError
            if there is no such model.
        ModelError
            if the model is not whole.

        """
        clock = _Clock(observe)
        raw = read_letter(path, reader=self.reader, limits=self.limits, ocr=self.ocr)
        clock.stage("read")
        return self._finish(raw, clock)

    def read_bytes(self, data: bytes, path: str, observe: StageObserver | None = None) -> Letter:
        """Read a letter from memory; ``path`` names it in the tables."""
        clock = _Clock(observe)
        raw = read_bytes(data, path, reader=self.reader, limits=self.limits, ocr=self.ocr)
        clock.stage("read")
        return self._finish(raw, clock)

    def _finish(self, raw: RawLetter, clock: _Clock) -> Letter:
        structured = structure_letter(raw)
        clock.stage("structure")
        facts = read_facts(structured)
        clock.stage("facts")
        from ofsted_extract.classify.pipeline import classify_letter  # noqa: PLC0415

        labels = classify_letter(self.pipeline, structured, facts)
        clock.stage("classify")
        letter = Letter(structured, facts, labels, self.model_version, __version__)
        for warning in letter.warnings:
            _log.warning("%s: %s", raw.source.path, warning)
        return letter


class _Clock:
    def __init__(self, observe: StageObserver | None) -> None:
        self._observe = observe
        self._last = time.perf_counter()

    def stage(self, name: str) -> None:
        now = time.perf_counter()
        if self._observe is not None:
            self._observe(name, now - self._last)
        self._last = now


class ExtractedLetter:
    """A letter with its tables as pandas frames, columns as in ``schema.py``."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter

    @cached_property
    def _frames(self) -> dict[str, pd.DataFrame]:
        from ofsted_extract.write.frames import letter_frames  # noqa: PLC0415

        return letter_frames(self.letter)

    @property
    def documents(self) -> pd.DataFrame:
        """One row: the letter's facts."""
        return self._frames["documents"]

    @property
    def judgements(self) -> pd.DataFrame:
        """One row per printed grade."""
        return self._frames["judgements"]

    @property
    def sentences(self) -> pd.DataFrame:
        """One row per sentence, bullet or heading."""
        return self._frames["sentences"]

    @property
    def recommendations(self) -> pd.DataFrame:
        """One row per thing the authority is told to improve."""
        return self._frames["recommendations"]

    def to_dict(self) -> dict[str, Any]:
        """Return the object that ``document --format json --all`` prints."""
        from ofsted_extract.write.json import json_object  # noqa: PLC0415
        from ofsted_extract.write.rows import letter_rows  # noqa: PLC0415

        return json_object(letter_rows(self.letter))

    def __repr__(self) -> str:
        facts = self.letter.facts
        return (
            f"<ExtractedLetter {facts.authority or 'unknown authority'} {facts.visit} "
            f"{len(self.letter.labels)} sentences>"
        )


def extract(
    path: str | Path, *, model: str = "default", reader: PdfReader = "pdfium"
) -> ExtractedLetter:
    """Read one letter and return it with pandas frames of its tables.

    The model stays in memory for the next call.

    Raises
    ------
    DocumentError
        if the document cannot be read; ``reason`` and ``message`` say why and what to do.
    FileNotFoundError
        if there is no such model.
    ModelError
        if the model is not whole.

    """
    return ExtractedLetter(_kept_extractor(model, reader).read(path))


@lru_cache(maxsize=2)  # two, so that models can be compared
def _kept_extractor(model: str, reader: PdfReader) -> Extractor:
    return Extractor(model, reader=reader)
