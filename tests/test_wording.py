"""Text made comparable, and cut for quoting."""

import pytest

from ofsted_extract.wording import plain, shorten, straight


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("King’s Lynn & West-Norfolk", "kings lynn west norfolk"),
        ("‘Good’  practice", "good practice"),
        ("care_leavers, 16+", "care leavers 16"),
        ("…", ""),
    ],
)
def test_plain_words_have_no_quotes_case_or_punctuation(text: str, words: str) -> None:
    assert plain(text) == words


def test_straight_text_keeps_its_case() -> None:
    assert straight(" The\n child’s  ‘plan’ ") == "The child's 'plan'"


def test_text_is_cut_after_a_word() -> None:
    assert shorten("Plans are clear.", 16) == "Plans are clear."
    assert shorten("Plans are clear, and late.", 18) == "Plans are clear …"
    assert len(shorten("word " * 100, 50)) <= 52
