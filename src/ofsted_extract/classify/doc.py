"""A structured letter as a spaCy Doc, and what is known of its sentences.

The Doc's text is the letter's units, one to a line. ``doc.spans["sentences"]`` holds one span per
unit, whose ``label_`` is its finding once there is one; ``doc.sents`` has the same sentences, each
with the line end behind it. What the stages know of the units travels in ``doc.user_data``, and
with it through ``to_bytes``, ``DocBin(store_user_data=True)``, several processes and pickle:

==================  ==========================================================
``ofsted_units``    tuple of ``letter.Unit``, parallel to the spans
``ofsted_kind``     document kind
``ofsted_rules``    written by ``ofsted_rules``: one ``RuleLabels`` per span
``ofsted_vectors``  written by ``ofsted_encoder``: array (spans, size of a vector)
``ofsted_scores``   written by the heads: ``Scores``, calibrated probabilities
``ofsted_labels``   written by ``ofsted_combine``: one ``UnitLabels`` per span
==================  ==========================================================
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from spacy.attrs import IDX, SENT_START
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc, Span

from ofsted_extract.letter import Role, Unit, UnitKind, UnitLabels

SPANS = "sentences"
UNITS = "ofsted_units"
KIND = "ofsted_kind"
RULES = "ofsted_rules"
VECTORS = "ofsted_vectors"
SCORES = "ofsted_scores"
LABELS = "ofsted_labels"


def make_doc(nlp: Language, units: tuple[Unit, ...], kind: str) -> Doc:
    """Return a tokenised Doc of the units, with spans and context but no labels yet."""
    text = "\n".join(unit.text for unit in units)
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


class _Words:
    """The words that a pipeline's tokenizer has been taught one by one.

    Within a text spaCy's tokenizer remembers no word after the first special case ("e.g.",
    "don't"), and takes every later word apart again each time (measured: ten times the time). So it
    is given each word alone first. Only words that recur are kept: what one letter alone has
    (names, references) would fill the memory of a process that reads many.
    """

    #: Words that are kept, and words that are remembered as seen once.
    MOST_KEPT, MOST_SEEN = 50_000, 50_000

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._taught: set[str] = set()
        self._seen: set[int] = set()
        if isinstance(tokenizer, Tokenizer):
            tokenizer.max_cache_size = 2 * self.MOST_KEPT

    def teach(self, text: str) -> None:
        if not isinstance(self._tokenizer, Tokenizer):
            return
        for word, count in Counter(text.split()).items():
            if word in self._taught or len(self._taught) >= self.MOST_KEPT:
                continue
            number = hash(word)
            if count > 1 or number in self._seen:
                self._tokenizer(word)
                self._taught.add(word)
                self._seen.discard(number)
            elif len(self._seen) < self.MOST_SEEN:
                self._seen.add(number)


_words: WeakKeyDictionary[Language, _Words] = WeakKeyDictionary()


def teach_words(nlp: Language, text: str) -> None:
    """Have the tokenizer remember the words of ``text`` that recur; outside any memory zone."""
    found = _words.get(nlp)
    if found is None:
        found = _words[nlp] = _Words(nlp.tokenizer)
    found.teach(text)


def set_spans(doc: Doc, offsets: list[tuple[int, int]]) -> None:
    """Set ``doc.spans["sentences"]`` and the sentence starts from character offsets."""
    begins = doc.to_array([IDX]).tolist()
    spans = []
    starts = np.full(len(doc), -1, np.int64)
    if len(doc):
        starts[0] = 1  # what stands before the first sentence belongs to one as well
    for start, end in offsets:
        first = bisect_left(begins, start)
        last = bisect_left(begins, end)
        spans.append(Span(doc, first, last))
        if first < last:
            starts[first] = 1
    doc.spans[SPANS] = spans
    if len(doc):
        doc.from_array([SENT_START], starts.astype(np.uint64).reshape(-1, 1))  # type: ignore[arg-type]


def spans_of(doc: Doc) -> Any:
    """Return the Doc's sentences, a ``SpanGroup``.

    Raises
    ------
    ValueError
        if no component has told them apart.

    """
    if SPANS not in doc.spans:
        raise ValueError(
            f"doc.spans[{SPANS!r}] is not set: the component 'ofsted_sentences' must come first"
        )
    return doc.spans[SPANS]


def units_of(doc: Doc) -> tuple[Unit, ...]:
    """Return the units of the Doc; spans of plain text become findings without a heading."""
    units = doc.user_data.get(UNITS)
    if units is None:
        units = tuple(
            Unit(
                number, UnitKind.SENTENCE, span.text, 1, f"p{number}", number, "", (),
                Role.FINDINGS,
            )
            for number, span in enumerate(spans_of(doc), start=1)
        )  # fmt: skip
        doc.user_data[UNITS] = units
    return tuple(units)


def set_labels(doc: Doc, labels: tuple[UnitLabels, ...]) -> None:
    """Give every sentence of the Doc its labels, and its span the finding as ``label_``.

    Raises
    ------
    ValueError
        if there is not one label per sentence.

    """
    spans = spans_of(doc)
    if len(labels) != len(spans):
        raise ValueError(f"{len(spans)} sentences, {len(labels)} labels")
    doc.spans[SPANS] = [
        Span(doc, span.start, span.end, label=label.finding)
        for span, label in zip(spans, labels, strict=True)
    ]
    doc.user_data[LABELS] = labels


def labels_of(doc: Doc) -> tuple[UnitLabels, ...]:
    """Return the labels of the Doc's spans, in order."""
    return tuple(doc.user_data[LABELS])


def _number(span: Span) -> int | None:
    """Return which of the Doc's sentences has the bounds of ``span``."""
    group = span.doc.spans.get(SPANS, ())
    bounds = span.start, span.end
    number = bisect_left(range(len(group)), bounds, key=lambda n: (group[n].start, group[n].end))
    if number < len(group) and (group[number].start, group[number].end) == bounds:
        return number
    return None


def _labels(span: Span) -> UnitLabels | None:
    number, labels = _number(span), span.doc.user_data.get(LABELS)
    return None if number is None or labels is None else labels[number]


def _finding(span: Span) -> str | None:
    """Return the finding of a sentence: by its labels, or else by what its span says.

    A ``DocBin`` without user data keeps the spans, and so the findings.
    """
    labels = _labels(span)
    if labels is not None:
        return labels.finding
    number = _number(span)
    return None if number is None else span.doc.spans[SPANS][number].label_ or None


def _span_getter(name: str) -> Any:
    return lambda span: getattr(_labels(span), name, None)


def _doc_getter(key: str) -> Any:
    return lambda doc: doc.user_data.get(key)


def register_extensions() -> None:
    """Register ``span._.finding``, ``span._.themes`` … and ``doc._.ofsted_labels`` …

    Those of a span are None where it is no sentence of ``doc.spans["sentences"]``.
    """
    if Span.has_extension("finding"):
        return
    Span.set_extension("labels", getter=_labels)
    Span.set_extension("finding", getter=_finding)
    for name in ("themes", "progress", "extent", "cohorts", "evidence", "method"):
        Span.set_extension(name, getter=_span_getter(name))
    for key in (UNITS, KIND, RULES, VECTORS, SCORES, LABELS):
        Doc.set_extension(key, getter=_doc_getter(key))


register_extensions()
