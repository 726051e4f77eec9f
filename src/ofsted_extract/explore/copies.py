"""The same letter twice: a PDF and its text, a letter and a press release that repeats it.

Two files of one letter have different bytes and so are two documents of the dataset. Both keep
their rows; ``repeats`` says which of them names the other in ``same_as``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

#: So many words in a row are one piece: long enough that two letters of one form share few.
_PIECE = 8
#: Two letters of one visit are the same if so much of the shorter one stands in the other.
ALIKE = 0.8
#: A reported text repeats a letter if so much of it stands there: around it are a headline and a
#: few words of its own.
REPEATED = 0.5


@dataclass(frozen=True, slots=True)
class Text:
    """A document as far as likeness asks.

    ``authority_slug`` and ``day`` (the visit's first, ISO 8601) tell which visit it is about,
    ``reported`` whether a newspaper or a council speaks, ``pages`` how many it has (a text export
    has one), ``pieces`` its words, eight in a row (see `pieces_of`).
    """

    document_id: str
    authority_slug: str
    visit: str
    day: str
    reported: bool
    pages: int
    pieces: frozenset[int]


def pieces_of(texts: Iterable[str]) -> frozenset[int]:
    """Return every run of eight words of the texts joined, as hashes of this process.

    Words are compared in lower case, without punctuation; where a sentence ends does not matter,
    for another reader may end it elsewhere.
    """
    words = re.findall(r"[^\W_]+", " ".join(texts).lower().replace("’", ""))
    last = max(len(words) - _PIECE + 1, min(len(words), 1))
    return frozenset(hash(tuple(words[start : start + _PIECE])) for start in range(last))


def repeats(texts: Iterable[Text]) -> dict[str, str]:
    """Return for each document that repeats another the id of the one it repeats.

    Of two letters of one visit the one with more pages is the original (a PDF knows its pages),
    else the first by id; of a letter and a reported text always the letter. An original repeats
    none, so that the result never leads in a chain.
    """
    by_day: dict[tuple[str, str], list[Text]] = defaultdict(list)
    for text in texts:
        by_day[text.authority_slug, text.day].append(text)
    found: dict[str, str] = {}
    for same_day in by_day.values():
        originals: list[Text] = []
        ordered = sorted(same_day, key=lambda each: (each.reported, -each.pages, each.document_id))
        for text in ordered:
            original = next((each for each in originals if _is_same(text, each)), None)
            if original is None:
                originals.append(text)
            else:
                found[text.document_id] = original.document_id
    return found


def _is_same(text: Text, original: Text) -> bool:
    shared = len(text.pieces & original.pieces)
    if text.reported and not original.reported:
        return bool(text.pieces) and shared >= REPEATED * len(text.pieces)
    shorter = min(len(text.pieces), len(original.pieces))
    return text.visit == original.visit and shorter > 0 and shared >= ALIKE * shorter
