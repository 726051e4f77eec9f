"""Where one sentence ends and the next begins, with the abbreviations of this field.

>>> split_sentences("Plans are clear. However, i.e. for some, reviews (s. 47) drift.")
('Plans are clear.', 'However, i.e. for some, reviews (s. 47) drift.')
"""

from __future__ import annotations

import re
from functools import cache

from ofsted_extract.resources import load_toml

#: A possible end: stop, closing quotes or brackets, white space, then what can begin a sentence.
#: Or a stop that lost the space behind it, or has it in front ("regular .Records").
_END = re.compile(
    r"[.!?]+[\"'’”)\]]*(\s+)(?=[\"'‘“(\[]*[A-Z0-9£])"
    r"|(?:(?<=[a-z]{2})|(?<=[a-z] ))[.!?]()(?=[A-Z][a-z]+[ ,])"
)
_LAST_WORD = re.compile(r"([A-Za-z](?:[A-Za-z.]*[A-Za-z])?)\.$")
_LONGEST_WORD = 24  # characters that are looked at for an abbreviation
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")
_WORD = re.compile(r"[\"'‘“(\[]*(\w+)")
_INITIAL = re.compile(r"(?:^|\s)[A-Z]\.$")


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(load_toml("abbreviations.toml")[kind])


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) offsets of the sentences of ``text``, white space left out."""
    spans = []
    start = 0
    for match in _END.finditer(text):
        gap = 1 if match[1] is not None else 2
        end = match.start(gap)
        if not _is_end(text[start:end], text[match.end() : match.end() + _LONGEST_WORD]):
            continue
        spans.append((start, end))
        start = match.end()
    spans.append((start, len(text)))
    return tuple(
        (first + len(part) - len(part.lstrip()), first + len(part.rstrip()))
        for first, last in spans
        if (part := text[first:last]).strip()
    )


def split_sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of ``text``."""
    return tuple(text[start:end] for start, end in sentence_spans(text))


def _is_end(sentence: str, following: str) -> bool:
    ending = sentence[-_LONGEST_WORD:]
    if not sentence.endswith("."):
        # a stop inside brackets or quotes ends the sentence only if they close with it
        return sentence.count("(") <= sentence.count(")")
    if _INITIAL.search(ending) and len(sentence) > 2:
        return False
    word = _LAST_WORD.search(ending)
    if word:
        last = word[1].lower()
        if last in _words("any") or (last in _words("before_number") and following[:1].isdigit()):
            return False
        if _DOTTED.fullmatch(last) and not _opens_sentence(following):  # "the U.K. Border Force"
            return False
    return sentence.count("(") <= sentence.count(")")


def _opens_sentence(following: str) -> bool:
    word = _WORD.match(following)
    return word is not None and word[1].lower() in _words("openers")
