"""The command itself: what it prints where, and its exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import LETTER

SOURCE = Path(__file__).parents[2] / "src"


def command(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", "from ofsted_extract.cli import main; main()", "batch"]
        + [str(argument) for argument in arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), *filter(None, sys.path)])},
        check=False,
        timeout=120,
    )


def test_a_batch_of_real_text_letters(tmp_path):
    letters, out, log = tmp_path / "letters", tmp_path / "out", tmp_path / "log.jsonl"
    letters.mkdir()
    (letters / "one.txt").write_text(LETTER, encoding="utf-8")
    (letters / "two.md").write_text("# A letter\n\n" + LETTER, encoding="utf-8")
    given = (letters, "--out", out, "--model", "rules", "--workers", 1)
    done = command(*given, "--log-file", log)
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 document(s) written" in done.stderr
    stages = {"load", "read", "structure", "facts", "classify", "write", "total"}
    for line in log.read_text().splitlines():
        assert set(json.loads(line)["seconds"]) == stages
    said = json.loads((out / "run.json").read_text())
    assert said["options"]["model"] == "rules" and said["model_version"].startswith("rules-")
    (letters / "three.txt").touch()
    again = command(*given)
    assert again.returncode == 1
    assert "2 unchanged" in again.stderr and "empty_file" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--out", "out"], "no such file or folder"),
        ([".", "--out", "out"], "nothing to read in .; give a PDF"),
        (["letter.txt", "--out", "out", "--scheduler", "tcp://x:1"], "--engine dask"),
        (["letter.txt"], "--out"),
        (["letter.txt", "--out", "out", "--workers", "0"], "--workers"),
        (["letter.txt", "--out", "out", "--model", "no/such/model"], "no/such/model"),
    ],
)
def test_wrong_usage_is_told_from_failure(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    if "letter.txt" in arguments:
        (tmp_path / "letter.txt").write_text(LETTER, encoding="utf-8")
    done = command(*arguments)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr
