"""Pages that are drawn in unusual ways are read as a person reads them; both readers agree."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Callable

import pytest
from reportlab.lib import pdfencrypt
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Line, RawLetter
from ofsted_extract.read import pdf, read_bytes
from ofsted_extract.read.order import Placed
from ofsted_extract.read.readers import PdfReader

WIDTH, HEIGHT = 595.0, 842.0
LINES = [
    "Children in care are visited often by workers who know them well.",
    "Plans are clear, and reviews are held on time for nearly all children.",
    "Some care leavers wait too long for a home that is right for them.",
    "Leaders have put right most of what was wrong at the last visit.",
]
Draw = Callable[[Canvas], None]


def body(canvas: Canvas, size: float = 11) -> None:
    canvas.setFont("Helvetica", size)
    for number, line in enumerate(LINES):
        canvas.drawString(70, 700 - 16 * number, line)


def made(draw: Draw, *, page: tuple[float, float] = (WIDTH, HEIGHT), **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=page, **options)  # type: ignore[arg-type]
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def texts(raw: RawLetter) -> list[str]:
    return [line.text for page in raw.pages for line in page.lines]


def read(draw: Draw, **options: object) -> list[str]:
    return texts(read_bytes(made(draw, **options), "a.pdf"))  # type: ignore[arg-type]


def with_(extra: Draw) -> Draw:
    def draw(canvas: Canvas) -> None:
        body(canvas)
        canvas.saveState()
        extra(canvas)
        canvas.restoreState()

    return draw


def white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(70, 500, "Nobody sees this sentence about children.")


def clipped(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(0, 0, 10, 10)
    canvas.clipPath(path, stroke=0)
    canvas.drawString(70, 500, "Nobody sees this sentence about children.")


def off_page(canvas: Canvas) -> None:
    canvas.drawString(700, 500, "Nobody sees this sentence about children.")


def below_page(canvas: Canvas) -> None:
    canvas.drawString(70, -60, "Nobody sees this sentence about children.")


def copied(canvas: Canvas) -> None:
    for number, line in enumerate(LINES):
        text = canvas.beginText(71, 700 - 16 * number)
        text.setTextRenderMode(3)
        text.textOut(line.replace("l", "1"))
        canvas.drawText(text)


def side_note(canvas: Canvas) -> None:
    canvas.translate(20, 300)
    canvas.rotate(90)
    canvas.drawString(0, 0, "Downloaded from the council on 3 May")


def stamp(canvas: Canvas) -> None:
    canvas.translate(150, 300)
    canvas.rotate(45)
    canvas.setFont("Helvetica", 90)
    canvas.drawString(0, 0, "DRAFT")


@pytest.mark.parametrize("extra", [white, clipped, off_page, below_page, copied, side_note, stamp])
def test_what_nobody_reads_is_no_line(extra: Draw) -> None:
    assert read(with_(extra)) == LINES


def test_white_letters_on_a_dark_ground_are_read() -> None:
    def banner(canvas: Canvas) -> None:
        canvas.rect(60, 490, 300, 30, fill=1)
        white(canvas)

    assert read(with_(banner)) == [*LINES, "Nobody sees this sentence about children."]


def test_the_text_of_a_scan_is_read_although_it_is_invisible() -> None:
    def scan(canvas: Canvas) -> None:
        canvas.rect(50, 500, 500, 300, fill=0)
        for number, line in enumerate(LINES):
            text = canvas.beginText(70, 700 - 16 * number)
            text.setTextRenderMode(3)
            text.textOut(line)
            canvas.drawText(text)
        canvas.drawString(70, 400, "Scanned")

    assert read(scan)[:4] == LINES


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("declared", [0, 90, 180, 270])
def test_a_turned_page_is_read_upright(quarters: int, declared: int) -> None:
    def turned(canvas: Canvas) -> None:
        canvas.setPageRotation(declared)
        moves = {0: (0, 0), 1: (HEIGHT, 0), 2: (WIDTH, HEIGHT), 3: (0, WIDTH)}
        canvas.translate(*moves[quarters])
        canvas.rotate(90 * quarters)
        body(canvas)

    lies = bool(quarters % 2) != (declared in {90, 270})  # reportlab swaps the sides of the latter
    page = (HEIGHT, WIDTH) if lies else (WIDTH, HEIGHT)
    raw = read_bytes(made(turned, page=page), "a.pdf")
    assert texts(raw) == LINES
    heights = [line.y for line in raw.pages[0].lines]
    assert heights == sorted(heights, reverse=True)
    assert (round(raw.pages[0].width), round(raw.pages[0].height)) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("factor", [0.05, 0.1, 10.0])
def test_a_page_in_another_unit_is_read_as_paper(factor: float) -> None:
    def scaled(canvas: Canvas) -> None:
        canvas.scale(factor, factor)
        body(canvas)

    assert read(scaled, page=(WIDTH * factor, HEIGHT * factor)) == LINES


@pytest.mark.parametrize("reader", ["pdfium", "pdfplumber"])
def test_overprinted_bold_is_read_once(reader: PdfReader) -> None:
    def bold(canvas: Canvas) -> None:
        body(canvas)
        for shift in (0.0, 0.3):
            canvas.drawString(70 + shift, 500, "Headline findings of the visit")

    raw = read_bytes(made(bold), "a.pdf", reader=reader)
    assert texts(raw) == [*LINES, "Headline findings of the visit"]


@pytest.mark.parametrize("reader", ["pdfium", "pdfplumber"])
def test_both_readers_name_a_password(reader: PdfReader) -> None:
    lock = pdfencrypt.StandardEncryption("secret", "owner", strength=128)
    with pytest.raises(DocumentError) as caught:
        read_bytes(made(body, encrypt=lock), "a.pdf", reader=reader)
    assert caught.value.reason is Reason.ENCRYPTED


def test_glyphs_without_a_letter_shift_nothing_behind_them() -> None:
    """A symbol font's bullet in a font that has no such glyph."""

    def draw(canvas: Canvas) -> None:
        pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))  # comes with reportlab
        canvas.setFont("Vera", 11)
        for number, line in enumerate(LINES):
            canvas.drawString(70, 700 - 16 * number, f"\uf06c {line}")

    raw = read_bytes(made(draw), "a.pdf")
    assert texts(raw) == [f"• {line}" for line in LINES]
    assert {(line.x, line.size) for page in raw.pages for line in page.lines} == {(70.0, 11.0)}
    assert "4 characters" in raw.warnings[0]


@pytest.mark.parametrize("mark_first", [True, False])
def test_a_row_broken_at_a_footnote_mark_is_one_line(
    monkeypatch: pytest.MonkeyPatch, mark_first: bool
) -> None:
    def origin(_page: object, _index: int, _x: ctypes.c_double, y: ctypes.c_double) -> int:
        y.value = 500.0
        return 1

    monkeypatch.setattr(pdf.pdfium_c, "FPDFText_GetFontSize", lambda _page, _index: 12.0)
    monkeypatch.setattr(pdf.pdfium_c, "FPDFText_GetCharOrigin", origin)
    front = (Placed(Line("We saw Northmere.", 70, 500, 12.0), 175), 20, 36)
    behind = (Placed(Line("1 This visit was short.", 180, 504, 8.0), 300), 0, 22)
    other = (Placed(Line("1 A town by the sea.", 70, 104, 8.0), 190), 40, 60)
    pair = [behind, front] if mark_first else [front, behind]
    found = [placed.line for placed, _, _ in pdf._mended_rows(None, [*pair, other])]  # type: ignore[arg-type]
    whole = Line("We saw Northmere. This visit was short.", 70, 500, 12.0, marks=("1",))
    assert found == [whole, other[0].line]
