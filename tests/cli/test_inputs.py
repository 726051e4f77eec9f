"""Patterns that a shell left to the program."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ofsted_extract.cli import app
from ofsted_extract.cli.inputs import expanded


@pytest.fixture
def letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("b.txt", "a.txt", "c.md", "deep/er/d.txt", "odd[1].txt"):
        (tmp_path / name).write_text("A letter.")
    return tmp_path


def plain(paths: list[str]) -> list[str]:
    return [path.replace(os.sep, "/") for path in paths]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["*.txt"], ["a.txt", "b.txt", "odd[1].txt"]),
        (["**/d.txt"], ["deep/er/d.txt"]),
        (["b.txt", "[ab].txt"], ["b.txt", "a.txt"]),
        (["odd[1].txt"], ["odd[1].txt"]),
        (["none*.pdf"], ["none*.pdf"]),
        (["s3://bucket/*.pdf", "-"], ["s3://bucket/*.pdf", "-"]),
    ],
)
def test_patterns_are_what_they_mean(letters: Path, given: list[str], meant: list[str]) -> None:
    assert plain(expanded(given)) == meant


def test_document_takes_a_pattern_of_one_file(letters: Path) -> None:
    run = CliRunner().invoke
    assert run(app, ["document", "c.*", "--model", "rules"]).exit_code == 0
    several = run(app, ["document", "*.txt", "--model", "rules"])
    assert several.exit_code == 2 and "3 files" in several.stderr
    none = run(app, ["document", "none*.pdf", "--model", "rules"])
    assert none.exit_code == 2 and "none*.pdf: not_found" in none.stderr
