"""How to fit a network: what a recipe (``configs/``) may set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What teachers and students have in common.

    Probabilities are drawn per passage and epoch: ``without_headings``: headings are left out;
    ``alone``: every unit is read beside nothing; ``unknown``: the kind of document is not told.
    ``masked`` is the share of word pieces hidden. ``rate`` is the greatest learning rate of the
    encoder, ``head_rate`` that of the layers above it; ``theme_weight`` and ``progress_weight``
    weigh their losses against that of the finding.
    """

    epochs: int
    rate: float
    pieces_per_step: int
    progress_weight: float
    head_rate: float = 1e-3
    theme_weight: float = 0.7
    without_headings: float = 0.25
    alone: float = 0.1
    unknown: float = 0.25
    masked: float = 0.06
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class TeacherSettings(Settings):
    """``length``: word pieces in a window."""

    pieces_per_step: int = 1152
    progress_weight: float = 0.5
    length: int = 192


@dataclass(frozen=True, kw_only=True)
class StudentSettings(Settings):
    """``label_counts``: a labelled unit counts this often."""

    pieces_per_step: int = 2048
    progress_weight: float = 1.0
    label_counts: float = 3.0


@dataclass(frozen=True, kw_only=True)
class AdaptSettings(Settings):
    """``units_per_step``: labelled units in a batch. No encoder is fitted: no piece is hidden."""

    epochs: int = 8
    rate: float = 5e-4
    head_rate: float = 5e-4
    pieces_per_step: int = 0
    units_per_step: int = 256
    progress_weight: float = 1.0
    masked: float = 0.0
