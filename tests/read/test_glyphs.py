import pytest

from ofsted_extract.letter import Line, Page
from ofsted_extract.read.glyphs import mend_glyphs


def mended(*texts: str) -> tuple[list[str], tuple[str, ...]]:
    pages, warnings = mend_glyphs((Page(1, tuple(map(Line, texts)), 595, 842),))
    return [line.text for line in pages[0].lines], warnings


@pytest.mark.parametrize("glyph", ["\x01", "(cid:12)", "\ufffd"])
def test_apostrophes_and_bullets_are_told_by_their_place(glyph: str) -> None:
    texts, warnings = mended(
        f"The authority{glyph}s plans don{glyph}t say when; children{glyph}s and parents{glyph} views",
        f"{glyph} The quality of plans for children in care and for care leavers",
    )
    assert texts == [
        "The authority’s plans don’t say when; children’s and parents’ views",
        "• The quality of plans for children in care and for care leavers",
    ]
    assert "5 characters" in warnings[0]


def test_a_page_without_letters_has_no_sentences() -> None:
    texts, warnings = mended("(cid:12)(cid:4)a(cid:7)(cid:9)", "\x01\x02\x03 \x04")
    assert texts == []
    assert "page 1" in warnings[0]


def test_lost_apostrophes_are_said() -> None:
    assert "apostrophes" in mended("The authoritys childrens services", "are good")[1][0]
    assert mended("The authority’s children’s services are good")[1] == ()
