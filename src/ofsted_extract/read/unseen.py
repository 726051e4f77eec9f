"""What a PDF page holds and nobody sees: white, clipped and covered-up text, a doubled OCR layer.

Text in rendering mode 3 (ISO 32000-1, 9.3.6) paints nothing. It is the text of a scanned page, laid
over its picture by OCR, unless the page paints text of its own: then it is a copy.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_WHITE = 250  # of 255, each of red, green and blue
#: OCR text is the page's if it is so many times as long as what the page paints.
_OCR_SHARE = 2.0
_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
#: Points: the number of a row that hangs out of its cell is cut off by mistake, not hidden.
_CELL_EDGE = 15.0
_Box = tuple[float, float, float, float]  # left, bottom, right, top


class Glance:
    """Asks of single characters whether they are perhaps not seen: a reason to look closer.

    What the whole page paints is asked by ``remove_unseen``, which takes longer.
    """

    def __init__(self, text_page: pdfium.PdfTextPage) -> None:
        self._text_page = text_page
        self._colour = [ctypes.c_uint() for _ in range(4)]

    def __call__(self, index: int) -> bool:
        """Return whether the character at ``index`` is white, clipped or not painted."""
        if pdfium_c.FPDFText_GetFillColor(self._text_page, index, *self._colour) and all(
            part.value >= _WHITE for part in self._colour[:3]
        ):
            return True
        painted = pdfium_c.FPDFText_GetTextObject(self._text_page, index)
        if not painted:
            return False
        return _mode(painted) == _INVISIBLE or _is_clipped(painted)


def remove_unseen(page: pdfium.PdfPage) -> bool:
    """Take the unseen text off a page (in memory) and return whether there was any."""
    texts = list(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=1))
    grounds = list(_dark_grounds(page))
    unseen = [text for text in texts if _is_clipped(text) or _is_white_on_white(text, grounds)]
    invisible = [text for text in texts if _mode(text) == _INVISIBLE]
    width_unpainted = sum(map(_width, invisible))
    width_painted = sum(map(_width, texts)) - width_unpainted
    if width_unpainted < _OCR_SHARE * width_painted:
        unseen.extend(text for text in invisible if text not in unseen)
    for text in unseen:
        pdfium_c.FPDFPage_RemoveObject(page, text)
        text.page = None
        pdfium_c.FPDFPageObj_Destroy(text)
    return bool(unseen)


def _mode(text: pdfium.PdfObject) -> int:
    return int(pdfium_c.FPDFTextObj_GetTextRenderMode(text))


def _width(text: pdfium.PdfObject) -> float:
    left, _, right, _ = _bounds(text)
    return right - left


def _bounds(item: pdfium.PdfObject) -> _Box:
    edges = [ctypes.c_float() for _ in range(4)]
    pdfium_c.FPDFPageObj_GetBounds(item, *edges)
    left, bottom, right, top = (edge.value for edge in edges)
    return left, bottom, right, top


def _fill(item: pdfium.PdfObject) -> tuple[int, ...]:
    rgb = [ctypes.c_uint() for _ in range(4)]
    pdfium_c.FPDFPageObj_GetFillColor(item, *rgb)
    return tuple(part.value for part in rgb)


def _is_white_on_white(text: pdfium.PdfObject, grounds: list[_Box]) -> bool:
    if not all(part >= _WHITE for part in _fill(text)[:3]) or _mode(text) in {1, 2}:
        return False  # outlined letters are seen
    left, bottom, right, top = _bounds(text)
    x, y = (left + right) / 2, (bottom + top) / 2
    return not any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in grounds)


def _dark_grounds(page: pdfium.PdfPage) -> Iterator[_Box]:
    """Yield where pictures and coloured areas are, on which white text is seen."""
    kinds = [pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING]
    for item in page.get_objects(filter=kinds, max_depth=4):
        is_path = item.type == pdfium_c.FPDF_PAGEOBJ_PATH
        if not is_path or not all(part >= _WHITE for part in _fill(item)[:3]):
            yield _bounds(item)


def _is_clipped(item: pdfium.PdfObject) -> bool:
    """Return whether the clipping path leaves nothing of an object."""
    clip = pdfium_c.FPDFPageObj_GetClipPath(item)
    paths = pdfium_c.FPDFClipPath_CountPaths(clip)
    if paths <= 0:
        return False
    left, bottom, right, top = _bounds(item)
    for path in range(paths):
        points = list(_points(clip, path))
        if not points:
            continue
        xs, ys = [x for x, _ in points], [y for _, y in points]
        beside = min(xs) - right > _CELL_EDGE or left - max(xs) > _CELL_EDGE
        if beside or min(ys) > top or max(ys) < bottom:
            return True
    return False


def _points(clip: object, path: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(max(pdfium_c.FPDFClipPath_CountPathSegments(clip, path), 0)):
        segment = pdfium_c.FPDFClipPath_GetPathSegment(clip, path, index)
        if pdfium_c.FPDFPathSegment_GetPoint(segment, x, y):
            yield x.value, y.value
