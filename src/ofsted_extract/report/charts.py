"""Where the bars of a chart begin and how long they are; the template draws them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ofsted_extract.report.counts import Counts


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of a bar, in hundredths of half the chart's width from its middle."""

    css: str
    x: float
    width: float


def longest_side(rows: Iterable[Counts]) -> float:
    """Return how far the longest bar reaches from the middle, in sentences; at least one."""
    sides = (max(each.weakness, each.strength) + each.mixed / 2 for each in rows)
    return max([1.0, *sides])


def balance(counts: Counts, longest: float) -> tuple[Bar, ...]:
    """Weaknesses to the left of the middle, strengths to the right, mixed across it."""
    half = counts.mixed / 2
    stretches = (
        ("w", -half - counts.weakness, counts.weakness),
        ("m", -half, counts.mixed),
        ("s", half, counts.strength),
    )
    unit = 100 / longest
    return tuple(
        Bar(css, round(start * unit, 2), round(width * unit, 2))
        for css, start, width in stretches
        if width
    )


def shares(counts: Counts) -> tuple[Bar, ...]:
    """Weaknesses, mixed and strengths as parts of one bar from 0 to 100."""
    total = counts.findings
    bars: list[Bar] = []
    start = 0
    for css, width in (("w", counts.weakness), ("m", counts.mixed), ("s", counts.strength)):
        if total:
            bars.append(Bar(css, round(100 * start / total, 2), round(100 * width / total, 2)))
        start += width
    return tuple(bars)


def heat(rate: float) -> int:
    """Return the shade, 0 to 4, of so many findings per hundred sentences."""
    return sum(rate > limit for limit in (0, 1, 3, 6))
