"""Why a document could not be read, as codes with a sentence a person can act on."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Reason codes of ``failures.csv`` (what each means and what to do: docs/contract.md)."""

    NOT_FOUND = "not_found"
    EMPTY_FILE = "empty_file"
    NOT_A_PDF = "not_a_pdf"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    NO_TEXT_LAYER = "no_text_layer"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    UNSUPPORTED_TYPE = "unsupported_type"


class DocumentError(Exception):
    """One document could not be read; the others are not concerned.

    Attributes
    ----------
    reason:
        the code that ``failures.csv`` and ``run.json`` carry.
    message:
        one sentence that tells a person what to do.

    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(f"{reason.value}: {message}")
        self.reason = reason
        self.message = message

    def __reduce__(self) -> tuple[type[DocumentError], tuple[Reason, str]]:
        # exceptions cross process borders in a batch; the default would pass only the joined text
        return type(self), (self.reason, self.message)
