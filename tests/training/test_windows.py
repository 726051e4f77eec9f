from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ofsted_extract.training.windows import pack

SEPARATOR = 9


def packed(units, headings, length=20):
    return pack(units, headings, (1, 2), SEPARATOR, length)


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=40), st.integers(10, 60))
def test_every_unit_is_read_once_and_whole(shape, length):
    units = [[number + 100] * size for number, (size, _) in enumerate(shape)]
    windows = packed(units, [heading for _, heading in shape], length)
    seen = [target for window in windows for target in window.targets]
    assert [unit for unit, _, _ in seen] == list(range(len(units)))
    for window in windows:
        assert window.pieces[:2] == [1, 2]
        for unit, begin, end in window.targets:
            assert window.pieces[begin:end] == units[unit]
            assert window.pieces[end] == SEPARATOR


@given(st.lists(st.integers(1, 8), max_size=40))
def test_windows_keep_to_their_length(sizes):
    windows = packed([[5] * size for size in sizes], [False] * len(sizes), 30)
    assert all(len(window.pieces) <= 30 for window in windows)


def test_a_later_window_repeats_heading_and_unit_before():
    units = [[10], [11] * 6, [12] * 6, [13] * 6]
    windows = packed(units, [True, False, False, False])
    assert windows[1].pieces[2:4] == [10, SEPARATOR]
    assert windows[1].targets[0][0] == 3


def test_a_window_that_starts_with_a_heading_does_not_repeat_the_old_one():
    units = [[10], [11] * 14, [12] * 3]
    windows = packed(units, [True, False, True])
    assert 10 not in windows[1].pieces
