"""What a text is about, as countable features: word stems, pairs of them, and subjects.

A subject is one thing under several names ("MASH", "front door", "contacts and referrals"), and so
is a group of children ("care leavers", "care-experienced young people"); which names belong
together stands in ``data/followup_words.toml``, to be read and corrected there, with the terms of
law whose words mean something else when they stand alone ("supervision order").
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from ofsted_extract.resources import load_toml

_WORD = re.compile(r"[a-z][a-z’']*[a-z]|\d+")
_JOIN = re.compile(r"(?:,|;)?\s+(?:and|as well as)\s+|;\s+")
_BRACKETED = re.compile(r"\((?:outcome|enabler|principle)[^)]*\)", re.IGNORECASE)
#: Endings that are cut, longest first, and how much of a word has to remain.
_ENDINGS = (
    "isations", "ization", "isation", "ements", "ations", "ically", "nesses", "ings", "ment",
    "ness", "ance", "ence", "ent", "able", "ible", "ally", "ates", "ated", "ions", "ing", "ion",
    "ies", "ity", "ely", "ers", "ed", "er", "es", "ly", "al", "or", "s", "e", "y",
)  # fmt: skip
_SHORTEST_STEM = 4
#: Prefixes that keep the kinds of features apart.
SUBJECT, GROUP, PAIR = "=", "@", "+"


def features(text: str) -> tuple[str, ...]:
    """Return the features of ``text``, each once, in no particular order.

    >>> sorted(features("The MASH responds to referrals."))
    ['+mash respond', '+respond refer', '=front_door', 'mash', 'refer', 'respond']
    """
    plain = _BRACKETED.sub(" ", text.lower().replace("'", "’"))
    terms = [name for name, pattern in _named("term") if pattern.search(plain)]
    for _, pattern in _named("term"):
        plain = pattern.sub(" ", plain)
    stems = [stem(word) for word in _WORD.findall(plain.replace("’s", "")) if word not in _stop()]
    pairs = [f"{PAIR}{first} {second}" for first, second in pairwise(stems)]
    found = [
        name
        for name, pattern in (*_named("subject"), *_named("group"))
        if pattern.search(plain)
    ]
    return tuple(dict.fromkeys([*stems, *pairs, *terms, *found]))


def parts(text: str) -> tuple[str, ...]:
    """Return the things that a request asks for at once: itself where it is one.

    >>> parts("The quality of pathway plans and the stability of placements.")
    ('The quality of pathway plans', 'the stability of placements.')
    >>> parts("The quality and timeliness of assessments.")
    ('The quality and timeliness of assessments.',)
    """
    found = [part.strip() for part in _JOIN.split(text)]
    subjects = [frozenset(name for name in features(part) if name[0] == SUBJECT) for part in found]
    # each part has to name a matter that no other part names; else it is one request in more words
    apart = all(
        own - frozenset[str]().union(*subjects[:at], *subjects[at + 1 :])
        for at, own in enumerate(subjects)
    )
    return tuple(found) if len(found) > 1 and apart else (text,)


def stem(word: str) -> str:
    """Return ``word`` without its ending, cut once more where an ending is left.

    >>> [stem(word) for word in ("assessments", "assessing", "planned", "plans", "delay")]
    ['assess', 'assess', 'plan', 'plan', 'dela']
    """
    for _ in range(2):
        for ending in _ENDINGS:
            kept = word.removesuffix(ending)
            if kept != word and len(kept) >= _SHORTEST_STEM and not word.endswith("ss"):
                word = kept
                break
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] != "s" else word


@cache
def _stop() -> frozenset[str]:
    return frozenset(load_toml("followup_words.toml")["stop"]["words"].split())


@cache
def _named(table: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Names and expressions of one table of the file."""
    prefix = GROUP if table == "group" else SUBJECT
    return tuple(
        (prefix + name, re.compile(r"\b(?:" + "|".join(words).replace(" ", r"[\s-]") + ")"))
        for name, words in load_toml("followup_words.toml")[table].items()
    )
