from ofsted_extract.letter import Line
from ofsted_extract.read.order import Placed, in_reading_order

WIDE, LEFT = 500.0, 72.0


def at(text: str, y: float, x: float = LEFT, right: float = WIDE) -> Placed:
    return Placed(Line(text, x, y, 12.0), right)


def texts(*placed: Placed) -> list[str]:
    return [each.line.text for each in in_reading_order(placed)]


BODY = [at(f"line {n} of the body runs on", 700 - 14 * n) for n in range(3)]
BELOW = [at(f"line {n} of the body runs on", 650 - 14 * (n - 3)) for n in range(3, 6)]


def test_what_is_drawn_in_order_stays() -> None:
    assert texts(*BODY, *BELOW) == [each.line.text for each in (*BODY, *BELOW)]


def test_headings_that_are_drawn_last_return_to_their_place() -> None:
    found = texts(*BODY, *BELOW, at("Title", 720, right=120), at("Heading", 664, right=130))
    assert found[0] == "Title"
    assert found[4] == "Heading"


def test_a_letterhead_of_two_columns_that_is_drawn_last_opens_the_page() -> None:
    head = [at("Northmere House", 800, right=150), at("Mill Lane", 789, right=150)]
    phones = [at("T 0123 456 7890", 800, 200, 300), at("F 0123 456 7891", 789, 200, 300)]
    found = texts(*BODY, *BELOW, *head, *phones)
    assert found[:4] == ["Northmere House", "Mill Lane", "T 0123 456 7890", "F 0123 456 7891"]


def test_lines_drawn_from_the_foot_upwards_are_turned_round() -> None:
    assert texts(*reversed(BODY + BELOW)) == [each.line.text for each in (*BODY, *BELOW)]


def test_columns_of_prose_stay_columns() -> None:
    left = [at(f"left column line {n} of prose", 700 - 14 * n, right=280) for n in range(5)]
    right = [at(f"right column line {n} of prose", 700 - 14 * n, 300) for n in range(5)]
    assert texts(*left, *right) == [each.line.text for each in (*left, *right)]


def test_a_table_drawn_column_by_column_is_read_row_by_row() -> None:
    names = [
        at("Judgement", 700, right=140),
        at("The experiences of children in care", 680, right=300),
        at("The experiences of care leavers", 650, right=300),
        at("The impact of leaders on practice", 630, right=300),
    ]
    grades = [
        at("Grade", 700, 400),
        at("Requires improvement to", 680, 400),
        at("be good", 668, 400),
        at("Good", 650, 400),
        at("Outstanding", 630, 400),
    ]
    assert texts(*names, *grades, at("What needs to improve", 600)) == [
        "Judgement",
        "Grade",
        "The experiences of children in care",
        "Requires improvement to",
        "be good",
        "The experiences of care leavers",
        "Good",
        "The impact of leaders on practice",
        "Outstanding",
        "What needs to improve",
    ]


def test_a_footer_that_is_drawn_first_moves_nothing() -> None:
    footer = at("Report on Northmere", 40)
    assert texts(footer, *BODY, *BELOW)[0] == "Report on Northmere"
    assert texts(footer, *BODY, *BELOW)[1:] == [each.line.text for each in (*BODY, *BELOW)]
