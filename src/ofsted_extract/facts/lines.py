"""Small helpers on printed lines and words that the facts modules share."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ofsted_extract.letter import Line, RawLetter
from ofsted_extract.wording import straight

#: Lines of plain text that count as its first page: text has no pages.
_TEXT_HEAD = 60


def is_salutation(line: str) -> bool:
    """Tell whether a line greets somebody: "Dear Ms North", "Dear local partnership"."""
    return re.match(r"[#*\s]*Dear\s+\S", line) is not None


def joined(lines: Iterable[Line]) -> str:
    """Return the lines as one text; a hyphen at a line's end stays ("Stoke-on-" + "Trent")."""
    parts = []
    for line in lines:
        parts.append(line.text + ("-" if line.hyphenated else " "))
    return straight("".join(parts))


def head_lines(raw: RawLetter) -> tuple[Line, ...]:
    """Return the lines that carry title, dates and names: page 1, or the first lines of a text."""
    if not raw.pages:
        return ()
    lines = raw.pages[0].lines
    return lines if raw.pages[0].has_layout else lines[:_TEXT_HEAD]


def words_pattern(phrase: str) -> str:
    """Return a pattern for ``phrase`` that allows any blanks, quotes, hyphens and "&" for "and"."""
    tokens = re.findall(r"[^\W_]+|'", straight(phrase))
    pattern = ""
    for token in tokens:
        if token == "'":
            pattern += "['’]?"
            continue
        separator = "" if not pattern or pattern.endswith("?") else r"[\s,.\-‐‑]+"
        pattern += separator + ("(?:and|&)" if token.lower() == "and" else re.escape(token))
    return pattern
