"""Fitting a teacher to labelled passages, and reading passages with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from ofsted_extract.classify.model.wordpieces import CLS, MASK, PAD, SEP
from ofsted_extract.evaluation.corpus import Passage
from ofsted_extract.training.network import FINDINGS, OUTPUTS, PROGRESSES, THEMES, Teacher
from ofsted_extract.training.optimise import fit_network
from ofsted_extract.training.settings import TeacherSettings
from ofsted_extract.training.windows import FAMILY_MARKS, Window, pack

Logits = npt.NDArray[np.float32]
#: Windows with the passages that their unit numbers belong to.
Batch = list[tuple[Passage, Window]]

#: Loss of a unit without a finding counts this much for its themes: background may have some.
_NO_FINDING = 0.3
#: Weights of the progress codes (none, improved, declined, no change): the rare ones count more.
_PROGRESS = (1.0, 1.5, 3.0, 2.5)
_SMOOTHING = 0.02


class WindowBatcher:
    """Passages to windows, with the numbers that a vocabulary gives the marks."""

    def __init__(self, vocabulary: Callable[[str], int | None], length: int) -> None:
        self.length = length
        self.number = {name: vocabulary(name) or 0 for name in (PAD, CLS, SEP, MASK)}
        self.family = {name: vocabulary(mark) or 0 for name, mark in FAMILY_MARKS.items()}

    def windows(self, passage: Passage, first_length: int = 0) -> list[Window]:
        start = (self.number[CLS], self.family[passage.family])
        return pack(
            passage.pieces, passage.headings.tolist(), start, self.number[SEP],
            self.length, first_length,
        )  # fmt: skip

    def varied(
        self, passage: Passage, settings: TeacherSettings, random: np.random.Generator
    ) -> list[tuple[Passage, Window]]:
        """Return the windows of an epoch, with the passage that their unit numbers belong to."""
        if random.random() < settings.without_headings:
            passage = passage.select(np.flatnonzero(~passage.headings))
        if random.random() < settings.unknown:
            passage = replace(passage, family="unknown")
        if random.random() < settings.alone:
            singles = (passage.select(np.array([unit])) for unit in range(len(passage.pieces)))
            pairs = [(single, window) for single in singles for window in self.windows(single)]
        else:
            first_length = int(random.integers(self.length // 3, self.length + 1))
            pairs = [(passage, window) for window in self.windows(passage, first_length)]
        varied = []
        for owner, window in pairs:
            window.targets = [target for target in window.targets if owner.labelled[target[0]]]
            if window.targets:
                hidden = random.random(len(window.pieces)) < settings.masked
                window.pieces = [
                    self.number[MASK] if hide and piece > self.number[MASK] else piece
                    for piece, hide in zip(window.pieces, hidden, strict=True)
                ]
                varied.append((owner, window))
        return varied

    def tensors(self, windows: Sequence[Window]) -> tuple[Tensor, Tensor, Tensor]:
        """Return pieces (windows, width), lengths (windows,) and targets (units, 3)."""
        width = -(-max(len(window.pieces) for window in windows) // 32) * 32
        pieces = np.full((len(windows), width), self.number[PAD], np.int64)
        for row, window in zip(pieces, windows, strict=True):
            row[: len(window.pieces)] = window.pieces
        targets = [
            (row, begin, end)
            for row, window in enumerate(windows)
            for _, begin, end in window.targets
        ]
        lengths = [len(window.pieces) for window in windows]
        return torch.from_numpy(pieces), torch.tensor(lengths), torch.tensor(targets)


def fit(
    teacher: Teacher,
    batcher: WindowBatcher,
    passages: Sequence[Passage],
    settings: TeacherSettings,
    report: Callable[[str], None] = print,
) -> Teacher:
    """Fit ``teacher`` to labels and return the average of its weights over the training."""

    def batches_of(random: np.random.Generator) -> list[Batch]:
        pairs = [pair for passage in passages for pair in batcher.varied(passage, settings, random)]
        return list(_batches(pairs, settings.pieces_per_step, random))

    def loss_of(teacher: Teacher, batch: Batch) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = teacher(*batcher.tensors([window for _, window in batch]))
        return _loss(logits.float(), batch, settings)

    return fit_network(teacher, settings, batches_of, loss_of, report)


def predict(teacher: Teacher, batcher: WindowBatcher, passages: Sequence[Passage]) -> list[Logits]:
    """Return the network's scores (units, OUTPUTS) for each passage."""
    teacher.eval()
    results = [np.zeros((len(passage.pieces), OUTPUTS), np.float32) for passage in passages]
    pairs = [
        (number, window)
        for number, passage in enumerate(passages)
        for window in batcher.windows(passage)
    ]
    pairs.sort(key=lambda pair: len(pair[1].pieces))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for first in range(0, len(pairs), 24):
            part = pairs[first : first + 24]
            logits = teacher(*batcher.tensors([window for _, window in part])).float().numpy()
            row = 0
            for number, window in part:
                for unit, _, _ in window.targets:
                    results[number][unit] = logits[row]
                    row += 1
    return results


def _batches(
    pairs: list[tuple[Passage, Window]], pieces: int, random: np.random.Generator
) -> Iterator[Batch]:
    """Yield batches of windows of like length, in random order, of about ``pieces`` pieces."""
    order = random.permutation(len(pairs))
    pools: dict[int, Batch] = {}
    batches = []
    for number in order:
        width = -(-len(pairs[number][1].pieces) // 64) * 64
        pool = pools.setdefault(width, [])
        pool.append(pairs[number])
        if len(pool) * width >= pieces:
            batches.append(pools.pop(width))
    batches += [pool for pool in pools.values() if pool]
    for number in random.permutation(len(batches)):
        yield batches[number]


def _loss(logits: Tensor, batch: Batch, settings: TeacherSettings) -> Tensor:
    units = [(owner, target[0]) for owner, window in batch for target in window.targets]
    finding = torch.tensor([int(owner.finding[unit]) for owner, unit in units])
    progress = torch.tensor([int(owner.progress[unit]) for owner, unit in units])
    themes = torch.from_numpy(np.stack([owner.themes[unit] for owner, unit in units]))
    choice = functional.cross_entropy(
        logits[:, FINDINGS], finding, reduction="none", label_smoothing=_SMOOTHING
    )
    marks = functional.binary_cross_entropy_with_logits(
        logits[:, THEMES], themes, reduction="none"
    ).sum(1)
    change = functional.cross_entropy(
        logits[:, PROGRESSES], progress, reduction="none", weight=torch.tensor(_PROGRESS)
    )
    weight = torch.where(finding == 0, _NO_FINDING, 1.0)
    loss = choice + settings.theme_weight * weight * marks + settings.progress_weight * change
    return loss.mean()
