"""Files that crash, hang or eat memory cost themselves and nothing else."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from standin import letter_text, run, tree, write_letters

from ofsted_extract.batch.run import BatchError
from ofsted_extract.batch.work import memory_of

HERE = Path(__file__).parent


def failed(out: Path) -> dict[str, tuple[str, str]]:
    with (out / "failures.csv").open(newline="", encoding="utf-8") as file:
        return {
            Path(row["path"]).name: (row["reason"], row["message"]) for row in csv.DictReader(file)
        }


def add_fault(letters: Path, fault: str, name: str = "faulty.txt") -> Path:
    path = letters / "a" / name
    path.write_text(f"fault: {fault}\n{letter_text(99)}", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("fault", "reason", "said"),
    [
        ("exit", "crashed", "exit code 7"),
        ("segfault", "crashed", "SIGSEGV"),
        ("hang", "timeout", "longer than 4 seconds"),
        ("busy", "timeout", "longer than 4 seconds"),
        ("hog", "too_large", "more than 100 MB"),
        ("gulp", "too_large", "more than 100 MB"),
        ("deep", "crashed", "RecursionError"),
        ("bug", "crashed", "KeyError"),
        ("sysexit", "crashed", "exit code"),
    ],
)
def test_a_faulty_file_costs_itself_alone(letters, tmp_path, fault, reason, said):
    out = tmp_path / "out"
    run([letters], tmp_path / "undisturbed")
    path = add_fault(letters, fault)
    summary = run([letters], out, timeout=4 if reason == "timeout" else 60, max_memory=100)
    assert (summary.exit_code, summary.written) == (1, 12)
    assert failed(out)[path.name][0] == reason
    assert said in failed(out)[path.name][1]
    path.unlink()
    assert run([letters], out).exit_code == 0
    assert tree(out) == tree(tmp_path / "undisturbed")


def test_many_faults_at_once(letters, tmp_path):
    out = tmp_path / "out"
    faults = ["exit", "segfault", "hang", "bug", "exit", "hog"]
    for number, fault in enumerate(faults):
        add_fault(letters, fault, f"fault {number}.txt")
    summary = run([letters], out, timeout=4, max_memory=100, workers=3)
    assert summary.written == 12
    assert [failed(out)[f"fault {number}.txt"][0] for number in range(6)] == [
        "crashed",
        "crashed",
        "timeout",
        "crashed",
        "crashed",
        "too_large",
    ]


def test_a_failure_that_may_pass_is_tried_again(letters, tmp_path):
    out = tmp_path / "out"
    path = add_fault(letters, "once")
    assert run([letters], out, timeout=3).exit_code == 1
    assert failed(out)[path.name][0] == "timeout"
    summary = run([letters], out)
    assert (summary.exit_code, summary.written) == (0, 1)


def test_a_worker_that_grows_is_replaced(letters, tmp_path):
    for number in range(6):
        add_fault(letters, "leak", f"leak {number}.txt")
    summary = run([letters], tmp_path / "out", workers=1, max_memory=150)
    assert summary.exit_code == 0
    assert summary.peak_memory < 400_000_000


def test_fewer_pages_allowed_than_read_before(letters, tmp_path):
    out = tmp_path / "out"
    assert run([letters], out, max_pages=500).written == 12
    assert run([letters], out, max_pages=499).written == 0


def test_a_file_that_vanishes_meanwhile_is_named(letters, tmp_path):
    out = tmp_path / "out"
    path = add_fault(letters, "slow", "0 first.txt")
    last = sorted(letters.rglob("*.txt"))[-1]

    class Vanish:
        def begin(self, *_):
            last.unlink()

        def done(self, *_): ...

        def end(self, *_): ...

    assert run([letters], out, workers=1, observer=Vanish()).exit_code == 1
    assert failed(out) == {last.name: ("not_found", failed(out)[last.name][1])}
    assert path.exists()


def start(out: Path, *inputs: Path) -> subprocess.Popen:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent / "write"), *sys.path]),
    }
    return subprocess.Popen(
        [sys.executable, str(HERE / "standin.py"), str(out), *map(str, inputs)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(out: Path, count: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while len(list(out.glob("parquet/documents/*/*/*.parquet"))) < count:
        assert time.monotonic() < end, "the batch does not get on"
        time.sleep(0.02)


def slow(letters: Path) -> None:
    """Make every letter take a tenth of a second."""
    for path in letters.rglob("*.txt"):
        path.write_text("fault: slow\n" + path.read_text())


def children(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            waiting += (own := [int(each) for each in task.read_text().split()])
            found += own
    return found


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_cleanly_and_keeps_what_is_done(tmp_path, sent):
    letters, out = tmp_path / "letters", tmp_path / "out"
    write_letters(letters, 24)
    slow(letters)
    process = start(out, letters)
    wait_for(out, 4)
    process.send_signal(sent)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted: " in said and "Traceback" not in said
    status = json.loads((out / "run.json").read_text())
    assert status["status"] == "interrupted" and status["counts"]["written"] >= 1
    assert (out / "failures.csv").read_text() == "path,reason,message\n"
    summary = run([letters], out)
    assert summary.unchanged == status["counts"]["written"]
    run([letters], tmp_path / "undisturbed")
    assert tree(out) == tree(tmp_path / "undisturbed")


def test_two_runs_into_one_folder_the_second_says_so(tmp_path):
    letters, out = tmp_path / "letters", tmp_path / "out"
    write_letters(letters, 12)
    slow(letters)
    process = start(out, letters)
    wait_for(out, 1)
    with pytest.raises(BatchError, match="another run is writing") as caught:
        run([letters], out)
    assert caught.value.exit_code == 2
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert run([letters], out).unchanged == 12


def test_no_worker_outlives_a_killed_batch(tmp_path):
    letters, out = tmp_path / "letters", tmp_path / "out"
    write_letters(letters, 24)
    for path in letters.rglob("*.txt"):
        path.write_text(path.read_text() + "fault: hang\n")
    process = start(out, letters)
    end = time.monotonic() + 20
    while len(below := children(process.pid)) < 4 and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.5)
    below = children(process.pid)
    process.kill()
    process.communicate(timeout=20)
    end = time.monotonic() + 5
    while any(memory_of(pid) for pid in below) and time.monotonic() < end:
        time.sleep(0.05)
    assert len(below) >= 3 and not any(memory_of(pid) for pid in below)
