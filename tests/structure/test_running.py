"""Running headers, footers, page numbers and footnotes, in PDFs and in text."""

import pytest

from ofsted_extract.letter import Line, Page, RawLetter, Source, StructuredLetter
from ofsted_extract.read import read_bytes
from ofsted_extract.structure import structure_letter

SENTENCES = [
    f"Children in {place} are visited often by workers who know them and who write their views down"
    for place in ("Northmere", "Eastmere", "Southmere", "Westmere", "Overmere")
]


def text_letter(text: str) -> StructuredLetter:
    return structure_letter(read_bytes(text.encode(), "a.txt"))


def texts(letter: StructuredLetter) -> list[str]:
    return [unit.text for unit in letter.units]


def pdf_letter(pages: list[list[Line]]) -> StructuredLetter:
    made = tuple(Page(n, tuple(lines), 595, 842) for n, lines in enumerate(pages, start=1))
    return structure_letter(RawLetter(Source("a.pdf", "0" * 64, "pdf", "pdfium"), made))


def running(furniture: tuple[tuple[int, str], ...]) -> list[str]:
    return [text for _, text in furniture]


def test_odd_and_even_pages_have_their_own_headers() -> None:
    pages = [
        [
            Line(("Northmere Council", "Inspection report")[n % 2], 72, 800, 9.0),
            Line(f"{text}.", 72, 700, 12.0),
            Line(("iv", "v", "vi")[n], 300, 30, 9.0),
        ]
        for n, text in enumerate(SENTENCES[:3])
    ]
    letter = pdf_letter(pages)
    assert texts(letter) == [f"{text}." for text in SENTENCES[:3]]
    assert len(letter.furniture) == 6


def test_two_pages_with_a_header_each_share_its_place() -> None:
    pages = [
        [Line(head, 72, 815, 9.0), Line(f"{text}.", 72, 700, 12.0), Line("Yes.", 72, 640, 12.0)]
        for head, text in zip(("Northmere", "Visit letter"), SENTENCES, strict=False)
    ]
    assert running(pdf_letter(pages).furniture) == ["Northmere", "Visit letter"]


def test_a_running_line_that_stands_deep_in_the_page_is_known_by_its_place() -> None:
    pages = [
        [Line("Report on Northmere", 72, 760, 12.0), Line(f"{text}.", 72, 700 - 50 * n, 12.0)]
        for n, text in enumerate(SENTENCES[:3])
    ]
    assert texts(pdf_letter(pages)) == [f"{text}." for text in SENTENCES[:3]]


@pytest.mark.parametrize("number", ["{}", "Page {} of 5", "- {} -", "{} | Page", "Page | {}"])
@pytest.mark.parametrize("break_", ["\f", "\n"])
def test_running_lines_and_numbers_of_text_pages_leave_the_body(number: str, break_: str) -> None:
    text = break_.join(
        f"{sentence}\nand who listen to what they say.\n\nInspection of Northmere services\n"
        f"{number.format(n)}\n"
        for n, sentence in enumerate(SENTENCES, start=1)
    )
    letter = text_letter(text)
    assert texts(letter) == [f"{x} and who listen to what they say." for x in SENTENCES]


def test_a_sentence_goes_on_behind_the_foot_of_a_page() -> None:
    foot = "\n\n                    Inspection of Northmere        {}\n\f"
    text = (
        f"{SENTENCES[0]} and who help them{foot.format(1)}to settle.\n\n{SENTENCES[1]}."
        f"{foot.format(2)}{SENTENCES[2]}.{foot.format(3)}"
    )
    assert texts(text_letter(text))[0] == f"{SENTENCES[0]} and who help them to settle."


def test_a_heading_that_recurs_within_pages_stays() -> None:
    text = "\n\n".join(f"What went well\n\n{sentence}." for sentence in SENTENCES)
    assert texts(text_letter(text)).count("What went well") == len(SENTENCES)


@pytest.mark.parametrize("opening", ["1\n    ", "1 ", "1\n\n"])
def test_footnotes_of_text_and_their_marks_leave_the_body(opening: str) -> None:
    text = (
        f"{SENTENCES[0]}.1 Plans are clear and most reviews are held\n\n"
        f"{opening}Guidance on how plans are to be written, third edition.\n\n1\n\fon time.\n"
    )
    letter = text_letter(text)
    assert texts(letter) == [
        f"{SENTENCES[0]}.",
        "Plans are clear and most reviews are held on time.",
    ]
    assert [(note.mark, note.text) for note in letter.footnotes] == [
        ("1", "Guidance on how plans are to be written, third edition.")
    ]


def test_a_number_without_a_mark_before_it_opens_no_footnote() -> None:
    letter = text_letter(f"{SENTENCES[0]}.\n\n1 Children are seen.\n")
    assert not letter.footnotes


def test_a_grade_alone_recurs_and_is_no_running_line() -> None:
    cover = (
        "Northmere Council\n\nAreas that were judged\n\nLeadership\n\nRequires improvement\n\n"
        "Adoption\n\nRequires improvement\n\n1\n\n"
    )
    body = "\n\n".join(f"{text}.\n\n{n}" for n, text in enumerate(SENTENCES, start=2))
    assert "Requires improvement" not in running(text_letter(cover + body).furniture)
