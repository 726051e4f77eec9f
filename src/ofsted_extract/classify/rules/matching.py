"""Phrases over a Doc: one pass of spaCy's ``PhraseMatcher``, its hits sorted onto the sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from spacy.attrs import NORM
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

from ofsted_extract.classify.rules.cues import Family, Use, phrases

_FAMILIES = range(len(Family))

#: First token, token behind the last one, and the value of the use.
Hit = tuple[int, int, Any]


@dataclass(slots=True)
class Sentence:
    """One span of the Doc and its hits, by family, in order."""

    start: int
    end: int
    hits: list[list[Hit]] = field(default_factory=lambda: [[] for _ in _FAMILIES])


class CueMatcher:
    """Finds all phrases of the data files in a Doc.

    Tokens are compared by ``NORM``: lower case, straight quotes, "n't" as "not". Phrases that come
    to the same tokens are one pattern with the uses of all.
    """

    def __init__(self, nlp: Language) -> None:
        uses: dict[tuple[int, ...], list[Use]] = {}
        patterns: dict[tuple[int, ...], tuple[str, Doc]] = {}
        for phrase, phrase_uses in phrases().items():
            pattern = nlp.tokenizer(phrase)
            tokens = tuple(pattern.to_array([NORM]).tolist())
            patterns.setdefault(tokens, (phrase, pattern))
            known = uses.setdefault(tokens, [])
            known.extend(use for use in phrase_uses if use not in known)
        self._matcher = PhraseMatcher(nlp.vocab, attr="NORM")
        self._uses: dict[int, tuple[tuple[int, int, Any], ...]] = {}
        for tokens, (key, pattern) in patterns.items():
            self._matcher.add(key, [pattern])
            self._uses[nlp.vocab.strings[key]] = tuple(
                (int(use.family), use.lane, use.value) for use in uses[tokens]
            )
        self._lanes = 1 + max(use.lane for known in uses.values() for use in known)

    def __call__(self, doc: Doc, spans: Iterable[Span]) -> list[Sentence]:
        """Return one ``Sentence`` per span; hits that cross a span's bounds are dropped."""
        sentences = [Sentence(span.start, span.end) for span in spans]
        matches = self._matcher(doc)
        matches.sort(key=_longest_first)
        ends = [0] * self._lanes
        uses = self._uses
        number = 0
        last = len(sentences) - 1
        if last < 0:
            return sentences
        sentence = sentences[0]
        for key, start, end in matches:
            while start >= sentence.end and number < last:
                number += 1
                sentence = sentences[number]
            if start < sentence.start or end > sentence.end:
                continue
            hits = sentence.hits
            for family, lane, value in uses[key]:
                if start >= ends[lane]:
                    ends[lane] = end
                    if value is not None:
                        hits[family].append((start, end, value))
        return sentences


def _longest_first(match: tuple[int, int, int]) -> tuple[int, int]:
    return match[1], -match[2]
