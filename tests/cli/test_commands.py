"""Places and files that cannot be used, command by command; each is told, none is a traceback."""

from __future__ import annotations

import csv
import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ofsted_extract.cli import app

LETTER = """Focused visit to Northmere children's services

This letter summarises the findings of the visit that inspectors made on 5 and 6 May 2021.

Social workers visit children regularly and support is effective. Much of it is strong.

What needs to improve in this area of social work practice

- The quality of written plans.
"""
runner = CliRunner()


def run(*arguments: object) -> tuple[int, str]:
    done = runner.invoke(app, [str(each) for each in arguments])
    assert isinstance(done.exception, SystemExit | None), done.exception
    assert "Traceback" not in done.output
    return done.exit_code, done.stderr


def batch(*arguments: object, **environment: str) -> tuple[int, str]:
    """Run a batch in a process of its own, as its workers need it."""
    done = subprocess.run(
        [sys.executable, "-c", "from ofsted_extract.cli import main; main()", "batch"]
        + [str(each) for each in arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text(LETTER, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of two letters, made without worker processes."""
    from ofsted_extract.batch.options import Options
    from ofsted_extract.batch.work import Task, process
    from ofsted_extract.extraction import Extractor
    from ofsted_extract.write.dataset import Dataset
    from ofsted_extract.write.store import open_store

    folder = tmp_path_factory.mktemp("made")
    writer, extractor = Dataset(open_store(str(folder / "dataset"))), Extractor("rules")
    for year in ("2021", "2023"):
        path = folder / f"{year}.txt"
        path.write_text(LETTER.replace("2021", year), encoding="utf-8")
        outcome = process(Task(str(path), ""), extractor, writer, Options(model="rules"))
        assert not outcome.failed, outcome
    return folder / "dataset"


# ---------------------------------------------------------------------- review


def handed_out(dataset: Path, path: Path) -> list[dict[str, str]]:
    assert run("review", dataset, "--out", path)[0] == 0
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 and more", "is a workbook; save it as CSV"),
        (b"\xd0\xcf\x11\xe0 and more", "is a workbook; save it as CSV"),
        (bytes(range(256)) * 8, "is no review file"),
        (b"", "is no review file"),
        (b"a,b\n1,2\n", "lacks the column correct_finding and key"),
        (b"key,correct_finding\n\"" + b"x" * 200_000 + b"\",\n", "field larger"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_review_is_told(
    dataset: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "review.csv"
    path.write_bytes(content)
    code, said = run("review", dataset, "--apply", path, "--by", "A")
    assert code == 2
    assert words in said
    assert not (dataset / "review").exists()


def test_a_review_file_that_is_a_folder_or_not_there_is_told(dataset: Path, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        code, said = run("review", dataset, "--apply", path, "--by", "A")
        assert code == 2
        assert path.name in said


def test_what_excel_calls_unicode_text_is_read(dataset: Path, tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    rows = handed_out(dataset, path)
    text = (
        "\t".join(rows[0])
        + "\r\n"
        + "\t".join([*list(rows[0].values())[:-4], "nonsense", "", "", ""])
    )
    path.write_bytes(text.encode("utf-16"))
    code, said = run("review", dataset, "--apply", path, "--by", "A")
    assert code == 2
    assert "line 2: 'nonsense' is no finding" in said


def test_a_review_that_cannot_be_written_names_its_own_path(dataset: Path, tmp_path: Path) -> None:
    code, said = run("review", dataset, "--out", tmp_path / "nodir" / "x.csv")
    assert code == 2
    assert str(tmp_path / "nodir" / "x.csv") in said and "None" not in said


def test_a_user_without_a_name_is_asked_for_one(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    path = tmp_path / "review.csv"
    handed_out(dataset, path)
    monkeypatch.setattr("getpass.getuser", nameless)
    code, said = run("review", dataset, "--apply", path)
    assert code == 2
    assert "--by NAME" in said


def test_applying_a_file_again_adds_nothing_whatever_its_note_begins_with(
    dataset: Path, tmp_path: Path
) -> None:
    import shutil

    copied = tmp_path / "dataset"
    shutil.copytree(dataset, copied)
    path = tmp_path / "review.csv"
    rows = handed_out(copied, path)
    rows[0] |= {"correct_finding": "weakness", "note": "=unclear; -maybe"}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert "1 new correction;" in run("review", copied, "--apply", path, "--by", "A")[1]
    kept = (copied / "review" / "corrections.csv").read_bytes()
    assert "0 new corrections;" in run("review", copied, "--apply", path, "--by", "A")[1]
    assert (copied / "review" / "corrections.csv").read_bytes() == kept


@pytest.mark.parametrize("several", [False, True])
def test_a_batch_finds_what_a_review_wrote_as_it_should_be(tmp_path: Path, several: bool) -> None:
    """Also where two documents share the sheets of a visit."""
    letters, out, path = tmp_path / "in", tmp_path / "out", tmp_path / "review.csv"
    letters.mkdir()
    (letters / "a.txt").write_text(LETTER, encoding="utf-8")
    if several:
        (letters / "b.txt").write_text(LETTER.replace("strong", "effective"), encoding="utf-8")
    given = (letters, "--out", out, "--model", "rules", "--workers", 1)
    assert batch(*given)[0] == 0
    rows = handed_out(out, path)
    rows[0] |= {"correct_finding": "weakness"}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    code, said = run("review", out, "--apply", path, "--by", "A")
    assert code == 0, said
    stand = {each: each.stat().st_mtime_ns for each in out.glob("[pc]*/**/*") if each.is_file()}
    code, said = batch(*given)
    assert code == 0 and "0 documents to read" in said, said
    assert stand == {
        each: each.stat().st_mtime_ns for each in out.glob("[pc]*/**/*") if each.is_file()
    }
    (sheet,) = out.glob("csv/*/*/sentences.csv")
    found = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8-sig"), newline="")))
    assert [row["finding"] for row in found if row["method"] == "review"] == ["weakness"]


@pytest.mark.parametrize("command", ["review", "track"])
def test_nothing_is_written_while_another_run_writes(
    dataset: Path, tmp_path: Path, command: str
) -> None:
    from ofsted_extract.write.lock import alone
    from ofsted_extract.write.store import open_store

    path = tmp_path / "review.csv"
    handed_out(dataset, path)
    arguments = [dataset, "--apply", path, "--by", "A"] if command == "review" else [dataset]
    with alone(open_store(str(dataset))):
        code, said = run(command, *arguments)
    assert code == 2
    assert "another run is writing" in said
    assert not (dataset / "review").exists() and not (dataset / "parquet" / "followup").exists()


# ---------------------------------------------------------------------- track, report


def test_a_dataset_that_cannot_be_written_is_told(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ofsted_extract.write.store import LocalStore

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", f"{dataset}/parquet/followup")

    monkeypatch.setattr(LocalStore, "write", refuse)
    code, said = run("track", dataset)
    assert code == 2
    assert "parquet/followup" in said and "who may read and write" in said


# ---------------------------------------------------------------------- batch


@contextmanager
def silent_server() -> Iterator[int]:
    """Serve as a web server does: nothing is said before something is asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def hold() -> None:
            try:
                held.append(server.accept()[0])
            except OSError:
                return

        waiting = threading.Thread(target=hold, daemon=True)
        waiting.start()
        yield server.getsockname()[1]
        for each in held:
            each.close()


def test_a_scheduler_that_is_a_web_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from ofsted_extract.batch import dask
    from ofsted_extract.batch.local import EngineError

    monkeypatch.setattr(dask, "_CONNECT", 0.2)
    with silent_server() as port:
        for address in (f"tcp://127.0.0.1:{port}", f"127.0.0.1:{port}"):
            with pytest.raises(EngineError, match="what listens there is no Dask scheduler"):
                dask._check_greeting(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "nowhere://x", "tcp://127.0.0.1:1"])
def test_a_scheduler_that_cannot_be_is_told(letter: Path, tmp_path: Path, address: str) -> None:
    pytest.importorskip("distributed")
    code, said = batch(
        letter, "--out", tmp_path / "out", "--model", "rules", "--engine", "dask",
        "--scheduler", address,
    )  # fmt: skip
    assert code == 2
    assert address in said


@pytest.mark.skipif(os.name == "nt", reason="no sockets with names there")
def test_a_folder_for_temporary_files_with_too_long_a_name_is_told(
    letter: Path, tmp_path: Path
) -> None:
    long = tmp_path / ("x" * 120)
    long.mkdir()
    code, said = batch(
        letter, "--out", tmp_path / "out", "--model", "rules", "--workers", 1, TMPDIR=str(long)
    )
    assert code == 2
    assert "set TMPDIR to a shorter one" in said
