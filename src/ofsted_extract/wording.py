"""Words made comparable: quotes, spaces, case and punctuation differ between letters."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")


def straight(text: str) -> str:
    """Return ``text`` with straight apostrophes and single spaces; its letters keep their case.

    >>> straight("The  child’s plan")
    "The child's plan"
    """
    return " ".join(text.replace("’", "'").replace("‘", "'").split())


def plain(text: str) -> str:
    """Return the words of ``text`` in lower case, without punctuation.

    >>> plain("King’s Lynn, West-Norfolk")
    'kings lynn west norfolk'
    """
    return " ".join(_WORD.findall(straight(text).replace("'", "").lower()))


def shorten(text: str, longest: int) -> str:
    """Return ``text``, cut after a word with an ellipsis if longer than ``longest`` characters.

    >>> shorten("Plans are clear, and reviews are timely.", 20)
    'Plans are clear …'
    """
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(",;:– ") + " …"
