"""``ofsted_sentences``: sentence spans for a plain text that no structure stage has seen."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from ofsted_extract.classify import values  # noqa: F401 - Docs can be stored from here on
from ofsted_extract.classify.doc import SPANS, set_spans
from ofsted_extract.structure.sentences import sentence_spans


class OfstedSentences:
    """Sets ``doc.spans["sentences"]`` where it is missing: line by line, sentence by sentence.

    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("ofsted_sentences")
    >>> doc = nlp("Plans are clear. Reviews drift.")
    >>> [str(span) for span in doc.spans["sentences"]]
    ['Plans are clear.', 'Reviews drift.']
    """

    def __call__(self, doc: Doc) -> Doc:
        if SPANS in doc.spans:
            return doc
        offsets: list[tuple[int, int]] = []
        start = 0
        for line in doc.text.split("\n"):
            offsets.extend((start + a, start + b) for a, b in sentence_spans(line))
            start += len(line) + 1
        set_spans(doc, offsets)
        return doc


@Language.factory("ofsted_sentences", assigns=["doc.spans", "doc.sents", "token.is_sent_start"])
def make_sentences(nlp: Language, name: str) -> OfstedSentences:
    """Return the component; it has no settings."""
    return OfstedSentences()
