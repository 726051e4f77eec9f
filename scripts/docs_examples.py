"""Griffe extension of the documentation site: an example in a docstring is shown as code."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

#: A doctest: a line with the prompt and all that follows up to an empty line.
_EXAMPLE = re.compile(r"^>>> .*(?:\n(?!\s*$).*)*", re.MULTILINE)


def fence_examples(docstring: str) -> str:
    """Return a docstring whose examples are fenced code blocks."""
    return _EXAMPLE.sub(lambda found: f"```pycon\n{found[0]}\n```", docstring)


class Examples(Extension):
    """Fences the examples of every docstring of the package."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        if obj.docstring is not None:
            obj.docstring.value = fence_examples(obj.docstring.value)
