"""``ofsted_rules``: evidence by rule for every sentence of a Doc."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import tanh

import numpy as np
from spacy.attrs import NORM
from spacy.language import Language
from spacy.tokens import Doc

from ofsted_extract.classify.doc import RULES, spans_of, units_of
from ofsted_extract.classify.rules import amounts, findings, orders, topics
from ofsted_extract.classify.rules.cues import Family
from ofsted_extract.classify.rules.labels import YES, RuleLabels
from ofsted_extract.classify.rules.matching import CueMatcher, Sentence
from ofsted_extract.classify.rules.place import decided_by_place
from ofsted_extract.classify.rules.polarity import PolarityRule
from ofsted_extract.letter import Role, Unit, UnitKind
from ofsted_extract.resources import load_toml
from ofsted_extract.themes import theme_ids

#: A recommendation that only its opening verb speaks for is less sure than one with an addressee.
_BY_DUTY, _BY_COMMAND = 0.95, 0.8


class OfstedRules:
    """Reads ``doc.spans["sentences"]`` and the units, writes ``doc.user_data["ofsted_rules"]``.

    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("ofsted_sentences")
    >>> _ = nlp.add_pipe("ofsted_rules")
    >>> doc = nlp("Plans are not always clear, but most visits to children are timely.")
    >>> doc.user_data["ofsted_rules"][0].mixed
    True
    """

    def __init__(self, nlp: Language, name: str = "ofsted_rules") -> None:
        self.name = name
        self._matcher = CueMatcher(nlp)
        self._topic_rule = topics.load_rule()
        self._scope = _load_scope(nlp)
        self._counting = _load_counting(nlp)
        self._polarity = _load_polarity(nlp)
        self._pronouns = _openers(nlp, load_toml("scope.toml")["pronoun"]["openers"])
        self._reach = int(load_toml("recommendation_cues.toml")["reach"])
        self._progress_threshold = float(load_toml("progress.toml")["threshold"])
        self._context: dict[str, float] = load_toml("finding_cues.toml")["context"]
        self._place = {
            Role(role): (float(row["strength"]), float(row["weakness"]))
            for role, row in load_toml("finding_cues.toml")["place"].items()
        }

    def __call__(self, doc: Doc) -> Doc:
        spans = spans_of(doc)
        units = units_of(doc)
        norms: list[int] = doc.to_array([NORM]).tolist()
        sentences = self._matcher(doc, spans)
        themes = self._themes(sentences, units, norms)
        labels = []
        balance = 0.0
        for sentence, unit, total in zip(sentences, units, themes, strict=True):
            context = self._from_previous(balance, sentence, norms)
            label = self._label(doc, sentence, unit, norms, total, context)
            is_heading = unit.kind is UnitKind.HEADING
            balance = 0.0 if is_heading else label.strength_sum - label.weakness_sum + context
            labels.append(label)
        doc.user_data[RULES] = tuple(labels)
        return doc

    def _from_previous(self, balance: float, sentence: Sentence, norms: Sequence[int]) -> float:
        """Return what the sentence before lends: towards strength above 0, weakness below."""
        share = self._context["pronoun" if self._refers_back(sentence, norms) else "other"]
        return float(share * tanh(balance / 2))

    def _themes(
        self, sentences: Sequence[Sentence], units: Sequence[Unit], norms: Sequence[int]
    ) -> topics.Vector:
        own = np.zeros((len(sentences), len(theme_ids())))
        standings = []
        headings = {}
        for row, (sentence, unit) in enumerate(zip(sentences, units, strict=True)):
            for _, _, (theme, weight) in sentence.hits[Family.THEME]:
                own[row, theme] += weight
            is_heading = unit.kind is UnitKind.HEADING
            if is_heading:
                headings[unit.text] = row
            standings.append(
                topics.Standing(is_heading, unit.section, self._refers_back(sentence, norms))
            )
        return topics.topics(own, standings, headings, self._topic_rule)

    def _refers_back(self, sentence: Sentence, norms: Sequence[int]) -> bool:
        start = sentence.start
        if start >= sentence.end:
            return False
        return any(
            tuple(norms[start : start + len(words)]) == words
            for words in self._pronouns.get(norms[start], ())
        )

    def _label(
        self,
        doc: Doc,
        sentence: Sentence,
        unit: Unit,
        norms: Sequence[int],
        total: topics.Vector,
        context: float,
    ) -> RuleLabels:
        bounds = (sentence.start, sentence.end)
        if sentence.start >= sentence.end:
            return RuleLabels(structure="none", theme_scores=(0.0,) * len(total))
        hits = sentence.hits
        structure = decided_by_place(unit)
        weighing = findings.weigh(
            bounds,
            hits[Family.POLARITY],
            hits[Family.NEGATION],
            hits[Family.CONTRAST],
            norms,
            self._scope,
        )
        good, bad = self._place.get(unit.role, (0.0, 0.0))
        strength, weakness = weighing.shares(good + max(context, 0.0), bad + max(-context, 0.0))
        recommendation, words = self._recommendation(sentence, unit)
        is_finding = structure != "none" and max(strength, weakness, recommendation) >= YES
        chosen = (
            []
            if structure == "none" and unit.role != Role.BACKGROUND
            else topics.choose(total, is_finding or bool(structure), self._topic_rule)
        )
        all_scores = topics.scores(total, self._topic_rule)
        change, change_words = amounts.progress(hits[Family.PROGRESS], self._progress_threshold)
        amount = amounts.extent(hits[Family.EXTENT], norms, bounds, self._counting)
        verdicts = self._polarity(bounds, hits[Family.SIGN], norms)
        verdict = next((one for one in verdicts if one.certain and not structure), None)
        ids = theme_ids()
        return RuleLabels(
            structure=structure,
            strength=strength,
            weakness=weakness,
            recommendation=recommendation,
            mixed=weighing.mixed,
            strength_sum=weighing.strength,
            weakness_sum=weighing.weakness,
            neutral_sum=weighing.neutral,
            strength_words=_words(doc, weighing.strength_words),
            weakness_words=_words(doc, weighing.weakness_words),
            recommendation_words=_words(doc, (words,) if words else ()),
            strength_text=_clause(doc, weighing.strength_clause),
            weakness_text=_clause(doc, weighing.weakness_clause),
            themes=tuple(ids[theme] for theme in chosen),
            chosen_scores=tuple(float(all_scores[theme]) for theme in chosen),
            theme_scores=tuple(all_scores.tolist()),
            progress=change,
            progress_words=_words(doc, change_words),
            extent=amount,
            cohorts=amounts.cohorts(hits[Family.COHORT]),
            verdict=verdict.finding if verdict else "",
            verdict_words=_words(doc, (verdict.words,) if verdict else ()),
            verdict_progress=verdict.progress if verdict else "",
        )

    def _recommendation(
        self, sentence: Sentence, unit: Unit
    ) -> tuple[float, tuple[int, int] | None]:
        hits = sentence.hits
        if hits[Family.DUTY]:
            words = orders.duty_words(
                hits[Family.ADDRESSEE], hits[Family.DUTY], hits[Family.EXCUSE], self._reach
            )
            if words:
                return _BY_DUTY, words
        if unit.kind is UnitKind.BULLET and hits[Family.ORDER]:
            words = orders.command_words(sentence.start, hits[Family.ORDER])
            if words:
                return _BY_COMMAND, words
        return 0.0, None


def _words(doc: Doc, places: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(doc[first:last].text for first, last in places)


def _clause(doc: Doc, bounds: tuple[int, int] | None) -> str:
    return doc[bounds[0] : bounds[1]].text.strip(" ,;:\n") if bounds else ""


def _norms(nlp: Language, phrase: str) -> tuple[int, ...]:
    return tuple(nlp.tokenizer(phrase).to_array([NORM]).tolist())


def _single(nlp: Language, words: Iterable[str]) -> frozenset[int]:
    return frozenset(_norms(nlp, word)[-1] for word in words)


def _openers(nlp: Language, words: Iterable[str]) -> dict[int, list[tuple[int, ...]]]:
    found: dict[int, list[tuple[int, ...]]] = {}
    for word in words:
        norms = _norms(nlp, word)
        found.setdefault(norms[0], []).append(norms)
    return found


def _load_scope(nlp: Language) -> findings.Scope:
    scope = load_toml("scope.toml")
    cues = load_toml("finding_cues.toml")
    start = cues["start"]
    return findings.Scope(
        window=scope["negation"]["window"],
        breaks=_single(nlp, scope["negation"]["breaks"]),
        openers=_single(nlp, scope["condition"]["openers"]),
        relatives=_single(nlp, scope["relative"]["words"]),
        comma=_norms(nlp, ",")[0],
        start=(start["strength"], start["weakness"], start["neutral"]),
        remains=cues["scope"],
        cuts=_single(nlp, scope["contrast"]["cuts"]["words"]),
    )


def _load_polarity(nlp: Language) -> PolarityRule:
    table = load_toml("polarity.toml")
    words = (_single(nlp, table[name]) for name in ("breaks", "joints", "doubts"))
    return PolarityRule(table, *words)


def _load_counting(nlp: Language) -> amounts.Counting:
    table = load_toml("extents.toml")
    negated = table["negated"]
    return amounts.Counting(
        nouns=_single(nlp, table["nouns"]),
        people=_single(nlp, table["people"]),
        breaks=_single(nlp, table["breaks"]),
        reach=table["reach"],
        negations=_single(nlp, negated["words"]),
        through=_single(nlp, negated["through"]),
        negation_reach=negated["reach"],
    )
