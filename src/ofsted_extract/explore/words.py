"""What a text is about, as countable features: word stems, pairs of them, and subjects.

A subject is one thing under several names ("MASH", "front door", "contacts and referrals"), and so
is a group of children ("care leavers", "care-experienced young people"); which names belong
together stands in ``data/followup_words.toml``, to be read and corrected there, with the terms of
law whose words mean something else when they stand alone ("supervision order").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
#: So many letters of a word tell which expressions are worth trying.
_START = 3
_START_OF_WORD = re.compile(rf"\b[a-z0-9]{{{_START}}}")
_PLAIN_START = re.compile(rf"[a-z0-9]{{{_START}}}(?![?*{{|])")
#: Prefixes that keep the kinds of features apart.
SUBJECT, GROUP, PAIR = "=", "@", "+"


def features(text: str) -> tuple[str, ...]:
    """Return the features of ``text``, each once, in no particular order.

    >>> sorted(features("The MASH responds to referrals."))
    ['+mash respond', '+respond refer', '=front_door', 'mash', 'refer', 'respond']
    """
    plain = _BRACKETED.sub(" ", text.lower().replace("'", "’"))
    terms = _named_in("term", plain)
    for name in terms:
        plain = _named("term")[name].expression.sub(" ", plain)
    words = _WORD.findall(plain.replace("’s", ""))
    stems = [stem(word) for word in words if word not in _stop()]
    pairs = [f"{PAIR}{first} {second}" for first, second in pairwise(stems)]
    found = [*terms, *_named_in("subject", plain), *_named_in("group", plain)]
    return tuple(dict.fromkeys([*stems, *pairs, *found]))


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


@cache
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


@dataclass(frozen=True, slots=True)
class _Named:
    """One name of the file; ``starts`` are the letters that a word of it begins with, if known."""

    expression: re.Pattern[str]
    starts: frozenset[str] | None


@cache
def _named(table: str) -> dict[str, _Named]:
    """Names and expressions of one table of the file."""
    prefix = GROUP if table == "group" else SUBJECT
    return {
        prefix + name: _Named(
            re.compile(r"\b(?:" + "|".join(words).replace(" ", r"[\s-]") + ")"), _starts(words)
        )
        for name, words in load_toml("followup_words.toml")[table].items()
    }


def _named_in(table: str, plain: str) -> list[str]:
    """Names of a table that the text has; an expression is only tried where a word begins so."""
    begins = {word[:_START] for word in _START_OF_WORD.findall(plain)}
    return [
        name
        for name, named in _named(table).items()
        if (named.starts is None or not named.starts.isdisjoint(begins))
        and named.expression.search(plain)
    ]


def _starts(expressions: list[str]) -> frozenset[str] | None:
    found = [_PLAIN_START.match(each) for each in expressions]
    return frozenset(each[0] for each in found if each) if all(found) else None
