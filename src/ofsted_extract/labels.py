"""Labels without text: which sentence of which document carries which codes.

A label file names a sentence by where its letters and digits stand in the document: the hash of
its first and last few, and how many there are. That survives another way of splitting sentences,
of joining broken words or of reading quotes, and gives no text away. ``labels/`` of the checkout
holds

- ``documents.csv``: document_id, sha256, authority (folder name), year, kind, fold, split
- ``units.csv``: document_id, stretch, number, form (h, b, s), length, head, tail, finding, themes,
  progress; codes are those of the codebook
- ``split.csv``: authority, fold (0 to 4), split (fold 0 is ``test``, the others ``train``)
- ``corrections.csv``: labels that were read again after cross-validation had contradicted them

``evaluation.annotation`` writes them from annotated text, ``evaluation.labelled`` reads them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from ofsted_extract.kinds import document_kind
from ofsted_extract.themes import all_themes

#: Codes of the label files by finding, in the order of the classifier's columns.
FINDING_CODES = {
    "none": "N",
    "strength": "S",
    "weakness": "W",
    "mixed": "SW",
    "recommendation": "R",
}
#: The same of progress marks.
PROGRESS_CODES = {"none": ".", "improved": "+", "declined": "-", "no_change": "="}
#: The same of themes.
THEME_CODES = {theme.id: theme.code for theme in all_themes()}
#: What a sentence without any finding, and one that states no change, is given.
NO_FINDING, NO_PROGRESS = FINDING_CODES["none"], PROGRESS_CODES["none"]
#: Written for no themes.
NO_THEMES = "-"
#: How many themes a sentence may have (codebook).
MOST_THEMES = 4

#: Letters and digits of a sentence's beginning and end that its label names by hash.
ANCHOR = 24
FOLDS = 5
#: The fold that no training sees: the fixed test split.
TEST_FOLD = 0


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A labelled document; ``kind`` is one of the document kinds, as its own pages say."""

    document_id: str
    sha256: str
    authority: str
    year: int
    kind: str

    @property
    def era(self) -> str:
        """The row of the per-era table that the document belongs to."""
        if document_kind(self.kind).family == "send":
            return "SEND"
        for last, name in ((2017, "2013–2017"), (2022, "2018–2022")):
            if self.year <= last:
                return name
        return "2023–2026"


@dataclass(frozen=True, slots=True)
class Label:
    """The codes of one unit, and where it stands; see the module's text."""

    document_id: str
    stretch: str
    number: int
    form: str
    length: int
    head: str
    tail: str
    finding: str
    themes: str
    progress: str

    @property
    def theme_codes(self) -> tuple[str, ...]:
        return () if self.themes == NO_THEMES else tuple(self.themes.split(","))

    @property
    def draw(self) -> str:
        """The draw of stretches that the label is from."""
        return self.stretch.split("/")[0]


def letters(text: str) -> str:
    """Return only the letters and digits of ``text``, in lower case."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKC", text).lower())


def anchor(part: str) -> str:
    """Return the hash of up to ``ANCHOR`` letters: 12 hex digits."""
    return hashlib.blake2b(part.encode(), digest_size=6).hexdigest()


def make_label(
    document_id: str, stretch: str, number: int, form: str, text: str, codes: str
) -> Label:
    """Return the label of ``text``; ``codes`` is "FINDING|THEMES|PROGRESS"."""
    key = letters(text)
    finding, themes, progress = codes.split("|")
    return Label(
        document_id, stretch, number, form, len(key), anchor(key[:ANCHOR]), anchor(key[-ANCHOR:]),
        finding, themes, progress,
    )  # fmt: skip


def label_csv(rows: Iterable[LabelledDocument | Label]) -> str:
    """Return dataclass rows as the text of a label file, with a header; empty without rows."""
    out = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            names = [field.name for field in fields(row)]
            writer = csv.DictWriter(out, names, lineterminator="\n")
            writer.writeheader()
        writer.writerow(asdict(row))  # codes such as "=" and "-" stay what they are
    return out.getvalue()
