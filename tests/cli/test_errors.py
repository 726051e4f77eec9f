"""Whatever goes wrong is one sentence, an exit code and what to do; never a traceback."""

from __future__ import annotations

import ast
import errno
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ofsted_extract.cli import app
from ofsted_extract.cli.faults import INTERRUPTED, OWN_FAULT, RULES, Stopped, fault_of

SOURCE = Path(__file__).parents[2] / "src" / "ofsted_extract"
LETTER = """Focused visit to Northmere children's services

This letter summarises the findings of the visit that inspectors made on 5 and 6 May 2021.

Social workers visit children regularly and support is effective.
"""
runner = CliRunner()


def run(*arguments: object, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a command; return its exit code and what it says, which is never a traceback."""
    done = runner.invoke(app, [str(each) for each in arguments], env=env)
    assert isinstance(done.exception, SystemExit | None), done.exception
    assert "Traceback" not in done.output
    return done.exit_code, done.stderr


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text(LETTER, encoding="utf-8")
    return path


def test_every_rule_names_an_error_that_there_is() -> None:
    for name in RULES:
        module, _, kind = name.rpartition(".")
        assert issubclass(
            getattr(importlib.import_module(f"ofsted_extract.{module}"), kind), Exception
        ), name


def test_every_error_of_the_package_is_told_as_what_it_is() -> None:
    """One that is caught below the commands, or that has no public name, needs no rule."""
    inner = {"batch.work.OutputError"}
    for path in SOURCE.rglob("*.py"):
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.ClassDef)
                and node.name.endswith("Error")
                and not node.name.startswith("_")
                and f"{module}.{node.name}" not in inner
            ):
                kind = getattr(importlib.import_module(f"ofsted_extract.{module}"), node.name)
                bare = kind.__new__(kind)
                bare.args = ("a sentence",)
                if module != "errors":
                    assert fault_of(bare).exit_code != OWN_FAULT, f"{module}.{node.name}"


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (Stopped("say either"), 2, "say either"),
        (Stopped("stopped here", INTERRUPTED), 130, "stopped here"),
        (FileNotFoundError(errno.ENOENT, "No such file", "x/y.csv"), 2, "x/y.csv: .*check the path"),
        (PermissionError(errno.EACCES, "Permission denied", "x"), 2, "x: .*who may"),
        (OSError(errno.ENOSPC, "No space left on device", "x"), 2, "make room"),
        (OSError(errno.EXDEV, "Cross-device link", "a", None, "b"), 2, "a to b: Cross-device link"),
        (FileNotFoundError("there is no model in x"), 2, "^there is no model in x$"),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), 2, r"pip install .*\[train\]"),
        (ModuleNotFoundError("No module named 'json.x'", name="json.x"), 70, "please report"),
        (MemoryError(), 2, "no more memory"),
        (KeyboardInterrupt(), 130, "stopped"),
        (KeyError("colour"), 70, r"fault of ofsted-extract \(KeyError: 'colour'\).*--debug"),
        (ValueError("two\nlines"), 70, "ValueError: two lines"),
    ],
)  # fmt: skip
def test_an_error_is_a_sentence_a_code_and_what_to_do(
    error: BaseException, code: int, words: str
) -> None:
    fault = fault_of(error)
    assert fault.exit_code == code
    assert re.search(words, str(fault)), str(fault)


def broken(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("ofsted_extract.extraction.Extractor.read", fail)


def test_a_fault_of_the_program_shows_its_traceback_only_when_asked(
    letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, KeyError("colour"))
    code, said = run("document", letter)
    assert code == OWN_FAULT
    assert "KeyError: 'colour'" in said and len(said.splitlines()) == 1
    for before, env in ((["--debug"], {}), ([], {"OFSTED_EXTRACT_DEBUG": "1"})):
        done = runner.invoke(app, [*before, "document", str(letter)], env=env)
        assert done.exit_code == OWN_FAULT
        assert "Traceback (most recent call last)" in done.stderr
        assert "KeyError: 'colour'" in done.stderr.splitlines()[-1]


def test_ctrl_c_ends_with_130(letter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, KeyboardInterrupt())
    assert run("document", letter) == (INTERRUPTED, "stopped\n")


@pytest.mark.parametrize("name", ["missing/x.csv", "folder", "letter.txt/x.csv"])
def test_an_output_that_cannot_be_written_is_told(letter: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    code, said = run(
        "document", letter, "--model", "rules", "--format", "csv", "-o", tmp_path / name
    )
    assert code == 2
    assert name in said.splitlines()[-1].replace(os.sep, "/")


def test_a_model_folder_that_is_no_model_is_told(letter: Path, tmp_path: Path) -> None:
    empty, broken_one = tmp_path / "empty", tmp_path / "broken"
    empty.mkdir()
    broken_one.mkdir()
    (broken_one / "meta.json").write_text('{"lang": "en", "name"', encoding="utf-8")
    for folder, words in ((empty, "no model"), (broken_one, "damaged")):
        code, said = run("document", letter, "--model", folder)
        assert code == 2
        assert words in said and folder.name in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--gold", "nowhere", "--documents", "."], "nowhere holds no labels"),
        (["--gold", "gold", "--documents", "nowhere"], "nowhere is not a folder"),
        (["--gold", "gold", "--predictions", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_evaluate_names_the_path_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    gold = tmp_path / "gold"
    gold.mkdir()
    for name in ("documents", "units", "split"):
        content = (Path(__file__).parents[2] / "labels" / f"{name}.csv").read_text("utf-8")
        (gold / f"{name}.csv").write_text(content, encoding="utf-8")
    code, said = run("evaluate", *arguments)
    assert code == 2
    assert words in said


def test_a_pipe_that_nobody_reads_to_its_end_is_no_fault(letter: Path) -> None:
    code = "import sys; from ofsted_extract.cli import main; sys.argv[0] = 'x'; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "themes"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
    assert "Traceback" not in said
