"""Sentences of our own whose sense turns on a small word, for training (polarity_sentences.toml).

Letters say a hundred times "not consistently" for once "children do not wait"; a network that reads
only letters learns that "not" is bad. These sentences come in pairs and tell it otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

_SLOT = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Flipped:
    """A sentence with the codes of its finding and of its change."""

    text: str
    finding: str
    progress: str


def flipped_sentences(table: Mapping[str, Any], seed: int) -> list[Flipped]:
    """Return the sentences of ``data/polarity_sentences.toml``; the same seed gives the same.

    Raises
    ------
    KeyError
        if a template names a slot that there is not

    """
    random = np.random.default_rng(seed)
    return [
        Flipped(text, template["finding"], template["progress"])
        for template in table["template"]
        for text in _drawn(template["text"], table["slots"], table["times"], random)
    ]


def _drawn(
    template: str, slots: Mapping[str, list[str]], times: int, random: np.random.Generator
) -> Iterator[str]:
    """Yield up to ``times`` sentences of a template, no two alike."""
    choices = [name.split("|") if "|" in name else slots[name] for name in _SLOT.findall(template)]
    seen = set()
    for _ in range(times):
        text = template
        for words in choices:
            text = _SLOT.sub(str(random.choice(words)), text, count=1)
        text = " ".join(text.split()).replace(" .", ".")
        if text not in seen:
            seen.add(text)
            yield text[0].upper() + text[1:]
