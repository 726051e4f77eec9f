"""What the encoder is given of a letter: wordpiece ids, marks, and which units surround a unit."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

PAD, CLS, SEP, MASK = "[PAD]", "[CLS]", "[SEP]", "[MASK]"
#: Marks are wordpieces that BERT reserves for such use.
TEXT_MARK, HEADING_MARK = "[unused1]", "[unused3]"
#: Longest unit in wordpieces; the rest of a longer one is not read.
MAX_WORDPIECES = 96
#: What a unit is read beside, in the order of the columns of ``neighbours``.
NEIGHBOURS = ("before", "before that", "after", "heading above")

_PLAIN = str.maketrans(
    dict.fromkeys("‘’", "'")
    | dict.fromkeys("“”", '"')
    | dict.fromkeys("–—‑", "-")
    | dict.fromkeys("\u00ad\ufffe")
)


def normalised(text: str) -> str:
    """Return ``text`` with ligatures resolved and one kind of quote, dash, apostrophe, space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    if "  " in text:  # a phrase is one piece only with single spaces in it
        text = " ".join(text.split())
    return text


def wordpiece_ids(
    tokenizer: Any, texts: Sequence[str], headings: Sequence[bool]
) -> list[list[int]]:
    """Return the wordpiece ids of every unit, its mark first.

    ``tokenizer`` is a ``tokenizers.Tokenizer``.
    """
    text_mark, heading_mark = tokenizer.token_to_id(TEXT_MARK), tokenizer.token_to_id(HEADING_MARK)
    # the fast way leaves out where in the text each wordpiece is
    encoded = tokenizer.encode_batch_fast(
        [normalised(text) for text in texts], add_special_tokens=False
    )
    return [
        [heading_mark if heading else text_mark, *found.ids[:MAX_WORDPIECES]]
        for heading, found in zip(headings, encoded, strict=True)
    ]


def neighbours(headings: Sequence[bool]) -> npt.NDArray[np.int64]:
    """Return which units each unit is read beside: (n, 4) as in ``NEIGHBOURS``, -1 for none.

    The units before and after a unit are those of its own section, its heading aside.

    >>> neighbours([True, False, False]).tolist()
    [[-1, -1, -1, -1], [-1, -1, 2, 0], [1, -1, -1, 0]]
    """
    count = len(headings)
    beside = np.full((count, len(NEIGHBOURS)), -1, np.int64)
    heading, start = -1, 0
    for number, is_heading in enumerate(headings):
        if is_heading:
            heading, start = number, number + 1
            continue
        if number - 1 >= start:
            beside[number, 0] = number - 1
            beside[number - 1, 2] = number
        if number - 2 >= start:
            beside[number, 1] = number - 2
        beside[number, 3] = heading
    return beside
