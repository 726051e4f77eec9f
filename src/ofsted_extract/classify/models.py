"""Which models there are and where they stand; imports nothing heavy."""

from __future__ import annotations

import os
from pathlib import Path

#: The names that ``--model`` takes besides a path.
MODEL_NAMES = ("default", "fast", "rules")
#: A folder of models to use instead of those that ship with the package.
MODELS_VARIABLE = "OFSTED_EXTRACT_MODELS"

_FOLDERS = {"default": "ofsted_findings", "fast": "ofsted_findings_fast"}


def model_path(model: str) -> Path:
    """Return the folder of a trained model: ``default``, ``fast``, or a path as it is."""
    return models_folder() / _FOLDERS[model] if model in _FOLDERS else Path(model)


def models_folder() -> Path:
    """Return where the models are: the environment's word, the package's, or the checkout's."""
    named = os.environ.get(MODELS_VARIABLE)
    if named:
        return Path(named)
    package = Path(__file__).parents[1]
    shipped = package / "models"
    return shipped if shipped.is_dir() else package.parents[1] / "models"
