from __future__ import annotations

from ofsted_extract import schema
from ofsted_extract.evaluation.align import Stream, unit_labels
from ofsted_extract.evaluation.annotation import grown_split, make_split
from ofsted_extract.evaluation.labelled import read_labels, write_rows
from ofsted_extract.labels import (
    FINDING_CODES,
    PROGRESS_CODES,
    THEME_CODES,
    label_csv,
    letters,
    make_label,
)
from ofsted_extract.themes import theme_ids

UNITS = [
    "The experiences of children in care: good",
    "Children in Northmarsh live in stable homes close to their families and friends.",
    "Plans are clear, but reviews of plans are too often late for older children.",
    "Good",
]


def label(number: int, text: str, codes: str = "S|PM|."):
    return make_label("d", "s", number, "s", text, codes)


def test_a_label_is_found_whatever_its_quotes_hyphens_and_spaces():
    stream = Stream(UNITS)
    text = "Children in North-\nmarsh live in stable homes close to their families and  friends"
    (place,) = stream.locate([label(1, text)])
    assert stream.covering(place) == 1


def test_labels_carry_no_words():
    made = label(1, UNITS[1])
    assert "children" not in " ".join(map(str, (made.head, made.tail, made.length)))


def test_a_unit_that_joins_two_labels_has_both_and_a_split_one_shares():
    stream = Stream([UNITS[0] + " " + UNITS[1], UNITS[2][:20], UNITS[2][20:]])
    places = stream.locate(
        [label(1, UNITS[0], "N|-|."), label(2, UNITS[1]), label(3, UNITS[2], "SW|PL|.")]
    )
    found = unit_labels(stream, places)
    assert [one.finding for one in found[0]] == ["N", "S"]
    assert found[1] == found[2]


def test_short_labels_are_found_near_their_neighbours():
    stream = Stream([*UNITS, UNITS[1].replace("Northmarsh", "Eastford"), "Good"])
    places = stream.locate([label(1, UNITS[2]), label(2, "Good", "N|-|.")])
    assert [stream.covering(place) for place in places] == [2, 3]


def test_a_place_out_of_order_is_not_believed():
    footnote = "Two inspections of services for children are told of in one report here."
    stream = Stream([UNITS[0], UNITS[1], UNITS[2], *["Filler goes here. " * 40] * 5, footnote])
    texts = (UNITS[0], footnote, UNITS[1], UNITS[2])
    places = stream.locate([label(number, text) for number, text in enumerate(texts, start=1)])
    assert [stream.covering(place) for place in places] == [0, 1, 2]


def test_a_label_of_another_text_is_not_found():
    assert Stream(UNITS).locate([label(1, "Nothing of this stands in the letter at all.")]) == []


def test_folds_depend_on_names_alone_and_spread_the_strata():
    names = {f"authority {n}": "1 send" if n % 10 == 0 else "4 unlabelled" for n in range(50)}
    folds = make_split(names)
    assert folds == make_split(dict(reversed(names.items())))
    assert {folds[name] for name in names if names[name] == "1 send"} == {0, 1, 2, 3, 4}


def test_a_new_authority_gets_a_fold_and_none_that_has_one_moves():
    known = {"eastmere": 3, "westmere": 0}
    grown = grown_split(known, {"eastmere": "1 send", "westmere": "3 labelled", "midmere": "2 sif"})
    assert {name: grown[name] for name in known} == known
    assert grown["midmere"] in range(5)


def test_letters_keep_letters_and_digits_only():
    assert letters("Wide-ranging ﬁndings, 2026!") == "widerangingfindings2026"


def test_what_people_corrected_takes_the_place_of_a_label_or_joins(tmp_path):
    first, second = label(1, UNITS[1]), label(2, UNITS[2], "SW|PL|.")
    reviewed = [label(7, UNITS[1], "W|PM|="), label(8, UNITS[3] + " work all round", "S|LE|.")]
    for name, rows in (("labels", [first, second]), ("reviewed", reviewed)):
        (tmp_path / name).mkdir()
        write_rows(tmp_path / name / "units.csv", rows)
    merged = read_labels(tmp_path / "labels", tmp_path / "reviewed")
    assert [(one.number, one.finding) for one in merged] == [(1, "W"), (2, "SW"), (8, "S")]


def test_codes_stand_in_one_place_for_every_finding_and_progress_mark_of_the_schema():
    assert set(FINDING_CODES) == set(schema.FINDINGS)
    assert set(PROGRESS_CODES) == set(schema.PROGRESS)
    assert set(THEME_CODES) == set(theme_ids())
    for codes in (FINDING_CODES, PROGRESS_CODES, THEME_CODES):
        assert len(set(codes.values())) == len(codes)


def test_the_columns_of_the_shipped_weights_have_this_order():
    assert list(FINDING_CODES) == ["none", "strength", "weakness", "mixed", "recommendation"]
    assert list(PROGRESS_CODES) == ["none", "improved", "declined", "no_change"]


def test_signs_of_progress_stay_what_they_are_in_a_label_file():
    rows = [label(number, UNITS[1], f"S|-|{code}") for number, code in enumerate("+-=.")]
    assert [line[-4:] for line in label_csv(rows).splitlines()[1:]] == [
        f",-,{code}" for code in "+-=."
    ]
