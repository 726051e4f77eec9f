"""Letters and file names cannot steer a terminal, and files hold no colour codes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.table import Table
from typer.testing import CliRunner

from ofsted_extract.cli import app, terminal
from ofsted_extract.cli.tables import letter_table
from ofsted_extract.extraction import Extractor
from ofsted_extract.letter import Letter

STEERING = (
    "\x1b[31m red \x9b31m \x1b]8;;http://example.org\x07 [/bold] [link=http://example.org] :smile:"
)
LETTER = """Focused visit to Northmere children's services

This letter summarises the findings of the visit that inspectors made on 5 and 6 May 2021. The inspectors were Jo [/bold] Sample and Al Tester.

Support [link=http://example.org]is effective[/link] [/bold] and children are safe.
"""


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def read(tmp_path: Path, text: str) -> Letter:
    path = tmp_path / "letter.txt"
    path.write_text(text, encoding="utf-8")
    return Extractor("rules").read(path)


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_square_brackets_in_a_letter_are_no_markup(tmp_path: Path) -> None:
    letter = read(tmp_path, LETTER)
    shown = letter_table(letter, True, coloured=True)
    assert "[/bold]" in shown and "[link=http://example.org]" in shown
    assert "\x1b]8" not in shown  # what a terminal would make a link of


def test_cells_titles_and_messages_hold_nothing_that_steers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def draw(console: terminal.Console) -> None:  # type: ignore[name-defined]
        table = Table("a", title=terminal.cell(STEERING))
        table.add_row(terminal.cell(STEERING))
        console.print(table)

    shown = terminal.drawn(draw, coloured=False)
    terminal.say(STEERING)
    said = capsys.readouterr().err
    for text in (shown, said):
        assert not set(text) & {"\x1b", "\x9b", "\x07"}
        assert "[/bold]" in text and ":smile:" in text
    assert "\\x1b[31m red \\x9b31m" in said


def test_data_are_harmless_on_a_screen_and_unchanged_in_a_pipe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen, pipe = Screen(), io.StringIO()
    for stream in (screen, pipe):
        monkeypatch.setattr("sys.stdout", stream)
        terminal.put(STEERING)
    assert "\x1b" not in screen.getvalue() and "\\x1b[31m" in screen.getvalue()
    assert pipe.getvalue() == STEERING
    monkeypatch.setattr("sys.stdout", screen)
    terminal.put_bytes("\x9b1m".encode())
    assert screen.getvalue().endswith("\\x9b1m")


@pytest.mark.parametrize("place", [["--output", "table.txt"], []])
def test_a_table_in_a_file_or_a_pipe_has_no_colours(tmp_path: Path, place: list[str]) -> None:
    read(tmp_path, LETTER)
    given = ["letter.txt", "--model", "rules", "--format", "table", *place]
    arguments = [str(tmp_path / each) if each.endswith(".txt") else each for each in given]
    done = CliRunner().invoke(app, ["document", *arguments])
    assert done.exit_code == 0, done.output
    shown = (tmp_path / "table.txt").read_text("utf-8") if place else done.stdout
    assert "Northmere" in shown
    assert "\x1b" not in shown


def test_a_terminal_gets_colours_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = read(tmp_path, LETTER)
    green = "\x1b[32m"
    assert green in letter_table(letter, False, coloured=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert green not in letter_table(letter, False, coloured=True)


def test_nothing_is_drawn_past_the_helpers() -> None:
    """A console of one's own would take brackets in a letter for markup."""
    for path in (Path(terminal.__file__).parent).glob("*.py"):
        if path.name != "terminal.py":
            assert "Console(" not in path.read_text("utf-8").replace("(console: Console)", "")
