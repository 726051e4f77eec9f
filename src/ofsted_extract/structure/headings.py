"""What a heading or a paragraph's opening words say about their section."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from ofsted_extract.letter import Role
from ofsted_extract.resources import load_toml

CONTENTS = "contents"

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
_NUMBER = re.compile(r"^\d{1,2}(\.\d{1,2})*\.?\s+")
_GRADE = r"(outstanding|good|adequate|inadequate|requires? improvement( to be good)?|grade \d.*)"
_TRAILING_GRADE = re.compile(
    rf"\s*(?::|–|-|\bis that it|\bis|\bare|\bit)?\s*:?\s*(\bis\s+|\bare\s+)?{_GRADE}$"
)
_GRADE_ONLY = re.compile(
    _GRADE + r"|requires|improvement|to be good|be good|improvement to be good"
)


@dataclass(frozen=True, slots=True)
class HeadingMeaning:
    """What a known heading opens. ``role`` may be None where only area or subject is known."""

    role: Role | None
    is_contents: bool = False
    subject: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class ParagraphMeaning:
    """What a paragraph's first words say; see ``data/headings.toml``."""

    role: Role
    takes_list: bool
    takes_rest: bool


def normalise(text: str) -> str:
    """Return a heading's words for comparison: lower case, plain quotes, no closing marks."""
    text = text.translate(_QUOTES).lower().strip()
    return re.sub(r"\s+", " ", text).rstrip(" .:;–-0123456789" if not text.isdigit() else "")


@cache
def _tables() -> tuple[
    dict[str, HeadingMeaning], tuple[tuple[re.Pattern[str], HeadingMeaning], ...]
]:
    names: dict[str, HeadingMeaning] = {}
    patterns: list[tuple[re.Pattern[str], HeadingMeaning]] = []
    for row in load_toml("headings.toml")["heading"]:
        contents = row["role"] == CONTENTS
        meaning = HeadingMeaning(
            None if contents else Role(row["role"]), contents, row.get("subject", "authority")
        )
        names.update({normalise(name): meaning for name in row.get("names", ())})
        patterns.extend((re.compile(pattern), meaning) for pattern in row.get("patterns", ()))
    return names, tuple(patterns)


@cache
def _areas() -> tuple[tuple[str, str], ...]:
    """Return (normalised printed name, judgement id), longest names first."""
    pairs = [
        (normalise(name), row["id"])
        for row in load_toml("judgements.toml")["judgement"]
        for name in row["names"]
    ]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def _area_headings() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(pattern), row["id"])
        for row in load_toml("judgements.toml")["judgement"]
        for pattern in row.get("headings", ())
    )


@cache
def _paragraphs() -> tuple[tuple[re.Pattern[str], ParagraphMeaning], ...]:
    return tuple(
        (
            re.compile(pattern),
            ParagraphMeaning(Role(row["role"]), row.get("list", False), row.get("rest", False)),
        )
        for row in load_toml("headings.toml")["paragraph"]
        for pattern in row["patterns"]
    )


def judgement_area(text: str) -> str:
    """Return the judgement id whose printed name the heading contains, or ""."""
    plain = _NUMBER.sub("", normalise(text))
    for name, area in _areas():
        if plain.startswith(name) or f": {name}" in plain:
            return area
    for pattern, area in _area_headings():
        if pattern.fullmatch(plain):
            return area
    return ""


@lru_cache(maxsize=4096)
def heading_meaning(text: str) -> HeadingMeaning | None:
    """Return what a heading opens if it is a known one, else None."""
    names, patterns = _tables()
    plain = normalise(text)
    area = judgement_area(text)
    for candidate in (plain, _NUMBER.sub("", plain), _TRAILING_GRADE.sub("", plain)):
        if candidate in names:
            found = names[candidate]
            return HeadingMeaning(found.role, found.is_contents, found.subject, area)
    for pattern, meaning in patterns:
        if pattern.fullmatch(plain):
            return HeadingMeaning(meaning.role, meaning.is_contents, meaning.subject, area)
    if area and not _GRADE_ONLY.fullmatch(plain):
        subject = "lscb" if area == "lscb" else "authority"
        return HeadingMeaning(Role.FINDINGS, subject=subject, area=area)
    return None


@cache
def _any_paragraph() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in _paragraphs()))


@lru_cache(maxsize=64)
def has_grade(text: str) -> bool:
    """Return whether a heading ends in a grade ("...: requires improvement to be good")."""
    return _TRAILING_GRADE.search(normalise(text)) is not None


def is_grade_alone(text: str) -> bool:
    """Return whether a line is a grade and nothing else ("Requires improvement").

    >>> is_grade_alone("Requires improvement to be good"), is_grade_alone("Good practice")
    (True, False)
    """
    return re.fullmatch(_GRADE, normalise(text)) is not None


def paragraph_meaning(text: str) -> ParagraphMeaning | None:
    """Return what a paragraph is by its opening words, or None for an ordinary one."""
    plain = re.sub(r"\s+", " ", text.translate(_QUOTES).lower()).strip()
    if not _any_paragraph().match(plain):
        return None
    return next(meaning for pattern, meaning in _paragraphs() if pattern.match(plain))


@cache
def _name_words() -> tuple[str, ...]:
    return tuple(f" {name} " for name, _ in _areas())


@lru_cache(maxsize=256)
def is_judgement_row(text: str) -> bool:
    """Return whether a line is (part of) a row of a judgement table: a name, a grade or both."""
    plain = _NUMBER.sub("", normalise(text))
    if plain in {"judgement grade", "judgement", "grade"} or _GRADE_ONLY.fullmatch(plain):
        return True
    name = _TRAILING_GRADE.sub("", plain)
    name = re.sub(r"\s(requires|requires improvement|improvement|to be good)$", "", name)
    return bool(name) and any(f" {name} " in words for words in _name_words())
