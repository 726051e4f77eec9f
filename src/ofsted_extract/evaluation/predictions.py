"""Answers of another system, to be scored on the same labels.

A CSV file with the columns

- ``document``: the document's SHA-256, or at least the first 16 hex digits of it
- ``sentence``: the sentence's text, the rows of a document in reading order; or, in its place,
  ``length``, ``head`` and ``tail`` as in ``labels/units.csv``, one row per labelled unit
- ``finding``: a code (N, S, W, SW, R) or a name (none, strength, weakness, mixed, recommendation)
- ``themes``: theme ids or codes, separated by ";" or ","; may be empty
- ``progress``: a code (. + - =) or a name; may be empty

Sentences may be split in another way than the labels: the answer for a label is that of the
sentence that covers most of it, as it is for our own models.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ofsted_extract.evaluation.align import Stream
from ofsted_extract.evaluation.metrics import Codes
from ofsted_extract.labels import (
    FINDING_CODES,
    NO_FINDING,
    NO_PROGRESS,
    PROGRESS_CODES,
    THEME_CODES,
    Label,
    LabelledDocument,
)

#: What is given for a label that has no answer.
NOTHING = Codes(NO_FINDING, frozenset(), NO_PROGRESS)
#: Hex digits of a document's SHA-256 by which it is told.
_DIGITS = 16


@dataclass
class Predictions:
    """Answers by document (the first 16 hex digits of its SHA-256).

    ``sentences`` are (text, answer) in order; ``units`` are answers by (length, head, tail).
    """

    sentences: dict[str, list[tuple[str, Codes]]] = field(default_factory=lambda: defaultdict(list))
    units: dict[str, dict[tuple[int, str, str], Codes]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    @classmethod
    def read(cls, path: Path) -> Predictions:
        """Read a CSV file.

        Raises
        ------
        ValueError
            if a row cannot be understood; the message names its line

        """
        found = cls()
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = csv.DictReader(handle)
            for row in rows:
                try:
                    found._add({name: value or "" for name, value in row.items() if name})
                except (KeyError, ValueError) as error:
                    message = f"no column {error}" if isinstance(error, KeyError) else str(error)
                    raise ValueError(f"{path}, line {rows.line_num}: {message}") from error
        return found

    def _add(self, row: dict[str, str]) -> None:
        document = _document(row["document"])
        answer = Codes(
            _known(row["finding"].strip(), FINDING_CODES, "finding"),
            frozenset(
                _known(name, THEME_CODES, "theme")
                for name in re.split(r"[;,\s]+", row["themes"])
                if name not in ("", "-")
            ),
            _known(row.get("progress", "").strip() or NO_PROGRESS, PROGRESS_CODES, "progress"),
        )
        if row.get("sentence"):
            self.sentences[document].append((row["sentence"], answer))
        else:
            self.units[document][int(row["length"]), row["head"], row["tail"]] = answer

    def of(
        self, document: LabelledDocument, labels: Sequence[Label]
    ) -> Iterator[tuple[Label, Codes | None]]:
        """Yield each label of a document with its answer, None where there is none."""
        key = document.sha256[:_DIGITS]
        sentences = self.sentences.get(key, [])
        stream = Stream([text for text, _ in sentences])
        places = {place.label: place for place in stream.locate(labels)} if sentences else {}
        units = self.units.get(key, {})
        for label in labels:
            place = places.get(label)
            yield (
                label,
                (
                    sentences[stream.covering(place)][1]
                    if place
                    else units.get((label.length, label.head, label.tail))
                ),
            )


def _document(text: str) -> str:
    digits = text.strip().lower()
    digits = digits[1:] if digits.startswith("d") and len(digits) == _DIGITS + 1 else digits
    if not re.fullmatch(rf"[0-9a-f]{{{_DIGITS},64}}", digits):
        raise ValueError(f"{text!r} is not the SHA-256 of a document")
    return digits[:_DIGITS]


def _known(text: str, codes: dict[str, str], what: str) -> str:
    if text in codes.values():
        return text
    if text not in codes:
        raise ValueError(f"{text!r} is no {what}; known are {', '.join(codes)}")
    return codes[text]
