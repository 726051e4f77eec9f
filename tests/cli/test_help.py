"""Help: as wide as the terminal, cut nowhere, every option explained."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from ofsted_extract.cli import app

GROUP: Any = typer.main.get_command(app)
COMMANDS = sorted(GROUP.commands)
runner = CliRunner()


def shown(*arguments: str, columns: int = 80) -> str:
    done = runner.invoke(app, list(arguments), env={"COLUMNS": str(columns)})
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("columns", [60, 80, 160])
def test_help_is_as_wide_as_the_terminal(columns: int) -> None:
    for command in COMMANDS:
        lines = shown(command, "--help", columns=columns).splitlines()
        assert columns - 25 < max(map(len, lines)) <= columns, command


def test_the_list_of_commands_is_cut_nowhere() -> None:
    text = shown("--help", columns=60)
    assert "..." not in text
    flat = " ".join(text.split())
    for command in COMMANDS:
        first = GROUP.commands[command].help.partition("\n")[0]
        assert first in flat and first.endswith("."), command


@pytest.mark.parametrize("command", COMMANDS)
def test_every_parameter_says_what_it_does(command: str) -> None:
    for parameter in GROUP.commands[command].params:
        assert getattr(parameter, "help", "") or parameter.name == "help", parameter.name


def test_the_short_form_and_the_completion_of_shells() -> None:
    assert shown("-h") == shown("--help")
    assert shown("batch", "-h") == shown("batch", "--help")
    assert "--install-completion" in shown("--help")
    done = subprocess.run(
        [sys.executable, "-m", "ofsted_extract"],
        env={
            **os.environ,
            "_OFSTED_EXTRACT_COMPLETE": "complete_bash",
            "_PYTHON _M OFSTED_EXTRACT_COMPLETE": "complete_bash",
            "COMP_WORDS": "ofsted-extract them",
            "COMP_CWORD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert "themes" in done.stdout, done.stderr
