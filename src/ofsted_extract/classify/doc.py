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

from spacy.language import Language
from spacy.tokens import Doc, Span

from ofsted_extract.letter import Role, Unit, UnitKind, UnitLabels

SPANS = "sentences"
UNITS = "ofsted_units"
KIND = "ofsted_kind"
RULES = "ofsted_rules"
SCORES = "ofsted_scores"
LABELS = "ofsted_labels"

_NO_LABELS = UnitLabels()


def make_doc(nlp: Language, units: tuple[Unit, ...], kind: str) -> Doc:
    """Return a tokenised Doc of the units, with spans and context but no labels yet."""
    doc = nlp.make_doc("\n".join(unit.text for unit in units))
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


def set_spans(doc: Doc, offsets: list[tuple[int, int]]) -> None:
    """Set ``doc.spans["sentences"]`` from character offsets; a span's id is its running number."""
    begins = [token.idx for token in doc]
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
