"""What the package says to a program that listens, and that it is silent otherwise."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from ofsted_extract.extraction import Extractor

#: A letter without a title, an authority or a date: each is worth a warning.
LETTER = "Social workers visit children regularly, and their plans are of good quality.\n"


def test_the_warnings_about_a_document_are_logged_with_its_path(tmp_path: Path, caplog) -> None:
    path = tmp_path / "untitled.txt"
    path.write_text(LETTER, encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="ofsted_extract"):
        letter = Extractor("rules").read(path)
    assert letter.warnings
    assert [record.getMessage() for record in caplog.records] == [
        f"{path}: {warning}" for warning in letter.warnings
    ]


def test_nothing_is_printed_unless_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "untitled.txt"
    path.write_text(LETTER, encoding="utf-8")
    program = (
        "from ofsted_extract.extraction import Extractor; "
        f"assert Extractor('rules').read({str(path)!r}).warnings"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "ofsted_extract", "--version"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("ofsted-extract ")
