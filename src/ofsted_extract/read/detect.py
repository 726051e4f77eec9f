"""What a file really is, told from its bytes; names are only a hint for text."""

from __future__ import annotations

from pathlib import PurePath

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.read.decoding import utf16_order
from ofsted_extract.read.readers import InputType, input_types, readable_names, refused_types


def detect(data: bytes, path: str) -> InputType:
    """Return what the bytes are.

    Raises
    ------
    DocumentError
        ``empty_file``; ``not_a_pdf`` for a file named .pdf that is none, naming what it is;
        ``unsupported_type`` for anything else that cannot be read.

    """
    if not data.strip(b"\x00 \t\r\n\x0b\x0c\xef\xbb\xbf"):
        raise DocumentError(Reason.EMPTY_FILE, "the file is empty; download it again")
    suffix = PurePath(path).suffix.lower()
    known = next((each for each in input_types() if each.is_certain(data)), None)
    if known is not None and (suffix != ".pdf" or known.id == "pdf"):
        return known
    other = known or next((each for each in refused_types() if each.is_certain(data)), None)
    name = other.name if other else "" if is_text(data) else "a binary file of an unknown type"
    if suffix == ".pdf":
        raise DocumentError(
            Reason.NOT_A_PDF,
            f"the file is named .pdf but is {name or 'plain text'}; download the report again",
        )
    likely = next((each for each in input_types() if each.is_likely(data, suffix)), None)
    by_suffix = any(each.text and suffix in each.suffixes for each in input_types())
    if name or likely is None or not by_suffix:
        advice = other.advice if other and other.advice else f"give {readable_names()}"
        raise DocumentError(
            Reason.UNSUPPORTED_TYPE, f"the file is {name or 'of type ' + suffix}; {advice}"
        )
    return likely


def is_text(data: bytes) -> bool:
    """Return whether the first bytes can be text."""
    if utf16_order(data):
        return True
    head = data[:4096]
    # control bytes other than white space do not occur in text
    control = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    return control <= len(head) // 20
