"""The briefing: its model, Markdown and Word file, and letters and templates that mean harm."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from made_dataset import letter_rows, norbridge, norbridge_followup, write_dataset
from typer.testing import CliRunner

from ofsted_extract.cli import app
from ofsted_extract.explore.dataset import Dataset, DatasetError
from ofsted_extract.explore.followup_table import write_followup
from ofsted_extract.explore.track import follow
from ofsted_extract.extraction import Extractor
from ofsted_extract.report.briefing import Briefing, Said, briefing
from ofsted_extract.report.markdown import escaped
from ofsted_extract.report.render_briefing import TemplateFault, as_docx, as_markdown
from ofsted_extract.write.dataset import Dataset as Writer
from ofsted_extract.write.rows import letter_rows as extracted_rows
from ofsted_extract.write.store import open_store

HEADS = [
    "In the letter’s words",
    "Grades then and now",
    "Strengths",
    "What stands against them",
    "What must improve",
    "What earlier letters asked",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    letters = [*norbridge(), letter_rows("West Aby", "focused_visit", None)]
    return write_dataset(tmp_path_factory.mktemp("dataset"), letters, norbridge_followup())


@pytest.fixture(scope="module")
def newest(folder: Path) -> Briefing:
    return briefing(Dataset.open(str(folder)), "Norbridge")


def words(content: bytes) -> list[str]:
    """All paragraphs of a Word file in their order, those of tables included."""
    word = Document(io.BytesIO(content))
    found: list[str] = []
    for block in word.iter_inner_content():
        if hasattr(block, "rows"):
            found += [cell.text for row in block.rows for cell in row.cells]
        else:
            found.append(block.text)
    return found


# ------------------------------------------------------------------ the model


def test_it_tells_of_the_newest_letter_of_inspectors(newest: Briefing) -> None:
    assert newest.title == "Norbridge: Inspection of children’s services"
    assert newest.dates == "visited 5 February 2024, published 5 February 2024"
    assert newest.before == "Focused visit, 10 May 2022"


def test_a_visit_can_be_named(folder: Path) -> None:
    told = briefing(Dataset.open(str(folder)), "norbridge", "2021")
    assert told.dates.startswith("visited 1 March 2021")
    assert [(each.text, each.page) for each in told.recommendations] == [
        ("The timeliness of decisions at the front door.", 2),
        ("The recording of supervision.", 2),
    ]
    assert [each.priority for each in told.recommendations] == ["Priority action", ""]
    assert told.before == ""


@pytest.mark.parametrize("visit", ["1999", "2022-06"])  # the second: only a newspaper
def test_a_visit_that_is_not_there_is_told_with_those_that_are(folder: Path, visit: str) -> None:
    with pytest.raises(DatasetError, match="2024-02-05_ilacs_inspection"):
        briefing(Dataset.open(str(folder)), "norbridge", visit)


def test_grades_then_and_now(newest: Briefing) -> None:
    found = {
        each.judgement: (
            each.before.grade if each.before else "",
            each.now.grade if each.now else "",
        )
        for each in newest.grades
    }
    assert found == {
        "Overall effectiveness": ("Inadequate", "Good"),
        "Impact of leaders": ("Inadequate", ""),
        "Help and protection": ("Requires improvement", ""),
        "Care leavers": ("", "Good"),
    }


def test_a_visit_without_grades_shows_those_that_stand(folder: Path) -> None:
    told = briefing(Dataset.open(str(folder)), "norbridge", "2022")
    assert {each.now for each in told.grades} == {None}
    assert [each.before.letter for each in told.grades if each.before] == [
        "Inspection of children’s services, 1 March 2021"
    ] * 3


def test_what_the_opening_quotes_is_not_said_again(tmp_path: Path) -> None:
    strong = [
        f"+ [leadership] Leaders act well in service number {n} of theirs." for n in range(30)
    ]
    weak = [f"- [recording] Records of team number {n} are often late." for n in range(30)]
    letter = letter_rows("Oldmoor", "focused_visit", date(2023, 2, 1), [*strong, *weak])
    told = briefing(Dataset.open(str(write_dataset(tmp_path, [letter]))), "oldmoor")
    quoted = [each.text for each in (*told.opening, *told.strengths, *told.weaknesses)]
    assert (len(told.opening), len(told.strengths), len(told.weaknesses)) == (4, 8, 8)
    assert len(set(quoted)) == 20
    assert all(each.text.startswith("Leaders") for each in told.strengths)
    assert all(each.text.startswith("Records") for each in told.weaknesses)


def test_a_mixed_sentence_stands_on_each_side_with_its_clause(tmp_path: Path) -> None:
    filler = ". Inspectors looked at the arrangements of the service."
    lines = [  # each pair of lines is a paragraph; its opening counts more
        "+ [leadership] Leaders now act with purpose and know their town.",
        "± [planning] Plans are clear and say what must change, but too many of them are late.",
        *("+ [leadership] Managers now act with purpose and know their town.", filler),
        *("- [recording] Records are now late and supervision is not written.", filler),
        *("- [recording] Records are now thin and their purpose is not written.", filler),
    ]
    letter = letter_rows("Oldmoor", "focused_visit", date(2023, 2, 1), lines)
    told = briefing(Dataset.open(str(write_dataset(tmp_path, [letter]))), "oldmoor")
    assert Said("Plans are clear and say what must change", 1) in told.strengths
    assert Said("too many of them are late.", 1) in told.weaknesses


def test_earlier_requests_come_with_words_that_bear_the_verdict_out(newest: Briefing) -> None:
    found = [(each.text, each.page, each.verdict, each.answers) for each in newest.earlier]
    assert found == [
        (
            "The recording of supervision.",
            2,
            "Still weak",
            (Said("Supervision is still not recorded well.", 1),),
        ),
        (
            "The timeliness of decisions at the front door.",
            2,
            "Improved",
            (Said("Decisions at the front door are now timely.", 1),),
        ),
    ]
    assert (newest.followed, newest.unanswered, newest.left_out) == (True, 1, 0)


def test_a_request_that_is_made_again_names_the_letters_before(tmp_path: Path) -> None:
    first = letter_rows("Oldmoor", "ilacs_inspection", date(2021, 3, 1))
    second = letter_rows("Oldmoor", "ilacs_inspection", date(2024, 3, 1))
    row = {
        "recommendation_id": first["recommendations"][0]["recommendation_id"],
        "authority_slug": "oldmoor",
        "visit": first["documents"][0]["visit"],
        "later_document_id": second["documents"][0]["document_id"],
        "later_visit": second["documents"][0]["visit"],
        "verdict": "not_mentioned",
        "sentence_ids": [],
        "match_score": 0.0,
        "asked_again": second["recommendations"][0]["sentence_ids"],
    }
    told = briefing(Dataset.open(str(write_dataset(tmp_path, [first, second], [row]))), "oldmoor")
    before = "Inspection of children’s services, 1 March 2021, page 2"
    assert [each.before for each in told.recommendations] == [(before,), ()]
    expected = f"The timeliness of decisions at the front door. (page 2); may repeat: {before}"
    assert f"Priority action: {expected}" in words(as_docx(told))
    assert f"- **Priority action:** {expected}\n" in as_markdown(told)


def test_without_the_table_of_follow_up_it_says_so(tmp_path: Path) -> None:
    told = briefing(Dataset.open(str(write_dataset(tmp_path, norbridge()))), "norbridge")
    assert not told.followed
    assert "Not followed up" in as_markdown(told)
    assert any(each.startswith("Not followed up") for each in words(as_docx(told)))


# ------------------------------------------------------------------ Markdown and Word


def test_markdown_says_everything_with_its_page(newest: Briefing) -> None:
    text = as_markdown(newest)
    assert re.findall(r"^## (.*)$", text, re.M) == [each.replace("’", "'") for each in HEADS]
    assert (
        "| Overall effectiveness | Inadequate (Inspection of children’s services, 1 March 2021, page 1) | Good (page 1) |"
        in text
    )
    assert "**Still weak:** “Supervision is still not recorded well.” (page 1) |" in text
    assert "“Decisions at the front door are now timely.” (page 1)" in text


def test_word_says_everything_with_its_page(newest: Briefing) -> None:
    content = as_docx(newest)
    said = words(content)
    word = Document(io.BytesIO(content))
    heads = [each.text for each in word.paragraphs if each.style.name == "Heading 1"]
    assert heads == HEADS
    assert said[0] == word.core_properties.title == newest.title
    assert not [each for each in said if "{" in each or "%}" in each]
    assert [len(table.rows) for table in word.tables] == [5, 3]  # each with its head
    assert "Good (page 1)" in said
    assert "Still weak: “Supervision is still not recorded well.” (page 1)" in said
    footer = word.sections[0].footer.paragraphs[0].text
    assert footer.startswith("Norbridge, visited 5 February 2024")


def test_the_same_words_in_both(newest: Briefing) -> None:
    plain = re.sub(r"\\(.)", r"\1", as_markdown(newest))
    for each in (*newest.opening, *newest.strengths, *newest.weaknesses):
        quoted = f"(page {each.page})"
        assert each.text in plain
        assert any(each.text in said and quoted in said for said in words(as_docx(newest)))


def test_libreoffice_opens_it_on_two_to_four_pages(tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    strong = [
        f"+ [leadership] Leaders of service {n} know it well, act with purpose and listen to what "
        "children, families and their own staff tell them about what it is like to use it."
        for n in range(60)
    ]
    weak = [
        f"- [recording] Records of team {n} are too often late, and supervision does not say what "
        "has to change for the child, by when, or who will see that it has been done."
        for n in range(60)
    ]
    asked = [
        f"* [recording] The quality of records, and of supervision, in team {n}." for n in range(8)
    ]
    grades = {
        "overall_effectiveness": "good",
        "impact_of_leaders": "good",
        "help_and_protection": "good",
    }
    letter = letter_rows(
        "Oldmoor", "ilacs_inspection", date(2023, 2, 1), [*strong, *weak, *asked], grades=grades
    )
    told = briefing(Dataset.open(str(write_dataset(tmp_path / "data", [letter]))), "oldmoor")
    path = tmp_path / "brief.docx"
    path.write_bytes(as_docx(told))
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", tmp_path, path],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    pages = pypdfium2.PdfDocument(tmp_path / "brief.pdf")
    text = "\n".join(page.get_textpage().get_text_range() for page in pages)
    assert 2 <= len(pages) <= 4
    assert "What stands against them" in text
    assert "{" not in text


def test_of_a_sample_letter(samples_dir: Path, tmp_path: Path) -> None:
    extractor = Extractor("rules")  # needs no trained model
    writer = Writer(open_store(str(tmp_path)))
    for name in ("aldermere-ilacs-2019.pdf", "aldermere-ilacs-2023.pdf"):
        letter = extractor.read(samples_dir / name)
        writer.write(extracted_rows(letter), sheets=False)
    dataset = Dataset.open(str(tmp_path))
    (slug,) = dataset.authorities()
    write_followup(dataset, slug, follow(dataset, slug))
    told = briefing(Dataset.open(str(tmp_path)), slug)
    assert told.before.startswith("Inspection of children’s services")
    assert told.opening
    assert told.strengths
    assert told.weaknesses
    assert all(1 <= each.page <= told.pages for each in (*told.opening, *told.strengths))
    assert told.followed
    assert [line.before for line in told.grades if line.before]
    assert told.title in words(as_docx(told))


# ------------------------------------------------------------------ letters that mean harm

HARMS = [
    "{{ 7 * 6 }} of the plans {% for x in y %} wait.",
    "{_{ brief.version }_} and {_% raise %_} wait.",
    "Plans </w:t></w:r><w:r><w:t>& others wait <b>long</b>.",
    "| a | b | [click](http://example.org) `code` ![x](y) <script>1</script> &lt;i&gt; wait.",
]


@pytest.mark.parametrize("harm", HARMS)
def test_what_a_letter_says_is_never_run(tmp_path: Path, harm: str) -> None:
    lines = [f"- [planning] {harm}", f"* [planning] {harm}"]
    letter = letter_rows(
        "Oldmoor", "focused_visit", date(2023, 2, 1), lines, scope=harm, lead_inspector=harm
    )
    told = briefing(Dataset.open(str(write_dataset(tmp_path, [letter]))), "oldmoor")
    said = words(as_docx(told))
    # docxtpl itself writes {{ where {_{ stands, after all is rendered
    shown = re.sub(r"\{_([{%])|([}%])_\}", lambda m: f"{{{m[1]}" if m[1] else f"{m[2]}}}", harm)
    assert sum(shown in each for each in said) >= 3
    assert f"“{shown}” (page 1) " in said
    text = as_markdown(told)
    assert f"“{escaped(harm)}” (page 1)" in text
    assert not re.search(r"(?<!\\)<|(?<!\\)`|(?<!\\)\[", text)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("1. Plans", "1\\. Plans"),
        ("2026 plans", "2026 plans"),
        ("- plans\nand more", "\\- plans and more"),
        ("--- ", "\\---"),
        ("-5 degrees", "-5 degrees"),
        ("a | b & c &amp; d", "a \\| b & c \\&amp; d"),
    ],
)
def test_text_stays_text_in_markdown(text: str, safe: str) -> None:
    assert escaped(text) == safe


def test_signs_that_word_cannot_hold_become_spaces(tmp_path: Path) -> None:
    lines = ["- [planning] Plans\u000bwait\ufffftoo\tlong\ffor\aall."]
    letter = letter_rows("Oldmoor", "focused_visit", date(2023, 2, 1), lines)
    told = briefing(Dataset.open(str(write_dataset(tmp_path, [letter]))), "oldmoor")
    (said,) = [each for each in words(as_docx(told)) if each.startswith("“Plans")]
    assert "too long" in said and "wait too" in said


# ------------------------------------------------------------------ a council's own template


def template(folder: Path, text: str) -> Path:
    word = Document()
    word.add_paragraph(text)
    path = folder / "council.docx"
    word.save(str(path))
    return path


def test_a_council_uses_its_own(newest: Briefing, tmp_path: Path) -> None:
    made = as_docx(newest, template(tmp_path, "To the committee: {{ brief.authority }}"))
    assert words(made) == ["To the committee: Norbridge"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ brief.colour }}",
        "{% for each in %}",
        "{{ brief.__class__.__mro__[1].__subclasses__() }}",
    ],
)
def test_a_template_that_asks_for_what_it_may_not_have(
    newest: Briefing, tmp_path: Path, text: str
) -> None:
    with pytest.raises(TemplateFault, match=r"council\.docx"):
        as_docx(newest, template(tmp_path, text))


def test_what_is_no_word_file(newest: Briefing, tmp_path: Path) -> None:
    path = tmp_path / "plain.docx"
    path.write_text("no zip", encoding="utf-8")
    with pytest.raises(TemplateFault, match="not a Word file"):
        as_docx(newest, path)


# ------------------------------------------------------------------ the command


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["brief", *(str(each) for each in arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("name", ["brief.docx", "brief.md"])
def test_the_command_writes_either(folder: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "new" / name
    assert run(folder, "--authority", "Norbridge", "--out", out) == (0, f"{out}\n", "")
    assert out.stat().st_size > 500


def test_the_command_says_what_is_wrong(folder: Path, tmp_path: Path) -> None:
    about = (folder, "--authority", "Norbridge")
    for rest, told in (
        (("--out", tmp_path / "brief.pdf"), "name a file that ends in .docx or .md"),
        (("--out", tmp_path / "b.md", "--template", "x.docx"), "goes with a .docx"),
        (("--out", tmp_path / "b.docx", "--template", tmp_path / "none.docx"), "check the path"),
        (("--out", tmp_path / "b.docx", "--visit", "1999"), "no letter of inspectors"),
        (("--out", tmp_path / "b.docx", "--template", template(tmp_path, "{{ no }}")), "council"),
    ):
        code, _, errors = run(*about, *rest)
        assert (code, told in errors) == (2, True), errors
    assert not list(tmp_path.glob("b.*"))
