"""Bytes to characters: the encoding that a text was saved in, told from its bytes."""

from __future__ import annotations

import codecs

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LOOKED_AT = 4096  # bytes
#: English in UTF-16 has a zero in (nearly) every second byte.
_ZEROS = 0.35
#: Curly quotes, dashes and the round bullet in Windows-1252 and in Mac Roman. What is one of them
#: in the one encoding is an accented capital or a currency sign in the other, which English
#: letters hardly ever print.
_WINDOWS_MARKS = bytes((0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97))
_MAC_MARKS = bytes((0xD5, 0xD4, 0xD2, 0xD3, 0xA5, 0xD0, 0xD1))
#: How UTF-8 quotes, dashes and bullets look where somebody saved them as Windows-1252.
_TWICE = ("â€™", "â€˜", "â€œ", "â€“", "â€¢", "Â\xa0")


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of ``data`` and warnings about how it had to be read.

    UTF-8 and UTF-16, with or without a mark; else Windows-1252 or Mac Roman, whichever makes
    quotes, dashes and bullets of the bytes that only one of them has in that place.
    """
    utf16 = utf16_order(data)
    if utf16:
        return data.decode(utf16, errors="replace"), ()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _single_bytes(data)
    return _once(text)


def utf16_order(data: bytes) -> str:
    """Return the codec of UTF-16 text, or "" for anything else.

    >>> utf16_order("Dear Ms Marsh".encode("utf-16-le")), utf16_order(b"Dear Ms Marsh")
    ('utf-16-le', '')
    """
    if data.startswith(_UTF16_MARKS):
        return "utf-16"
    head = data[:_LOOKED_AT]
    even, odd = head[::2], head[1::2]
    if odd.count(0) > len(head) * _ZEROS and not even.count(0):
        return "utf-16-le"
    if even.count(0) > len(head) * _ZEROS and not odd.count(0):
        return "utf-16-be"
    return ""


def _single_bytes(data: bytes) -> tuple[str, tuple[str, ...]]:
    windows = sum(data.count(mark) for mark in _WINDOWS_MARKS)
    mac = sum(data.count(mark) for mark in _MAC_MARKS)
    if mac > windows:
        return data.decode("mac-roman"), (
            "the text was saved in the Mac Roman encoding; check quotation marks and bullets",
        )
    text = data.decode("cp1252", errors="replace")
    lost = text.count("\ufffd")
    if lost:
        return text, (f"{lost} characters of the text could not be read; check them by eye",)
    return text, ()


def _once(text: str) -> tuple[str, tuple[str, ...]]:
    """Undo that UTF-8 was taken for Windows-1252 and saved again."""
    if not any(sign in text for sign in _TWICE):
        return text, ()
    try:
        return text.encode("cp1252").decode("utf-8"), (
            "the text was saved with its quotation marks broken (â€™); they were mended",
        )
    except UnicodeError:
        return text, ("the text holds broken characters (â€™); save it again as UTF-8",)
