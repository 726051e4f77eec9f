"""Findings counted, always with the number of sentences they are out of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ofsted_extract.report.records import SentenceRow


@dataclass(frozen=True, slots=True)
class Counts:
    """Sentences by finding, each sentence once; headings are no sentences."""

    sentences: int
    strength: int
    weakness: int
    mixed: int
    recommendation: int

    @classmethod
    def of(cls, sentences: Iterable[SentenceRow]) -> Counts:
        """Count ``sentences``."""
        found = Counter(each.finding for each in sentences if not each.is_heading)
        return cls.from_findings(found)

    @classmethod
    def from_findings(cls, found: Counter[str]) -> Counts:
        """Return the counts of a counter of findings, "none" included."""
        return cls(
            sum(found.values()),
            found["strength"],
            found["weakness"],
            found["mixed"],
            found["recommendation"],
        )

    @property
    def findings(self) -> int:
        """How many sentences say that something is strong, weak, or both."""
        return self.strength + self.weakness + self.mixed

    def get(self, finding: str) -> int:
        """Return the count of one finding."""
        if finding == "none":
            return self.sentences - self.findings - self.recommendation
        count: int = getattr(self, finding)
        return count

    def rate(self, finding: str) -> float:
        """Return how many of a hundred sentences have this finding."""
        return per_hundred(self.get(finding), self.sentences)

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.sentences + other.sentences,
            self.strength + other.strength,
            self.weakness + other.weakness,
            self.mixed + other.mixed,
            self.recommendation + other.recommendation,
        )


NOTHING = Counts(0, 0, 0, 0, 0)


def per_hundred(count: int, sentences: int) -> float:
    """Return ``count`` per hundred sentences, 0 of none."""
    return 100 * count / sentences if sentences else 0.0


@dataclass(frozen=True, slots=True)
class ThemeCounts:
    """One theme's findings in some text of ``counts.sentences`` sentences about it.

    ``out_of`` is the number of sentences of the whole text, which rates are per hundred of.
    """

    theme: str
    counts: Counts
    out_of: int

    def rate(self, finding: str) -> float:
        """Return how many of a hundred sentences of the text have the finding on this theme."""
        return per_hundred(self.counts.get(finding), self.out_of)


def theme_counts(sentences: Iterable[SentenceRow], order: Iterable[str]) -> tuple[ThemeCounts, ...]:
    """Count findings by theme; a sentence counts for each of its themes.

    Only themes with a finding or a recommendation are returned, in ``order``, then any others.
    """
    by_theme: dict[str, Counter[str]] = {theme: Counter() for theme in order}
    out_of = 0
    for sentence in sentences:
        if sentence.is_heading:
            continue
        out_of += 1
        for theme in sentence.themes:
            by_theme.setdefault(theme, Counter())[sentence.finding] += 1
    counted = ((theme, Counts.from_findings(found)) for theme, found in by_theme.items())
    return tuple(
        ThemeCounts(theme, counts, out_of)
        for theme, counts in counted
        if counts.findings or counts.recommendation
    )
