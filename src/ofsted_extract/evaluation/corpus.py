"""The user's own copies of the reports, as the pipeline reads them, with what labels there are."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.language import Language

from ofsted_extract.classify.doc import RULES, make_doc
from ofsted_extract.classify.model.wordpieces import wordpiece_ids
from ofsted_extract.classify.rules import RuleLabels
from ofsted_extract.errors import DocumentError
from ofsted_extract.evaluation.align import LabelPlace, Stream, unit_labels
from ofsted_extract.facts import read_facts
from ofsted_extract.kinds import document_kind
from ofsted_extract.labels import (
    FINDING_CODES,
    NO_FINDING,
    NO_PROGRESS,
    PROGRESS_CODES,
    THEME_CODES,
    Label,
)
from ofsted_extract.letter import Facts, StructuredLetter, UnitKind, document_id_of
from ofsted_extract.read import read_letter
from ofsted_extract.structure import structure_letter

#: Codes of the label files in the order of the network's columns.
FINDING_COLUMNS = tuple(FINDING_CODES.values())
PROGRESS_COLUMNS = tuple(PROGRESS_CODES.values())
THEME_COLUMNS = tuple(THEME_CODES.values())

#: Unlabelled units up to this many apart belong to one labelled stretch.
_GAP = 12
#: Units before a labelled stretch that are kept for context.
_CONTEXT = 4


@dataclass(eq=False)
class Passage:
    """Consecutive units of one letter, ready for a network.

    ``pieces`` are the numbers of the word pieces of each unit, as a tokenizer gives them.
    ``finding`` (n,) holds column numbers, -1 where a unit has no label; ``themes`` (n, themes) and
    ``progress`` (n,) hold what belongs to it. ``soft`` (n, OUTPUTS) are the teachers'
    probabilities, where there are any. ``rule_themes`` (n, themes) and ``rule_progress`` (n,) are
    what the rules say.
    """

    name: str
    fold: int
    family: str
    texts: list[str]
    pieces: list[list[int]]
    headings: npt.NDArray[np.bool_]
    finding: npt.NDArray[np.int64]
    themes: npt.NDArray[np.float32]
    progress: npt.NDArray[np.int64]
    rule_themes: npt.NDArray[np.float32]
    rule_progress: npt.NDArray[np.int64]
    draws: npt.NDArray[np.str_]
    soft: npt.NDArray[np.float32] | None = None

    @property
    def labelled(self) -> npt.NDArray[np.bool_]:
        return self.finding >= 0

    def part(self, begin: int, end: int) -> Passage:
        return self.select(np.arange(begin, end), f"{self.name}:{begin}")

    def select(self, kept: npt.NDArray[Any], name: str = "") -> Passage:
        """Return the sequence of the units with the numbers ``kept``."""
        return replace(
            self,
            name=name or self.name,
            texts=[self.texts[number] for number in kept],
            pieces=[self.pieces[number] for number in kept],
            headings=self.headings[kept],
            finding=self.finding[kept],
            themes=self.themes[kept],
            progress=self.progress[kept],
            rule_themes=self.rule_themes[kept],
            rule_progress=self.rule_progress[kept],
            draws=self.draws[kept],
            soft=None if self.soft is None else self.soft[kept],
        )


@dataclass(frozen=True)
class Report:
    """A document read by the pipeline, with the places of its labels."""

    path: Path
    authority: str
    letter: StructuredLetter
    facts: Facts
    places: list[LabelPlace] = field(default_factory=list)
    stream: Stream | None = None

    @property
    def texts(self) -> list[str]:
        return [unit.text for unit in self.letter.units]


def read_reports(
    documents: Sequence[Path],
    labels: Sequence[Label] = (),
    wanted: Callable[[str, str], bool] = lambda authority, document_id: True,
) -> Iterator[Report]:
    """Read every PDF below the folders ``documents`` once (by content), in order of its path.

    The folder a document lies in names its authority. Documents that cannot be read are left out,
    and those for which ``wanted``, given authority and document id, says no.

    Raises
    ------
    NotADirectoryError
        if one of ``documents`` is not a folder

    """
    for folder in documents:
        if not folder.is_dir():
            raise NotADirectoryError(f"{folder} is not a folder")
    by_document: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        by_document[label.document_id].append(label)
    seen: set[str] = set()
    for path in (path for folder in documents for path in sorted(folder.rglob("*.pdf"))):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        if sha256 in seen or not wanted(path.parent.name, document_id_of(sha256)):
            continue
        seen.add(sha256)
        try:
            yield read_report(path, by_document.get(document_id_of(sha256), ()))
        except DocumentError:
            continue


def read_report(path: Path, labels: Sequence[Label] = ()) -> Report:
    """Read one document and find its labels in it.

    Raises
    ------
    DocumentError
        if it cannot be read

    """
    letter = structure_letter(read_letter(path))
    report = Report(path, path.parent.name, letter, read_facts(letter))
    if labels:
        stream = Stream(report.texts)
        report = replace(report, stream=stream, places=stream.locate(labels))
    return report


def codes_of(labels: Sequence[Label]) -> tuple[str, set[str], str]:
    """Return finding code, theme codes and progress code of a unit that has these labels.

    A unit that joins a strength and a weakness is both; a heading joined on adds nothing.
    """
    findings = {label.finding for label in labels} - {NO_FINDING}
    strength, weakness = FINDING_CODES["strength"], FINDING_CODES["weakness"]
    if FINDING_CODES["recommendation"] in findings:
        finding = FINDING_CODES["recommendation"]
    elif FINDING_CODES["mixed"] in findings or findings >= {strength, weakness}:
        finding = FINDING_CODES["mixed"]
    else:
        finding = next(iter(findings), NO_FINDING)
    themes = {code for label in labels for code in label.theme_codes}
    progress = next(
        (label.progress for label in labels if label.progress != NO_PROGRESS), NO_PROGRESS
    )
    return finding, themes, progress


def make_passage(report: Report, pieces: Any, fold: int, rules: Language) -> Passage:
    """Return a report as the network reads it.

    ``pieces`` is a ``tokenizers.Tokenizer``, ``rules`` the pipeline that needs no trained model.
    """
    doc = make_doc(rules, report.letter.units, report.facts.document_kind)
    for _, component in rules.pipeline:
        doc = component(doc)
    by_rule: tuple[RuleLabels, ...] = doc.user_data[RULES]
    changes = [PROGRESS_CODES[rule.progress] for rule in by_rule]
    units = report.letter.units
    headings = np.array([unit.kind is UnitKind.HEADING for unit in units], np.bool_)
    sequence = Passage(
        name=report.letter.raw.source.document_id,
        fold=fold,
        family=document_kind(report.facts.document_kind).family,
        texts=report.texts,
        pieces=wordpiece_ids(pieces, report.texts, headings.tolist()),
        headings=headings,
        finding=np.full(len(units), -1, np.int64),
        themes=np.zeros((len(units), len(THEME_COLUMNS)), np.float32),
        progress=np.zeros(len(units), np.int64),
        rule_themes=np.array([rule.theme_scores for rule in by_rule], np.float32),
        rule_progress=np.array([PROGRESS_COLUMNS.index(code) for code in changes], np.int64),
        draws=np.full(len(units), "", np.dtype("U24")),
    )
    if report.stream is not None:
        for unit, labels in unit_labels(report.stream, report.places).items():
            finding, themes, progress = codes_of(labels)
            sequence.draws[unit] = labels[0].draw
            sequence.finding[unit] = FINDING_COLUMNS.index(finding)
            sequence.themes[unit, [THEME_COLUMNS.index(code) for code in sorted(themes)]] = 1
            sequence.progress[unit] = PROGRESS_COLUMNS.index(progress)
    return sequence


def with_pieces(sequence: Passage, pieces: Any) -> Passage:
    """Return the sequence in the word pieces of another tokenizer."""
    return replace(
        sequence, pieces=wordpiece_ids(pieces, sequence.texts, sequence.headings.tolist())
    )


def stretches_of(sequence: Passage) -> list[tuple[int, Passage]]:
    """Return the labelled parts of a letter, each with where it begins.

    A few units before the first label come along for context.
    """
    numbers = np.flatnonzero(sequence.labelled)
    if not len(numbers):
        return []
    parts = np.split(numbers, np.flatnonzero(np.diff(numbers) > _GAP) + 1)
    begins = [max(0, int(part[0]) - _CONTEXT) for part in parts]
    return [
        (begin, sequence.part(begin, int(part[-1]) + 1))
        for begin, part in zip(begins, parts, strict=True)
    ]
