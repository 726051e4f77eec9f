"""Every command and query of docs/for-analysts.md runs, and answers."""

from __future__ import annotations

import re
import shlex
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_dataset import letter_rows, norbridge, write_dataset
from typer.testing import CliRunner

from ofsted_extract.cli import app
from ofsted_extract.explore import filters

PAGE = Path(__file__).parents[1] / "docs" / "for-analysts.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def test_the_questions_are_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = [*norbridge(), letter_rows("Easthaven", "focused_visit", date(2023, 9, 12))]
    write_dataset(tmp_path / "dataset", letters)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(filters, "neighbours", lambda slug: ("easthaven", "elsewhere"))
    ran = []
    for language, text in BLOCK.findall(PAGE.read_text("utf-8")):
        ran.append(language)
        if language == "sh":
            for line in text.splitlines():
                _, *arguments = shlex.split(line)
                done = CliRunner().invoke(app, arguments)
                assert done.exit_code == 0, (line, done.stderr)
                assert done.stdout.count("\n") > (arguments[0] not in {"export", "brief"}), line
        elif language == "sql":
            with closing(sqlite3.connect("letters.sqlite")) as base:
                assert base.execute(text).fetchall(), text
        else:
            names: dict[str, Any] = {}
            exec(compile(text, str(PAGE), "exec"), names)
            assert names["by_year"]["sum"].gt(0).any()
    assert ran.count("sh") == 6
    assert ran.count("sql") == 3
    assert ran.count("python") == 1
