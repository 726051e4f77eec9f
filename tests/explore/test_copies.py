"""The same letter twice; every word is made up."""

from __future__ import annotations

from ofsted_extract.explore.copies import Text, pieces_of, repeats

LETTER = " ".join(f"Word{number} of the letter is its own." for number in range(40))
OTHER = " ".join(f"Item{number} was told by somebody else today." for number in range(40))


def text(name: str, words: str, **changes: object) -> Text:
    facts: dict[str, object] = {
        "authority_slug": "rutland", "visit": "2024-05-01_focused_visit", "day": "2024-05-01",
        "reported": False, "pages": 1,
    }  # fmt: skip
    return Text(name, pieces=pieces_of([words]), **{**facts, **changes})  # type: ignore[arg-type]


def test_a_text_repeats_its_pdf_wherever_sentences_end() -> None:
    pdf = text("b", LETTER, pages=4)
    cut = Text("a", "rutland", pdf.visit, pdf.day, False, 1, pieces_of(LETTER.upper().split(".")))
    assert repeats([cut, pdf]) == {"a": "b"}


def test_two_letters_of_one_visit_that_differ_repeat_nothing() -> None:
    assert repeats([text("a", LETTER), text("b", OTHER)]) == {}
    assert repeats([text("a", LETTER), text("b", LETTER, authority_slug="kent")]) == {}
    assert repeats([text("a", LETTER), text("b", LETTER, day="2025-05-01")]) == {}


def test_a_press_release_repeats_the_letter_never_the_reverse() -> None:
    letter = text("z", LETTER)
    half = " ".join(LETTER.split()[:160]) + " " + " ".join(OTHER.split()[:60])
    release = text("a", half, reported=True, visit="2024-05-01_press_article", pages=9)
    assert repeats([release, letter]) == {"a": "z"}
    article = text("a", OTHER, reported=True, visit="2024-05-01_press_article")
    assert repeats([article, letter]) == {}


def test_no_chain_and_nothing_of_nothing() -> None:
    assert repeats([text(name, LETTER) for name in "abc"]) == {"b": "a", "c": "a"}
    assert repeats([text("a", ""), text("b", "")]) in ({}, {"b": "a"})
