"""Fitting a student to what teachers said of every report, blended with what labels there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from ofsted_extract.classify.model.wordpieces import MASK, PAD, neighbours
from ofsted_extract.evaluation.corpus import Passage
from ofsted_extract.kinds import FAMILIES
from ofsted_extract.training.network import (
    FINDINGS,
    OUTPUTS,
    PROGRESSES,
    THEMES,
    Student,
)
from ofsted_extract.training.optimise import fit_network
from ofsted_extract.training.settings import StudentSettings

Logits = npt.NDArray[np.float32]

#: Most pieces, padding included, that go through the encoder together.
_TOGETHER = 1536


@dataclass(frozen=True)
class Chunk:
    """Consecutive units of a passage, and the units that these are read beside.

    ``beside`` (units, 4) counts within the chunk; ``read`` are the units that a loss is taken of,
    or whose scores are asked for, and ``numbers`` the same units as the passage numbers them.
    """

    passage: Passage
    pieces: list[list[int]]
    beside: npt.NDArray[np.int64]
    read: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int64]


class UnitBatcher:
    """Passages to the tensors that a student takes; ``vocabulary`` gives the marks' numbers."""

    def __init__(self, vocabulary: Callable[[str], int | None]) -> None:
        self.pad = vocabulary(PAD) or 0
        self.mask = vocabulary(MASK) or 0

    def chunks(self, passage: Passage, size: int, first: int = 0) -> Iterator[Chunk]:
        """Cut a passage into chunks of about ``size`` pieces, the first one of ``first``."""
        beside = neighbours(passage.headings.tolist())
        lengths = np.cumsum([len(unit) for unit in passage.pieces])
        bounds = np.searchsorted(lengths, np.arange(first or size, lengths[-1] + size, size))
        start = 0
        for end in (bounds + 1).clip(max=len(lengths)):
            if end > start:
                yield _cut(passage, beside, start, int(end))
                start = int(end)

    def varied(
        self, passage: Passage, settings: StudentSettings, random: np.random.Generator
    ) -> Iterator[Chunk]:
        """Yield the chunks of an epoch."""
        if random.random() < settings.without_headings:
            passage = passage.select(np.flatnonzero(~passage.headings))
        if random.random() < settings.unknown:
            passage = replace(passage, family="unknown")
        alone = random.random() < settings.alone
        size = settings.pieces_per_step // 3
        if not passage.pieces:
            return
        for chunk in self.chunks(passage, size, int(random.integers(size // 3, size + 1))):
            yield replace(
                chunk,
                pieces=[self._hide(unit, settings.masked, random) for unit in chunk.pieces],
                beside=np.full_like(chunk.beside, -1) if alone else chunk.beside,
            )

    def _hide(self, unit: list[int], share: float, random: np.random.Generator) -> list[int]:
        hidden = random.random(len(unit)) < share
        hidden[0] = False
        return [self.mask if hide else piece for piece, hide in zip(unit, hidden, strict=True)]

    def tensors(self, chunks: Sequence[Chunk]) -> tuple[Any, ...]:
        """Return what ``Student.forward`` takes."""
        units = [unit for chunk in chunks for unit in chunk.pieces]
        sizes = np.array([len(unit) for unit in units])
        by_size = np.argsort(sizes, kind="stable")
        groups, start = [], 0
        while start < len(units):
            end = start + 1
            while end < len(units) and (end + 1 - start) * sizes[by_size[end]] <= _TOGETHER:
                end += 1
            numbers = by_size[start:end]
            width = -(-int(sizes[numbers[-1]]) // 4) * 4
            rows = np.full((len(numbers), width), self.pad, np.int64)
            for row, number in zip(rows, numbers, strict=True):
                row[: sizes[number]] = units[number]
            groups.append((torch.from_numpy(rows), torch.from_numpy(sizes[numbers])))
            start = end
        order = np.empty(len(units), np.int64)
        order[by_size] = np.arange(len(units))
        offsets = np.cumsum([0, *(len(chunk.pieces) for chunk in chunks)])
        beside = [
            np.where(chunk.beside < 0, -1, chunk.beside + offset)
            for chunk, offset in zip(chunks, offsets[:-1], strict=True)
        ]
        kinds = [
            np.full(len(chunk.pieces), FAMILIES.index(chunk.passage.family)) for chunk in chunks
        ]
        read = [chunk.read + offset for chunk, offset in zip(chunks, offsets[:-1], strict=True)]
        arrays = (order, *map(np.concatenate, (beside, kinds, read)))
        return groups, *(torch.from_numpy(array) for array in arrays)


def _cut(passage: Passage, beside: npt.NDArray[np.int64], start: int, end: int) -> Chunk:
    near = beside[start:end]
    kept = np.union1d(np.arange(start, end), near[near >= 0])
    place = np.full(len(beside) + 1, -1, np.int64)
    place[kept] = np.arange(len(kept))
    return Chunk(
        passage=passage,
        pieces=[passage.pieces[number] for number in kept],
        beside=place[beside[kept]],  # the last place is what -1 finds: none
        read=place[np.arange(start, end)],
        numbers=np.arange(start, end),
    )


def fit_student(
    student: Student,
    batcher: UnitBatcher,
    passages: Sequence[Passage],
    settings: StudentSettings,
    report: Callable[[str], None] = print,
) -> Student:
    """Fit ``student`` to the soft labels of ``passages``; return its averaged weights."""

    def batches_of(random: np.random.Generator) -> list[list[Chunk]]:
        chunks = [
            chunk for passage in passages for chunk in batcher.varied(passage, settings, random)
        ]
        return list(_batches(chunks, settings.pieces_per_step, random))

    def loss_of(student: Student, batch: list[Chunk]) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = student(*batcher.tensors(batch))
        return _loss(scores.float(), batch, settings)

    return fit_network(student, settings, batches_of, loss_of, report)


def read_with(student: Student, batcher: UnitBatcher, passages: Sequence[Passage]) -> list[Logits]:
    """Return the student's scores (units, OUTPUTS) for each passage."""
    student.eval()
    results = []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for passage in passages:
            scores = np.zeros((len(passage.pieces), OUTPUTS), np.float32)
            for chunk in batcher.chunks(passage, 4 * _TOGETHER):
                scores[chunk.numbers] = student(*batcher.tensors([chunk])).float().numpy()
            results.append(scores)
    return results


def _batches(
    chunks: list[Chunk], pieces: int, random: np.random.Generator
) -> Iterator[list[Chunk]]:
    """Yield batches of chunks in random order, of about ``pieces`` pieces."""
    batch: list[Chunk] = []
    size = 0
    for number in random.permutation(len(chunks)):
        batch.append(chunks[number])
        size += sum(map(len, chunks[number].pieces))
        if size >= pieces:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _loss(scores: Tensor, batch: Sequence[Chunk], settings: StudentSettings) -> Tensor:
    parts = [chunk.passage.soft[chunk.numbers] for chunk in batch]  # type: ignore[index]
    soft = torch.from_numpy(np.concatenate(parts)).float()
    labelled = np.concatenate([chunk.passage.labelled[chunk.numbers] for chunk in batch])
    weight = torch.from_numpy(np.where(labelled, settings.label_counts, 1.0)).float()
    choice = functional.cross_entropy(scores[:, FINDINGS], soft[:, FINDINGS], reduction="none")
    marks = functional.binary_cross_entropy_with_logits(
        scores[:, THEMES], soft[:, THEMES], reduction="none"
    ).sum(1)
    change = functional.cross_entropy(scores[:, PROGRESSES], soft[:, PROGRESSES], reduction="none")
    loss = choice + settings.theme_weight * marks + settings.progress_weight * change
    return (weight * loss).sum() / weight.sum()
