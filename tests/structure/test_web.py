from ofsted_extract.read import read_bytes
from ofsted_extract.structure.web import is_web_page, without_web_furniture

LETTER = (
    "Dear Ms Marsh\n\nFocused visit to Northmere children's services\n\n"
    "Close work with partners means that children in care are safe and settled, and most are seen\n"
    "at home.\n\nYours sincerely\n\nGreta Holm\nHis Majesty's Inspector\n\n"
)
BACK_PAGE = (
    "Would you like to hear from us? Our free newsletter tells what is new; you only need to\n"
    "subscribe on our pages. You also find us on\nTwitter and on\nFacebook.\n"
)


def is_page(text: str) -> bool:
    return is_web_page(read_bytes(text.encode(), "a.txt"))


def test_a_letter_is_no_web_page_because_of_its_own_words() -> None:
    assert not is_page(LETTER + BACK_PAGE)
    assert not is_page(LETTER + BACK_PAGE.replace("\n", " "))


def test_labels_of_their_own_tell_a_web_page() -> None:
    assert is_page("Subscribe today\n\nContact us\n\nThe council was praised.\n")
    assert is_page("close facebook twitter linkedin rss\n\nShare this article\n\nIt was praised.\n")
    assert not is_page("Contact us\n\nThe council was praised.\n")  # one label is chance


def test_prose_on_a_web_page_is_never_furniture() -> None:
    page = (
        "Subscribe now\n\nShare this\n\nPraise for Northmere\n\n"
        "Inspectors praised the council for listening to its children, and went on to say:\n\n"
        "Comments of parents about the help that they were given at home were positive.\n\n"
        "Sign up to the Northmere Echo newsletter\n\nMost read\n\nFloods in Northmere\n"
    )
    kept = without_web_furniture(read_bytes(page.encode(), "a.txt"))
    texts = [line.text for line in kept.pages[0].lines if line.text]
    assert texts[0] == "Praise for Northmere"
    assert texts[-1].startswith("Comments of parents")
