"""Scanned pages: pictures of text, read by Tesseract, or by RapidOCR where that alone is there.

Tesseract tells the direction of a page (page segmentation mode 0), by which it is turned, and
follows lines that lean a little by itself. It is run as a program of its own, so that a page that
takes too long can be ended. RapidOCR brings its models in its package (the extra ``ocr``); it knows
lines and no direction, and is the weaker of the two. Nothing is downloaded.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Line, Page

#: Dots per inch at which pages are drawn; Tesseract's manual asks for 300 at least.
DPI = 300
#: Mean confidence of a page's words (0 to 1) under which a person should look at it. Pages of the
#: made scans have 0.90 and more; half of their words are wrong at 0.6.
DOUBTFUL = 0.75
#: Seconds that one page may take; a page of text takes one to four.
PAGE_SECONDS = 60
_POINTS = 72.0
#: A scan this much wider than high shows two pages side by side.
_TWO_PAGES = 1.25
#: Heights of words that differ by less than this share from the usual are of the body's type: with
#: and without descenders they differ by a third.
_SAME_TYPE = 0.35
_HYPHENS = "-\xad\u2010"
_BODY_SIZE = 12.0  # points; of all reports
_COLUMNS = 12
_ROTATE = re.compile(r"^Rotate: (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page that was recognised. ``confidence``: the mean of its words', 0 to 1; 0 of none."""

    page: Page
    confidence: float


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    line: tuple[int, int, int]  # block, paragraph, line


@cache
def is_available() -> bool:
    """Return whether there is anything that recognises text."""
    return _has_tesseract() or find_spec("rapidocr") is not None


@cache
def _has_tesseract() -> bool:
    """Return whether Tesseract with its English data is installed."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    known = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)
    return "eng" in known.stdout.split()


@cache
def _rapid() -> Any:
    import logging  # noqa: PLC0415

    from rapidocr import RapidOCR  # noqa: PLC0415 - an extra, and slow to load

    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    return RapidOCR()


def recognise(image: Image.Image, number: int, width: float, height: float) -> Recognised:
    """Return the text of a picture as page ``number`` of a size in points.

    Raises
    ------
    DocumentError
        ``timeout`` if the page takes longer than `PAGE_SECONDS`.

    """
    grey = image.convert("L")
    if _has_tesseract():
        grey = _upright(grey, number)
    words: list[_Word] = []
    lines: list[Line] = []
    for left, part in _pages_within(grey):
        found = _words(part, number)
        words += found
        lines += _lines(found, left, part.height)
    confidence = sum(word.confidence for word in words) / len(words) if words else 0.0
    return Recognised(Page(number, tuple(lines), width, height), confidence)


def _pages_within(image: Image.Image) -> list[tuple[int, Image.Image]]:
    """Return the pages that a scan shows, each with how far from the left it begins."""
    if image.width < _TWO_PAGES * image.height:
        return [(0, image)]
    middle = image.width // 2
    return [
        (0, image.crop((0, 0, middle, image.height))),
        (middle, image.crop((middle, 0, image.width, image.height))),
    ]


def _upright(image: Image.Image, number: int) -> Image.Image:
    """Return the scan turned so that its lines can be read."""
    found = _ROTATE.search(_tesseract(image, number, "--psm", "0"))
    # too little text to tell: as it is
    return image.rotate(-int(found[1]), expand=True) if found else image


def _tesseract(image: Image.Image, number: int, *options: str) -> str:
    picture = io.BytesIO()
    image.save(picture, "PNG", compress_level=1)
    command = ["tesseract", "stdin", "stdout", "--dpi", str(DPI), *options]
    try:
        done = subprocess.run(
            command,
            input=picture.getvalue(),
            capture_output=True,
            timeout=PAGE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            Reason.TIMEOUT,
            f"recognising page {number} took longer than {PAGE_SECONDS} seconds; scan it again",
        ) from error
    return done.stdout.decode("utf-8", "replace")


def _rapid_words(image: Image.Image) -> list[_Word]:
    """Return RapidOCR's lines, each as one word."""
    found = _rapid()(np.asarray(image.convert("RGB")))
    if found.boxes is None:
        return []
    words = []
    for at, (box, text, score) in enumerate(
        zip(found.boxes, found.txts, found.scores, strict=True)
    ):
        (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
        words.append(
            _Word(text, int(left), int(top), int(right), int(bottom), float(score), (0, 0, at))
        )
    return words


def _words(image: Image.Image, number: int) -> list[_Word]:
    if not _has_tesseract():
        return _rapid_words(image)
    words = []
    for row in _tesseract(image, number, "-l", "eng", "--psm", "3", "tsv").splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) != _COLUMNS or not cells[-1].strip() or float(cells[10]) < 0:
            continue
        block, paragraph, line = (int(cell) for cell in cells[2:5])
        left, top, width, height = (int(cell) for cell in cells[6:10])
        words.append(
            _Word(
                cells[-1].strip(), left, top, left + width, top + height,
                float(cells[10]) / 100, (block, paragraph, line),
            )
        )  # fmt: skip
    return words


def _lines(words: list[_Word], left: int, image_height: int) -> list[Line]:
    """Return words as lines in their order; positions in points from the bottom left."""
    groups: dict[tuple[int, int, int], list[_Word]] = defaultdict(list)
    for word in words:
        groups[word.line].append(word)
    heights = {key: median(word.bottom - word.top for word in each) for key, each in groups.items()}
    usual = median(heights.values()) if heights else 0.0
    scale = _POINTS / DPI
    lines = []
    for key, each in groups.items():
        text = " ".join(word.text for word in each)
        hyphenated = len(text) > 1 and text[-1] in _HYPHENS and text[-2].isalpha()
        same = abs(heights[key] - usual) <= _SAME_TYPE * usual
        size = _BODY_SIZE if same else _BODY_SIZE * heights[key] / usual
        baseline = median(word.bottom for word in each)
        lines.append(
            Line(
                text[:-1] if hyphenated else text,
                x=round((left + min(word.left for word in each)) * scale, 1),
                y=round((image_height - baseline) * scale, 1),
                size=round(size, 1),
                hyphenated=hyphenated,
                confidence=round(sum(word.confidence for word in each) / len(each), 3),
            )
        )
    return lines
