"""Find labelled sentences in a letter as the structure stage reads it.

Both sides are reduced to letters and digits, so that hyphens, quotes, line ends and the bounds of
sentences do not matter: the units of a letter make one long stream, a label names a stretch of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ofsted_extract.labels import ANCHOR, Label, anchor, letters

#: How far, in letters, a label may lie from where its neighbours suggest.
REACH = 2500
SHORT_REACH = 400


@dataclass(frozen=True, slots=True)
class LabelPlace:
    """A label and the letters ``start`` to ``end`` of the stream that it is about."""

    label: Label
    start: int
    end: int


class Stream:
    """The letters of all units of a letter in order.

    ``starts`` are the offsets of the units in ``text``, with the length of ``text`` at the end.
    """

    def __init__(self, units: Sequence[str]) -> None:
        keys = [letters(unit) for unit in units]
        self.text = "".join(keys)
        self.starts = [0]
        for key in keys:
            self.starts.append(self.starts[-1] + len(key))
        self._anchors: dict[str, list[int]] = defaultdict(list)
        for offset in range(len(self.text) - ANCHOR + 1):
            self._anchors[anchor(self.text[offset : offset + ANCHOR])].append(offset)

    def locate(self, labels: Sequence[Label]) -> list[LabelPlace]:
        """Return the places of those labels that are found, in order of stretch and number."""
        places = []
        for _, group in groupby(labels, key=lambda label: label.stretch):
            stretch = sorted(group, key=lambda label: label.number)
            sure = dict(
                _rising(
                    [
                        (label.number, found[0])
                        for label in stretch
                        if label.length >= ANCHOR
                        and len(found := self._anchors.get(label.head, [])) == 1
                    ]
                )
            )
            last = min(sure.values(), default=0)
            for label in stretch:
                start = sure.get(label.number)
                if start is None:
                    start = self._nearest(label, last)
                if start is not None:
                    end = self._end(label, start)
                    places.append(LabelPlace(label, start, end))
                    last = end
        return places

    def _nearest(self, label: Label, expected: int) -> int | None:
        if label.length >= ANCHOR:
            found = self._anchors.get(label.head, [])
            reach = REACH
            if not found:  # a torn beginning: go by the end
                tails = self._anchors.get(label.tail, [])
                found = [max(0, tail + ANCHOR - label.length) for tail in tails]
        else:
            reach = SHORT_REACH
            around = range(max(0, expected - 50), min(len(self.text), expected + reach))
            found = [at for at in around if anchor(self.text[at : at + label.length]) == label.head]
        best = min(found, key=lambda at: abs(at - expected), default=None)
        return best if best is not None and abs(best - expected) <= reach else None

    def _end(self, label: Label, start: int) -> int:
        expected = start + label.length
        if label.length < ANCHOR:
            return expected
        ends = [tail + ANCHOR for tail in self._anchors.get(label.tail, []) if tail >= start]
        best = min(ends, key=lambda end: abs(end - expected), default=expected)
        return best if abs(best - expected) <= max(60, label.length // 2) else expected

    def covering(self, place: LabelPlace) -> int:
        """Return the unit that covers most of a place."""
        first = bisect_right(self.starts, place.start) - 1
        best, most = first, 0
        for unit in range(first, len(self.starts) - 1):
            if self.starts[unit] >= place.end:
                break
            shared = min(self.starts[unit + 1], place.end) - max(self.starts[unit], place.start)
            if shared > most:
                best, most = unit, shared
        return best


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of ``pairs`` whose second numbers rise: what is out of order goes."""
    chains: list[list[tuple[int, int]]] = []
    for pair in pairs:
        before = max((chain for chain in chains if chain[-1][1] < pair[1]), key=len, default=[])
        chains.append([*before, pair])
    return max(chains, key=len, default=[])


#: A unit takes a label that covers at least this share of its letters.
SHARE = 0.6


def unit_labels(stream: Stream, places: Sequence[LabelPlace]) -> dict[int, list[Label]]:
    """Return the labels of each labelled unit.

    A unit has several labels where one unit of the letter is several of the annotator's; one that
    is mostly unlabelled has none.
    """
    covered: dict[int, list[tuple[int, Label]]] = defaultdict(list)
    for place in places:
        unit = max(0, bisect_right(stream.starts, place.start) - 1)
        while unit < len(stream.starts) - 1 and stream.starts[unit] < place.end:
            shared = min(stream.starts[unit + 1], place.end) - max(stream.starts[unit], place.start)
            if shared > 0:
                covered[unit].append((shared, place.label))
            unit += 1
    labelled = {}
    for unit, parts in covered.items():
        size = stream.starts[unit + 1] - stream.starts[unit]
        if sum(shared for shared, _ in parts) >= SHARE * size:
            labelled[unit] = [label for shared, label in parts if shared >= 0.25 * size]
    return {unit: labels for unit, labels in labelled.items() if labels}
