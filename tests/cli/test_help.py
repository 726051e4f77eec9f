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


def shown(*arguments: str) -> str:
    done = runner.invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(params=[60, 80, 160])
def columns(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


def help_of(name: str = "") -> str:
    """Return help as a terminal shows it: the runner would make all terminals 80 wide."""
    with GROUP.make_context("ofsted-extract", [], resilient_parsing=True) as group:
        if not name:
            return GROUP.get_help(group)
        command = GROUP.commands[name]
        with command.make_context(name, [], parent=group, resilient_parsing=True) as context:
            return command.get_help(context)


def test_help_is_as_wide_as_the_terminal(columns: int) -> None:
    for command in ("batch", "document", "report"):
        # no more than one word is missing at the end of the longest line, or nothing needs a turn
        longest = max(map(len, help_of(command).splitlines()))
        assert min(columns, 100) - 20 < longest <= columns, command


def test_the_list_of_commands_is_cut_nowhere(columns: int) -> None:
    flat = " ".join(help_of().split())
    assert "..." not in flat.replace("[ARGS]...", "")
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
        [
            sys.executable,
            "-c",
            "import sys; sys.argv = ['ofsted-extract']; from ofsted_extract.cli import main; main()",
        ],
        env={
            **os.environ,
            "_OFSTED_EXTRACT_COMPLETE": "complete_bash",
            "COMP_WORDS": "ofsted-extract them",
            "COMP_CWORD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert "themes" in done.stdout, done.stderr
