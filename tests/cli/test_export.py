"""The command `export`: its options, its messages, its exit codes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_dataset import norbridge, write_dataset
from typer.testing import CliRunner

from ofsted_extract.cli import app


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("export") / "dataset", norbridge())


def test_it_writes_what_the_filters_keep(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "flat.csv"
    done = CliRunner().invoke(
        app,
        ["export", str(folder), "--to", str(path), "--finding", "weakness", "--finding", "mixed",
         "--since", "2022"],
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"{path}\n"
    assert "letters, " in done.stderr
    frame = pd.read_csv(path, parse_dates=["visit_start"])
    assert set(frame["finding"]) == {"weakness"}
    assert frame["visit_start"].min() >= pd.Timestamp(2022, 1, 1)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--to", "letters.docx"], ".docx is no format to write; name it .xlsx, .sqlite"),
        (["--to", "flat.csv", "--theme", "weather"], "'weather' is no theme"),
        (["--to", "flat.csv", "--until", "1999"], "no letter"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["export", str(folder), *arguments])
    assert done.exit_code == 2
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays_when_nothing_is_kept(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "flat.csv"
    path.write_text("mine")
    done = CliRunner().invoke(app, ["export", str(folder), "--to", str(path), "--until", "1999"])
    assert done.exit_code == 2
    assert path.read_text() == "mine"
