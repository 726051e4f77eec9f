"""One filter for every command: what words mean, and what is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_dataset import letter_rows, write_dataset

from ofsted_extract.explore import filters
from ofsted_extract.explore.dataset import Dataset, DatasetError
from ofsted_extract.explore.filters import Filter, make_filter
from ofsted_extract.explore.neighbours import neighbours_of
from ofsted_extract.explore.selection import select
from ofsted_extract.resources import load_csv

REGIONS = ("North West", "London")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Return four letters of invented authorities."""
    letters = [
        letter_rows("Alderton", "ilacs_inspection", date(2021, 3, 1), region="North West",
                    grades={"overall_effectiveness": "inadequate", "care_leavers": "good"}),
        letter_rows("Burwick", "focused_visit", date(2022, 5, 10), region="North West"),
        letter_rows("Rothley", "ilacs_inspection", date(2023, 9, 5), region="North West",
                    grades={"overall_effectiveness": "good", "care_leavers": "outstanding"}),
        letter_rows("Barham", "monitoring_visit", None, region="London"),
    ]  # fmt: skip
    areas = ("", "care_leavers", "help_and_protection")
    for letter in letters:
        for number, row in enumerate(letter["sentences"]):
            row["judgement_area"] = areas[number % len(areas)]
    return Dataset.open(str(write_dataset(tmp_path_factory.mktemp("filters"), letters)))


def test_words_of_people_become_ids(dataset: Dataset) -> None:
    chosen = make_filter(
        dataset,
        authority=["Alderton"],
        region=["north west"],
        theme=["Front door", "recording"],
        finding=["Weakness"],
        kind=["focused visit"],
        since="2022-02",
        until="2024",
        judgement_area=["care-leavers"],
        grade=["Requires improvement"],
    )
    assert chosen == Filter(
        authorities=frozenset({"alderton"}),
        regions=frozenset({"North West"}),
        kinds=frozenset({"focused_visit"}),
        since=date(2022, 2, 1),
        until=date(2024, 12, 31),
        grades=frozenset({"requires_improvement"}),
        themes=frozenset({"front_door", "recording"}),
        findings=frozenset({"weakness"}),
        judgement_areas=frozenset({"care_leavers"}),
    )


def test_the_end_of_a_month_is_its_last_day(dataset: Dataset) -> None:
    assert make_filter(dataset, until="2024-02").until == date(2024, 2, 29)


@pytest.mark.parametrize(
    "words, message",
    [
        ({"authority": ["Aldertton"]}, "alderton"),
        ({"region": ["Lancashire"]}, "London"),
        ({"theme": ["front doors"]}, "did you mean front_door"),
        ({"finding": ["good"]}, "weakness"),
        ({"kind": ["visit"]}, "focused_visit"),
        ({"grade": ["excellent"]}, "outstanding"),
        ({"judgement_area": ["leaders"]}, "impact_of_leaders"),
        ({"since": "2024-13"}, "is no date"),
        ({"until": "June"}, "is no date"),
        ({"neighbours_of": ["Barham"]}, "no statistical neighbours of 'Barham' are known"),
    ],
)
def test_what_is_not_known_is_answered_with_what_there_is(
    dataset: Dataset, words: dict[str, Any], message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        make_filter(dataset, **words)


def test_neighbours_stand_for_those_that_have_a_letter(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = {"alderton": ("rothley", "without-a-letter", "burwick"), "barham": ("elsewhere",)}
    monkeypatch.setattr(filters, "neighbours", near.get)
    found = make_filter(dataset, neighbours_of=["Alderton"])
    assert found.authorities == {"rothley", "burwick"}
    both = make_filter(dataset, authority=["Alderton"], neighbours_of=["Alderton"])
    assert both.authorities == found.authorities | {"alderton"}
    with pytest.raises(DatasetError, match="no letter of the statistical neighbours"):
        make_filter(dataset, neighbours_of=["Barham"])


def test_every_neighbour_is_an_authority_and_never_itself() -> None:
    slugs = {row["slug"] for row in load_csv("authorities.csv")}
    lists = {slug: neighbours_of(slug) for slug in slugs}
    assert sum(map(bool, lists.values())) >= 150
    for slug, near in lists.items():
        assert set(near) <= slugs - {slug}
        assert len(near) <= 10
    # neighbours that are listed by the code of earlier boundaries are found all the same
    assert any("sheffield" in near for near in lists.values())


def test_grades_are_those_that_the_letter_prints(dataset: Dataset) -> None:
    def kept(**words: Any) -> set[str]:
        return set(select(dataset, make_filter(dataset, **words)).frames["documents"]["authority"])

    assert kept(grade=["good"]) == {"Rothley"}
    assert kept(grade=["good"], judgement_area=["care_leavers"]) == {"Alderton"}
    assert kept(grade=["good", "inadequate"]) == {"Alderton", "Rothley"}


PARTS = st.fixed_dictionaries(
    {
        "authorities": st.frozensets(st.sampled_from(("alderton", "burwick", "rothley", "barham"))),
        "regions": st.frozensets(st.sampled_from(REGIONS)),
        "kinds": st.frozensets(st.sampled_from(("ilacs_inspection", "focused_visit"))),
        "since": st.none() | st.dates(date(2020, 1, 1), date(2024, 1, 1)),
        "until": st.none() | st.dates(date(2021, 1, 1), date(2025, 1, 1)),
        "themes": st.frozensets(st.sampled_from(("front_door", "recording", "leadership"))),
        "findings": st.frozensets(st.sampled_from(("strength", "weakness", "recommendation"))),
        "judgement_areas": st.frozensets(st.sampled_from(("care_leavers", "help_and_protection"))),
    }
)


@settings(max_examples=40, deadline=None)
@given(PARTS)
def test_a_selection_is_what_every_part_keeps_and_nothing_else(
    dataset: Dataset, parts: dict[str, Any]
) -> None:
    found = select(dataset, Filter(**parts))
    region = dict(dataset.documents()[["document_id", "region"]].itertuples(index=False))
    expected = []
    for row in dataset.sentences().itertuples():
        day = row.visit_start
        keeps = [
            not parts["authorities"] or row.authority_slug in parts["authorities"],
            not parts["regions"] or region[row.document_id] in parts["regions"],
            not parts["kinds"] or row.document_kind in parts["kinds"],
            not parts["since"] or (day is not None and day >= parts["since"]),
            not parts["until"] or (day is not None and day <= parts["until"]),
            not parts["themes"] or bool(parts["themes"] & set(row.themes)),
            not parts["findings"] or row.finding in parts["findings"],
            not parts["judgement_areas"] or row.judgement_area in parts["judgement_areas"],
        ]
        if all(keeps):
            expected.append(row.sentence_id)
    assert list(found.frames["sentences"]["sentence_id"]) == expected
    letters = set(found.frames["documents"]["document_id"])
    for name in ("judgements", "recommendations", "sentences"):
        assert set(found.frames[name]["document_id"]) <= letters


def test_narrowing_never_adds(dataset: Dataset, tmp_path: Path) -> None:
    whole = select(dataset, Filter()).frames
    part = select(
        dataset, make_filter(dataset, theme=["front_door"], kind=["focused_visit"])
    ).frames
    for name, frame in part.items():
        assert 0 <= len(frame) <= len(whole[name])
    assert set(part["recommendations"]["recommendation_id"]) < set(
        whole["recommendations"]["recommendation_id"]
    )
