"""Cross-validation of the recipe by authority: a model a fold, made without the fold's authorities.

Teachers, calibration, thresholds and student are all made anew for each fold; the fold of the test
split is held out by the model that ships. Each model is then scored on its fold as a pipeline: the
whole way from the documents. Not made anew are the vocabularies and masked reading, which see no
labels (they have read the reports of every fold but that of the test split), and the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from spacy.language import Language

from ofsted_extract.evaluation.corpus import Report
from ofsted_extract.evaluation.evaluate import score_reports
from ofsted_extract.labels import FOLDS, Label, LabelledDocument

#: A table of figures: fold (or "mean", "standard deviation") to name to value.
Table = dict[str, dict[str, float]]


def cross_validate(
    make: Callable[[int], Language],
    reports: Sequence[tuple[int, Report]],
    documents: Sequence[LabelledDocument],
    labels: Sequence[Label],
    report: Callable[[str], None] = print,
) -> Table:
    """Return the figures of each fold, their mean and their spread.

    Parameters
    ----------
    make
        returns the pipeline made without the authorities of a fold
    reports
        every report with its fold
    documents, labels
        the label files
    report
        is told the figures of each fold

    """
    folds = {}
    for fold in range(FOLDS):
        held_out = [found for number, found in reports if number == fold]
        evaluation = score_reports(make(fold), held_out, documents, labels)
        folds[f"fold {fold}"] = evaluation.as_dict()["summary"]
        report(f"fold {fold}: {folds[f'fold {fold}']}")
    return with_mean(folds)


def with_mean(folds: Table) -> Table:
    """Return the figures of some folds, with their mean and their standard deviation.

    >>> with_mean({"fold 1": {"f1": 0.5}, "fold 2": {"f1": 0.75}})["mean"]
    {'f1': 0.625}
    """
    keys = next(iter(folds.values()))
    columns = {key: [figures[key] for figures in folds.values()] for key in keys}
    mean = {key: float(np.mean(values)) for key, values in columns.items()}
    spread = {key: float(np.std(values)) for key, values in columns.items()}
    return {**folds, "mean": mean, "standard deviation": spread}
