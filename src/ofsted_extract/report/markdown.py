"""Text of letters inside Markdown: always words, never marks, HTML or a table's border."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\\*_`\[\]<>#|~]|&(?=#|\w+;)")
#: What would open a list, a heading's underline or a quotation where a line begins.
_OPENS = re.compile(r"^(?:[-+=](?=[-=\s]|$)|\d+(?=[.)](?:\s|$)))")


def escaped(text: str) -> str:
    r"""Return ``text`` on one line, so that Markdown shows it as it stands.

    >>> print(escaped("a *plan* <b>"))
    a \*plan\* \<b\>
    """
    line = _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
    opens = _OPENS.match(line)
    if not opens:
        return line
    # of "1." the sign is escaped: a backslash before a figure would be shown
    return f"{opens[0]}\\{line[opens.end() :]}" if opens[0][0].isdigit() else f"\\{line}"
