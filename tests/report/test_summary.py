from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ofsted_extract.letter import (
    Facts,
    Judgement,
    Letter,
    Page,
    RawLetter,
    Recommendation,
    Role,
    Source,
    StructuredLetter,
    Unit,
    UnitKind,
    UnitLabels,
)
from ofsted_extract.report.summary import choose, points, summary

SOURCE = Source("letter.txt", "ab" * 32, "text", "text")


def unit(position: int, text: str, item: int, role: Role = Role.FINDINGS) -> Unit:
    return Unit(
        position, UnitKind.SENTENCE, text, 1 + position // 4, f"p{item}", item, "", (), role
    )


def strength(score: float, *themes: str) -> UnitLabels:
    return UnitLabels(is_strength=True, strength_score=score, themes=themes)


def weakness(score: float, *themes: str) -> UnitLabels:
    return UnitLabels(is_weakness=True, weakness_score=score, themes=themes)


def letter(*rows: tuple[Unit, UnitLabels], facts: Facts | None = None) -> Letter:
    raw = RawLetter(SOURCE, (Page(1, ()),))
    units, labels = zip(*rows, strict=True)
    facts = facts or Facts("focused_visit", authority="Northmoor")
    return Letter(StructuredLetter(raw, units), facts, labels, "made", "0")


PLANS = unit(1, "Plans are clear and say what has to change and by when.", 1)
THIS = unit(2, "This means that families know what is asked of them now.", 1)
VISITS = unit(3, "Visits to children are regular, and children are seen alone.", 2)


@pytest.mark.parametrize(("score", "told_first"), [(0.42, True), (0.38, False)])
def test_a_sentence_that_points_back_counts_two_fifths(score: float, told_first: bool) -> None:
    apart = replace(THIS, item=2)
    found = points(letter((PLANS, strength(score)), (apart, strength(1.0))), "strength")
    assert [point.unit.position for point in found] == [1, 2]
    assert (found[0].salience > found[1].salience) is told_first


def test_the_letters_own_summary_and_openings_of_paragraphs_count_more() -> None:
    summed = replace(PLANS, role=Role.SUMMARY)
    later = replace(VISITS, item=1)
    found = points(letter((summed, strength(0.8)), (later, strength(0.8))), "strength")
    assert found[0].salience > 1.5 * found[1].salience


def test_the_most_telling_are_taken_once_and_in_the_order_of_the_letter() -> None:
    texts = [f"Plans of kind {n % 6} are clear and say what has to change." for n in range(7)]
    scores = [0.9, 0.5, 0.8, 0.7, 0.6, 0.95, 0.99]
    rows = [
        (unit(n, text, n), strength(score))
        for n, (text, score) in enumerate(zip(texts, scores, strict=True), 1)
    ]
    chosen = choose(points(letter(*rows), "strength"))
    # twice the root of seven; the seventh says what the first says
    assert [each.unit.position for each in chosen] == [3, 4, 5, 6, 7]


def test_a_mixed_sentence_is_quoted_by_clause() -> None:
    mixed = UnitLabels(
        is_strength=True,
        is_weakness=True,
        strength_score=0.9,
        weakness_score=0.9,
        strength_text="Plans are clear",
        weakness_text="they are late",
    )
    read = letter((unit(1, "Plans are clear, but they are late.", 1), mixed))
    assert [point.text for point in points(read, "strength")] == ["Plans are clear"]
    assert [point.text for point in points(read, "weakness")] == ["they are late"]


def test_the_whole_page() -> None:
    facts = Facts(
        "ilacs_inspection",
        authority="Northmoor",
        visit_start=date(2019, 3, 4),
        visit_end=date(2019, 3, 8),
        inspectors=("Ann Example", "Bob Sample"),
        judgements=(Judgement("help_and_protection", "good", "Good", 1),),
        recommendations=(Recommendation(1, "Audits *and* more.", "", "", 2, (4,)),),
    )
    asked = (unit(4, "Audits *and* more.", 3), UnitLabels(is_recommendation=True))
    rows = ((PLANS, strength(0.9)), (THIS, UnitLabels()), (VISITS, weakness(0.9)), asked)
    text = summary(letter(*rows, facts=facts))
    assert text.startswith("# Northmoor: Inspection of children’s services, 4 to 8 March 2019\n")
    assert "Inspectors: Ann Example and Bob Sample." in text
    assert "- Help and protection: **Good** (page 1)" in text
    assert f"## Strengths\n\n- {PLANS.text} (page 1)\n" in text
    assert f"## However\n\n- {VISITS.text} (page 1)\n" in text
    assert "## What must improve\n\n- Audits \\*and\\* more. (page 2)\n" in text


def test_empty_sides_have_no_heading() -> None:
    text = summary(letter((PLANS, UnitLabels())))
    assert text == "# Northmoor: Focused visit\n"


def test_second_hand_reports_say_so() -> None:
    facts = Facts("press_article", authority="Northmoor", reported=frozenset({1}))
    assert "a newspaper or a council speaks" in summary(letter((PLANS, strength(1)), facts=facts))
