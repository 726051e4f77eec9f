"""A structured letter as a spaCy Doc, and back.

The Doc's text is the letter's units, one to a line. ``doc.spans["sentences"]`` holds one span per
unit; what the other stages know of the units travels beside it in ``doc.user_data``:

===================  =========================================================
``ofsted_units``     tuple of ``letter.Unit``, parallel to the spans
``ofsted_kind``      document kind
``ofsted_rules``     written by ``ofsted_rules``: one ``RuleLabels`` per span
``ofsted_scores``    written by the trained components: calibrated scores
``ofsted_labels``    written by ``ofsted_combine``: one ``UnitLabels`` per span
===================  =========================================================
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any
from weakref import WeakKeyDictionary

from spacy.attrs import IDX
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc, Span

from ofsted_extract.letter import Role, Unit, UnitKind, UnitLabels

SPANS = "sentences"
UNITS = "ofsted_units"
KIND = "ofsted_kind"
RULES = "ofsted_rules"
SCORES = "ofsted_scores"
LABELS = "ofsted_labels"

_NO_LABELS = UnitLabels()
#: Words that a pipeline's tokenizer has been told one by one, and how many these may be.
_told: WeakKeyDictionary[Language, set[str]] = WeakKeyDictionary()
_MOST_TOLD = 100_000


def make_doc(nlp: Language, units: tuple[Unit, ...], kind: str) -> Doc:
    """Return a tokenised Doc of the units, with spans and context but no labels yet."""
    text = "\n".join(unit.text for unit in units)
    _tell_words(nlp, text)
    doc = nlp.make_doc(text)
    starts = []
    offset = 0
    for unit in units:
        starts.append(offset)
        offset += len(unit.text) + 1
    set_spans(
        doc, [(start, start + len(unit.text)) for start, unit in zip(starts, units, strict=True)]
    )
    doc.user_data[UNITS] = units
    doc.user_data[KIND] = kind
    return doc


def _tell_words(nlp: Language, text: str) -> None:
    """Have the tokenizer remember the words of ``text``.

    Within a text spaCy's tokenizer remembers no word behind the first special case ("e.g.",
    "don't"), and takes every later word apart again each time (measured: ten times the time).
    """
    if not isinstance(nlp.tokenizer, Tokenizer):
        return
    told = _told.setdefault(nlp, set())
    if not told:
        nlp.tokenizer.max_cache_size = _MOST_TOLD
    new = set(text.split()) - told
    if len(told) + len(new) <= _MOST_TOLD:
        for word in sorted(new):
            nlp.tokenizer(word)
        told |= new


def set_spans(doc: Doc, offsets: list[tuple[int, int]]) -> None:
    """Set ``doc.spans["sentences"]`` from character offsets; a span's id is its running number."""
    begins = doc.to_array([IDX]).tolist()
    spans = []
    for number, (start, end) in enumerate(offsets):
        first = bisect_left(begins, start)
        last = bisect_left(begins, end)
        spans.append(Span(doc, first, last, span_id=number))
    doc.spans[SPANS] = spans


def units_of(doc: Doc) -> tuple[Unit, ...]:
    """Return the units of the Doc; spans of plain text become findings without a heading."""
    units = doc.user_data.get(UNITS)
    if units is None:
        units = tuple(
            Unit(
                number, UnitKind.SENTENCE, span.text, 1, f"p{number}", number, "", (),
                Role.FINDINGS,
            )
            for number, span in enumerate(doc.spans[SPANS], start=1)
        )  # fmt: skip
        doc.user_data[UNITS] = units
    return tuple(units)


def labels_of(doc: Doc) -> tuple[UnitLabels, ...]:
    """Return the labels of the Doc's spans, in order."""
    return tuple(doc.user_data[LABELS])


def _label(span: Span) -> UnitLabels:
    labels = span.doc.user_data.get(LABELS, ())
    return labels[span.id] if span.id < len(labels) else _NO_LABELS


def _getter(name: str) -> Any:
    return lambda span: getattr(_label(span), name)


def register_extensions() -> None:
    """Register what anyone who knows spaCy expects: ``span._.finding``, ``span._.themes`` …"""
    if not Span.has_extension("finding"):
        Span.set_extension("labels", getter=_label)
        for name in ("finding", "themes", "progress", "extent", "cohorts", "evidence", "method"):
            Span.set_extension(name, getter=_getter(name))


register_extensions()
