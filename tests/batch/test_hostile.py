"""Hostile files, read by the real reader in a real batch."""

import csv
import os
from pathlib import Path

import pandas as pd
import pytest
from hostile import CASES, write_cases
from standin import tree

from ofsted_extract.batch.local import LocalEngine
from ofsted_extract.batch.options import Options
from ofsted_extract.batch.run import run_batch
from ofsted_extract.write.store import PRIVATE


@pytest.fixture(autouse=True)
def giant_cells():
    """A giant word is one cell; the limit is the whole process's, so it is put back."""
    before = csv.field_size_limit(10_000_000)
    yield
    csv.field_size_limit(before)


OPTIONS = Options(model="rules", timeout=30, max_memory=700)


@pytest.fixture(scope="module")
def fed(tmp_path_factory) -> tuple[Path, Path, dict[str, str]]:
    """The hostile files, the dataset made of them, and the reasons of those that failed."""
    place = tmp_path_factory.mktemp("hostile")
    letters, out = place / "in", place / "here" / "out"
    write_cases(letters)
    before = set(os.listdir("/tmp"))  # noqa: PTH208 - names, to see what is new
    summary = run_batch(
        [str(letters)], str(out), lambda stop: LocalEngine(2, stop), options=OPTIONS
    )
    assert summary.status == "complete" and summary.exit_code == 1
    assert "escaped" not in set(os.listdir("/tmp")) - before  # noqa: PTH208
    with (out / "failures.csv").open(newline="", encoding="utf-8-sig") as file:
        reasons = {Path(row["path"]).name: row["reason"] for row in csv.DictReader(file)}
    return letters, out, reasons


@pytest.mark.parametrize("name", CASES)
def test_each_fails_for_a_reason_of_its_own_or_is_read(fed, name):
    _, out, reasons = fed
    assert reasons.get(name, "") in CASES[name][1]
    if name not in reasons:
        paths = pd.read_parquet(out / "parquet" / "documents")["source_path"]
        assert name in {Path(path).name for path in paths}


def test_good_letters_among_them_are_read(fed):
    _, out, reasons = fed
    assert not reasons.keys() & {"good.txt", "good.pdf"}
    documents = pd.read_parquet(out / "parquet" / "documents")
    assert len(documents) == len(CASES) + 2 - len(reasons)


def test_output_never_leaves_its_folder(fed):
    letters, out, _ = fed
    assert {path.name for path in letters.parent.iterdir()} == {"in", "here"}
    assert {path.name for path in out.parent.iterdir()} == {"out"}
    assert {path.name for path in out.iterdir()} == {
        "parquet",
        "csv",
        "run.json",
        "failures.csv",
        PRIVATE,
    }
    for path in out.rglob("*"):
        assert path.resolve().is_relative_to(out.resolve())
    assert {len(path.relative_to(out).parts) for path in out.rglob("*.csv")} == {1, 4}


def test_no_cell_of_any_csv_is_run(fed):
    _, out, _ = fed
    text_columns = {"text", "section", "scope", "authority", "evidence", "source_path", "message"}
    for path in out.rglob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                for name in text_columns & row.keys():
                    assert not row[name].lstrip().startswith(("=", "+", "-", "@")), (path, row)
        assert b"\0" not in path.read_bytes()


def test_a_second_run_tries_only_what_may_pass(fed):
    letters, out, reasons = fed
    before = tree(out)
    summary = run_batch(
        [str(letters)], str(out), lambda stop: LocalEngine(2, stop), options=OPTIONS
    )
    transient = sum(each in {"timeout", "crashed", "too_large"} for each in reasons.values())
    assert summary.written <= transient  # a machine that was busy may have more time now
    assert summary.unchanged + len(summary.copies) == len(CASES) + 2 - transient
    after = tree(out)
    changed = {name for name in before if after[name] != before[name]}
    assert changed <= {f"{PRIVATE}/ledger.jsonl", "failures.csv"} or summary.written
