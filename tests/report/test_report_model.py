"""What a page says: counts, grades, quotations, titles, what stands apart."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from made_dataset import LETTER, letter_rows, norbridge, norbridge_followup, write_dataset

from ofsted_extract import names
from ofsted_extract.explore.dataset import Dataset, DatasetError
from ofsted_extract.report import charts, site
from ofsted_extract.report.counts import Counts
from ofsted_extract.report.highlights import choose, shorten


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("norbridge")
    write_dataset(folder, norbridge(), norbridge_followup())
    return Dataset.open(str(folder))


def _only(folder: Path, *letters: dict) -> Dataset:
    return Dataset.open(str(write_dataset(folder, letters)))


def test_each_sentence_counts_once_and_headings_never(dataset: Dataset) -> None:
    newest = site.build_authority(dataset, "norbridge", ["2021"]).letters[0]
    assert newest.counts == Counts(sentences=9, strength=2, weakness=2, mixed=1, recommendation=2)
    assert newest.counts.get("none") == 2
    assert newest.counts.rate("weakness") == pytest.approx(100 * 2 / 9)
    assert sum(1 for _ in newest.units) == newest.counts.sentences


def test_a_sentence_counts_for_each_of_its_themes(dataset: Dataset) -> None:
    letter = site.build_authority(dataset, "norbridge", ["2021"]).letters[0]
    by_theme = {each.theme: each.counts for each in letter.themes}
    assert by_theme["front_door"].weakness == by_theme["partnership"].weakness == 1
    assert by_theme["front_door"].recommendation == 1
    assert "early_help" not in by_theme


def test_grades_stand_in_the_order_of_the_visits_and_none_is_guessed(dataset: Dataset) -> None:
    page = site.build_authority(dataset, "norbridge")
    assert [letter.document.visit.name[:4] for letter in page.letters] == ["2021", "2022", "2024"]
    grades = {row.judgement: [each and each.grade for each in row.grades] for row in page.grades}
    assert grades == {
        "overall_effectiveness": ["inadequate", None, "good"],
        "impact_of_leaders": ["inadequate", None, None],
        "help_and_protection": ["requires_improvement", None, None],
        "care_leavers": [None, None, "good"],
    }
    assert next(iter(grades)) == "overall_effectiveness"


def test_newspapers_stand_apart_and_are_counted_nowhere(dataset: Dataset) -> None:
    page = site.build_authority(dataset, "norbridge")
    assert [letter.document.kind for letter in page.apart] == ["press_article"]
    assert page.all_letters[-1] is page.apart[0]
    national = site.build_national(dataset)
    assert (national.letters, national.reported) == (3, 1)
    assert national.counts == sum((each.counts for each in page.letters), Counts(0, 0, 0, 0, 0))


def test_what_became_of_a_recommendation_names_the_later_visits_in_order(dataset: Dataset) -> None:
    (letter,) = site.build_authority(dataset, "norbridge").followed_up
    first, second, enquiry = letter.followed
    assert [answer.verdict.name for answer in first.answers] == ["Improved", "Improved"]
    assert "2022" in first.answers[0].title and "2024" in first.answers[1].title
    assert first.answers[0].quotes[0].text == "Decisions at the front door are now timely."
    assert not second.is_kloe
    assert enquiry.is_kloe and not enquiry.answers[0].quotes


def test_follow_up_needs_both_visits_on_the_page(dataset: Dataset) -> None:
    page = site.build_authority(dataset, "norbridge", ["2021", "2024"])
    (letter,) = page.followed_up
    assert [len(each.answers) for each in letter.followed] == [1, 1, 1]
    assert not site.build_authority(dataset, "norbridge", ["2021"]).followed_up


def test_unknown_visit_and_authority_are_named(dataset: Dataset) -> None:
    with pytest.raises(DatasetError, match="2021-03-01_ilacs_inspection"):
        site.build_authority(dataset, "norbridge", ["1999"])
    with pytest.raises(DatasetError, match="norbridge"):
        site.build_authority(dataset, "norbrigde")


def test_undated_documents_come_last_and_two_of_a_day_are_told_apart(tmp_path: Path) -> None:
    dataset = _only(
        tmp_path,
        letter_rows("Aby", "focused_visit", None),
        letter_rows("Aby", "focused_visit", date(2020, 1, 1)),
        letter_rows("Aby", "jtai", date(2020, 1, 1)),
    )
    page = site.build_authority(dataset, "aby")
    assert [letter.title for letter in page.newest_first] == [
        "Joint targeted area inspection, 1 January 2020",
        "Focused visit, 1 January 2020",
        "Focused visit, undated",
    ]
    other = ("+ [leadership] Something else is said here.",)
    twins = _only(
        tmp_path / "twins",
        letter_rows("Aby", "focused_visit", date(2020, 1, 1)),
        letter_rows("Aby ", "focused_visit", date(2020, 1, 1), other, slug="aby"),
    )
    titles = [letter.title for letter in site.build_authority(twins, "aby").letters]
    assert titles == ["Focused visit, 1 January 2020", "Focused visit, 1 January 2020 (2)"]


def test_a_letter_read_twice_is_counted_once(tmp_path: Path) -> None:
    day = date(2020, 1, 1)
    dataset = _only(
        tmp_path,
        letter_rows("Aby", "focused_visit", day, source_path="letters/aby.pdf", pages=4),
        letter_rows("Aby ", "focused_visit", day, LETTER[:-1], slug="aby", source_path="aby.txt"),
    )
    (letter,) = site.build_authority(dataset, "aby").letters
    assert letter.document.file_name == "aby.pdf"
    assert ("Also read from", ("aby.txt",)) in letter.facts
    page = site.build_national(dataset)
    assert (page.letters, page.counts.sentences) == (1, 9)
    assert page.rows[0].every.recommendations == 2


def test_no_letter_is_still_a_page(tmp_path: Path) -> None:
    dataset = _only(tmp_path, letter_rows("Aby", "press_article", date(2020, 1, 1), ()))
    site.write_authority(dataset, "aby", tmp_path / "page.html")
    list(site.write_national(dataset, tmp_path / "index.html"))
    assert "No letter or report" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_mixed_sentence_is_cut_at_its_clauses(dataset: Dataset) -> None:
    letter = site.build_authority(dataset, "norbridge", ["2021"]).letters[0]
    (unit,) = (each for each in letter.units if each.sentence.finding == "mixed")
    assert [(piece.text, piece.css) for piece in unit.pieces] == [
        ("Most plans are clear", "s"),
        (", but ", ""),
        ("some lack timescales.", "w"),
    ]
    assert "".join(piece.text for piece in unit.pieces) == unit.sentence.text


def test_bullets_and_paragraphs_are_blocks_and_pages_begin_once(dataset: Dataset) -> None:
    letter = site.build_authority(dataset, "norbridge", ["2021"]).letters[0]
    assert [block.kind for block in letter.blocks].count("heading") == 3
    assert [block.kind for block in letter.blocks].count("bullet") == 2
    begins = [unit.new_page for block in letter.blocks for unit in block.units if unit.new_page]
    assert begins == [1, 2]


def test_quotations_are_the_surest_and_not_all_on_one_theme(tmp_path: Path) -> None:
    lines = [
        f"- [front_door] Contacts of kind {n} wait much too long for a decision." for n in range(9)
    ]
    lines += ["- [health] Health assessments are late for several of the children here.",
              "+ [health] Immunisations are up to date for all of the children in care."]  # fmt: skip
    dataset = _only(tmp_path, letter_rows("Aby", "focused_visit", date(2020, 1, 1), lines))
    letter = site.build_authority(dataset, "aby").letters[0]
    assert Counter(quote.themes[0] for quote in letter.weaknesses) == {"front_door": 2, "health": 1}
    assert [quote.themes for quote in letter.strengths] == [("health",)]
    assert choose([], "strength") == ()


def test_long_quotations_are_cut_at_a_word() -> None:
    assert shorten("one two three", 9) == "one two …"
    assert shorten("one two", 9) == "one two"


def test_file_names_carry_no_folder_of_a_machine(dataset: Dataset) -> None:
    letter = site.build_authority(dataset, "norbridge").letters[0]
    assert letter.document.file_name == "norbridge.pdf"


def test_national_row_takes_grades_from_the_latest_full_inspection(dataset: Dataset) -> None:
    (row,) = site.build_national(dataset).rows
    assert (row.overall, row.graded_on) == ("good", date(2024, 2, 5))
    assert (row.every.letters, row.inspection.letters) == (3, 1)
    assert row.inspection.counts.sentences == 3
    assert row.every.recommendations == 2
    assert row.every.weak_themes[0] == ("recording", 3)
    assert row.every.has_little_text


def test_region_and_theme_totals_are_those_of_the_rows(tmp_path: Path) -> None:
    dataset = _only(
        tmp_path,
        letter_rows("Aby", "focused_visit", date(2020, 1, 1), region="East"),
        letter_rows("Beeby", "focused_visit", date(2021, 1, 1), region="East"),
        letter_rows("Ceeby", "focused_visit", date(2021, 1, 1), region=""),
    )
    page = site.build_national(dataset)
    assert [(each.name, each.authorities) for each in page.regions] == [("East", 2), ("", 1)]
    assert sum(each.counts.sentences for each in page.regions) == page.counts.sentences
    front_door = next(each for each in page.themes if each.theme.theme == "front_door")
    assert (front_door.weak_in, front_door.theme.counts.weakness) == (3, 3)
    assert front_door.theme.out_of == page.counts.sentences
    assert page.grades == (("", 3),)


def test_bars_lie_on_both_sides_of_the_middle_and_inside_the_chart() -> None:
    counts = Counts(sentences=20, strength=4, weakness=2, mixed=2, recommendation=0)
    longest = charts.longest_side([counts])
    bars = {bar.css: bar for bar in charts.balance(counts, longest)}
    assert bars["m"].x == -bars["m"].width / 2
    assert bars["w"].x + bars["w"].width == bars["m"].x
    assert bars["s"].x + bars["s"].width == pytest.approx(100)
    assert sum(bar.width for bar in charts.shares(counts)) == pytest.approx(100)
    assert charts.shares(Counts(5, 0, 0, 0, 0)) == ()
    assert [charts.heat(rate) for rate in (0, 0.5, 2, 4, 50)] == [0, 1, 2, 3, 4]


def test_dates_are_written_as_people_write_them() -> None:
    assert names.period(date(2018, 7, 10), None) == "10 July 2018"
    assert names.period(date(2018, 7, 30), date(2018, 8, 1)) == "30 July to 1 August 2018"
    assert (
        names.period(date(2018, 12, 30), date(2019, 1, 2)) == "30 December 2018 to 2 January 2019"
    )
    assert names.listed(["a", "b", "c"]) == "a, b and c"


def test_ids_without_a_name_are_shown_as_words() -> None:
    assert names.theme_name("a_new_theme") == "A new theme"
    assert names.judgement_name("children_safe") == "Children safe"
