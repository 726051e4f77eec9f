"""Any bytes at all: the readers give a letter or a reason, the structure stage always a letter."""

import random

import pytest
from hostile import LETTER, pdf, text_stream
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ofsted_extract.errors import DocumentError
from ofsted_extract.facts import read_facts
from ofsted_extract.letter import Line, Page, RawLetter, Source, StructuredLetter
from ofsted_extract.read import read_bytes
from ofsted_extract.structure import structure_letter

GOOD = pdf([text_stream(LETTER), text_stream(LETTER)])
PIECES = [GOOD[start : start + 40] for start in range(0, len(GOOD), 97)] + [
    b"endobj",
    b"stream\n",
    b"<<",
    b">>",
    b"[",
    b"0 R",
    b"%PDF-1.4\n",
    b"startxref",
    b"\xff" * 9,
]
WORDS = [
    *LETTER.split(), "•", "-", "–", "1.", "2.1", "(a)", "#", "##", "**", "Page", "1", "of", "e.g.", "No.", "Dr", "¹",
    "http://x", "\u202e", "\u00ad", "\ufffe", "\u2028", "\t", "...", "?!", "’", "“", "children-", "=",
]  # fmt: skip

cheap = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check(structured: StructuredLetter) -> None:
    """Assert what every later stage relies on."""
    pages = {page.number for page in structured.raw.pages}
    units = structured.units
    assert [unit.position for unit in units] == list(range(1, len(units) + 1))
    for unit in units:
        assert unit.text.strip() and unit.page in pages and "\n" not in unit.text
    facts = read_facts(structured)
    for recommendation in facts.recommendations:
        assert all(1 <= position <= len(units) for position in recommendation.positions)


def read(data: bytes, name: str) -> None:
    try:
        raw = read_bytes(data, name)
    except DocumentError as error:
        assert error.message
        return
    check(structure_letter(raw))


@cheap
@given(st.binary(max_size=3000), st.sampled_from(["a.pdf", "a.txt", "a.md", "a", "a.docx"]))
def test_any_bytes(data, name):
    read(data, name)


@cheap
@given(st.lists(st.sampled_from(PIECES), max_size=60), st.binary(max_size=20))
def test_any_order_of_a_pdfs_pieces(pieces, more):
    read(b"%PDF-1.7\n" + b"".join(pieces) + more, "a.pdf")


@cheap
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_a_pdf_with_some_bytes_changed(seed, changes):
    chance = random.Random(seed)
    data = bytearray(GOOD)
    for _ in range(changes):
        data[chance.randrange(len(data))] = chance.randrange(256)
    read(bytes(data[: chance.randrange(len(data) // 2, len(data) + 1)]), "a.pdf")


@cheap
@given(st.lists(st.sampled_from([*WORDS, "\n", "\n\n", "\f", "\r\n"]), max_size=250), st.booleans())
def test_any_order_of_a_letters_words(words, markdown):
    read(" ".join(words).encode(), "a.md" if markdown else "a.txt")


@cheap
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=2000))
def test_any_text(text):
    read(text.encode(), "a.txt")


@cheap
@given(
    st.lists(
        st.lists(
            st.builds(
                Line,
                text=st.one_of(
                    st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join),
                    st.text(
                        st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40
                    ),
                ),
                x=st.floats(-50, 900),
                y=st.floats(-50, 900),
                size=st.sampled_from([0.0, 6.0, 9.0, 11.0, 11.04, 14.0, 20.0, 400.0]),
                bold=st.booleans(),
                hyphenated=st.booleans(),
            ),
            max_size=25,
        ),
        max_size=5,
    )
)
def test_any_layout(pages):
    raw = RawLetter(
        Source("a.pdf", "0" * 64, "pdf", "pdfium"),
        tuple(
            Page(number, tuple(lines), 595.0, 842.0) for number, lines in enumerate(pages, start=1)
        ),
    )
    check(structure_letter(raw))


@pytest.mark.parametrize("name", ["pdfium", "pdfplumber"])
def test_both_readers_give_a_reason_for_what_is_cut_short(name):
    for end in range(0, len(GOOD), 211):
        try:
            read_bytes(GOOD[:end], "a.pdf", reader=name)
        except DocumentError as error:
            assert error.message
