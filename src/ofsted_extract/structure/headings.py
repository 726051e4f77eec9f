"""What a heading or a paragraph's opening words say about their section."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from ofsted_extract.letter import Role
from ofsted_extract.resources import load_toml

CONTENTS = "contents"

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
_NUMBER = re.compile(r"^\d{1,2}(\.\d{1,2})*\.?\s+")
#: "Annex", "Annex A: areas for improvement"; "Annex A sets out" is running text.
_ANNEX = re.compile(r"(?:annexe?|appendix)(?: [a-z0-9]{1,3})?(?:$|\s?[:.–—-]\s?)")
_SALUTATION_WORDS = 12
_GRADE = r"(outstanding|good|adequate|inadequate|requires? improvement( to be good)?|grade \d.*)"
_TRAILING_GRADE = re.compile(
    rf"\s*(?::|–|-|\bis that it|\bis|\bare|\bit)?\s*:?\s*(\bis\s+|\bare\s+)?{_GRADE}$"
)
_GRADE_ONLY = re.compile(
    _GRADE + r"|requires|improvement|to be good|be good|improvement to be good"
)


@dataclass(frozen=True, slots=True)
class HeadingMeaning:
    """What a known heading opens; see ``data/headings.toml``.

    ``role`` may be None where only area or subject is known. ``bullets`` is what the section's
    bullets are, where that is not its role. ``keeps_area``: a heading such as "Summary", which
    stays within the judgement that the heading before named.
    """

    role: Role | None
    is_contents: bool = False
    subject: str = ""
    area: str = ""
    bullets: Role | None = None
    keeps_area: bool = False


@dataclass(frozen=True, slots=True)
class ParagraphMeaning:
    """What a paragraph's first words say; see ``data/headings.toml``."""

    role: Role
    takes_list: bool = False
    takes_rest: bool = False
    closes: bool = False
    introduces: bool = False
    by_sentence: bool = False


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
            None if contents else Role(row["role"]),
            contents,
            row.get("subject", "authority"),
            bullets=Role(row["bullets"]) if "bullets" in row else None,
            keeps_area=row.get("keeps_area", False),
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
            ParagraphMeaning(
                Role(row["role"]),
                row.get("list", False),
                row.get("rest", False),
                row.get("closes", False),
                row.get("introduction", False),
                row.get("sentence", False),
            ),
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
            return replace(names[candidate], area=area)
    annexed = _ANNEX.match(plain)
    if annexed:
        return heading_meaning(text[annexed.end() :]) or HeadingMeaning(Role.FINDINGS)
    for pattern, meaning in patterns:
        if pattern.fullmatch(plain):
            return replace(meaning, area=area)
    if area and not _GRADE_ONLY.fullmatch(plain):
        subject = "lscb" if area == "lscb" else "authority"
        return HeadingMeaning(Role.FINDINGS, subject=subject, area=area)
    return None


@cache
def _any_paragraph(introduction: bool) -> re.Pattern[str]:
    patterns = [
        pattern.pattern
        for pattern, meaning in _paragraphs()
        if introduction or not meaning.introduces
    ]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


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


def paragraph_meaning(text: str, *, introduction: bool = False) -> ParagraphMeaning | None:
    """Return what a paragraph is by its opening words, or None for an ordinary one.

    ``introduction``: the paragraph is part of a letter's introduction.
    """
    plain = re.sub(r"\s+", " ", text.translate(_QUOTES).lower()).strip()
    if not _any_paragraph(introduction).match(plain):
        return None
    return next(
        (
            meaning
            for pattern, meaning in _paragraphs()
            if (introduction or not meaning.introduces) and pattern.match(plain)
        ),
        None,
    )


@cache
def _form() -> re.Pattern[str]:
    patterns = [
        pattern.pattern
        for pattern, meaning in _paragraphs()
        if meaning.closes or meaning.takes_rest
    ]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def begins_form(text: str) -> bool:
    """Return whether a line opens what closes a letter: the next visit, the signature, copies."""
    return _form().match(text.translate(_QUOTES).lower()) is not None


@lru_cache(maxsize=256)
def is_salutation(text: str) -> bool:
    """Return whether a line or block is a letter's salutation.

    >>> is_salutation("Dear Ms Ward"), is_salutation("The council holds its children dear")
    (True, False)
    """
    words = len(text.split())
    return words <= _SALUTATION_WORDS and text[:5].lower() in {"dear ", "dear,"}


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
