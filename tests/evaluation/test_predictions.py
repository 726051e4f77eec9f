from __future__ import annotations

import pytest
from typer.testing import CliRunner

from ofsted_extract.cli import app
from ofsted_extract.evaluation.evaluate import evaluate
from ofsted_extract.evaluation.labelled import write_rows, write_split
from ofsted_extract.evaluation.predictions import Predictions
from ofsted_extract.labels import LabelledDocument, make_label

SHA = "0123456789abcdef" * 4
TEXTS = (
    "Children in Northmarsh live in stable homes close to their families and friends.",
    "Too many plans for children in Northmarsh are reviewed late or not at all.",
)
CODES = ("S|PM|.", "W|PL|=")


@pytest.fixture
def gold(tmp_path):
    folder = tmp_path / "labels"
    folder.mkdir()
    rows = [
        make_label(SHA[:16], "train/b1", number, "s", text, codes)
        for number, (text, codes) in enumerate(zip(TEXTS, CODES, strict=True), start=1)
    ]
    write_rows(
        folder / "documents.csv", [LabelledDocument(SHA[:16], SHA, "northmarsh", 2024, "jtai")]
    )
    write_rows(folder / "units.csv", rows)
    write_split(folder, {"northmarsh": 0})
    return folder


def scored(gold, tmp_path, *lines: str):
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return evaluate(gold, [], predictions=path)


def test_right_answers_by_text_score_one_and_name_their_kind(gold, tmp_path):
    evaluation = scored(
        gold, tmp_path,
        "document,sentence,finding,themes,progress",
        f'd{SHA[:16]},"{TEXTS[0]}",strength,placements,none',
        f'{SHA},"{TEXTS[1]}",W,PL,=',
    )  # fmt: skip
    tables = evaluation.as_dict()
    assert tables["summary"]["finding_macro_f1"] == 1.0
    assert tables["summary"]["themes_micro_f1"] == 1.0
    assert tables["summary"]["progress_change_macro_f1"] == 1.0
    assert list(tables["kinds"]) == ["JTAI"]
    assert evaluation.not_found == 0


def test_answers_to_the_rows_of_the_label_files_need_no_text(gold, tmp_path):
    row = (gold / "units.csv").read_text("utf-8").splitlines()[1].split(",")
    evaluation = scored(
        gold, tmp_path,
        "document,length,head,tail,finding,themes,progress",
        f"{SHA},{row[4]},{row[5]},{row[6]},W,,",
    )  # fmt: skip
    assert [(case.gold.finding, case.given.finding) for case in evaluation.cases] == [
        ("S", "W"),
        ("W", "N"),
    ]
    assert evaluation.not_found == 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (f"{SHA},x,excellent,,", "line 2: 'excellent' is no finding"),
        (f"{SHA},x,S,weather,", "'weather' is no theme"),
        ("report.pdf,x,S,,", "is not the SHA-256"),
    ],
)
def test_an_answer_that_cannot_be_understood_names_its_line(tmp_path, row, message):
    path = tmp_path / "answers.csv"
    path.write_text(f"document,sentence,finding,themes,progress\n{row}\n", "utf-8")
    with pytest.raises(ValueError, match=message):
        Predictions.read(path)


def test_gold_and_documents_that_do_not_exist_are_errors(gold, tmp_path):
    run = CliRunner().invoke
    nothing = str(tmp_path / "nothing")
    for arguments in (
        ["--gold", nothing, "--documents", str(tmp_path)],
        ["--gold", str(gold), "--documents", nothing],
    ):
        result = run(app, ["evaluate", *arguments])
        assert result.exit_code == 2
        assert nothing in result.output.replace("\n", "")
