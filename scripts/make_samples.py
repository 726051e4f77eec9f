r"""Typeset the sample letters of ``scripts/samples`` into ``data/raw``.

    python scripts/make_samples.py           writes the PDFs and the text twins
    python scripts/make_samples.py --check   exits 1 if data/raw is not what it would write

The samples are invented: no such authority exists. Their markup, one block to a paragraph:

    = Title              == Subtitle            ! bold line
    # Heading            ## Subheading          || table | row
    * bullet             - sub-bullet           1. numbered paragraph
    .. Contents | 3      > letterhead line      \pagebreak
    [^1] in the text is a footnote mark; front matter gives the footnote and its page.

The same sources give the same bytes (reportlab's ``invariant``).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from pathlib import Path
from textwrap import wrap

import matplotlib
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

SOURCES = Path(__file__).parent / "samples"
TARGET = Path(__file__).parents[1] / "data" / "raw"

_MARGIN = 72.0
_FOOT = 84.0
_FOOTNOTE = re.compile(r"footnote (\d+) p(\d+)")
_MARK = re.compile(r"\[\^(\d+)\]")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d)?)\.\s+(.*)", re.DOTALL)

_BODY = ParagraphStyle(
    "body",
    fontName="Helvetica",
    fontSize=12,
    leading=14.5,
    spaceAfter=12,
    embeddedHyphenation=1,
    bulletFontSize=12,
)
_STYLES = {
    "=": ParagraphStyle("title", _BODY, fontSize=26, leading=32, spaceAfter=14),
    "==": ParagraphStyle("subtitle", _BODY, fontName="Helvetica-Bold", fontSize=16, leading=20),
    "!": ParagraphStyle("bold", _BODY, fontName="Helvetica-Bold"),
    "#": ParagraphStyle(
        "heading", _BODY, fontName="Helvetica-Bold", fontSize=14, leading=18, spaceBefore=10,
        keepWithNext=1, alignment=TA_LEFT,
    ),
    "##": ParagraphStyle(
        "subheading", _BODY, fontName="Helvetica-Bold", spaceBefore=4, keepWithNext=1
    ),
    ">": ParagraphStyle("letterhead", _BODY, fontSize=9, leading=11, spaceAfter=0, leftIndent=330),
}  # fmt: skip
_CELL = ParagraphStyle("cell", _BODY, fontSize=10, leading=12, spaceAfter=2)
_BULLET = ParagraphStyle("bullet", _BODY, leftIndent=18, bulletIndent=0, spaceAfter=7)
_SUB_BULLET = ParagraphStyle("sub", _BULLET, leftIndent=36, bulletIndent=18)
_NUMBER = ParagraphStyle("number", _BODY, leftIndent=28, bulletIndent=0)
#: Bullets come from DejaVu Sans (free licence), which matplotlib carries; embedded, so that every
#: reader finds the glyphs of the real letters in the text layer.
_GLYPH_FONT = "DejaVuSans"
_GLYPHS = {"square": "\u25fc", "round": "\u2022"}


@dataclass(frozen=True)
class Sample:
    """One source file: where it goes, how it looks, its blocks."""

    out: str
    bullet: str
    footer: tuple[str, ...]
    footnotes: dict[int, tuple[tuple[str, str], ...]]
    blocks: tuple[str, ...]
    twin: str = ""
    letter: bool = field(default=False)


def read_sample(path: Path) -> Sample:
    """Read a source file; raises ``ValueError`` for front matter that it does not know."""
    _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
    values: dict[str, str] = {}
    footnotes: dict[int, list[tuple[str, str]]] = {}
    for line in front.splitlines():
        key, _, value = line.partition(":")
        note = _FOOTNOTE.fullmatch(key.strip())
        if note:
            footnotes.setdefault(int(note[2]), []).append((note[1], value.strip()))
        elif key.strip() in {"out", "style", "footer", "bullet", "twin"}:
            values[key.strip()] = value.split("  #")[0].strip()
        elif key.strip():
            raise ValueError(f"{path.name}: what is {key.strip()!r}?")
    blocks = tuple(block.strip() for block in re.split(r"\n\s*\n", text) if block.strip())
    return Sample(
        values["out"],
        "square" if values.get("bullet", "square") == "square" else "round",
        tuple(part.strip() for part in values.get("footer", "").split("|") if part.strip()),
        {page: tuple(notes) for page, notes in footnotes.items()},
        tuple(_lines_as_blocks(blocks)),
        values.get("twin", ""),
        values.get("style") == "letter",
    )


def _lines_as_blocks(blocks: tuple[str, ...]) -> Iterator[str]:
    """Bullets, rows and contents lines may follow each other without blank lines."""
    marks = ("* ", "- ", "|| ", ".. ", "> ", "# ", "## ", "! ", "= ", "== ")
    for block in blocks:
        current = ""
        for line in block.splitlines():
            if line.startswith(marks) or _NUMBERED.match(line) or line == "\\pagebreak":
                if current:
                    yield current
                current = line
            else:
                current = f"{current} {line}".strip()
        yield current


def typeset(sample: Sample) -> bytes:
    """Return the sample as PDF."""
    target = BytesIO()
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    pdfmetrics.registerFont(TTFont(_GLYPH_FONT, str(fonts / "DejaVuSans.ttf")))
    document = BaseDocTemplate(
        target, pagesize=A4, title=_title(sample), author="Invented sample", invariant=1
    )
    pages = []
    for number in range(1, 31):
        foot = _FOOT + 34 * len(sample.footnotes.get(number, ()))
        frame = Frame(_MARGIN, foot, A4[0] - 2 * _MARGIN, A4[1] - foot - 70, 0, 0, 0, 0)
        following = f"p{number + 1}" if number < 30 else None
        pages.append(
            PageTemplate(
                f"p{number}",
                [frame],
                onPageEnd=_page_furniture(sample),
                autoNextPageTemplate=following,
            )
        )
    document.addPageTemplates(pages)
    document.build(list(_flowables(sample)))
    return target.getvalue()


def _title(sample: Sample) -> str:
    return next((b[2:].strip() for b in sample.blocks if b.startswith("= ")), Path(sample.out).stem)


def _page_furniture(sample: Sample):  # type: ignore[no-untyped-def]  # reportlab has no types
    def draw(canvas: Canvas, _document: BaseDocTemplate) -> None:
        number = canvas.getPageNumber()
        canvas.setFont("Helvetica-Bold", 8)
        for place, line in enumerate(reversed(sample.footer)):
            suffix = f" {number}" if place == 0 else ""
            canvas.drawString(_MARGIN, 36 + 10 * place, line + suffix)
        if not sample.footer:
            canvas.setFont("Helvetica", 16)
            canvas.drawString(A4[0] - _MARGIN - 10, 36, str(number))
        y = _FOOT + 34 * len(sample.footnotes.get(number, ())) - 20
        for mark, text in sample.footnotes.get(number, ()):
            canvas.setFont("Helvetica", 6.5)
            canvas.drawString(_MARGIN, y + 3, mark)
            canvas.setFont("Helvetica", 10)
            for line in wrap(text, 88):
                canvas.drawString(_MARGIN + 6, y, line)
                y -= 12
            y -= 4

    return draw


def _flowables(sample: Sample) -> Iterator[Flowable]:
    rows: list[list[Paragraph]] = []
    for block in sample.blocks:
        if block.startswith("|| "):
            cells = [cell.strip() for cell in block[3:].split("|")]
            style = _STYLES["!"] if not rows else _CELL
            rows.append([Paragraph(_inline(cell), style) for cell in cells])
            continue
        if rows:
            yield _table(rows)
            rows = []
        yield from _flowable(block, sample)
    if rows:
        yield _table(rows)


def _table(rows: list[list[Paragraph]]) -> Table:
    """Judgement tables have a wide and a narrow column, lists of people two wide ones."""
    columns = len(rows[0])
    graded = rows[0][0].getPlainText().startswith("Judgement")
    widths = [232.0, 150.0] if graded else [(A4[0] - 2 * _MARGIN) / columns] * columns
    return Table(rows, colWidths=widths, hAlign="LEFT", spaceAfter=14)


def _flowable(block: str, sample: Sample) -> Iterator[Flowable]:
    mark, _, rest = block.partition(" ")
    glyph = _GLYPHS[sample.bullet]
    number = _NUMBERED.fullmatch(block)
    if block == "\\pagebreak":
        yield PageBreak()
    elif mark == "..":
        title, _, page = rest.rpartition("|")
        yield Paragraph(_inline(f"{title.strip()} {page.strip()}"), _BODY)
    elif mark in {"*", "-"}:
        style = _BULLET if mark == "*" else _SUB_BULLET
        bullet = f'<bullet><font name="{_GLYPH_FONT}" size="10">{glyph}</font></bullet>'
        yield Paragraph(bullet + _inline(rest), style)
    elif mark in _STYLES:
        yield Paragraph(_inline(rest), _STYLES[mark])
        if mark == ">" and not rest:
            yield Spacer(1, 24)
    elif number:
        yield Paragraph(f"<bullet>{number[1]}.</bullet>{_inline(number[2])}", _NUMBER)
    else:
        yield Paragraph(_inline(block), _BODY)


def _inline(text: str) -> str:
    return _MARK.sub(r'<super size="7">\1</super>', escape(text, quote=False))


def text_twin(sample: Sample) -> str:
    """Return a letter as a text export has it: Markdown marks, wrapped lines, a torn sentence."""
    lines = []
    for block in sample.blocks:
        mark, _, rest = block.partition(" ")
        if block == "\\pagebreak":
            continue
        if mark in {"=", "==", "#", "##"}:
            lines.append(f"## {rest}")
        elif mark in {">", "!"}:
            lines.append(rest)
        elif mark in {"*", "-"}:
            lines.append(f"- {rest}")
        else:
            lines.append("\n".join(wrap(_MARK.sub("", block), 96, break_on_hyphens=False)))
    text = "\n\n".join(lines) + "\n"
    # a page break in the middle of a sentence, as exports of letters have them
    longest = max((b for b in sample.blocks if b[:1].isalpha()), key=len)
    torn = wrap(longest, 96, break_on_hyphens=False)
    before, after = torn[1], torn[2]
    return text.replace(f"{before}\n{after}", f"{before}\n\n\n\n{after}", 1)


def outputs() -> Iterator[tuple[Path, bytes]]:
    """Yield (path, content) of everything that the sources make."""
    for path in sorted(SOURCES.glob("*.md")):
        sample = read_sample(path)
        yield TARGET / sample.out, typeset(sample)
        if sample.twin:
            yield TARGET / sample.twin, text_twin(sample).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for path, content in outputs():
        if check:
            stale += [path.name] if not path.is_file() or path.read_bytes() != content else []
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    if stale:
        sys.exit(f"not what scripts/samples makes: {', '.join(stale)}; run make samples")


if __name__ == "__main__":
    main()
