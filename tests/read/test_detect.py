import pytest

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.read.detect import detect


@pytest.mark.parametrize(
    ("data", "path", "found"),
    [
        (b"%PDF-1.7\n...", "letter.pdf", "pdf"),
        (b"junk\n%PDF-1.4\n...", "letter.pdf", "pdf"),
        (b"%PDF-1.7\n...", "letter.txt", "pdf"),
        (b"Dear Director\n", "letter.txt", "text"),
        (b"Dear Director\n", "letter", "text"),
        (b"## Findings\n", "letter.txt", "markdown"),
        (b"Findings\n", "letter.md", "markdown"),
        (b"<html><body>", "letter.txt", "html"),
        (b"<p># A page</p>", "letter.html", "html"),
        (b"Received: x\nMIME-Version: 1.0\n\nDear", "letter", "email"),
        (b"Subject: the visit\n\nDear", "letter.txt", "text"),
        ("Café\n".encode("utf-16"), "letter.txt", "text"),
    ],
)
def test_the_type_is_told_from_the_bytes(data: bytes, path: str, found: str) -> None:
    assert detect(data, path).id == found


@pytest.mark.parametrize(
    ("data", "path", "reason", "words"),
    [
        (b"", "a.pdf", Reason.EMPTY_FILE, "empty"),
        (b" \r\n\x00", "a.txt", Reason.EMPTY_FILE, "empty"),
        (b"<!DOCTYPE html><html>", "a.pdf", Reason.NOT_A_PDF, "HTML"),
        (b"PK\x03\x04....", "a.pdf", Reason.NOT_A_PDF, "ZIP"),
        (b"Dear Director", "a.pdf", Reason.NOT_A_PDF, "plain text"),
        (b"PK\x03\x04....", "a.docx", Reason.UNSUPPORTED_TYPE, "ZIP"),
        (b"\x89PNG....", "a.txt", Reason.UNSUPPORTED_TYPE, "PNG"),
        (bytes(range(256)) * 4, "a.txt", Reason.UNSUPPORTED_TYPE, "binary"),
        (b"a,b\n", "a.csv", Reason.UNSUPPORTED_TYPE, ".csv"),
    ],
)
def test_what_is_no_letter_is_named(data: bytes, path: str, reason: Reason, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        detect(data, path)
    assert caught.value.reason is reason
    assert words in caught.value.message
