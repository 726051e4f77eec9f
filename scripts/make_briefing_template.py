"""Make the Word template of the briefing, ``src/ofsted_extract/report/templates/briefing.docx``.

    python scripts/make_briefing_template.py

The look is in Word's own styles (Title, Heading 1, List Bullet, Table Grid,
Table text), so that a council
restyles a copy in Word; the marks in braces are Jinja's as docxtpl reads them. Run it again after a
change here: the file is kept in the repository, because nothing is made at run time.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

TARGET = Path(__file__).parents[1] / "src/ofsted_extract/report/templates/briefing.docx"
INK = RGBColor(0x1F, 0x3A, 0x5F)
A4 = Cm(21.0), Cm(29.7)


def main() -> None:
    word = Document()
    _style(word)
    _head(word)
    _opening(word)
    _grades(word)
    _points(word, "Strengths", "strengths")
    _points(word, "What stands against them", "weaknesses")
    _recommendations(word)
    _earlier(word)
    word.save(str(TARGET))
    print(TARGET)


def _style(word: Word) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = A4
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.0)
    word.core_properties.author = ""
    word.core_properties.comments = ""
    word.core_properties.title = "Briefing"
    word.core_properties.created = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)
    for name, size in (("Title", 22), ("Heading 1", 14)):
        style = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), INK
        # the theme's fonts would win over the name
        fonts = style.element.rPr.rFonts
        for key in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[key]
    cells = word.styles.add_style("Table text", WD_STYLE_TYPE.PARAGRAPH)
    cells.base_style = normal
    cells.font.size = Pt(9.5)
    cells.paragraph_format.space_after = Pt(2)
    word.styles["List Bullet"].paragraph_format.space_after = Pt(4)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    footer.add_run("{{ brief.authority }}, {{ brief.dates }}, page ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = footer.add_run()
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        run._r.append(mark)


def _head(word: Word) -> None:
    word.add_paragraph("{{ brief.title }}", style="Title")
    word.add_paragraph(
        "{{ brief.authority }}{% if brief.region %} ({{ brief.region }}){% endif %}, "
        "{{ brief.dates }}. {{ brief.pages }} page{% if brief.pages != 1 %}s{% endif %}, "
        "from {{ brief.source }}."
    )
    for name, mark in (
        ("Inspectors", "inspectors"),
        ("Inspectors looked at", "looked_at"),
        ("The letter before", "before"),
    ):
        word.add_paragraph(f"{{%p if brief.{mark} %}}")
        paragraph = word.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(f"{{{{ brief.{mark} }}}}")
        word.add_paragraph("{%p endif %}")


def _opening(word: Word) -> None:
    word.add_heading("In the letter’s words", 1)
    word.add_paragraph(
        "{% for each in brief.opening %}“{{ each.text }}” (page {{ each.page }}) {% else %}"
        "No strength or weakness was found in this letter.{% endfor %}"
    )


def _grades(word: Word) -> None:
    word.add_heading("Grades then and now", 1)
    word.add_paragraph("{%p if brief.grades %}")
    _table(
        word,
        ("Judgement", "Before", "This letter"),
        "each in brief.grades",
        (
            "{{ each.judgement }}",
            "{% if each.before %}{{ each.before.grade }} ({{ each.before.letter }}, page "
            "{{ each.before.page }}){% else %}none in the dataset{% endif %}",
            "{% if each.now %}{{ each.now.grade }} (page {{ each.now.page }}){% else %}not printed"
            "{% endif %}",
        ),
        (5.0, 5.8, 5.8),
    )
    word.add_paragraph("{%p else %}")
    word.add_paragraph("Neither this letter nor an earlier one in the dataset prints a grade.")
    word.add_paragraph("{%p endif %}")


def _points(word: Word, title: str, mark: str) -> None:
    word.add_heading(title, 1)
    word.add_paragraph(f"{{%p for each in brief.{mark} %}}")
    word.add_paragraph("{{ each.text }} (page {{ each.page }})", style="List Bullet")
    word.add_paragraph("{%p else %}")
    word.add_paragraph("None beyond what is quoted above.")
    word.add_paragraph("{%p endfor %}")


def _recommendations(word: Word) -> None:
    word.add_heading("What must improve", 1)
    word.add_paragraph("{%p for each in brief.recommendations %}")
    word.add_paragraph(
        "{% if each.priority %}{{ each.priority }}: {% endif %}{{ each.text }} "
        "(page {{ each.page }}){% if each.before %}; may repeat: {% for letter in each.before %}"
        "{{ letter }}{% if not loop.last %}; {% endif %}{% endfor %}{% endif %}",
        style="List Bullet",
    )
    word.add_paragraph("{%p else %}")
    word.add_paragraph("This letter lists nothing.")
    word.add_paragraph("{%p endfor %}")


def _earlier(word: Word) -> None:
    word.add_heading("What earlier letters asked", 1)
    word.add_paragraph("{%p if not brief.before %}")
    word.add_paragraph("The dataset has no earlier letter.")
    word.add_paragraph("{%p elif not brief.followed %}")
    word.add_paragraph(
        "Not followed up: the dataset’s table of follow-up says nothing of this letter."
    )
    word.add_paragraph("{%p else %}")
    word.add_paragraph("{%p if brief.earlier %}")
    _table(
        word,
        ("Asked", "This letter"),
        "each in brief.earlier",
        (
            "{{ each.text }} ({{ each.letter }}{% if each.page %}, page {{ each.page }}"
            "{% endif %})",
            "{{ each.verdict }}:{% for answer in each.answers %} “{{ answer.text }}” "
            "(page {{ answer.page }}){% endfor %}",
        ),
        (8.3, 8.3),
    )
    word.add_paragraph("{%p endif %}")
    word.add_paragraph("{%p if brief.left_out %}")
    word.add_paragraph("Answered too, and not shown: {{ brief.left_out }}.")
    word.add_paragraph("{%p endif %}")
    word.add_paragraph(
        "Requests and lines of enquiry of earlier letters of which no clear sentence was found: "
        "{{ brief.unanswered }}."
    )
    word.add_paragraph("{%p endif %}")
    note = word.add_paragraph()
    note.paragraph_format.space_before = Pt(14)
    run = note.add_run(
        "Quoted from the letter. A program chose the sentences and judged what became of earlier "
        "requests, and it errs: check each on its page before it is relied on. Model "
        "{{ brief.model }}, ofsted-extract {{ brief.version }}."
    )
    run.italic, run.font.size = True, Pt(9)


def _table(
    word: Word,
    heads: tuple[str, ...],
    loop: str,
    cells: tuple[str, ...],
    widths: tuple[float, ...],
) -> None:
    """Add a table with a head that every page repeats and a row for each turn of ``loop``."""
    table = word.add_table(rows=4, cols=len(heads), style="Table Grid")
    table.autofit = False
    for at, (head, cell, width) in enumerate(zip(heads, cells, widths, strict=True)):
        table.cell(0, at).paragraphs[0].add_run(head).bold = True
        table.cell(2, at).text = cell
        for row in range(4):
            table.cell(row, at).width = Cm(width)
            for paragraph in table.cell(row, at).paragraphs:
                paragraph.style = word.styles["Table text"]
    table.cell(1, 0).text = f"{{%tr for {loop} %}}"
    table.cell(3, 0).text = "{%tr endfor %}"
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    whole = OxmlElement("w:cantSplit")
    table.rows[2]._tr.get_or_add_trPr().append(whole)


if __name__ == "__main__":
    main()
