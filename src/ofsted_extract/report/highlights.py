"""Which strengths and weaknesses of a letter to quote.

The classifier's score comes first; what the sentence itself says of its reach and weight then
raises or lowers it (``highlights.toml``). No theme may fill the list.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ofsted_extract.explore.match import points_back
from ofsted_extract.report.records import SentenceRow
from ofsted_extract.resources import load_toml
from ofsted_extract.wording import shorten

Side = Literal["strength", "weakness"]


@dataclass(frozen=True, slots=True)
class Quote:
    """A short quotation; ``text`` is cut where the sentence is long."""

    sentence_id: str
    finding: str
    text: str
    page: int
    themes: tuple[str, ...]


def choose(sentences: Iterable[SentenceRow], side: Side) -> tuple[Quote, ...]:
    """Return the sentences to quote for ``side``, the weightiest first.

    A mixed sentence is quoted with the clause that states this side, where that is known.
    """
    settings = _settings()
    wanted = {side, "mixed"}
    candidates = [each for each in sentences if each.finding in wanted and not each.is_heading]
    candidates.sort(key=lambda each: (-_weight(each, side), each.position))
    per_theme: Counter[str] = Counter()
    seen: set[str] = set()
    chosen: list[Quote] = []
    for sentence in candidates:
        text = _words_of(sentence, side)
        theme = sentence.themes[0] if sentence.themes else ""
        if per_theme[theme] >= settings["per_theme"] or text.casefold() in seen:
            continue
        per_theme[theme] += 1
        seen.add(text.casefold())
        chosen.append(
            Quote(
                sentence.sentence_id,
                sentence.finding,
                quotation(text),
                sentence.page,
                sentence.themes,
            )
        )
        if len(chosen) == settings["quotes"]:
            break
    return tuple(chosen)


def quotation(text: str) -> str:
    """Return ``text`` as it is quoted: cut after a word where it is long."""
    return shorten(text, _settings()["longest"])


def in_summary(sentence: SentenceRow) -> bool:
    """Return whether a sentence stands in the letter's own summary, by its nearest heading."""
    return sentence.section.strip().casefold() in _settings()["summaries"]


def _weight(sentence: SentenceRow, side: Side) -> float:
    settings = _settings()
    text = _words_of(sentence, side)
    count = len(text.split())
    least, most = settings["words"]
    weight = sentence.strength_score if side == "strength" else sentence.weakness_score
    weight *= settings["extent"].get(sentence.extent, 1.0)
    weight *= settings[side]["progress"].get(sentence.progress, 1.0)
    if _pattern(side).search(text):
        weight *= settings[side]["factor"]
    if in_summary(sentence):
        weight *= settings["summary"]
    if not least <= count <= most:
        weight *= settings["outside_words"]
    if points_back(text):
        weight *= settings["leans_back"]
    return float(weight)


def _words_of(sentence: SentenceRow, side: Side) -> str:
    clause = sentence.strength_text if side == "strength" else sentence.weakness_text
    return clause if sentence.finding == "mixed" and clause else sentence.text


def _settings() -> dict[str, Any]:
    return load_toml("highlights.toml")


@cache
def _pattern(side: Side) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, _settings()[side]["words"])) + r")", re.I)
