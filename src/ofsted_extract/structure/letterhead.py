"""The letterhead of a letter, where a page's drawing order puts it behind the first page's text."""

from __future__ import annotations

from dataclasses import replace

from ofsted_extract.structure.furniture import Body, BodyLine
from ofsted_extract.structure.headings import is_salutation


def letterhead_first(body: Body) -> Body:
    """Return ``body`` with the lines that are printed above the salutation in front of it.

    Word draws the address and telephone lines of Ofsted's letters, which are printed beside and
    above the date, behind the first page's text; there they would break the sentence that runs
    on to the second page. Text has no such lines.
    """
    at = next((i for i, item in enumerate(body.lines) if is_salutation(item.words)), None)
    if at is None or not body.lines[at].has_layout:
        return body
    salutation = body.lines[at]
    above = [item for item in body.lines[at + 1 :] if _is_above(item, salutation)]
    if not above:
        return body
    moved = {id(item) for item in above}
    rest = [item for item in body.lines if id(item) not in moved]
    return replace(body, lines=(*above, *rest))


def _is_above(item: BodyLine, salutation: BodyLine) -> bool:
    return item.page == salutation.page and item.line.y > salutation.line.y + salutation.line.size
