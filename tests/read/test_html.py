"""Web pages: the article and not its furniture."""

import socket

import pytest
from made_files import ARTICLE, ITEMS, PARAGRAPHS, web_page

from ofsted_extract.letter import Line
from ofsted_extract.read import read_bytes


def lines(content: bytes) -> list[Line]:
    return [line for line in read_bytes(content, "page.html").pages[0].lines if line.text]


def texts(markup: str) -> list[str]:
    return [line.text for line in lines(f"<html><body>{markup}</body></html>".encode())]


def test_the_article_with_its_headings_and_items_and_nothing_else() -> None:
    found = lines(web_page(ARTICLE))
    assert [(line.text, line.heading_level) for line in found] == [
        ("Visit to Northmere", 1),
        *((text, 0) for text in PARAGRAPHS * 5),
        ("What needs to improve", 2),
        *((f"• {text}", 0) for text in ITEMS),
    ]
    source = read_bytes(web_page(ARTICLE), "page.html").source
    assert (source.input_type, source.reader) == ("html", "html")


def test_scripts_styles_and_hidden_words_are_no_text() -> None:
    hidden = "<p hidden>one</p><script>two</script><style>three</style><noscript>four</noscript>"
    assert texts(f"{hidden}<!-- five --><p>Words.</p><template><p>six</p></template>") == ["Words."]


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was made"))
    remote = (
        '<img src="http://192.0.2.1/a.png"><link rel=stylesheet href="http://192.0.2.1/b.css">'
        '<iframe src="http://192.0.2.1/"></iframe><p>Words.</p>'
    )
    assert texts(remote) == ["Words."]


def test_lists_and_breaks() -> None:
    assert texts("<ol start=3><li>a<li><p>b</p><p>c</p></ol>") == ["3. a", "4. b", "c"]
    assert texts("<ul><li>a<ul><li>b</li></ul></li></ul>") == ["• a", "• b"]
    assert texts("<ol start='9e9'><li>a</ol>") == ["1. a"]
    assert texts("a<br>b<br><br>c") == ["a b", "c"]


def test_bold_paragraphs_may_be_headings() -> None:
    markup = b"<html><body><p><strong>All</strong></p><p><b>Part</b> plain</p></body></html>"
    assert [line.bold for line in lines(markup)] == [True, False]


def test_rows_of_a_table_are_lines() -> None:
    rows = "<tr><th>Judgement</th><th>Grade</th></tr><tr><td>Leaders</td><td>Good</td></tr>"
    assert texts(f"<table>{rows}</table>") == ["Judgement Grade", "Leaders Good"]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("windows-1252", "cp1252"), ("utf-8", "utf-8"), ("nonsense", "utf-8")],
)
def test_the_page_says_how_it_is_encoded(declared: str, encoding: str) -> None:
    markup = (
        f'<html><head><meta charset="{declared}"></head><body><p>child’s café</p></body></html>'
    )
    assert [line.text for line in lines(markup.encode(encoding))] == ["child’s café"]


@pytest.mark.parametrize("tag", ["div", "b", "ul", "table", "blockquote", "font"])
def test_elements_without_end_do_not_exhaust_the_reader(tag: str) -> None:
    read_bytes((f"<html><body>{f'<{tag}>' * 20_000}words").encode(), "page.html")


def test_a_page_without_marked_article_is_read_whole() -> None:
    assert texts("<div><p>One.</p></div><div><p>Two.</p></div>") == ["One.", "Two."]
