"""``ofsted-extract report``."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_dataset import letter_rows, norbridge, write_dataset
from typer.testing import CliRunner

from ofsted_extract.cli import app


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    letters = [*norbridge(), letter_rows("West Aby", "focused_visit", None)]
    return write_dataset(tmp_path_factory.mktemp("dataset"), letters)


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["report", *(str(each) for each in arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_one_authority_by_name(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "page.html"
    assert run(dataset, "--authority", "Norbridge", "--out", out) == (0, f"{out}\n", "")
    content = out.read_text(encoding="utf-8")
    assert content.startswith("<!doctype html>")
    assert content.count("<article") == 4


def test_one_visit(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    assert run(dataset, "--authority", "norbridge", "--visit", "2022-05", "--out", out)[0] == 0
    assert out.read_text(encoding="utf-8").count("<article") == 1


@pytest.mark.parametrize("place", ["site", "site/index.html"])
def test_national_writes_the_overview_and_all_pages(
    dataset: Path, tmp_path: Path, place: str
) -> None:
    code, out, _ = run(dataset, "--national", "--out", tmp_path / place)
    index = tmp_path / "site" / "index.html"
    assert (code, out) == (0, f"{index}\n")
    content = index.read_text(encoding="utf-8")
    for slug in ("norbridge", "west-aby"):
        assert f'href="authorities/{slug}.html"' in content
        page = (index.parent / "authorities" / f"{slug}.html").read_text(encoding="utf-8")
        assert 'href="../index.html"' in page


def test_national_alone_links_to_no_page(dataset: Path, tmp_path: Path) -> None:
    assert run(dataset, "--national", "--no-pages", "--out", tmp_path / "site")[0] == 0
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["index.html"]
    assert "authorities/" not in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "either --authority NAME or --national"),
        (["--authority", "norbridge", "--national"], "either --authority NAME or --national"),
        (["--national", "--visit", "2020"], "--visit goes with --authority"),
        (["--authority", "norbrige"], "did you mean norbridge"),
        (["--authority", "norbridge", "--visit", "1999"], "no visit '1999'"),
    ],
)
def test_wrong_usage_is_told_and_writes_nothing(
    dataset: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    code, _, errors = run(dataset, *arguments, "--out", tmp_path / "page.html")
    assert code == 2
    assert message in errors
    assert not list(tmp_path.iterdir())


def test_a_folder_without_dataset_is_told(tmp_path: Path) -> None:
    code, _, errors = run(tmp_path, "--national", "--out", tmp_path / "site")
    assert code == 2
    assert "holds no dataset" in errors


def test_a_page_cannot_replace_a_folder(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    code, _, errors = run(dataset, "--authority", "norbridge", "--out", tmp_path / "site")
    assert code == 2
    assert "site is a folder" in errors and "report.html" in errors
    (tmp_path / "page.html").mkdir()
    assert run(dataset, "--national", "--out", tmp_path / "page.html")[0] == 2
    assert [path.name for path in tmp_path.rglob("*.*")] == ["page.html"]


def test_the_overview_cannot_go_below_a_file(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    code, _, errors = run(dataset, "--national", "--out", tmp_path / "file")
    assert code == 2
    assert "file" in errors and "Traceback" not in errors
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(("column", "label"), [("finding", "strenght"), ("progress", "better")])
def test_a_label_that_nobody_gives_is_named(tmp_path: Path, column: str, label: str) -> None:
    letters = norbridge()
    letters[0]["sentences"][0][column] = label
    made = write_dataset(tmp_path, letters)
    for arguments in (["--authority", "norbridge"], ["--national"]):
        code, _, errors = run(made, *arguments, "--out", tmp_path / "page")
        assert code == 2
        assert f"{column} '{label}'" in errors and "--force" in errors
