"""Every way in which a letter's text is saved or pasted reads as the same lines."""

import pytest

from ofsted_extract.read import read_bytes
from ofsted_extract.read.decoding import decode
from ofsted_extract.structure import structure_letter

CURLY = "The council’s plans are “clear” – mostly.\n• Record children’s views.\n"


def lines(text: str) -> list[str]:
    return [line.text for page in read_bytes(text.encode(), "a.txt").pages for line in page.lines]


def paragraphs(text: str) -> list[str]:
    joined = "\n".join(lines(text))
    return [" ".join(part.split("\n")).strip() for part in joined.split("\n\n") if part.strip()]


def units(text: str) -> list[str]:
    return [unit.text for unit in structure_letter(read_bytes(text.encode(), "a.txt")).units]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_without_a_word(codec: str) -> None:
    assert decode(CURLY.encode(codec)) == (CURLY, ())
    assert read_bytes(CURLY.encode(codec), "a.txt").pages[0].lines[0].text == CURLY.split("\n")[0]


def test_windows_and_mac_are_told_by_their_quotes() -> None:
    assert decode(CURLY.encode("cp1252")) == (CURLY, ())
    text, warnings = decode(CURLY.encode("mac-roman"))
    assert text == CURLY
    assert "Mac Roman" in warnings[0]
    assert read_bytes(CURLY.encode("mac-roman"), "a.txt").warnings == warnings


def test_text_that_was_encoded_twice_is_mended_and_said_so() -> None:
    text, warnings = decode(CURLY.encode().decode("cp1252", "replace").encode())
    assert "â€" in text or text == CURLY
    text, warnings = decode("Children’s plans – all of them".encode().decode("cp1252").encode())
    assert text == "Children’s plans – all of them"
    assert "mended" in warnings[0]


def test_soft_hyphens_join_words_within_and_at_the_end_of_a_line() -> None:
    text = "Social workers safe\xadguard children and keep their docu\xad\nments up to date.\n"
    assert units(text) == ["Social workers safeguard children and keep their documents up to date."]


def test_hyphens_that_do_not_break_are_hyphens() -> None:
    assert units("A well\u2011led and child\u2010centred service helps.\n") == [
        "A well-led and child-centred service helps."
    ]


def test_quoted_mail_loses_its_marks_and_headers() -> None:
    mail = (
        "From: Ann Marsh\nSent: 3 May 2024\nTo: Tom Field\nSubject: letter\n\n"
        "> Dear Ms Marsh\n>\n> Plans are clear and reviews are held on time for all of the children\n"
        "> in care.\n>\n> > Some visits are late.\n"
    )
    assert paragraphs(mail) == [
        "Dear Ms Marsh",
        "Plans are clear and reviews are held on time for all of the children in care.",
        "Some visits are late.",
    ]


def test_a_list_whose_bullet_looks_like_quoting_stays() -> None:
    assert lines("To improve:\n> The quality of plans\n> The pace of visits\n")[1:3] == [
        "> The quality of plans",
        "> The pace of visits",
    ]


def test_columns_are_read_one_after_the_other() -> None:
    address = (
        "Northmere House      T 0123 456 7890\n"
        "Mill Lane            help@northmere.example\n\nDear Ms Marsh\n"
    )
    assert "Northmere House T" not in " ".join(lines(address))
    table = (
        "Judgement                                   Grade\n\n"
        "The impact of leaders on social work        Requires improvement\n"
        "practice with children and families         to be good\n\n"
        "Overall effectiveness                       Good\n"
    )
    assert paragraphs(table) == [
        "Judgement",
        "Grade",
        "The impact of leaders on social work practice with children and families",
        "Requires improvement to be good",
        "Overall effectiveness",
        "Good",
    ]
    actions = (
        "Leaders at Northmere       Leaders should work together so that children and\n"
        "council and its            families wait for less time, and should tell them what\n"
        "partners                   is being done about it.\n"
    )
    assert paragraphs(actions) == [
        "Leaders at Northmere council and its partners",
        "Leaders should work together so that children and families wait for less time, and should "
        "tell them what is being done about it.",
    ]


def test_a_number_or_bullet_with_its_indent_is_no_column() -> None:
    text = "1.      Children are seen.\n\n•\tPlans are clear.\n\n12      Visits are late.\n"
    assert [x for x in lines(text) if x] == [
        "1. Children are seen.",
        "• Plans are clear.",
        "12 Visits are late.",
    ]


def test_paragraphs_without_blank_lines_are_told_by_where_lines_end() -> None:
    wrapped = (
        "Headline findings\n"
        "Leaders know their services well and have made good use of the time since the last visit\n"
        "to put right what was wrong. Children are seen.\n"
        "Practice with young people\n"
        "Personal advisers keep in touch with young people and help them to find a home that they\n"
        "like. A few young people wait too long.\n"
    )
    assert paragraphs(wrapped) == [
        "Headline findings",
        "Leaders know their services well and have made good use of the time since the last visit "
        "to put right what was wrong. Children are seen.",
        "Practice with young people",
        "Personal advisers keep in touch with young people and help them to find a home that they "
        "like. A few young people wait too long.",
    ]


def test_each_line_of_a_word_processor_is_a_paragraph() -> None:
    long = "Children in care are visited often, and their views are written down with care. " * 4
    text = f"Main findings\n{long}\nPlans\n{long}\nLeaders\n{long}\n"
    assert [x for x in paragraphs(text) if len(x) < 20] == ["Main findings", "Plans", "Leaders"]
