"""Files that nobody should have to open, made by script."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable
from pathlib import Path

LETTER = """14 May 2024

Dear Director

Focused visit to Aldermere children's services

This letter summarises the findings of the visit to Aldermere on 14 and 15 May 2024.

Headline findings

Leaders know their services well and staff say that they are supported.
Supervision of social workers is not regular and is not recorded.

What needs to improve in this area of social work practice

• The timeliness of pathway plans for care leavers.
"""


def pdf(pages: list[bytes], *, compress: bool = False, extra: list[bytes] = ()) -> bytes:
    """Return a small, correct PDF with one content stream per page."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(pages))), len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in enumerate(pages):
        stream = zlib.compress(content, 9) if compress else content
        filtered = b"/Filter /FlateDecode " if compress else b""
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * number),
            b"<< %s/Length %d >>\nstream\n%s\nendstream" % (filtered, len(stream), stream),
        ]
    return _file([*objects, *extra])


def _file(objects: list[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(
        b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    )
    return out.getvalue()


def text_stream(text: str, size: int = 11) -> bytes:
    """Return a content stream that prints ``text`` line by line."""
    lines = "".join(
        "({}) Tj T*\n".format("".join("\\" + c if c in "()\\" else c for c in line))
        for line in text.splitlines()
    )
    return f"BT /F1 {size} Tf 14 TL 60 780 Td\n{lines}ET".encode("cp1252", "replace")


def encrypted() -> bytes:
    """Return a PDF that asks for a password."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    lock = StandardEncryption("user", ownerPassword="owner", canPrint=0, strength=128)
    canvas = Canvas(out, encrypt=lock)
    canvas.drawString(60, 780, "Secret letter.")
    canvas.save()
    return out.getvalue()


def nested_page_tree(depth: int) -> bytes:
    """Return a PDF whose page tree is ``depth`` nodes deep."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    for level in range(depth):
        parent = b"/Parent %d 0 R " % (level + 1) if level else b""
        objects.append(b"<< /Type /Pages %s/Kids [%d 0 R] /Count 1 >>" % (parent, level + 3))
    objects.append(b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 9 9] >>" % (depth + 1))
    return _file(objects)


def bomb(megabytes: int) -> bytes:
    """Return a PDF of a few kilobytes that unpacks to ``megabytes``, by way of a few megabytes."""
    packer = zlib.compressobj(9)
    head = packer.compress(b"\0" * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(b"\0" * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    twice = zlib.compress(head + again * (megabytes - 1) + packer.flush(), 9)
    page = b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream" % (
        len(twice),
        twice,
    )
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            page,
        ]
    )


def cyclic_pages() -> bytes:
    """Return a PDF whose page tree holds itself."""
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 99 /Parent 2 0 R >>",
        ]
    )


_good = pdf([text_stream(LETTER)])
_random = random.Random(5)

#: File name -> how to make it, and the reasons it may fail for; "" where it may be read.
CASES: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "zero bytes.pdf": (lambda: b"", {"empty_file"}),
    "zero bytes.txt": (lambda: b"", {"empty_file"}),
    "white space.txt": (lambda: b" \n\t\n" * 1000, {"empty_file"}),
    "only nuls.txt": (lambda: b"\0" * 100_000, {"empty_file"}),
    "random.pdf": (lambda: _random.randbytes(200_000), {"not_a_pdf"}),
    "random.txt": (lambda: _random.randbytes(200_000), {"unsupported_type"}),
    "random behind a header.pdf": (lambda: b"%PDF-1.7\n" + _random.randbytes(9999), {"damaged"}),
    "html.pdf": (lambda: b"<!DOCTYPE html><html><body>Page not found</body></html>", {"not_a_pdf"}),
    "zip.pdf": (lambda: b"PK\x03\x04" + bytes(100), {"not_a_pdf"}),
    "encrypted.pdf": (encrypted, {"encrypted"}),
    "no text.pdf": (lambda: pdf([b"0 0 100 100 re f"]), {"no_text_layer"}),
    "no pages.pdf": (lambda: pdf([]), {"damaged", "no_text_layer"}),
    "truncated early.pdf": (lambda: _good[:200], {"damaged", "no_text_layer"}),
    "truncated in half.pdf": (lambda: _good[: len(_good) // 2], {"damaged", "no_text_layer", ""}),
    "truncated at the end.pdf": (lambda: _good[:-40], {"damaged", ""}),
    "ten thousand pages.pdf": (lambda: pdf([b"BT ET"] * 10_000), {"too_large"}),
    "cyclic pages.pdf": (cyclic_pages, {"damaged", "no_text_layer"}),
    "deep page tree.pdf": (
        lambda: nested_page_tree(20_000),
        {"damaged", "no_text_layer", "crashed"},
    ),
    "deep arrays.pdf": (
        lambda: pdf([text_stream(LETTER)], extra=[b"[" * 100_000 + b"]" * 100_000]),
        {"damaged", "crashed", ""},
    ),
    "deep content.pdf": (
        lambda: pdf([b"[" * 200_000 + b"q " * 200_000 + text_stream(LETTER)]),
        {"damaged", "no_text_layer", "crashed", ""},
    ),
    "decompression bomb.pdf": (
        lambda: bomb(1500),
        {"damaged", "no_text_layer", "too_large", "timeout", "crashed"},
    ),
    "a page of a book.pdf": (
        lambda: pdf([text_stream(("word " * 20 + "\n") * 3_000)], compress=True),
        {"too_large", "timeout", ""},
    ),
    "giant word.txt": (lambda: b"a" * 1_200_000, {"too_large", "timeout", "crashed", ""}),
    "giant line of words.txt": (
        lambda: b"Children are safe and well, " * 15_000,
        {"too_large", "timeout", ""},
    ),
    "giant line of marks.txt": (lambda: b"- . ( [ " * 20_000, {"too_large", "timeout", ""}),
    "giant file.txt": (lambda: b"A sentence of a letter.\n" * 300_000, {"too_large", "timeout"}),
    "many short lines.txt": (lambda: b"-\n" * 30_000, {"timeout", "too_large", ""}),
    "nuls inside.txt": (lambda: LETTER.replace(" ", "\0 ").encode(), {"", "unsupported_type"}),
    "right to left.txt": (
        lambda: LETTER.replace("staff", "\u202estaff\u202c \u2066x\u2069 \u200f").encode(),
        {""},
    ),
    "formulas.txt": (
        lambda: (
            LETTER.replace("Aldermere", '=HYPERLINK("http://x",1)')
            .replace("Leaders", "@SUM(1+1)*cmd|' /C calc'!A0 Leaders")
            .replace("•", "=1+1")
            .encode()
        ),
        {""},
    ),
    "html inside.md": (
        lambda: LETTER.replace("Leaders", "<script>alert(1)</script> Leaders").encode(),
        {""},
    ),
    "paths.txt": (
        lambda: LETTER.replace("Aldermere", "../../../../../../tmp/escaped").encode(),
        {""},
    ),
    "latin.txt": (lambda: LETTER.replace("•", "caf\xe9").encode("latin-1"), {""}),
    "utf16.txt": (lambda: LETTER.encode("utf-16"), {""}),
    "surrogates.txt": (lambda: LETTER.encode() + b"\xed\xa0\x80 \xff\xfe\n", {""}),
}


def write_cases(folder: Path) -> None:
    """Write every case, and one good letter as text and as PDF."""
    folder.mkdir(parents=True)
    for name, (make, _) in CASES.items():
        (folder / name).write_bytes(make())
    (folder / "good.txt").write_text(LETTER, encoding="utf-8")
    (folder / "good.pdf").write_bytes(_good)
