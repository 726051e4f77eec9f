from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from ofsted_extract.classify.model.wordpieces import (
    HEADING_MARK,
    MAX_WORDPIECES,
    TEXT_MARK,
    neighbours,
    normalised,
    wordpiece_ids,
)


def tokenizer() -> Tokenizer:
    words = ["[UNK]", TEXT_MARK, HEADING_MARK, "plans", "are", "clear", "children", "in", "care"]
    found = Tokenizer(
        models.WordPiece({word: number for number, word in enumerate(words)}, unk_token="[UNK]")
    )
    found.normalizer = normalizers.BertNormalizer()
    found.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return found


def test_a_unit_begins_with_its_mark_and_ends_where_it_is_too_long():
    heading, text = wordpiece_ids(tokenizer(), ["Children in care", "plans " * 200], [True, False])
    assert heading == [2, 6, 7, 8]
    assert text == [1] + [3] * MAX_WORDPIECES


def test_plain_text_has_one_kind_of_quote_and_no_ligatures():
    assert normalised("children’s “ﬁnal” re\u00adview – yes") == 'children\'s "final" review - yes'


def test_a_unit_stands_beside_its_own_section_and_under_its_heading():
    beside = neighbours([False, True, False, False, True, False]).tolist()
    assert beside[0] == [-1, -1, -1, -1]  # before any heading
    assert beside[2] == [-1, -1, 3, 1]
    assert beside[3] == [2, -1, -1, 1]
    assert beside[5] == [-1, -1, -1, 4]
    assert beside[1] == beside[4] == [-1, -1, -1, -1]  # a heading is read alone


@given(st.lists(st.booleans(), max_size=60))
def test_neighbours_are_never_headings_nor_across_one(headings):
    beside = neighbours(headings)
    for unit, (before, before_that, after, heading) in enumerate(beside.tolist()):
        for other, distance in ((before, -1), (before_that, -2), (after, 1)):
            if other >= 0:
                assert other - unit == distance
                assert not any(headings[min(unit, other) : max(unit, other) + 1])
        if heading >= 0:
            assert headings[heading] and not any(headings[heading + 1 : unit + 1])
