"""A batch that is killed at any moment goes on where it was, to the same bytes."""

import random
import time
from pathlib import Path

import pytest
from standin import letter_text, run, tree, write_letters
from test_faults import start

from ofsted_extract.schema import DOCUMENT_TABLES
from ofsted_extract.write.arrow import parquet_rows

KILLS = 12


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> tuple[Path, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("undisturbed")
    write_letters(folder / "letters", 24, sentences=20)
    for path in sorted(folder.rglob("*.txt"))[::4]:
        path.write_text("fault: slow\n" + path.read_text())
    (folder / "letters" / "copy.txt").write_bytes(next(folder.rglob("*.txt")).read_bytes())
    (folder / "letters" / "empty.txt").write_bytes(b"")
    run([folder / "letters"], folder / "out")
    return folder / "letters", tree(folder / "out")


def assert_nothing_half_written(out: Path) -> None:
    for path in out.rglob("*.parquet"):
        if ".ofsted-extract" not in path.parts:
            table = next(each for each in DOCUMENT_TABLES if each.name in path.parts)
            parquet_rows(table, path.read_bytes())
    for path in out.glob("csv/*/*/*.csv"):
        assert path.read_bytes().endswith(b"\n")


def test_killed_at_random_moments(undisturbed, tmp_path):
    letters, expected = undisturbed
    moments = random.Random(20240514)
    out = tmp_path / "out"
    kills = rounds = 0
    begun = time.monotonic()
    clean = start(tmp_path / "clean", letters)
    clean.communicate(timeout=60)
    whole = time.monotonic() - begun
    while kills < KILLS:
        process = start(out, letters)
        # mostly while documents are written, now and then before and after
        time.sleep(moments.uniform(0.2 * whole, 0.9 * whole))
        if process.poll() is None:
            process.kill()
            kills += 1
        process.communicate(timeout=20)
        if out.exists():
            assert_nothing_half_written(out)
        if process.returncode == 1:  # it got to its end, with the one empty file
            assert tree(out) == expected
            rounds += 1
            out = tmp_path / f"out {rounds}"  # begin again: a whole dataset is no test
    final = start(out, letters)
    final.communicate(timeout=60)
    assert final.returncode == 1
    assert tree(out) == expected


def test_killed_while_inputs_change(undisturbed, tmp_path):
    """After a kill the inputs may be others: the result is that of a first run on the new ones."""
    moments = random.Random(7)
    letters = tmp_path / "letters"
    write_letters(letters, 30, sentences=10)
    out = tmp_path / "out"
    for step in range(4):
        process = start(out, letters)
        time.sleep(moments.uniform(0.5, 1.6))
        process.kill()
        process.communicate(timeout=20)
        paths = sorted(letters.rglob("*.txt"))
        moments.choice(paths).unlink()
        moments.choice(paths[:10]).with_name(f"new {step}.txt").write_text(letter_text(60 + step))
        changed = moments.choice(sorted(letters.rglob("*.txt")))
        changed.write_text(letter_text(80 + step))
    run([letters], out)
    run([letters], tmp_path / "fresh")
    assert tree(out) == tree(tmp_path / "fresh")
