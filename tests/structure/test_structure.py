from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ofsted_extract.letter import (
    Line,
    Page,
    RawLetter,
    Role,
    Source,
    StructuredLetter,
    UnitKind,
)
from ofsted_extract.read import read_bytes
from ofsted_extract.structure import structure_letter
from ofsted_extract.structure.headings import heading_meaning, is_judgement_row, judgement_area
from ofsted_extract.structure.words import clean, hyphen_between, vocabulary


def text_letter(text: str, name: str = "letter.txt") -> StructuredLetter:
    return structure_letter(read_bytes(text.encode(), name))


def pdf_letter(*pages: list[Line]) -> StructuredLetter:
    """A letter as the PDF reader would hand it on: A4 pages, the first line at the top."""
    source = Source("made.pdf", "0" * 64, "pdf", "pdfium")
    made = tuple(Page(n, tuple(lines), 595, 842) for n, lines in enumerate(pages, start=1))
    return structure_letter(RawLetter(source, made))


def body(*texts: str, top: float = 700, x: float = 72, **options: object) -> list[Line]:
    """Lines of one paragraph, 14.4 points apart."""
    return [
        Line(text, x, top - 14.4 * n, 12.0, **options)  # type: ignore[arg-type]
        for n, text in enumerate(texts)
    ]


def texts(letter: StructuredLetter) -> list[str]:
    return [unit.text for unit in letter.units]


def test_wrapped_lines_are_joined_and_sentences_split() -> None:
    letter = text_letter("Plans are clear and\nreviews are timely. Children\nare seen alone.\n")
    assert texts(letter) == ["Plans are clear and reviews are timely.", "Children are seen alone."]


def test_a_sentence_over_a_page_break_is_one_and_stands_on_its_first_page() -> None:
    letter = text_letter(
        "Dear Director\n\n## Findings\n\nStaff know the importance of\n\f\n\nlistening to children.",
        "a.md",
    )
    unit = letter.units[-1]
    assert unit.text == "Staff know the importance of listening to children."
    assert unit.page == 1


def test_footnote_and_page_number_stay_out_of_a_sentence() -> None:
    first = [
        *body("The response to contacts is slow and families wait for", top=120),
        Line("1 Statutory guidance for councils, published in", 72, 80, 9.0),
        Line("its third edition.", 72, 69, 9.0),
        Line("3", 500, 40, 10.0),
    ]
    second = [*body("help that they need.", top=750), Line("4", 500, 40, 10.0)]
    letter = pdf_letter(first, second)
    assert texts(letter) == [
        "The response to contacts is slow and families wait for help that they need."
    ]
    assert [(note.mark, note.text) for note in letter.footnotes] == [
        ("1", "Statutory guidance for councils, published in its third edition.")
    ]


def test_large_page_numbers_that_reach_into_the_body_leave_it() -> None:
    pages = [
        [*body(f"Plan {word} is clear and children", top=120), Line(str(n), 513, 63, 20.0)]
        for n, word in enumerate(("one", "two", "three"), start=1)
    ]
    letter = pdf_letter(*pages, body("know it.", top=740))
    assert not [text for text in texts(letter) if text.isdigit()]
    assert texts(letter)[-1].endswith("is clear and children know it.")


def test_a_number_at_the_foot_that_does_not_run_with_the_pages_stays() -> None:
    pages = [
        [*body("Number of children:", top=84.4), *body(number, top=70)]
        for number in ("40", "38", "97")
    ]
    assert [text.split()[-1] for text in texts(pdf_letter(*pages))] == ["40", "38", "97"]


def test_a_line_of_thousands_of_digits_at_the_foot_is_read() -> None:
    digits = "7" * 5000  # Python refuses to make a number of so many
    assert texts(pdf_letter([*body("Number:", top=90), *body(digits, top=75)]))[-1].endswith("777")


def test_a_paragraph_number_that_is_printed_twice_opens_both() -> None:
    letter = pdf_letter(
        [
            *body("1. Plans are clear.", "2. Visits are timely.", top=700),
            *body("2. Leaders know this.", "3. So do partners.", top=640),
        ]
    )
    assert [(unit.paragraph, unit.text) for unit in letter.units] == [
        ("1", "Plans are clear."),
        ("2", "Visits are timely."),
        ("2", "Leaders know this."),
        ("3", "So do partners."),
    ]


def test_a_stray_glyph_above_a_numbered_paragraph_leaves_it_its_number() -> None:
    letter = pdf_letter(
        [
            *body("1. Plans are clear.", top=700),
            Line("\u2022", 54, 660, 10.0),
            *body("2. Visits are timely.", top=645),
        ]
    )
    assert [(unit.paragraph, unit.text) for unit in letter.units] == [
        ("1", "Plans are clear."),
        ("2", "Visits are timely."),
    ]


def test_running_header_and_footer_leave_the_body() -> None:
    pages = [
        [
            Line("Inspection of Northmere children’s services", 72, 800, 8.0, bold=True),
            *body(f"Work on page {n} is good.", top=500),
            Line(f"3 to 7 June 2024 {n}", 72, 40, 8.0),
        ]
        for n in (1, 2, 3)
    ]
    letter = pdf_letter(*pages)
    assert texts(letter) == [f"Work on page {n} is good." for n in (1, 2, 3)]
    assert len(letter.furniture) == 6


def test_a_line_that_a_raised_mark_opens_goes_on_with_the_line_beside_it() -> None:
    lines = [
        *body("Partners came to look at neglect in Northmere.", top=700),
        Line("1 This", 380, 704, 8.0),
        *body("inspection included the front door.", top=685.6),
    ]
    letter = pdf_letter(lines)
    assert texts(letter)[-1] == "This inspection included the front door."
    assert "1" in letter.units[0].footnote_marks


@pytest.mark.parametrize("mark", ["12,13", "¹", "[1]", "²,³"])
def test_footnote_marks_that_no_type_tells_leave_the_text(mark: str) -> None:
    letter = text_letter(f"Main findings\n\nPlans are clear.{mark} Reviews are on time.\n")
    assert texts(letter)[1:] == ["Plans are clear.", "Reviews are on time."]


@pytest.mark.parametrize("text", ["Homes have 12 m² for each child.", "Attendance is 91.12 now."])
def test_figures_that_are_no_footnote_marks_stay(text: str) -> None:
    assert texts(text_letter(f"Main findings\n\n{text}\n"))[1:] == [text]


@pytest.mark.parametrize(
    ("left", "right", "letter_words", "expected"),
    [
        ("good docu", "ment flow", [], ""),
        ("a child", "centred plan", [], "-"),
        ("the front", "door team", ["the front-door team"], "-"),
        ("some over", "sight now", ["oversight"], ""),
        ("chil", "dren", [], ""),
    ],
)
def test_hyphens_at_line_ends(
    left: str, right: str, letter_words: list[str], expected: str
) -> None:
    assert hyphen_between(left, right, vocabulary(letter_words)) == expected


def test_hyphens_through_the_whole_stage() -> None:
    lines = body(
        "Work is child", "centred and every docu", "ment is kept for 16", "and 17-year-olds."
    )
    lines = [replace(line, hyphenated=n < 3) for n, line in enumerate(lines)]
    assert texts(pdf_letter(lines)) == [
        "Work is child-centred and every document is kept for 16- and 17-year-olds."
    ]


_MARKS = [
    ["◼", "◼"], ["\uf06e", "\uf06e"], ["▪", "▪"], ["•", "•"], ["\uf0a7", "\uf0a7"], ["-", "-"],
    ["–", "–"], ["*", "*"], ["+", "+"], [">", ">"], ["➢", "➢"], ["✓", "✓"], ["★", "★"], ["⚫", "⚫"],
    ["\uf0a8", "\uf0a8"], ["\ufffd", "\ufffd"], ["·", "·"], ["o", "o"], ["§", "§"], ["l", "l"],
    ["a)", "b)"], ["(a)", "(b)"], ["i.", "ii."], ["(i)", "(ii)"],
]  # fmt: skip


@pytest.mark.parametrize("marks", _MARKS, ids=ascii)
def test_every_bullet_is_a_bullet(marks: list[str]) -> None:
    letter = text_letter(
        f"What needs to improve\n\n{marks[0]} The quality of plans.\n{marks[1]} The front door.\n"
    )
    assert [(unit.kind, unit.text) for unit in letter.units[1:]] == [
        (UnitKind.BULLET, "The quality of plans."),
        (UnitKind.BULLET, "The front door."),
    ]
    assert {unit.role for unit in letter.units} == {Role.RECOMMENDATIONS}


@pytest.mark.parametrize("text", ["© Northmere Council", "o the front door", "b) the front door"])
def test_what_only_looks_like_a_bullet_is_none(text: str) -> None:
    assert texts(text_letter(f"Plans are clear.\n\n{text}.\n")) == ["Plans are clear.", f"{text}."]


@pytest.mark.parametrize("form", ["{}.", "{})", "({})"])
def test_every_printed_number_is_a_number(form: str) -> None:
    first, second = form.format(1), form.format(2)
    letter = text_letter(f"Findings\n\n{first} Plans are clear.\n\n{second} Visits are late.\n")
    assert [unit.paragraph for unit in letter.units[1:]] == ["1", "2"]


def test_a_glyph_alone_on_its_line_belongs_to_the_next() -> None:
    lines = [Line("◼", 72, 700, 12.0), Line("Plans are late.", 90, 700, 12.0)]
    assert pdf_letter(lines).units[0].kind is UnitKind.BULLET


def test_numbered_paragraphs_keep_their_number() -> None:
    letter = pdf_letter(
        [
            Line("Findings", 72, 720, 14.0, bold=True),
            *body("1. Plans are clear.", top=690),
            Line("They are shared.", 100, 675.6, 12.0),
            *body("2.Reviews are late.", top=650),
        ]
    )
    assert [(unit.paragraph, unit.text) for unit in letter.units[1:]] == [
        ("1", "Plans are clear."),
        ("1", "They are shared."),
        ("2", "Reviews are late."),
    ]


def test_a_year_at_a_line_start_is_no_paragraph_number() -> None:
    letter = text_letter("The last inspection was in\n2015. Since then practice has improved.")
    assert texts(letter) == [
        "The last inspection was in 2015.",
        "Since then practice has improved.",
    ]


def test_sections_and_judgement_areas() -> None:
    letter = pdf_letter(
        [
            Line("Inspection of Northmere", 72, 760, 26.0),
            *body("Judgement Grade", top=720, bold=True),
            *body(
                "The impact of leaders on social work practice with",
                "children and families Good",
                top=700,
            ),
            *body(
                "Services in this county have improved since the last inspection and staff are proud.",
                top=640,
            ),
            Line("What needs to improve?", 72, 600, 14.0, bold=True),
            *body("◼ The quality of plans.", top=580),
            Line("The experiences and progress of care leavers: good", 72, 540, 14.0, bold=True),
            *body("1. Care leavers have a voice.", top=520),
            Line("Pathway plans", 72, 490, 12.0, bold=True),
            *body("2. Plans are useful.", top=470),
            Line("Information about this inspection", 72, 430, 14.0, bold=True),
            *body("Inspectors read files.", top=410),
        ]
    )
    found = {unit.text: (unit.role, unit.judgement_area) for unit in letter.units}
    assert (
        found["The impact of leaders on social work practice with children and families Good"][0]
        is Role.TITLE
    )
    assert found["The quality of plans."] == (Role.RECOMMENDATIONS, "")
    assert found["Care leavers have a voice."] == (Role.FINDINGS, "care_leavers")
    assert found["Plans are useful."] == (Role.FINDINGS, "care_leavers")
    assert found["Inspectors read files."] == (Role.ABOUT, "")
    assert letter.units[-3].headings == (
        "The experiences and progress of care leavers: good",
        "Pathway plans",
    )


def test_contents_page_is_left_out() -> None:
    contents = [
        Line("Contents", 72, 760, 14.0, bold=True),
        *body("The local authority 3", "Summary of findings 3", top=730),
    ]
    letter = pdf_letter(contents, body("Leaders know their services well.", top=700))
    assert texts(letter) == ["Leaders know their services well."]


def test_web_furniture_is_no_article() -> None:
    page = (
        "Make an Enquiry\nContact Us\n\nPraise for Northmere\n\n"
        "Inspectors praised the council for the way in which social workers listen to children.\n\n"
        "READ MORE: something else entirely\n\nPlans are clear.\n\nRelated Stories\n\nAnother council failed its inspection last week.\n"
        "Subscribe to our newsletter\n"
    )
    assert texts(text_letter(page)) == [
        "Praise for Northmere",
        "Inspectors praised the council for the way in which social workers listen to children.",
        "Plans are clear.",
    ]


def test_hard_wrapped_text_with_blank_lines_inside_a_sentence() -> None:
    filler = (
        "This line of a council paper is wrapped by its word processor at a fixed width ok\n" * 12
    )
    letter = text_letter(
        filler
        + "\nThe service has appointed a new permanent principal social worker and Head of\n\nService, who starts in May.\n"
    )
    assert texts(letter)[-1].endswith("and Head of Service, who starts in May.")


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("What needs to improve?", Role.RECOMMENDATIONS),
        ("What needs to improve in this area of social work practice", Role.RECOMMENDATIONS),
        ("AREAS FOR IMPROVEMENT", Role.RECOMMENDATIONS),
        ("Priority and immediate action", Role.PRIORITY_ACTIONS),
        ("What is the area partnership doing that is effective?", Role.STRENGTHS),
        ("What does the area partnership need to do better?", Role.WEAKNESSES),
        ("Children’s services in Northmere are inadequate because:", Role.WEAKNESSES),
        ("What the inspection judgements mean: the local authority", Role.DEFINITIONS),
        ("Recommendation(s)", Role.BACKGROUND),
    ],
)
def test_headings_known_by_name(heading: str, role: Role) -> None:
    meaning = heading_meaning(heading)
    assert meaning is not None
    assert meaning.role is role


def test_judgement_areas_of_headings() -> None:
    assert (
        judgement_area("The experiences and progress of children in care and care leavers: good")
        == "in_care_and_care_leavers"
    )
    assert (
        judgement_area("The experiences and progress of children in care: outstanding") == "in_care"
    )
    assert judgement_area("Leadership, management and governance") == "impact_of_leaders"
    assert judgement_area("Early help") == ""
    assert is_judgement_row("and protection")
    assert is_judgement_row("Requires improvement to be good")
    assert not is_judgement_row("Social workers know children well")


@given(st.text(max_size=500))
def test_any_text_is_structured(text: str) -> None:
    # a page of prose in front: bytes that are mostly controls are refused as no text
    letter = text_letter("Dear Director.\n" * 30 + text.encode("utf-8", "replace").decode())
    positions = [unit.position for unit in letter.units]
    assert positions == list(range(1, len(positions) + 1))
    assert all(unit.text == clean(unit.text) and unit.text for unit in letter.units)


@given(
    st.lists(
        st.tuples(
            st.text(min_size=1, max_size=60),
            st.floats(0, 842),
            st.floats(0, 595),
            st.sampled_from([1.0, 9.0, 12.0, 14.0]),
        ),
        max_size=30,
    )
)
def test_any_layout_is_structured(lines: list[tuple[str, float, float, float]]) -> None:
    made = [Line(text.strip() or "x", x, y, size) for text, y, x, size in lines]
    letter = pdf_letter(made, made)
    assert all(unit.page in (1, 2) for unit in letter.units)


def test_the_boards_review_keeps_its_subject_under_its_own_summary() -> None:
    letter = pdf_letter(
        [
            Line("The local authority", 72, 760, 18.0, bold=True),
            Line("Executive summary", 72, 730, 14.0, bold=True),
            *body(
                "Leaders in this county know their services and plan with care for the future.",
                top=700,
            ),
            Line("The Local Safeguarding Children Board (LSCB)", 72, 660, 14.0, bold=True),
            *body("The board meets.", top=640),
            Line("Executive summary", 72, 610, 14.0, bold=True),
            *body("The board challenges its partners.", top=590),
            Line("Information about this inspection", 72, 560, 14.0, bold=True),
            *body("Inspectors read files.", top=540),
        ]
    )
    subjects = [unit.subject for unit in letter.units if unit.kind is UnitKind.SENTENCE]
    assert subjects == ["authority", "lscb", "lscb", "authority"]


def test_the_first_section_ends_what_the_cover_says_of_the_board() -> None:
    letter = pdf_letter(
        [
            Line("The effectiveness of the LSCB is requires improvement", 72, 760, 14.0, bold=True),
            *body("The board knows its partners well and asks them hard questions.", top=740),
            Line("Section 1: The local authority - Summary of findings", 72, 700, 14.0, bold=True),
            *body("Leaders in this county know their services and plan with care.", top=680),
            Line("Areas for improvement", 72, 650, 14.0, bold=True),
            *body("1. Plan with children.", top=630),
        ]
    )
    subjects = [unit.subject for unit in letter.units if unit.kind is not UnitKind.HEADING]
    assert subjects == ["lscb", "authority", "authority"]


@pytest.mark.parametrize("bold", [True, False])
def test_a_grade_below_a_judgements_name_opens_no_section(bold: bool) -> None:
    name = "Leadership, management and governance"
    letter = pdf_letter(
        [
            Line("Inspection judgements about the local authority", 72, 760, 18.0, bold=True),
            Line(name, 72, 730, 14.0, bold=True),
            Line("Requires improvement", 72, 705, 12.0, bold=bold),
            *body("Leaders in this county know their services and plan with care.", top=680),
        ]
    )
    *_, grade, sentence = letter.units
    assert (grade.kind, grade.text) == (UnitKind.HEADING, "Requires improvement")
    assert sentence.kind is UnitKind.SENTENCE
    assert sentence.section == name == sentence.headings[-1]
    assert sentence.judgement_area == "impact_of_leaders"


def test_a_word_that_grades_share_may_be_a_heading() -> None:
    letter = pdf_letter(
        [
            Line("Main findings", 72, 760, 18.0, bold=True),
            Line("Improvement", 72, 730, 14.0, bold=True),
            *body("Leaders in this county know their services and plan with care.", top=705),
        ]
    )
    assert letter.units[-1].section == "Improvement"


def test_a_large_bullet_glyph_does_not_break_its_item() -> None:
    lines = [
        Line("\uf0b7 Leaders should reduce the time that", 72, 700, 18.0),
        Line("families wait.", 90, 685.6, 12.0),
    ]
    assert texts(pdf_letter([*body("They should act on:", top=720), *lines]))[1:] == [
        "Leaders should reduce the time that families wait."
    ]


def test_dash_bullets_without_stops_are_items_of_their_own() -> None:
    letter = text_letter(
        "What needs to improve\n\n- the front door\n- plans for children\n- supervision\n"
    )
    assert texts(letter)[1:] == ["the front door", "plans for children", "supervision"]


LETTER = """\
Ofsted
Harbour House

12 October 2020

Ann Ward, Director of Children’s Services

Dear Ms Ward

Focused visit to Northmere children’s services

This letter summarises the findings of a visit on 7 and 8 September 2020.

The methodology for this visit was the usual one. However, the delivery model was adapted. \
Inspectors used video calls. The lead inspector and the director of children’s services agreed \
how to work safely.

Inspectors looked at how children in care are helped.

{heading}

Children are seen often.

What needs to improve

• The quality of plans.
{between}
Ofsted will take the findings from this visit into account when it plans the next one.

Yours sincerely

Joan Marsh
Her Majesty’s Inspector
{after}"""


def roles(letter: StructuredLetter) -> dict[str, Role]:
    return {unit.text: unit.role for unit in letter.units}


@pytest.mark.parametrize("heading", ["Overview", "Headline findings", "Findings"])
def test_all_before_a_letters_first_findings_is_its_form(heading: str) -> None:
    letter = text_letter(LETTER.format(heading=heading, between="", after=""))
    units = letter.units
    first = next(unit.position for unit in units if unit.section == heading)
    assert {unit.role for unit in units[: first - 1]} == {
        Role.LETTERHEAD, Role.TITLE, Role.ABOUT, Role.SCOPE,
    }  # fmt: skip
    assert roles(letter)["Inspectors looked at how children in care are helped."] is Role.SCOPE


def test_what_inspectors_read_is_no_scope_and_whom_they_met_may_be_a_finding() -> None:
    letter = text_letter(
        "Dear Ms Ward\n\nFocused visit to Northmere\n\nInspectors looked at a range of evidence.\n\n"
        "Overview\n\nDuring the visit, inspectors met children. They are proud of their home.\n"
    )
    found = roles(letter)
    assert found["Inspectors looked at a range of evidence."] is Role.ABOUT
    assert found["They are proud of their home."] is Role.SUMMARY


def test_without_a_heading_over_its_findings_each_sentence_of_an_introduction_tells() -> None:
    letter = text_letter(
        "Dear partners\n\nJoint inspection of Northmere\n\n"
        "This letter outlines our findings in Northmere.\n\n"
        "Partners work well together in the county. "
        "In this inspection, the evaluation of the front door was of all ages.\n\n"
        "Key strengths\n\n• Plans are clear.\n"
    )
    found = roles(letter)
    assert found["Partners work well together in the county."] is Role.SUMMARY
    assert list(found.values()).count(Role.ABOUT) == 2


@pytest.mark.parametrize("between", ["", "\n"])
def test_what_ofsted_does_next_ends_the_list_before_it(between: str) -> None:
    letter = text_letter(LETTER.format(heading="Overview", between=between, after=""))
    found = roles(letter)
    assert found["The quality of plans."] is Role.RECOMMENDATIONS
    closing = next(text for text in found if text.startswith("Ofsted will take"))
    assert found[closing] is Role.ABOUT


def test_a_signature_is_no_section_and_an_annex_is_read() -> None:
    after = "\nOfsted Care Quality Commission\n\nAnnex A: Areas for improvement\n\n• The stability of homes.\n"
    letter = text_letter(LETTER.format(heading="Overview", between="", after=after))
    signed = [unit for unit in letter.units if unit.role is Role.LETTERHEAD][-3:]
    assert {(unit.kind, unit.section) for unit in signed} == {(UnitKind.SENTENCE, "")}
    assert letter.units[-1].role is Role.RECOMMENDATIONS


def test_a_plan_that_is_asked_for_is_procedure() -> None:
    letter = text_letter(
        "Main findings\n\nPlans are clear. You should submit an action plan within 70 days.\n\n"
        "Next steps\n\nThe partnership will meet.\n\n• The quality of plans.\n"
    )
    found = roles(letter)
    assert found["Plans are clear."] is Role.FINDINGS
    assert found["You should submit an action plan within 70 days."] is Role.ABOUT
    assert found["The partnership will meet."] is Role.ABOUT
    assert found["The quality of plans."] is Role.RECOMMENDATIONS


def test_a_letterhead_that_is_drawn_last_breaks_no_sentence() -> None:
    first = [
        Line("12 May 2020", 72, 620, 12.0),
        *body("Dear Ms Ward", top=560),
        *body("Focused visit to Northmere", top=520, bold=True),
        *body("Staff know the importance of", top=490),
        Line("T 0300 111 2222", 72, 700, 8.0, bold=True),
        Line("Harbour House", 300, 690, 9.0),
    ]
    letter = pdf_letter(first, body("listening to children.", top=760))
    assert letter.units[-1].text == "Staff know the importance of listening to children."
    assert [unit.role for unit in letter.units if "Harbour" in unit.text] == [Role.LETTERHEAD]
    assert not [
        unit for unit in letter.units if unit.kind is UnitKind.HEADING and "T 0" in unit.text
    ]


@pytest.mark.parametrize("generic", ["Summary", "Inspection findings", "Key findings"])
def test_a_judgement_survives_a_generic_heading_and_ends_before_the_back_page(generic: str) -> None:
    letter = pdf_letter(
        [
            Line("Executive summary", 72, 760, 14.0, bold=True),
            *body("Leaders in this county know their services and plan with care.", top=740),
            Line("Leadership, management and governance: good", 72, 700, 14.0, bold=True),
            Line(generic, 72, 670, 14.0, bold=True),
            *body("1. Plans are clear.", top=650),
            Line("Key strengths", 72, 600, 12.0, bold=True),
            *body("2. Visits are timely.", top=580),
            *body("If you are not happy with this report, write to us.", top=500),
            Line("Harbour House", 72, 450, 14.0, bold=True),
        ]
    )
    areas = {unit.text: unit.judgement_area for unit in letter.units}
    assert areas["Plans are clear."] == areas["Visits are timely."] == "impact_of_leaders"
    assert areas["Harbour House"] == "" == areas["Executive summary"]


def test_every_section_of_the_boards_review_is_the_boards() -> None:
    letter = pdf_letter(
        [
            Line("Executive summary", 72, 790, 14.0, bold=True),
            Line("The Local Safeguarding Children Board is good", 72, 760, 14.0, bold=True),
            Line("Recommendations", 72, 730, 14.0, bold=True),
            *body("1. Meet more often.", top=710),
            Line("Information about this inspection", 72, 660, 14.0, bold=True),
            *body("Inspectors read files.", top=640),
        ]
    )
    assert [unit.judgement_area for unit in letter.units] == ["", *["lscb"] * 3, "", ""]


@pytest.mark.parametrize(("size", "is_heading"), [(12.0, False), (12.4, False), (12.6, True)])
def test_a_heading_is_more_than_half_a_point_larger_than_the_body(
    size: float, is_heading: bool
) -> None:
    letter = pdf_letter(
        [
            *body("Leaders in this county know their services and plan with care.", top=760),
            Line("Early help", 72, 730, size),
            *body("Families are helped at an early stage and long enough.", top=700),
        ]
    )
    headings = [unit.text for unit in letter.units if unit.kind is UnitKind.HEADING]
    assert headings == (["Early help"] if is_heading else [])
