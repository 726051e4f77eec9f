"""Cross-validation of the recipe: a student a fold, made without the fold's authorities.

Each is taught by the one teacher that had not seen the fold, and by the labels of the others. It is
then scored on the fold as a pipeline: the whole way from the documents. Two things are not made
anew: vocabulary and masked reading, which see no labels, and the scores on the other folds from
which the calibration (some ten numbers) is worked out, by teachers that knew the fold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ofsted_extract.classify.training.evaluate import score_reports
from ofsted_extract.classify.training.labels import read_documents, read_labels

if TYPE_CHECKING:
    from ofsted_extract.classify.training.train import Steps

#: A table of figures: fold (or "mean", "standard deviation") to name to value.
Table = dict[str, dict[str, float]]


def cross_validate(steps: Steps, config: dict[str, Any], name: str) -> Table:
    """Return the figures of each fold of the training authorities, their mean and their spread."""
    documents, labels = read_documents(steps.labels), read_labels(steps.labels)
    folds = {}
    for fold in steps.folds:
        nlp = steps.pipeline_without(fold, config, name)
        reports = [found for found in steps.reports if steps.split.get(found.authority) == fold]
        evaluation = score_reports(nlp, reports, documents, labels)
        folds[f"fold {fold}"] = evaluation.as_dict()["summary"]
        steps.report(f"fold {fold}: {folds[f'fold {fold}']}")
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
