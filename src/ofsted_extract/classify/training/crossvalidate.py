"""What the teachers say of the authorities they had not seen: cross-validation of the recipe.

Each labelled sentence of the training split is scored by the teacher that was fitted without its
fold (on three of five folds of authorities), with calibration and thresholds from the others. The
place of a sentence in the letter, which decides first in the pipeline, plays no part here.
"""

from __future__ import annotations

import numpy as np

from ofsted_extract.classify.model.heads import (
    FINDING_CODES,
    blend_progress,
    blend_themes,
    finding_marginals,
    log_odds,
    sigmoid,
    softmax,
)
from ofsted_extract.classify.training.calibrate import Calibration
from ofsted_extract.classify.training.corpus import PROGRESS_CODES, THEME_CODES, Passage
from ofsted_extract.classify.training.loop import Logits
from ofsted_extract.classify.training.metrics import Case, Codes, summary
from ofsted_extract.classify.training.network import FINDINGS, PROGRESSES, THEMES

_MOST_THEMES = 4


def judge(
    passage: Passage, logits: Logits, calibration: dict[str, Calibration], rule_weight: float
) -> list[Case]:
    """Return the labelled units of a passage with what scores (units, 40) make of them."""
    finding, theme, progress = (calibration[name] for name in ("finding", "theme", "progress"))
    odds = log_odds(finding_marginals(logits[:, FINDINGS]))
    marks = sigmoid(odds * finding["slope"] + finding["shift"])
    themes = sigmoid(logits[:, THEMES] * theme["slope"] + theme["shift"])
    themes = blend_themes(themes, passage.rule_themes, rule_weight)
    changes = softmax(logits[:, PROGRESSES] * progress["slope"])
    changes = blend_progress(changes, passage.rule_progress, rule_weight)
    cases = []
    for unit in np.flatnonzero(passage.labelled):
        strength, weakness, recommendation = map(float, marks[unit])
        recommended = recommendation >= max(finding["cut"][2], strength, weakness)
        code = "R" if recommended else ""
        if not recommended:
            code = "S" if strength >= finding["cut"][0] else ""
            code += "W" if weakness >= finding["cut"][1] else ""
        margin = themes[unit] / theme["cut"]
        best = [n for n in np.argsort(-margin)[:_MOST_THEMES] if margin[n] >= 1]
        change = int(np.argmax(changes[unit] / progress["cut"]))
        gold = Codes(
            FINDING_CODES[passage.finding[unit]],
            frozenset(THEME_CODES[n] for n in np.flatnonzero(passage.themes[unit])),
            PROGRESS_CODES[passage.progress[unit]],
        )
        given = Codes(
            code or "N",
            frozenset(THEME_CODES[n] for n in best),
            PROGRESS_CODES[change] if code not in ("", "R") else ".",
        )
        reference = f"{passage.name}+{unit}"
        cases.append(
            Case(reference, passage.family, gold, given, (strength, weakness, recommendation))
        )
    return cases


def cross_validation(cases: dict[int, list[Case]]) -> dict[str, dict[str, float]]:
    """Return the figures of each fold, their mean and their spread."""
    folds = {f"fold {fold}": summary(part, THEME_CODES) for fold, part in cases.items()}
    keys = next(iter(folds.values()))
    columns = {key: [figures[key] for figures in folds.values()] for key in keys}
    mean = {key: float(np.mean(values)) for key, values in columns.items()}
    spread = {key: float(np.std(values)) for key, values in columns.items()}
    return {**folds, "mean": mean, "standard deviation": spread}
