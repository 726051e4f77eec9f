"""Fitting the network to passages, and reading passages with it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from ofsted_extract.classify.model.windows import CLS, FAMILY_MARKS, MASK, PAD, SEP, Window, pack
from ofsted_extract.classify.training.corpus import Passage
from ofsted_extract.classify.training.network import FINDINGS, OUTPUTS, PROGRESSES, THEMES, Reader

Logits = npt.NDArray[np.float32]

#: Loss of a unit without a finding counts this much for its themes: background may have some.
_NO_FINDING = 0.3
#: Weights of the progress codes (none, improved, declined, no change): the rare ones count more.
_PROGRESS = (1.0, 1.5, 3.0, 2.5)
_SMOOTHING = 0.02
#: Average of the weights over training: the share kept per step, and when it starts.
_AVERAGE, _AVERAGE_FROM = 0.998, 50


@dataclass(frozen=True)
class Settings:
    """How to fit. Probabilities of augmentation are drawn per passage and epoch.

    ``without_headings``: headings are left out. ``alone``: every unit in a window of its own.
    ``unknown``: the kind of document is not told. ``masked``: share of word pieces hidden.
    """

    epochs: int = 8
    rate: float = 2e-4
    head_rate: float = 1e-3
    length: int = 192
    pieces_per_step: int = 2304
    theme_weight: float = 0.7
    progress_weight: float = 0.5
    without_headings: float = 0.25
    alone: float = 0.1
    unknown: float = 0.25
    masked: float = 0.06
    seed: int = 0


class Packer:
    """Passages to windows, with the numbers that a vocabulary gives the marks."""

    def __init__(self, vocabulary: Callable[[str], int | None], length: int) -> None:
        self.length = length
        self.number = {name: vocabulary(name) or 0 for name in (PAD, CLS, SEP, MASK)}
        self.family = {name: vocabulary(mark) or 0 for name, mark in FAMILY_MARKS.items()}

    def windows(self, passage: Passage, first_length: int = 0, length: int = 0) -> list[Window]:
        start = (self.number[CLS], self.family[passage.family])
        return pack(
            passage.pieces, passage.headings.tolist(), start, self.number[SEP],
            length or self.length, first_length,
        )  # fmt: skip

    def varied(
        self, passage: Passage, settings: Settings, random: np.random.Generator
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
            cut = int(random.integers(self.length // 3, self.length + 1))
            pairs = [(passage, window) for window in self.windows(passage, cut)]
        varied = []
        for owner, window in pairs:
            window.targets = [target for target in window.targets if owner.reads[target[0]]]
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
    reader: Reader,
    packer: Packer,
    passages: Sequence[Passage],
    settings: Settings,
    report: Callable[[str], None] = print,
    extra: Sequence[Passage] = (),
) -> Reader:
    """Fit ``reader`` and return the average of its weights over the training.

    ``passages`` are read once an epoch, ``extra`` (softly labelled, many) once over all epochs
    together for each time they are given.
    """
    random = np.random.default_rng(settings.seed)
    torch.manual_seed(settings.seed)
    encoder = list(reader.enc.parameters())
    heads = [*reader.mlp.parameters(), *reader.out.parameters()]
    groups = [{"params": encoder, "lr": settings.rate}, {"params": heads, "lr": settings.head_rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.02, fused=True)
    shares = np.array_split(random.permutation(len(extra)), settings.epochs)
    schedule: torch.optim.lr_scheduler.LambdaLR | None = None
    average: Reader | None = None
    step = 0
    reader.train()
    for epoch in range(settings.epochs):
        chosen = [*passages, *(extra[number] for number in shares[epoch])]
        pairs = [pair for passage in chosen for pair in packer.varied(passage, settings, random)]
        batches = list(_batches(pairs, settings.pieces_per_step, random))
        if schedule is None:
            schedule = _schedule(optimiser, 1.02 * len(batches) * settings.epochs)
        total = 0.0
        for batch in batches:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = reader(*packer.tensors([window for _, window in batch]))
            loss = _loss(logits.float(), batch, settings)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
            step += 1
            total += loss.item()
            if step >= _AVERAGE_FROM:
                average = average or copy.deepcopy(reader)
                kept = min(_AVERAGE, (step - _AVERAGE_FROM + 10) / (step + 10))
                with torch.no_grad():
                    torch._foreach_lerp_(
                        list(average.parameters()),
                        [p.detach() for p in reader.parameters()],
                        1 - kept,
                    )
        report(f"epoch {epoch + 1} of {settings.epochs}: loss {total / max(1, len(batches)):.3f}")
    return average or reader


def predict(reader: Reader, packer: Packer, passages: Sequence[Passage]) -> list[Logits]:
    """Return the network's scores (units, 40) for each passage."""
    reader.eval()
    results = [np.zeros((len(passage.pieces), OUTPUTS), np.float32) for passage in passages]
    pairs = [
        (number, window)
        for number, passage in enumerate(passages)
        for window in packer.windows(passage)
    ]
    pairs.sort(key=lambda pair: len(pair[1].pieces))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for first in range(0, len(pairs), 24):
            part = pairs[first : first + 24]
            logits = reader(*packer.tensors([window for _, window in part])).float().numpy()
            row = 0
            for number, window in part:
                for unit, _, _ in window.targets:
                    results[number][unit] = logits[row]
                    row += 1
    return results


def probabilities(logits: Logits) -> Logits:
    """Return scores (n, 40) as probabilities: findings and progress by choice, themes each."""
    chances = 1 / (1 + np.exp(-logits))
    for part in (FINDINGS, PROGRESSES):
        powers = np.exp(logits[:, part] - logits[:, part].max(axis=1, keepdims=True))
        chances[:, part] = powers / powers.sum(axis=1, keepdims=True)
    return np.asarray(chances, np.float32)


def _batches(
    pairs: list[tuple[Passage, Window]], pieces: int, random: np.random.Generator
) -> Iterator[list[tuple[Passage, Window]]]:
    """Yield batches of windows of like length, in random order, of about ``pieces`` pieces."""
    order = random.permutation(len(pairs))
    pools: dict[int, list[tuple[Passage, Window]]] = {}
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


def _schedule(optimiser: Any, steps: float) -> torch.optim.lr_scheduler.LambdaLR:
    """Rise over the first 6% of the steps, then fall to nothing in a straight line."""
    return torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (0.06 * steps)) * max(0.0, 1 - step / steps)
    )


def _loss(logits: Tensor, batch: Sequence[tuple[Passage, Window]], settings: Settings) -> Tensor:
    units = [(owner, target[0]) for owner, window in batch for target in window.targets]
    hard = [row for row, (owner, _) in enumerate(units) if owner.soft is None]
    soft = [row for row, (owner, _) in enumerate(units) if owner.soft is not None]
    total = torch.zeros(())
    if hard:
        total = total + _hard_loss(logits[hard], [units[row] for row in hard], settings)
    if soft:
        goals = np.stack([owner.soft[unit] for owner, unit in (units[row] for row in soft)])  # type: ignore[index]
        total = total + _soft_loss(logits[soft], torch.from_numpy(goals).float(), settings)
    return total / len(units)


def _hard_loss(logits: Tensor, units: Sequence[tuple[Passage, int]], settings: Settings) -> Tensor:
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
    return loss.sum()


def _soft_loss(logits: Tensor, goals: Tensor, settings: Settings) -> Tensor:
    choice = functional.cross_entropy(logits[:, FINDINGS], goals[:, FINDINGS], reduction="sum")
    marks = functional.binary_cross_entropy_with_logits(
        logits[:, THEMES], goals[:, THEMES], reduction="sum"
    )
    change = functional.cross_entropy(logits[:, PROGRESSES], goals[:, PROGRESSES], reduction="sum")
    return choice + settings.theme_weight * marks + settings.progress_weight * change
