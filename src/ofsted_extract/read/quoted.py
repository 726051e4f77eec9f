"""A letter pasted from an e-mail: the marks of quoting and the header lines go."""

from __future__ import annotations

import re

_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)+")
#: Fewer lines that begin with ">" are a list with that bullet.
_QUOTED_LINES = 5
_HEADER = re.compile(
    r"\*?(From|Sent|Date|To|Cc|Bcc|Subject|Reply-To|Attachments?|Importance)\*?\s*:(?:\s|$)",
    re.IGNORECASE,
)
_HEADERS_NEEDED = 3
_FORWARDED = re.compile(
    r"[-_ ]{4,}\s*(original message|forwarded message)\s*[-_ ]{4,}|begin forwarded message:"
    r"|on .{6,80} wrote:",
    re.IGNORECASE,
)


def without_quoting(text: str) -> str:
    """Return ``text`` without ``> `` before its lines and without blocks of e-mail headers.

    A list whose bullet is ">" stays: quoting marks paragraph after paragraph, blank lines too.
    """
    lines = text.split("\n")
    quoted = [bool(_QUOTE.match(line)) for line in lines]
    if sum(quoted) >= _QUOTED_LINES and any(line.strip() in {">", ">>"} for line in lines):
        lines = [_QUOTE.sub("", line, count=1) for line in lines]
    return "\n".join(_without_headers(lines))


def _without_headers(lines: list[str]) -> list[str]:
    kept: list[str] = []
    index = 0
    while index < len(lines):
        end = index
        names = set()
        while end < len(lines) and (match := _HEADER.match(lines[end].strip())):
            names.add(match[1].lower())
            end += 1
        is_block = len(names) >= _HEADERS_NEEDED and "from" in names
        if is_block:
            index = end
        elif _FORWARDED.fullmatch(lines[index].strip()):
            index += 1
        else:
            kept.append(lines[index])
            index += 1
    return kept
