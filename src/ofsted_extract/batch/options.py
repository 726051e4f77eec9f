"""What a run was asked for."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict, dataclass
from typing import Any

#: The longest report of the corpus takes about a second; a page that takes this long never ends.
DEFAULT_TIMEOUT = 120.0
#: Above what a worker holds for itself (the model, the libraries).
DEFAULT_MAX_MEMORY = 1000
DEFAULT_MAX_PAGES = 500


@dataclass(frozen=True, slots=True)
class Options:
    """What decides how a document is read, and the limits it is read within.

    Attributes
    ----------
    model, reader, ocr:
        as the extractor takes them.
    sheets:
        whether sheets (CSV) are written beside Parquet.
    timeout:
        seconds that one document may take.
    max_pages:
        pages that one document may have.
    max_memory:
        megabytes that one document may add to its worker.
    extractor:
        ``module:class`` of what reads a document, for those who bring their own.

    """

    model: str = "default"
    reader: str = "pdfium"
    ocr: str = "auto"
    sheets: bool = True
    timeout: float = DEFAULT_TIMEOUT
    max_pages: int = DEFAULT_MAX_PAGES
    max_memory: int = DEFAULT_MAX_MEMORY
    extractor: str = "ofsted_extract.extraction:Extractor"

    def as_dict(self) -> dict[str, Any]:
        """Return the options for ``run.json``."""
        return asdict(self)


def default_workers() -> int:
    """Return how many processors this process may use."""
    if sys.platform == "linux":  # a container or a queue may allow fewer than the machine has
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
