"""Steps of gradient descent, the same for every network: schedule, clipping, averaged weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from ofsted_extract.training.settings import Settings

Network = TypeVar("Network", bound=nn.Module)
Batch = TypeVar("Batch")

#: Average of the weights over training: the share kept per step, and when it starts.
_AVERAGE, _AVERAGE_FROM = 0.998, 50
#: Share of the steps over which the rate rises.
_RISE = 0.06


def fit_network(
    network: Network,
    settings: Settings,
    batches_of: Callable[[np.random.Generator], Sequence[Batch]],
    loss_of: Callable[[Network, Batch], Tensor],
    report: Callable[[str], None] = print,
) -> Network:
    """Fit ``network`` and return the average of its weights over the training.

    Parameters
    ----------
    network
        is fitted in place; its encoder, if it has one, is ``network.enc``
    settings
        how often, how fast, and the seed
    batches_of
        the batches of an epoch, drawn with a generator that goes on from epoch to epoch
    loss_of
        the loss of a batch
    report
        is told the mean loss of each epoch

    """
    random = np.random.default_rng(settings.seed)
    torch.manual_seed(settings.seed)
    encoder = [part for name, part in network.named_parameters() if name.startswith("enc.")]
    others = [part for name, part in network.named_parameters() if not name.startswith("enc.")]
    groups = [
        {"params": encoder, "lr": settings.rate},
        {"params": others, "lr": settings.head_rate},
    ]
    groups = [group for group in groups if group["params"]]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.02, fused=True)
    schedule: torch.optim.lr_scheduler.LambdaLR | None = None
    average: AveragedModel | None = None
    step = 0
    network.train()
    for epoch in range(settings.epochs):
        batches = batches_of(random)
        if schedule is None:
            schedule = _schedule(optimiser, 1.02 * len(batches) * settings.epochs)
        total = 0.0
        for batch in batches:
            loss = loss_of(network, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
            step += 1
            total += loss.item()
            if step >= _AVERAGE_FROM:
                average = average or AveragedModel(network, multi_avg_fn=_towards)
                average.update_parameters(network)
        mean = total / max(1, len(batches))
        report(f"epoch {epoch + 1} of {settings.epochs}: loss {mean:.3f}")
    return cast("Network", average.module) if average else network


def _towards(
    average: tuple[Tensor, ...] | list[Tensor],
    current: tuple[Tensor, ...] | list[Tensor],
    averaged: Tensor | int,
) -> None:
    """Move the average towards the current weights; ``averaged`` weights are in it already.

    The first ones count more than in ``swa_utils.get_ema_multi_avg_fn``, so that a short training
    is not averaged with where it started.
    """
    step = int(averaged) + _AVERAGE_FROM
    kept = min(_AVERAGE, (step - _AVERAGE_FROM + 10) / (step + 10))
    with torch.no_grad():
        torch._foreach_lerp_(average, current, 1 - kept)


def _schedule(optimiser: Any, steps: float) -> torch.optim.lr_scheduler.LambdaLR:
    """Rise over the first steps, then fall to nothing in a straight line."""
    return torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (_RISE * steps)) * max(0.0, 1 - step / steps)
    )
