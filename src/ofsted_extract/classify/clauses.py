"""``ofsted_clauses``: which clause of a mixed sentence is the strength, and which the weakness.

The places where a sentence may be cut (``data/clauses.toml``) are tried: the trained components
read the parts, and a cut counts as much as the weaker of "one is a strength" and "the other is a
weakness". The rules' own clauses, from their cue words, are kept where no trained model is, and
where there is no place to cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from ofsted_extract.classify.doc import KIND, LABELS, units_of
from ofsted_extract.classify.model.encoder import OfstedEncoder
from ofsted_extract.classify.model.heads import FindingHead
from ofsted_extract.kinds import OTHER, document_kind
from ofsted_extract.letter import UnitLabels
from ofsted_extract.resources import load_toml


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence cut in two, and what the word at the cut adds to its score."""

    first: str
    second: str
    bonus: float


class Cutter:
    """Finds the places where a sentence may be cut.

    >>> [(cut.first, cut.second) for cut in Cutter()("Plans are clear, but visits are late.")]
    [('Plans are clear', 'visits are late.')]
    """

    def __init__(self) -> None:
        table = load_toml("clauses.toml")
        self._bonus: dict[str, float] = table["words"]
        signs = "|".join(map(re.escape, table["signs"]))
        words = "|".join(table["words"])
        free = "|".join(word for word in table["words"] if word not in table["behind_signs"])
        self._places = re.compile(rf"(?:{signs})\s+|\s+(?=(?:{free})\b)", re.IGNORECASE)
        self._word = re.compile(rf"(?:{words})\b", re.IGNORECASE)
        opening, closing = ("|".join(table["edges"][name]) for name in ("opening", "closing"))
        self._opening = re.compile(rf"^(?:(?:{opening})\b[\s,]*)+", re.IGNORECASE)
        self._closing = re.compile(rf"(?:[\s,;:–—-]|\s(?:{closing}))+$", re.IGNORECASE)
        self._least = int(table["least"]["words"])

    def __call__(self, sentence: str) -> list[Cut]:
        """Return the cuts of a sentence, in order; none where a part would be too short.

        Where words of contrast are, only their cuts count: nothing else would outweigh them.
        """
        cuts = []
        opener = self._word.match(sentence)
        opened = self._bonus[opener.group().lower()] if opener else 0.0
        for place in self._places.finditer(sentence):
            first = self._trim(sentence[: place.start()])
            second = self._trim(sentence[place.end() :])
            if min(len(first.split()), len(second.split())) < self._least:
                continue
            word = self._word.match(sentence, place.end())
            bonus = self._bonus[word.group().lower()] if word else opened
            cuts.append(Cut(first, second, bonus))
        contrasts = [cut for cut in cuts if cut.bonus]
        return contrasts or cuts

    def _trim(self, clause: str) -> str:
        return self._opening.sub("", self._closing.sub("", clause.strip()))


class OfstedClauses:
    """Fills ``strength_text`` and ``weakness_text`` in ``doc.user_data["ofsted_labels"]``.

    Parameters
    ----------
    nlp
        the pipeline, whose encoder and finding head read the clauses
    encoder, finding
        their names

    """

    def __init__(self, nlp: Language, encoder: str, finding: str) -> None:
        self._nlp = nlp
        self._names = encoder, finding
        self._cutter = Cutter()
        self._least = float(load_toml("clauses.toml")["least"]["score"])

    def __call__(self, doc: Doc) -> Doc:
        if LABELS not in doc.user_data:  # the component that gives them is disabled
            return doc
        labels: list[UnitLabels] = list(doc.user_data[LABELS])
        texts = [unit.text for unit in units_of(doc)]
        cuts = {
            number: found
            for number, label in enumerate(labels)
            if label.is_strength and label.is_weakness and (found := self._cutter(texts[number]))
        }
        if cuts and all(self._nlp.has_pipe(name) for name in self._names):
            clauses = list(
                dict.fromkeys(part for found in cuts.values() for part in _to_read(found))
            )
            kind = document_kind(doc.user_data.get(KIND, OTHER)).family
            scores = dict(zip(clauses, self._read(clauses, kind), strict=True))
            for number, found in cuts.items():
                labels[number] = self._cut(labels[number], found, scores)
        doc.user_data[LABELS] = tuple(labels)
        return doc

    def _read(self, clauses: list[str], kind: str) -> list[tuple[float, float]]:
        """Return strength and weakness of every clause, read alone."""
        encoder, finding = (self._nlp.get_pipe(name) for name in self._names)
        assert isinstance(encoder, OfstedEncoder)
        assert isinstance(finding, FindingHead)
        vectors = encoder.encode(clauses, [False] * len(clauses), kind, alone=True)
        rows = finding.probabilities(finding.logits(vectors))
        return [(float(strength), float(weakness)) for strength, weakness, _ in rows]

    def _cut(
        self, label: UnitLabels, cuts: list[Cut], scores: dict[str, tuple[float, float]]
    ) -> UnitLabels:
        best, text = 0.0, ("", "")
        for cut in cuts:
            strength, weakness = scores[cut.first]
            # a second clause that was not read is the opposite of the first (see ``_to_read``)
            other_strength, other_weakness = scores.get(cut.second, (weakness, strength))
            ahead, behind = min(strength, other_weakness), min(weakness, other_strength)
            score = max(ahead, behind)
            if score >= self._least and score + cut.bonus > best:
                best = score + cut.bonus
                text = (cut.first, cut.second) if ahead >= behind else (cut.second, cut.first)
        return replace(label, strength_text=text[0], weakness_text=text[1])


def _to_read(cuts: list[Cut]) -> Iterator[str]:
    """Yield the clauses that must be read to choose between cuts.

    Where a word of contrast leaves but one cut, its second clause is taken for the opposite of its
    first: that the sentence has both sides is known.
    """
    certain = len(cuts) == 1 and cuts[0].bonus
    for cut in cuts:
        yield cut.first
        if not certain:
            yield cut.second


@Language.factory(
    "ofsted_clauses",
    default_config={"encoder": "ofsted_encoder", "finding": "ofsted_finding"},
    requires=["doc._.ofsted_labels"],
    assigns=["doc._.ofsted_labels"],
)
def make_clauses(nlp: Language, name: str, encoder: str, finding: str) -> OfstedClauses:
    """Return the component that cuts mixed sentences; it has learnt nothing of its own."""
    return OfstedClauses(nlp, encoder, finding)
