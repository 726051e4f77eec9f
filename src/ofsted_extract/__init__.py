"""Reads Ofsted's letters and reports on children's services, sentence by sentence.

>>> from ofsted_extract import extract
>>> letter = extract("data/raw/aldermere-monitoring-visit-2022.pdf")
>>> letter.sentences.query("finding == 'strength'").text.iloc[0]
'The local authority is making steady progress from a low base.'

For spaCy this is a model package: ``spacy.load("ofsted_extract")`` is ``ofsted_extract.load()``.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ofsted_extract._version import __version__

__all__ = [
    "DocumentError",
    "ModelError",
    "Reason",
    "__version__",
    "extract",
    "load",
    "model_path",
]

# Silent until the program that uses the library asks to hear: logging.basicConfig().
logging.getLogger(__name__).addHandler(logging.NullHandler())

if TYPE_CHECKING:
    from spacy.language import Language

    from ofsted_extract.classify.models import ModelError, model_path
    from ofsted_extract.errors import DocumentError, Reason
    from ofsted_extract.extraction import extract

_MODULES = {
    "DocumentError": "errors",
    "ModelError": "classify.models",
    "Reason": "errors",
    "extract": "extraction",
    "model_path": "classify.models",
}


def load(model: str = "default", **options: Any) -> Language:
    """Return the classifier as a spaCy pipeline.

    Parameters
    ----------
    model
        ``default``, ``rules`` (no trained model), or the folder of a trained pipeline
    options
        those of ``spacy.load``: ``vocab``, ``disable``, ``enable``, ``exclude``, ``config``

    Raises
    ------
    FileNotFoundError
        if there is no such model.
    ModelError
        if the model is not whole, or not one for this program.

    """
    from ofsted_extract.classify.pipeline import load_pipeline  # noqa: PLC0415

    return load_pipeline(model, **options)


def __getattr__(name: str) -> Any:
    # lazily: `ofsted-extract --help` imports this package and must answer at once
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
