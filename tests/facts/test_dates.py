"""Dates in every printed form; the sentences are our own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ofsted_extract.facts.dates import find_periods, first_date, first_period


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("printed", "start", "end"),
    [
        ("10 and 11 July 2018", "2018-07-10", "2018-07-11"),
        ("10th & 11th March 2022", "2022-03-10", "2022-03-11"),
        ("27 January 2015 – 18 February 2015", "2015-01-27", "2015-02-18"),
        ("21 November to 2 December 2022", "2022-11-21", "2022-12-02"),
        ("8 to 19 June 2026", "2026-06-08", "2026-06-19"),
        ("15-19 July 2013", "2013-07-15", "2013-07-19"),
        ("22 February 2016–18 March 2016", "2016-02-22", "2016-03-18"),
        ("20 June 2017 ─ 13 July 2017", "2017-06-20", "2017-07-13"),
        ("11 – 22 July 2022", "2022-07-11", "2022-07-22"),
        ("18 Feb 2014 – 12 March 2014", "2014-02-18", "2014-03-12"),
        ("30 October to 10 November\n2023", "2023-10-30", "2023-11-10"),
        ("14 December to 8 January 2021", "2020-12-14", "2021-01-08"),
        ("28 December 2014 to 5 January", "2014-12-28", "2015-01-05"),
        ("08 July 2019 to 19 July 2019", "2019-07-08", "2019-07-19"),
        ("4, 5 and 6 May 2021", "2021-05-04", "2021-05-06"),
        ("Tuesday 4 May and Wednesday 5 May 2021", "2021-05-04", "2021-05-05"),
        ("the 4th of May 2021", "2021-05-04", "2021-05-04"),
        ("July 12 and 13, 2022", "2022-07-12", "2022-07-13"),
        ("12/07/2022 - 13/07/2022", "2022-07-12", "2022-07-13"),
        ("2022-07-12", "2022-07-12", "2022-07-12"),
        ("2 to 6 March 2026 7", "2026-03-02", "2026-03-06"),
    ],
)
def test_printed_forms(printed: str, start: str, end: str) -> None:
    period = first_period(f"Dates: {printed}")
    assert period is not None
    assert (period.start, period.end) == (d(start), d(end))


def test_an_interrupted_visit_has_two_legs() -> None:
    period = first_period("19 November-11 December 2013 and 28 – 30 January 2014")
    assert period is not None
    assert period.legs == (
        (d("2013-11-19"), d("2013-12-11")),
        (d("2014-01-28"), d("2014-01-30")),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no date at all",
        "31 June 2018",
        "in May 2018",
        "10 and 11 July",
        "12 of 18 children in 2018",
        "aged 16 and 17",
        "paragraphs 3 to 9",
        "9 July 2018 to 2 July 2018",
    ],
)
def test_no_guess(text: str) -> None:
    assert first_period(text) is None
    assert first_date(text) is None


def test_a_missing_year_can_be_given() -> None:
    period = first_period("on 12 and 13 July", year=2022)
    assert period is not None
    assert (period.start, period.end) == (d("2022-07-12"), d("2022-07-13"))


def test_all_periods_in_order() -> None:
    text = "Held 3 to 7 May 2021; before it 2 March 2020 and, long ago, 1 June 2015."
    assert [period.start for period in find_periods(text)] == [
        d("2021-05-03"),
        d("2020-03-02"),
        d("2015-06-01"),
    ]


_DAYS = st.dates(min_value=date(2001, 1, 1), max_value=date(2089, 12, 1))
_JOINS = st.sampled_from([" to ", " – ", "–", "-", " - ", " until "])


def _long(day: date, *, month: bool = True, year: bool = True) -> str:
    return " ".join(
        [str(day.day)] + [f"{day:%B}"] * month + [str(day.year)] * year,
    )


@given(_DAYS, st.integers(1, 40), _JOINS, st.sampled_from(["full", "year once", "shortest"]))
def test_every_period_is_read_back(start: date, length: int, join: str, form: str) -> None:
    end = start + timedelta(days=length)
    same_month = (start.month, start.year) == (end.month, end.year)
    first = {
        "full": _long(start),
        "year once": _long(start, year=False),
        "shortest": _long(start, month=not same_month, year=False),
    }[form]
    period = first_period(f"Inspection dates: {first}{join}{_long(end)}.")
    assert period is not None
    assert (period.start, period.end) == (start, end)


@given(st.text(max_size=80))
def test_nothing_breaks_it(text: str) -> None:
    for period in find_periods(text):
        assert period.start <= period.end
