"""Word files: what their authors set, and what must not be followed."""

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from made_files import ITEMS, PARAGRAPHS, archive, repacked, word

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Line
from ofsted_extract.read import Limits, read_bytes
from ofsted_extract.structure import structure_letter


def lines(content: bytes) -> list[Line]:
    return [line for line in read_bytes(content, "letter.docx").pages[0].lines if line.text]


def texts(content: bytes) -> list[str]:
    return [line.text for line in lines(content)]


def test_headings_paragraphs_and_items_are_what_their_styles_say() -> None:
    raw = read_bytes(word(), "letter.docx")
    assert (raw.source.input_type, raw.source.reader) == ("docx", "docx")
    found = [(line.text, line.heading_level) for line in raw.pages[0].lines if line.text]
    assert found == [
        ("Focused visit to Northmere", 1),
        ("Main findings", 1),
        *((text, 0) for text in PARAGRAPHS),
        ("What needs to improve", 2),
        *((f"• {text}", 0) for text in ITEMS),
    ]
    kinds = [unit.kind for unit in structure_letter(raw).units]
    assert kinds.count("bullet") == len(ITEMS) and kinds.count("heading") >= 2


def test_numbered_lists_count_as_word_prints_them() -> None:
    def build(document) -> None:
        for text in ("First.", "Second."):
            document.add_paragraph(text, style="List Number")
        document.add_paragraph("Between.")
        document.add_paragraph("Third.", style="List Number")

    assert texts(word(build))[-4:] == ["1. First.", "2. Second.", "Between.", "3. Third."]


def test_a_heading_may_be_a_bold_paragraph() -> None:
    def build(document) -> None:
        document.add_paragraph().add_run("All bold").bold = True
        paragraph = document.add_paragraph("Partly ")
        paragraph.add_run("bold").bold = True

    assert [line.bold for line in lines(word(build))[-2:]] == [True, False]


def test_rows_of_short_cells_are_lines_and_cells_of_prose_paragraphs() -> None:
    def build(document) -> None:
        table = document.add_table(2, 2)
        cells = ("Impact of leaders", "Good", PARAGRAPHS[0] * 3, PARAGRAPHS[1])
        for cell, text in zip(table._cells, cells, strict=True):
            cell.text = text

    found = texts(word(build))[-3:]
    assert found == ["Impact of leaders Good", PARAGRAPHS[0] * 3, PARAGRAPHS[1]]


def test_tracked_changes_are_read_as_accepted() -> None:
    def build(document) -> None:
        paragraph = document.add_paragraph("Leaders ")
        for tag, inner, word_ in (("w:del", "w:delText", "rarely "), ("w:ins", "w:t", "always ")):
            change, run, text = (OxmlElement(each) for each in (tag, "w:r", inner))
            text.text = word_
            text.set(qn("xml:space"), "preserve")
            run.append(text)
            change.append(run)
            paragraph._p.append(change)
        paragraph.add_run("check.")

    assert texts(word(build))[-1] == "Leaders always check."


FOOTNOTES = f"""<w:footnotes {nsdecls("w")}><w:footnote w:id="5"><w:p><w:r>
<w:t>The guidance of the year.</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def test_footnotes_leave_the_text_and_keep_their_marks() -> None:
    def build(document) -> None:
        paragraph = document.add_paragraph("Leaders follow the guidance")
        run = paragraph.add_run()
        run._r.append(parse_xml(f'<w:footnoteReference {nsdecls("w")} w:id="5"/>'))
        paragraph.add_run(" closely.")
        part = docx.opc.part.Part(
            docx.opc.packuri.PackURI("/word/footnotes.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            FOOTNOTES.encode(),
            document.part.package,
        )
        document.part.relate_to(part, docx.opc.constants.RELATIONSHIP_TYPE.FOOTNOTES)

    raw = read_bytes(word(build), "letter.docx")
    line = [line for line in raw.pages[0].lines if line.text][-1]
    assert (line.text, line.marks) == ("Leaders follow the guidance closely.", ("1",))
    (note,) = structure_letter(raw).footnotes
    assert (note.mark, note.text) == ("1", "The guidance of the year.")


def test_a_file_with_macros_is_read_and_they_are_not() -> None:
    content = word()
    types = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    macros = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as old:
        listed = old.read("[Content_Types].xml").replace(types, macros)
    infected = repacked(content, {"[Content_Types].xml": listed, "word/vbaProject.bin": b"Sub A()"})
    assert texts(infected) == texts(content)


def test_external_entities_are_not_followed(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("THE SECRET")
    body = f"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>
    <w:document {nsdecls("w")}><w:body><w:p><w:r><w:t>Leaders &x; check.</w:t></w:r></w:p></w:body>
    </w:document>"""
    found = " ".join(texts(repacked(word(), {"word/document.xml": body.encode()})))
    assert "SECRET" not in found and "Leaders" in found


def test_entities_that_multiply_are_refused_or_left() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = f"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "lol">{entities}]>
    <w:document {nsdecls("w")}><w:body><w:p><w:r><w:t>&e11;</w:t></w:r></w:p></w:body></w:document>"""
    try:
        assert sum(map(len, texts(repacked(word(), {"word/document.xml": body.encode()})))) < 1000
    except DocumentError as error:
        assert error.reason is Reason.DAMAGED


def test_a_part_that_unpacks_beyond_the_limit_is_refused() -> None:
    bomb = archive({"word/document.xml": b" " * 3_000_000, "[Content_Types].xml": b""})
    with pytest.raises(DocumentError) as caught:
        read_bytes(bomb, "letter.docx", limits=Limits(bytes=1_000_000))
    assert caught.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "parts",
    [
        {"word/document.xml": b"no XML"},
        {"[Content_Types].xml": b"<x/>"},
        {"word/styles.xml": b"<broken"},
    ],
)
def test_a_damaged_file_is_named_so(parts: dict[str, bytes]) -> None:
    with pytest.raises(DocumentError) as caught:
        read_bytes(repacked(word(), parts), "letter.docx")
    assert caught.value.reason is Reason.DAMAGED


def test_older_and_other_forms_are_refused_with_what_to_do() -> None:
    others = {
        "letter.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "letter.odt": archive({"mimetype": b"x", "META-INF/manifest.xml": b"x"}),
        "letter.rtf": b"{\\rtf1 words}",
    }
    for name, content in others.items():
        with pytest.raises(DocumentError) as caught:
            read_bytes(content, name)
        assert caught.value.reason is Reason.UNSUPPORTED_TYPE
        assert "save it as .docx" in caught.value.message
