"""Reads Ofsted's letters and reports on children's services, sentence by sentence.

>>> from ofsted_extract import extract
>>> letter = extract("data/raw/aldermere-monitoring-visit-2022.pdf")
>>> letter.sentences.query("finding == 'strength'").text.iloc[0]
'The local authority is making steady progress from a low base.'
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from ofsted_extract._version import __version__

__all__ = ["DocumentError", "Reason", "__version__", "extract"]

# Silent until the program that uses the library asks to hear: logging.basicConfig().
logging.getLogger(__name__).addHandler(logging.NullHandler())

if TYPE_CHECKING:
    from ofsted_extract.errors import DocumentError, Reason
    from ofsted_extract.extraction import extract


def __getattr__(name: str) -> Any:
    # lazily: `ofsted-extract --help` imports this package and must answer at once
    if name == "extract":
        from ofsted_extract.extraction import extract  # noqa: PLC0415

        return extract
    if name in {"DocumentError", "Reason"}:
        from ofsted_extract import errors  # noqa: PLC0415

        return getattr(errors, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
