"""Web pages saved as HTML: the article with its headings and lists, and none of the furniture.

selectolax reads the markup as a browser does (it is here already, for the site's pages); nothing
that a page names is ever fetched, and no script of it runs. What of a page is furniture is told in
``data/html_furniture.toml``. Libraries that find the article by scoring text (trafilatura) bring
twelve packages and drop short items, which are what an inspector's list of improvements is made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ofsted_extract.letter import Line, Page
from ofsted_extract.read.limits import Limits
from ofsted_extract.read.readers import Reading, Request
from ofsted_extract.read.text import decode
from ofsted_extract.resources import load_toml

_BULLET = "•"
#: An element holds the article if it holds this many words, and this share of the page's.
_ENOUGH_WORDS, _ENOUGH_SHARE = 100, 0.4
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD = {"b", "strong"}
#: Elements that break the running text (HTML Standard, section 15.3.3, flow content).
_BLOCKS = _HEADINGS.keys() | frozenset(
    """
    address article blockquote body center dd details div dl dt fieldset figcaption header hr html
    li main ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905 - read as words
)
_ENCODING = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SMALL_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_BLANK = Line("")
#: The longest a cell of a table may be in words for its row to be one line.
_ROW_WORDS = 30
#: Elements within elements that a page may have; no article needs a tenth.
_DEEPEST = 400


def read(data: bytes, request: Request) -> Reading:
    """Read a web page.

    Raises
    ------
    DocumentError
        ``too_large`` for more characters than ``limits`` allows.

    """
    return Reading((page_of(_decoded(data), request.limits),), "html")


def page_of(markup: str, limits: Limits) -> Page:
    """Return the article in ``markup`` as one page; raises as `read` does."""
    tree = LexborHTMLParser(markup)
    body = tree.body
    lines: list[Line] = []
    if body is not None:
        _drop_furniture(body)
        lines = list(_lines(_article(body)))
        headline = body.css_first("h1")
        if headline is not None and lines and not any(line.heading_level == 1 for line in lines):
            lines.insert(0, Line(_words(headline.text()), bold=True, heading_level=1))
    limits.check_characters(sum(len(line.text) for line in lines), 1)
    spaced = (part for line in lines if line.text for part in (line, _BLANK))
    return Page(1, tuple(spaced))


def _decoded(data: bytes) -> str:
    """Return the markup, decoded as its first bytes or its own words say, else as text is."""
    named = _ENCODING.search(data[:2048])
    if named is not None and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode(named[1].decode("ascii")).encode()
        except (LookupError, UnicodeDecodeError):
            return decode(data)
    return decode(data)


@cache
def _furniture() -> tuple[str, frozenset[str], tuple[str, ...]]:
    rules = load_toml("html_furniture.toml")
    return ", ".join(rules["drop"]), frozenset(rules["names"]), tuple(rules["article"])


def _drop_furniture(body: LexborNode) -> None:
    selectors, names, _ = _furniture()
    for node in body.css(selectors):
        node.decompose()
    for node in body.css("[class], [id]"):
        attributes = node.attributes
        named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
        if node.tag not in {"main", "article"} and names.intersection(re.split(r"[\s_-]+", named)):
            node.decompose()


def _article(body: LexborNode) -> LexborNode:
    """Return the element that holds the article; the whole body where none stands out."""
    words = len(body.text(separator=" ").split())
    for selector in _furniture()[2]:
        best = max(
            body.css(selector), key=lambda node: len(node.text(separator=" ").split()), default=None
        )
        if best is not None:
            count = len(best.text(separator=" ").split())
            if count >= _ENOUGH_WORDS and count >= words * _ENOUGH_SHARE:
                return best
    return body


class _Text:
    """Running text that is being put together."""

    def __init__(self, prefix: str = "", level: int = 0) -> None:
        self.prefix, self.level = prefix, level
        self._parts: list[str] = []
        self._is_bold = True

    @property
    def is_empty(self) -> bool:
        return not any(map(str.strip, self._parts))

    @property
    def is_broken(self) -> bool:
        """Whether a line break is the last that came."""
        return next((part for part in reversed(self._parts) if part.strip(" \t")), "") == "\n"

    def add(self, text: str, bold: bool) -> None:
        self._parts.append(text)
        self._is_bold = self._is_bold and (bold or not text.strip())

    def line(self) -> Line:
        text = _words("".join(self._parts))
        if not text:
            return _BLANK
        return Line(f"{self.prefix}{text}", bold=self._is_bold, heading_level=self.level)


def _lines(node: LexborNode) -> Iterator[Line]:
    """Yield the paragraphs, headings, items and rows below ``node``."""
    holder = [_Text()]
    yield from _walk(node, holder, 0, False)
    yield holder[0].line()


def _walk(node: LexborNode, holder: list[_Text], depth: int, bold: bool) -> Iterator[Line]:
    """Yield what is complete; ``holder`` has the one text that is not."""
    if depth > _DEEPEST:
        return
    number = _start(node) - 1
    child = node.child
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            holder[0].add(child.text_content or "", bold)
        elif tag == "br":
            if holder[0].is_broken:  # two of them part paragraphs
                yield holder[0].line()
                holder[0] = _Text()
            holder[0].add("\n", True)
        elif tag == "tr" and (row := _row(child)) is not None:
            yield holder[0].line()
            holder[0] = _Text()
            yield row
        elif tag in _BLOCKS:
            # what opens an item keeps its glyph or number
            prefix = holder[0].prefix if holder[0].is_empty else ""
            yield holder[0].line()
            if tag == "li":
                number += 1
                prefix = f"{number}. " if node.tag == "ol" else f"{_BULLET} "
            holder[0] = _Text(prefix, _HEADINGS.get(tag, 0))
            yield from _walk(child, holder, depth + 1, bold)
            yield holder[0].line()
            holder[0] = _Text()
        elif not tag.startswith(("-", "_", "!")):
            yield from _walk(child, holder, depth + 1, bold or tag in _BOLD)
        child = child.next


def _start(node: LexborNode) -> int:
    start = (node.attributes.get("start") or "") if node.tag == "ol" else ""
    return int(start) if _SMALL_NUMBER.fullmatch(start) else 1


def _row(row: LexborNode) -> Line | None:
    """Return a row of a table as one line, as a PDF prints it; None where its cells are prose."""
    cells = [_words(cell.text(separator=" ")) for cell in row.css("td, th")]
    text = " ".join(cell for cell in cells if cell)
    blocks = row.css("li, tr tr") or any(len(cell.css("p")) > 1 for cell in row.css("td, th"))
    return None if blocks or len(text.split()) > _ROW_WORDS else Line(text)


def _words(text: str) -> str:
    return " ".join(text.split())
