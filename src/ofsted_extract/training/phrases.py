"""Phrases that inspection reports repeat, each made one word piece: a third fewer pieces to read.

"Children in care", "the local authority", "has not been" are a piece each. Neighbouring pieces are
joined, commonest pairs first, in rounds (byte-pair encoding, Sennrich et al. 2016, but over words);
what the rounds end with is counted again as the tokenizer finds it, the longest phrase first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from tokenizers import AddedToken, Tokenizer

from ofsted_extract.classify.model.wordpieces import normalised

#: Least occurrences of a pair for it to be joined, round by round.
_ROUNDS = (150, 120, 90, 70, 50, 40, 30)
#: Most pairs joined in a round.
_PAIRS = 4000
#: A phrase that is found less often in the end is let go.
_TIMES = 25
#: Most words of a phrase: a vocabulary holds turns of speech, never a sentence of a report.
_WORDS = 4

_LETTERS = re.compile(r"(##)?[a-z']+")
_PHRASE = re.compile(r"[a-z][a-z' ]*[a-z]")
_SPACED_APOSTROPHE = re.compile(r" ' (s|t|re|ve)\b")

Sequences = list[list[int]]


def with_phrases(pieces_json: str, texts: Sequence[str]) -> tuple[str, list[list[int]]]:
    """Return a tokenizer (JSON) that knows the phrases of ``texts``, and what its pieces are of.

    The second result holds for each piece its numbers in the old tokenizer: its own, or those that
    the phrase was made of.
    """
    old = Tokenizer.from_str(pieces_json)
    plain_texts = [normalised(text) for text in texts]
    phrases = _candidates(old, plain_texts)
    for _ in range(2):
        new = _add(pieces_json, phrases)
        found: Counter[int] = Counter()
        for encoding in new.encode_batch(plain_texts, add_special_tokens=False):
            found.update(encoding.ids)
        phrases = [p for p in phrases if found[new.token_to_id(p) or 0] >= _TIMES]
    new = _add(pieces_json, phrases)
    size = old.get_vocab_size()
    parts = [[number] for number in range(size)]
    for number in range(size, new.get_vocab_size()):
        name = new.id_to_token(number)
        assert name is not None
        parts.append(old.encode(name, add_special_tokens=False).ids)
    return new.to_str(), parts


def _add(pieces_json: str, phrases: Sequence[str]) -> Tokenizer:
    tokenizer = Tokenizer.from_str(pieces_json)
    tokenizer.add_tokens(
        [
            AddedToken(phrase, single_word=True, normalized=True)
            for phrase in phrases
            if tokenizer.token_to_id(phrase) is None
        ]
    )
    return tokenizer


def _candidates(tokenizer: Tokenizer, texts: Sequence[str]) -> list[str]:
    names = {number: name for name, number in tokenizer.get_vocab().items()}
    joinable = {number for number, name in names.items() if _LETTERS.fullmatch(name)}
    first_new = len(names)
    encoded = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    sequences = [list(encoding.ids) for encoding in encoded]
    for least in _ROUNDS:
        pairs = [pair for pair in _commonest(sequences, joinable, least) if _short(names, pair)]
        joined = {}
        for first, second in pairs:
            joined[first, second] = number = len(names)
            tail = names[second]
            gap = "" if tail.startswith("##") else " "
            names[number] = names[first] + gap + tail.removeprefix("##")
            joinable.add(number)
        rank = {pair: place for place, pair in enumerate(pairs)}
        sequences = [_join(sequence, joined, rank) for sequence in sequences]
    found = Counter(number for sequence in sequences for number in sequence)
    phrases = {
        _spelt(names[number])
        for number, times in found.items()
        if number >= first_new and times >= _TIMES and "##" not in names[number]
    }
    return sorted(phrase for phrase in phrases if _PHRASE.fullmatch(phrase))


def _short(names: dict[int, str], pair: tuple[int, int]) -> bool:
    words = " ".join(names[number] for number in pair).replace(" ##", "")
    return len(_spelt(words).split()) <= _WORDS


def _commonest(sequences: Sequences, joinable: set[int], least: int) -> list[tuple[int, int]]:
    counts: Counter[tuple[int, int]] = Counter()
    for sequence in sequences:
        counts.update(
            pair for pair in pairwise(sequence) if pair[0] in joinable and pair[1] in joinable
        )
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_PAIRS]
    return [pair for pair, times in ranked if times >= least]


def _join(
    sequence: list[int], joined: dict[tuple[int, int], int], rank: dict[tuple[int, int], int]
) -> list[int]:
    """Join the pairs of a sequence; where two overlap, the commoner one."""
    result = []
    place, last = 0, len(sequence) - 1
    never = len(rank)
    while place <= last:
        pair = (sequence[place], sequence[min(place + 1, last)])
        here = rank.get(pair, never) if place < last else never
        following = (
            rank.get((sequence[place + 1], sequence[place + 2]), never)
            if place + 2 <= last
            else never
        )
        if here == never or following < here:
            result.append(sequence[place])
            place += 1
        else:
            result.append(joined[pair])
            place += 2
    return result


def _spelt(name: str) -> str:
    """Return joined pieces as a text has them: no apostrophe stands apart, none at an end."""
    text = _SPACED_APOSTROPHE.sub(r"'\1", name)
    text = re.sub(r"^' (s )?", "", re.sub(r" '$", "", text))
    return text.replace(" ' ", "' ").strip()
