import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Line, Page
from ofsted_extract.read import Limits, layout, read_bytes, read_letter
from ofsted_extract.read.sanity import is_sane
from ofsted_extract.read.text import decode


def words(letter_pages: tuple[Page, ...]) -> str:
    return re.sub(r"[^a-z0-9]", "", "".join(x.text for p in letter_pages for x in p.lines).lower())


def test_form_feeds_begin_pages_and_blank_lines_stay() -> None:
    raw = read_bytes(b"One\n\nTwo\fThree", "letter.txt")
    assert [page.number for page in raw.pages] == [1, 2]
    assert [line.text for line in raw.pages[0].lines] == ["One", "", "Two"]


def test_markdown_marks_become_structure() -> None:
    raw = read_bytes(b"## Findings ##\n**Bold** words", "letter.md")
    first, second = raw.pages[0].lines
    assert (first.text, first.heading_level) == ("Findings", 2)
    assert second.text == "Bold words"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert decode("child’s café".encode(encoding)) == "child’s café"


def test_direction_marks_and_controls_are_dropped() -> None:
    assert decode("a\u202eb\x00c\u200bd".encode()) == "abcd"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_reason(data: bytes) -> None:
    for name in ("x.pdf", "x.txt", "x.md"):
        try:
            read_bytes(data, name)
        except DocumentError as error:
            assert error.reason in Reason
            assert error.message


def test_reasons_of_the_file_system(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        read_letter(tmp_path / "none.pdf")
    assert caught.value.reason is Reason.NOT_FOUND
    with pytest.raises(DocumentError) as caught:
        read_letter(tmp_path)
    assert caught.value.reason is Reason.UNSUPPORTED_TYPE


def test_size_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("word " * 1000)
    with pytest.raises(DocumentError) as caught:
        read_letter(path, limits=Limits(bytes=100))
    assert caught.value.reason is Reason.TOO_LARGE
    with pytest.raises(DocumentError) as caught:
        read_letter(path, limits=Limits(characters=100))
    assert caught.value.reason is Reason.TOO_LARGE


def test_sanity_tells_language_from_debris() -> None:
    prose = "Social workers visit children often and plans are reviewed on time. " * 5
    debris = "\ue001\ue002 \ue003\ue004\ufffd x " * 20
    assert is_sane(Page(1, (Line(prose),)))
    assert not is_sane(Page(1, (Line(debris),)))


def test_both_readers_give_the_same_words_on_the_samples(samples_dir: Path) -> None:
    paths = sorted(samples_dir.rglob("*.pdf"))
    assert paths
    for path in paths:
        fast, exact = read_letter(path), read_letter(path, reader="pdfplumber")
        assert len(fast.pages) == len(exact.pages)
        for a, b in zip(fast.pages, exact.pages, strict=True):
            assert sorted(words((a,))) == sorted(words((b,))) or _marks_only(a, b), path


def _marks_only(a: Page, b: Page) -> bool:
    """PDFium's footnote marks are kept apart from the text, pdfplumber's are in it."""
    marks = "".join(mark for line in a.lines for mark in line.marks)
    return sorted(words((a,)) + marks) == sorted(words((b,)))


@pytest.mark.corpus
def test_both_readers_give_the_same_words_on_real_reports(corpus_dir: Path) -> None:
    """A spread of 24 reports by default; all with OFSTED_EXTRACT_ALL=1 (about 15 minutes)."""
    paths = sorted(corpus_dir.rglob("*.pdf"))
    if not os.environ.get("OFSTED_EXTRACT_ALL"):
        paths = paths[:: len(paths) // 24]
    compared = 0
    for path in paths:
        try:
            fast = read_letter(path)
        except DocumentError as error:
            assert error.reason is Reason.NOT_A_PDF
            continue
        limited = fast.pages if os.environ.get("OFSTED_EXTRACT_ALL") else fast.pages[:4]
        numbers = [page.number for page in limited]
        exact = {
            page.number: page for page in layout.read_pages(path.read_bytes(), Limits(), numbers)
        }
        for page in limited:
            a, b = words((page,)), words((exact[page.number],))
            assert sorted(a) == sorted(b) or _marks_only(page, exact[page.number]), (
                path,
                page.number,
            )
            compared += 1
    assert compared > 50
