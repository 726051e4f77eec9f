"""Progress, extent and cohorts, on sentences of our own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ofsted_extract.schema import EXTENTS

from .conftest import Label, Tag


@pytest.mark.parametrize(
    ("text", "extent"),
    [
        ("All children have a clear plan.", "all"),
        ("Most children have a clear plan.", "most"),
        ("The vast majority of care leavers have a good plan.", "most"),
        ("Too many children wait for help.", "many"),
        ("Some plans lack timescales.", "some"),
        ("Not all children are seen alone.", "some"),
        ("A very small number of children wait too long.", "few"),
        ("Too few young people know of the offer.", "few"),
        ("One child was not seen.", "one"),
        ("No children have good plans.", "none_of"),
        ("None of the families felt listened to.", "none_of"),
        ("In all but a few cases, records are good.", "most"),
        ("All but one child had a good plan.", "most"),
        ("Nearly half of care leavers wait for help.", "some"),
        ("Leaders do not ensure that all children are seen alone.", "some"),
        ("Inspectors did not see any children at risk of harm.", "none_of"),
        ("Visits are late, and all children have a plan.", "all"),
        ("There is no plan for recruiting foster carers.", ""),
        ("One plan lacked timescales.", ""),
        ("In most cases, records are good.", "most"),
        ("Some are not visited often enough.", "some"),
        ("Services for the most vulnerable children are good.", ""),
        ("Many social workers are new.", ""),
        ("Leaders work well with all partners.", ""),
        ("Visits to children are timely.", ""),
    ],
)
def test_extent(tag: Tag, text: str, extent: str) -> None:
    assert tag(text).extent == extent


@pytest.mark.parametrize(
    ("text", "cohorts"),
    [
        ("Children in care and care leavers are heard.", ("children_in_care", "care_leavers")),
        ("Looked-after children do well.", ("children_in_care",)),
        ("The LOOKED AFTER CHILDREN do well.", ("children_in_care",)),
        ("Disabled children have good plans.", ("disabled_children",)),
        ("Children with SEND wait too long.", ("disabled_children",)),
        ("The disabled children’s team is stable.", ()),
        ("UASC are well supported.", ("unaccompanied_children",)),
        ("Children who go missing are found.", ("missing_children",)),
        ("Children missing education are tracked.", ("missing_education",)),
        ("Young carers are known.", ("young_carers",)),
        ("Privately fostered children are visited.", ("privately_fostered",)),
        ("Young people who present as homeless are helped.", ("homeless_16_17",)),
        ("Children at risk of exploitation are safer.", ("exploited_children",)),
        ("Leaders are ambitious.", ()),
    ],
)
def test_cohorts(label: Label, text: str, cohorts: tuple[str, ...]) -> None:
    assert label(text).cohorts == cohorts


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        ("The quality of plans has improved.", "improved"),
        ("The quality of plans has declined since the last inspection.", "declined"),
        ("The quality of plans remains too inconsistent.", "no_change"),
        ("The quality of plans is good.", "none"),
        ("Children remain living with their brothers happily and well supported.", "none"),
    ],
)
def test_progress(tag: Tag, text: str, progress: str) -> None:
    assert tag(text).progress == progress


WORDS = st.sampled_from(
    [
        "all",
        "most",
        "some",
        "few",
        "children",
        "plans",
        "not",
        "good",
        "poor",
        "but",
        "although",
        ",",
        ";",
        ".",
        "however",
        "care",
        "leavers",
        "should",
        "the",
        "authority",
        "improved",
        "(",
        ")",
        "’",
        "“",
        "16-",
        "and",
        "when",
        "who",
        "too",
    ]
)


@settings(max_examples=150, deadline=None)
@given(text=st.lists(WORDS, max_size=25).map(" ".join))
def test_any_text_gets_a_label_of_the_schema(tag: Tag, text: str) -> None:
    label = tag(text)
    assert label.extent in ("", *EXTENTS)
    assert label.strength_text in text
    assert label.weakness_text in text
    assert 0.0 <= label.strength_score <= 1.0
    assert 0.0 <= label.weakness_score <= 1.0
    assert len(label.themes) == len(label.theme_scores) <= 4
