"""Which sentences hold words whose sense turns on others: they get a table of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from ofsted_extract.classify.rules.cues import expand
from ofsted_extract.resources import load_toml

#: The groups: a word of negation (``scope.toml``), a measure of which more is better or worse
#: (``polarity.toml``).
POLARITY = ("negation", "measure")


def words_of_polarity(text: str) -> tuple[str, ...]:
    """Return the groups of which a sentence holds a word.

    >>> words_of_polarity("Caseloads have not risen.")
    ('negation', 'measure')
    >>> words_of_polarity("Plans are clear.")
    ()
    """
    return tuple(name for name in POLARITY if _pattern(name).search(text))


@cache
def _pattern(group: str) -> re.Pattern[str]:
    if group == "negation":
        return _any_of(load_toml("scope.toml")["negation"]["words"])
    words = load_toml("polarity.toml")["words"]
    return _any_of(
        whole for name in ("load", "gain") for word in words[name] for whole in expand(word)
    )


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    alternatives = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"\b(?:{alternatives})\b", re.IGNORECASE)
