"""What is better up and what is better down: verdicts from forms of ``data/polarity.toml``.

A sentence becomes a string with one letter per word or phrase: the letter of its class, "." for a
word of none, "," for what joins and "|" for what ends a clause. The forms are regular expressions
over such strings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ofsted_extract.classify.rules.matching import Hit

_OTHER, _JOINT, _BREAK = ".", ",", "|"
_FIRST_LETTER = ord("A")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a form found in a sentence says, and its words as token bounds.

    ``progress`` is empty where the form does not tell whether something changed.
    ``certain``: it decides whatever the model says (measured, see the data file).
    """

    pattern: str
    finding: Literal["strength", "weakness"]
    progress: str
    certain: bool
    words: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A form as a regular expression over class letters, and what it says."""

    name: str
    form: re.Pattern[str]
    finding: Literal["strength", "weakness"]
    progress: str


def class_letters(words: Mapping[str, Any]) -> dict[str, str]:
    """Return a letter for each class of words, in the order of the data file."""
    return {name: chr(_FIRST_LETTER + number) for number, name in enumerate(words)}


def compile_form(form: str, letters: Mapping[str, str]) -> re.Pattern[str]:
    r"""Return the regular expression of a form; the data file says what a form may hold.

    Raises
    ------
    KeyError
        if it names a class that there is not

    >>> compile_form("no ~2 harm+", {"no": "A", "harm": "B"}).pattern
    '[A]\\.{0,2}[B](?:,+[B])*'

    """
    parts = []
    for term in form.split():
        if term == "^":
            parts.append(r"(?:^|(?<=[|]))")
        elif term.startswith("~"):
            parts.append(rf"\.{{0,{int(term[1:])}}}")
        else:
            some = f"[{''.join(letters[name] for name in term.rstrip('+').split('|'))}]"
            parts.append(some + (rf"(?:,+{some})*" if term.endswith("+") else ""))
    return re.compile("".join(parts))


class PolarityRule:
    """The forms, ready for sentences.

    Parameters
    ----------
    table
        ``data/polarity.toml``
    breaks, joints, doubts
        its lists of these names, as hashes of token norms

    """

    def __init__(
        self,
        table: Mapping[str, Any],
        breaks: frozenset[int],
        joints: frozenset[int],
        doubts: frozenset[int],
    ) -> None:
        letters = class_letters(table["words"])
        self._letters = "".join(letters.values())
        self._patterns = [
            Pattern(
                row["name"],
                compile_form(row["form"], letters),
                row["finding"],
                row.get("progress", ""),
            )
            for row in table["pattern"]
        ]
        self._marks = dict.fromkeys(joints, _JOINT) | dict.fromkeys(breaks, _BREAK)
        self._doubts = doubts
        self._opening = re.compile(rf"[{_OTHER}{_JOINT}]{{0,{int(table['opening'])}}}")

    def __call__(
        self, bounds: tuple[int, int], hits: Sequence[Hit], norms: Sequence[int]
    ) -> tuple[Verdict, ...]:
        """Return the verdicts of the sentence between ``bounds``, in the order of its words.

        ``norms`` are those of the whole Doc.
        """
        if len(hits) < 2:  # no form has a single word
            return ()
        text, starts = self._spelt(bounds, hits, norms)
        found = [
            (pattern, match.start(), match.end())
            for pattern in self._patterns
            for match in pattern.form.finditer(text)
        ]
        if not found:
            return ()
        agreed = len({pattern.finding for pattern, _, _ in found}) == 1
        clear = agreed and self._doubts.isdisjoint(norms[bounds[0] : bounds[1]])
        return tuple(
            Verdict(
                pattern.name,
                pattern.finding,
                pattern.progress,
                clear and self._opening.fullmatch(text, 0, first) is not None,
                (starts[first], starts[last]),
            )
            for pattern, first, last in sorted(found, key=lambda one: one[1:])
        )

    def _spelt(
        self, bounds: tuple[int, int], hits: Sequence[Hit], norms: Sequence[int]
    ) -> tuple[str, list[int]]:
        """Return the sentence in letters, and the first token of each (and where it ends)."""
        at = {first: (last, value) for first, last, value in hits}
        text, starts = [], []
        token = bounds[0]
        while token < bounds[1]:
            starts.append(token)
            if token in at:
                token, number = at[token]
                text.append(self._letters[number])
            else:
                text.append(self._marks.get(norms[token], _OTHER))
                token += 1
        return "".join(text), [*starts, bounds[1]]
