from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ofsted_extract.structure.sentences import sentence_spans, split_sentences


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Plans are clear. Reviews drift.", 2),
        ("Support, e.g. Family Time, helps. It is valued.", 2),
        ("Section 47 (s. 47) work is prompt. Thresholds hold.", 2),
        ("Mr. J. Smith chairs the board. Members attend.", 2),
        ("See para. 12 of the report.", 1),
        ("The figure was 28%. 141 children benefit.", 2),
        ("“Leaders listen.” Staff agree.", 2),
        ("Is it safe? Yes! It is.", 3),
        ("Visits (some late. Not all) are useful.", 1),
        ("Plans drift.However, reviews are timely now.", 2),
        ("See www.example.gov.uk/Letters for more.", 1),
        ("Help is prompt!Families value it.", 2),
        ("Oversight is firm .Plans are clear .", 2),
        ("Work with the U.K. Border Force is close.", 1),
        ("Some have family in the U.S. They write often.", 2),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(split_sentences(text)) == count


@given(st.text(max_size=300))
def test_spans_cover_all_words_in_order(text: str) -> None:
    spans = sentence_spans(text)
    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    kept = "".join(text[a:b] for a, b in spans)
    assert "".join(kept.split()) == "".join(text.split())
