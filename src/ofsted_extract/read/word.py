"""Word files (.docx): paragraphs, headings, lists, tables and footnotes as their author set them.

python-docx opens the package with a parser that resolves no entities; macros, embedded objects,
pictures and links are never looked at. Word knows no pages until it prints: all stands on page 1.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from lxml import etree

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Footnote, Line, Page
from ofsted_extract.read.limits import Limits
from ofsted_extract.read.readers import Reading, Request

_TITLE_LEVEL, _DEEPEST = 1, 6
#: A row of a table of up to so many words is one line, as a PDF prints it; the cells of a longer
#: one are paragraphs one below the other.
_ROW_WORDS = 30
_BULLET = "•"
#: The type of the main part of a file with macros, and of one without (ECMA-376; MS-OFFMACRO2).
_WITH_MACROS = b"application/vnd.ms-word.document.macroEnabled.main+xml"
_WITHOUT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = "[Content_Types].xml"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: Parts of a paragraph whose words do not count: deleted text, the old place of moved text, and
#: what stands in for a drawing where it cannot be shown.
_NOT_READ = {qn("w:del"), qn("w:moveFrom"), _FALLBACK, qn("w:txbxContent"), qn("w:pPr")}
#: Content controls, and insertions of whole paragraphs.
_HOLDERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo")}
_BLANK = Line("")


def read(data: bytes, request: Request) -> Reading:
    """Read a Word file.

    Raises
    ------
    DocumentError
        ``damaged``; ``too_large`` where its parts unpack to more than ``limits`` allows.

    """
    try:
        _check_size(data, request.limits)
        document = docx.Document(io.BytesIO(_without_macros(data)))
        walker = _Walker(document)
        lines = tuple(_spaced(walker.lines(document.element.body)))
        footnotes = tuple(walker.footnotes())
    except (
        zipfile.BadZipFile, OpcError, etree.XMLSyntaxError, KeyError, ValueError, AttributeError,
        NotImplementedError, OSError,
    ) as error:  # fmt: skip
        raise DocumentError(
            Reason.DAMAGED, "the Word file is damaged; open it in Word, save it again and try"
        ) from error
    request.limits.check_characters(sum(len(line.text) for line in lines), 1)
    return Reading((Page(1, lines),), "docx", footnotes=footnotes)


def _check_size(data: bytes, limits: Limits) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        limits.check_bytes(sum(each.file_size for each in archive.infolist()))


def _without_macros(data: bytes) -> bytes:
    """Return the file as one without macros, which python-docx opens."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read(_TYPES)
        if _WITH_MACROS not in types:
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as copy:
            for each in archive.infolist():
                content = archive.read(each)
                if each.filename == _TYPES:
                    content = types.replace(_WITH_MACROS, _WITHOUT)
                copy.writestr(each.filename, content)
    return out.getvalue()


def _spaced(lines: Iterator[Line]) -> Iterator[Line]:
    for line in lines:
        if line.text:
            yield line
            yield _BLANK


class _Walker:
    """Walks the body of a document once, counting its lists."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._styles = {style.style_id: style for style in document.styles}
        self._levels = _list_levels(document)
        self._counters: dict[tuple[str, int], int] = {}
        self._notes: dict[str, str] = {}  # id of a footnote -> its mark, in order of reference

    def lines(self, parent: Any) -> Iterator[Line]:
        for child in parent:
            if child.tag == qn("w:p"):
                yield self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag in _HOLDERS:
                yield from self.lines(child)

    def footnotes(self) -> Iterator[Footnote]:
        """Yield the footnotes that the walk met."""
        for relation in self._document.part.rels.values():
            if relation.reltype != RELATIONSHIP_TYPE.FOOTNOTES or relation.is_external:
                continue
            for note in parse_xml(relation.target_part.blob):
                mark = self._notes.get(note.get(qn("w:id"), ""))
                if mark is not None:
                    words = " ".join(_text(part) for part in note.iter(qn("w:p")))
                    yield Footnote(mark, " ".join(words.split()), 1)

    def _paragraph(self, element: Any) -> Line:
        text = " ".join(_text(element).split())
        if not text:
            return _BLANK
        marks = tuple(self._mark(each) for each in element.iter(qn("w:footnoteReference")))
        level = self._heading_level(element)
        if not level:
            text = f"{self._item(element)}{text}"
        return Line(text, bold=self._is_bold(element), marks=marks, heading_level=level)

    def _table(self, table: Any) -> Iterator[Line]:
        for row in table.iter(qn("w:tr")):
            if next(row.iterancestors(qn("w:tbl"))) is not table:
                continue  # of a table within a cell, which comes with its cell
            cells = [
                [line for line in self.lines(cell) if line.text]
                for cell in row.iterchildren(qn("w:tc"))
            ]
            filled = [cell for cell in cells if cell]
            words = sum(len(line.text.split()) for cell in filled for line in cell)
            if words <= _ROW_WORDS and all(len(cell) == 1 for cell in filled):
                texts = [cell[0].text for cell in filled]
                bold = bool(filled) and all(cell[0].bold for cell in filled)
                yield Line(" ".join(texts), bold=bold)
            else:
                yield from (line for cell in filled for line in cell)

    def _mark(self, reference: Any) -> str:
        return self._notes.setdefault(reference.get(qn("w:id"), ""), str(len(self._notes) + 1))

    def _ancestry(self, element: Any) -> Iterator[Any]:
        """Yield the paragraph's own properties, then those of its style and the styles above."""
        own = element.find(qn("w:pPr"))
        name = None
        if own is not None:
            yield own
            chosen = own.find(qn("w:pStyle"))
            name = None if chosen is None else chosen.get(qn("w:val"))
        style = self._styles.get(name)
        seen = set()
        while style is not None and style.style_id not in seen:
            seen.add(style.style_id)
            properties = style.element.find(qn("w:pPr"))
            if properties is not None:
                yield properties
            style = style.base_style

    def _style(self, element: Any) -> Any:
        chosen = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return None if chosen is None else self._styles.get(chosen.get(qn("w:val")))

    def _heading_level(self, element: Any) -> int:
        style = self._style(element)
        if style is not None and style.name == "Title":
            return _TITLE_LEVEL
        for properties in self._ancestry(element):
            outline = properties.find(qn("w:outlineLvl"))
            if outline is not None:
                level = int(outline.get(qn("w:val"))) + 1
                return level if level <= _DEEPEST else 0
        return 0

    def _item(self, element: Any) -> str:
        """Return the glyph or number that Word prints before a list's item, with a space."""
        for properties in self._ancestry(element):
            numbering = properties.find(qn("w:numPr"))
            if numbering is None:
                continue
            number, level = numbering.find(qn("w:numId")), numbering.find(qn("w:ilvl"))
            list_id = "" if number is None else number.get(qn("w:val"))
            depth = 0 if level is None else int(level.get(qn("w:val")))
            return self._next(list_id, depth)
        return ""

    def _next(self, list_id: str, depth: int) -> str:
        levels = self._levels.get(list_id)
        if not levels or depth not in levels:
            return ""  # list 0 takes a paragraph out of its style's list
        kind, printed, start = levels[depth]
        if kind == "bullet":
            return f"{_BULLET} "
        if kind == "none":
            return ""
        self._counters[list_id, depth] = self._counters.get((list_id, depth), start - 1) + 1
        for deeper in [key for key in self._counters if key[0] == list_id and key[1] > depth]:
            del self._counters[deeper]
        for each in range(depth + 1):
            value = self._counters.get((list_id, each), 1)
            printed = printed.replace(f"%{each + 1}", _numeral(value, levels.get(each, ("",))[0]))
        return f"{printed} "

    def _is_bold(self, element: Any) -> bool:
        """Return whether all words of the paragraph are bold."""
        style = self._style(element)
        by_style = style is not None and bool(style.font.bold)
        runs = [run for run in element.iter(qn("w:r")) if _text(run).strip()]
        return bool(runs) and all(_run_is_bold(run, by_style) for run in runs)


def _run_is_bold(run: Any, by_style: bool) -> bool:
    bold = run.find(f"{qn('w:rPr')}/{qn('w:b')}")
    return by_style if bold is None else bold.get(qn("w:val")) not in {"0", "false", "off"}


def _list_levels(document: Any) -> dict[str, dict[int, tuple[str, str, int]]]:
    """Return per list and depth the kind of number, its printed form ("%1."), the first one."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    abstract = {
        each.get(qn("w:abstractNumId")): {
            int(level.get(qn("w:ilvl"))): (
                _value(level, "w:numFmt", "decimal"),
                _value(level, "w:lvlText", ""),
                int(_value(level, "w:start", "1")),
            )
            for level in each.iterchildren(qn("w:lvl"))
        }
        for each in root.iterchildren(qn("w:abstractNum"))
    }
    return {
        each.get(qn("w:numId")): abstract.get(_value(each, "w:abstractNumId", ""), {})
        for each in root.iterchildren(qn("w:num"))
    }


def _value(element: Any, name: str, otherwise: str) -> str:
    child = element.find(qn(name))
    return otherwise if child is None else str(child.get(qn("w:val"), otherwise))


def _numeral(value: int, kind: str) -> str:
    if kind in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (value - 1) % 26)
        return letter.upper() if kind == "upperLetter" else letter
    return str(value)


def _text(element: Any) -> str:
    """Return the words of an element as they stand now: without deletions, with insertions."""
    parts = []
    for child in element:
        if child.tag in _NOT_READ:
            continue
        if child.tag == qn("w:t"):
            parts.append(child.text or "")
        elif child.tag in {qn("w:tab"), qn("w:br"), qn("w:cr")}:
            parts.append(" ")
        elif child.tag == qn("w:noBreakHyphen"):
            parts.append("-")
        else:
            parts.append(_text(child))
    return "".join(parts)
