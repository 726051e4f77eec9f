"""What the trained components say of a letter: calibrated probabilities, and their thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(slots=True)
class Scores:
    """Calibrated probabilities for n units; ``None`` where no trained component has spoken.

    Attributes
    ----------
    findings
        (n, 3): strength, weakness, recommendation
    themes
        (n, themes) in the order of ``theme_ids()``; a theme that the model does not know has the
        score of the rules
    progress
        (n, changes) in the order of ``schema.PROGRESS``
    finding_thresholds, theme_thresholds, progress_thresholds
        the score from which on a label is given, chosen on training authorities: for themes that of
        ``relative_to_best`` scores, for progress the label is the class with the greatest score
        divided by its threshold
    known_themes
        (themes,) which of them the model knows; the others are decided by rules alone

    """

    findings: Array | None = None
    themes: Array | None = None
    progress: Array | None = None
    finding_thresholds: Array | None = None
    theme_thresholds: Array | None = None
    progress_thresholds: Array | None = None
    known_themes: npt.NDArray[np.bool_] | None = None


def relative_to_best(themes: Array) -> Array:
    """Return theme scores (n, themes), each divided by the fourth root of its unit's best one.

    A sentence that is hard to place has low scores throughout, but is about something all the same.
    In cross-validation micro-F1 gained 0.002 (teachers) and 0.001 (students) by it.

    >>> relative_to_best(np.array([[0.0625, 0.03125]], np.float32)).tolist()
    [[0.125, 0.0625]]
    """
    best = themes.max(axis=1, keepdims=True, initial=0.0)
    return np.asarray(themes / np.maximum(best, 1e-3) ** 0.25, np.float32)
