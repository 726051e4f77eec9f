"""Scanned pages: what is recognised, what stays text, and what is said of it."""

import io

import pytest
from PIL import Image, ImageDraw
from reportlab.pdfgen import canvas

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.read import ocr, read_bytes

SENTENCES = [
    "Social workers in Northmere visit children regularly.",
    "Some plans are not updated when circumstances change.",
    "Leaders know their services well and act on what they find.",
    "Children in care see their friends and families often.",
    "Managers oversee the work of their teams each month.",
]
needs_tesseract = pytest.mark.skipif(
    not ocr._has_tesseract(), reason="Tesseract is not installed: nothing recognises the scan"
)


def scan(*, turned: int = 0) -> Image.Image:
    """Return a picture of a page at 150 dots an inch."""
    image = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(image)
    for number, text in enumerate(SENTENCES * 3):
        pen.text((100, 120 + 60 * number), text, fill=0, font_size=30)
    return image.rotate(turned, expand=True, fillcolor=255)


def bound(*images: Image.Image) -> bytes:
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:], resolution=150)
    return out.getvalue()


def mixed() -> bytes:
    """Return a PDF of a page of text and a page that is a picture."""
    out = io.BytesIO()
    made = canvas.Canvas(out)
    for number, text in enumerate(SENTENCES * 2):
        made.drawString(60, 780 - 20 * number, text)
    made.showPage()
    made.drawInlineImage(scan(), 0, 0, 595, 842)
    made.showPage()
    made.save()
    return out.getvalue()


def text(raw, page: int = 1) -> str:
    return " ".join(line.text for line in raw.pages[page - 1].lines)


@needs_tesseract
@pytest.mark.parametrize("turned", [0, 90, 180])
def test_a_scan_is_read_whichever_way_it_lies(turned: int) -> None:
    raw = read_bytes(bound(scan(turned=turned)), "scan.pdf")
    assert raw.source.reader == "ocr"
    for sentence in SENTENCES:
        assert sentence in text(raw)
    assert "recognised as pictures: page 1" in raw.warnings
    assert all(0 < line.confidence <= 1 for line in raw.pages[0].lines)
    assert raw.pages[0].has_layout


@needs_tesseract
def test_pages_of_text_stay_text() -> None:
    raw = read_bytes(mixed(), "mixed.pdf")
    assert {line.confidence for line in raw.pages[0].lines} == {1.0}
    assert SENTENCES[0] in text(raw, 2)
    assert raw.warnings == ("recognised as pictures: page 2",)
    alone = read_bytes(mixed(), "mixed.pdf", ocr="never")
    assert (alone.source.reader, alone.pages[1].lines) == ("pdfium", ())
    every = read_bytes(mixed(), "mixed.pdf", ocr="always")
    assert max(line.confidence for line in every.pages[0].lines) < 1.0


@needs_tesseract
def test_two_pages_on_a_sheet_are_read_one_after_the_other() -> None:
    left = scan()
    sheet = Image.new("L", (left.width * 2, left.height), 255)
    sheet.paste(left, (0, 0))
    sheet.paste(left, (left.width, 0))
    lines = [line.text for line in read_bytes(bound(sheet), "scan.pdf").pages[0].lines]
    assert len(lines) == 2 * 3 * len(SENTENCES)
    assert lines[0] == lines[3 * len(SENTENCES)] == SENTENCES[0]


def test_a_doubtful_page_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [ocr._Word(w, 10, 10, 90, 30, 0.5, (0, 0, n)) for n, w in enumerate("ab" * 40)]
    monkeypatch.setattr(ocr, "is_available", lambda: True)
    monkeypatch.setattr(ocr, "_has_tesseract", lambda: False)
    monkeypatch.setattr(ocr, "_rapid_words", lambda image: words)
    raw = read_bytes(bound(scan()), "scan.pdf")
    assert any("mean confidence of 50%" in warning for warning in raw.warnings)


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_, timeout, **__):
        raise ocr.subprocess.TimeoutExpired("tesseract", timeout)

    monkeypatch.setattr(ocr, "is_available", lambda: True)
    monkeypatch.setattr(ocr, "_has_tesseract", lambda: True)
    monkeypatch.setattr(ocr.subprocess, "run", endless)
    with pytest.raises(DocumentError) as caught:
        read_bytes(bound(scan()), "scan.pdf")
    assert caught.value.reason is Reason.TIMEOUT


def test_without_anything_that_recognises_it_is_said_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ocr, "is_available", lambda: False)
    with pytest.raises(DocumentError) as caught:
        read_bytes(bound(scan()), "scan.pdf")
    assert caught.value.reason is Reason.NO_TEXT_LAYER
    assert "ofsted-extract[ocr]" in caught.value.message
    raw = read_bytes(mixed(), "mixed.pdf")
    assert raw.source.reader == "pdfium"
    assert raw.warnings == ("page 2: a picture, and nothing is installed that recognises its text",)
