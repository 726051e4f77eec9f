"""The same batch on a real Dask cluster of two worker processes."""

import os
import threading
import time
from pathlib import Path

import pytest
from standin import OPTIONS, letter_text, run, tree, write_letters
from test_faults import failed

from ofsted_extract.batch.dask import DaskEngine
from ofsted_extract.batch.options import Options
from ofsted_extract.batch.progress import Observer
from ofsted_extract.batch.run import BatchError, run_batch

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster():
    settings = {
        "distributed.scheduler.allowed-failures": 1,
        "distributed.deploy.lost-worker-timeout": "1 hour",
    }
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            memory_limit=0,
        ) as made,
    ):
        yield made


def run_dask(letters, out, scheduler=None, observer=None, **options):
    return run_batch(
        [str(letters)],
        str(out),
        lambda stop: DaskEngine(2, stop, scheduler),
        options=Options(**{**OPTIONS, **options}),
        observer=observer,
    )


class KillOne(Observer):
    """Kills a worker process of the cluster after a few documents."""

    def __init__(self, address: str) -> None:
        self.client = distributed.Client(address)
        self.seen = 0
        self.killed = 0

    def done(self, outcome) -> None:
        self.seen += 1
        if self.seen == 4:
            self.killed = next(iter(self.client.run(os.getpid).values()))
            os.kill(self.killed, 9)

    def end(self, summary) -> None:
        self.client.close()


def test_the_same_bytes_as_the_local_engine_with_a_worker_killed(tmp_path, cluster):
    letters = tmp_path / "letters"
    write_letters(letters, 24)
    for path in letters.rglob("*.txt"):
        path.write_text("fault: slow\n" + path.read_text())
    (letters / "empty.txt").touch()
    killer = KillOne(cluster.scheduler_address)
    summary = run_dask(letters, tmp_path / "dask", cluster.scheduler_address, killer)
    assert killer.killed
    assert (summary.written, summary.exit_code) == (24, 1)
    run([letters], tmp_path / "local")
    assert tree(tmp_path / "dask") == tree(tmp_path / "local")
    again = run_dask(letters, tmp_path / "dask", cluster.scheduler_address)
    assert (again.written, again.unchanged) == (0, 25)


def test_relative_paths_and_fsspec_addresses(tmp_path, cluster, monkeypatch):
    write_letters(tmp_path / "letters", 4)
    monkeypatch.chdir(tmp_path)
    run_dask("letters", "dask", cluster.scheduler_address)
    run(["letters"], Path("local"))
    assert tree(tmp_path / "dask") == tree(tmp_path / "local")
    # local:// goes the way of every address that fsspec knows
    there = run_dask("letters", f"local://{tmp_path}/remote", cluster.scheduler_address)
    assert there.written == 4
    assert tree(tmp_path / "remote") == tree(tmp_path / "local")
    again = run_dask("letters", f"local://{tmp_path}/remote", cluster.scheduler_address)
    assert (again.written, again.unchanged) == (0, 4)


def test_faulty_files_cost_themselves_alone(tmp_path):
    letters = tmp_path / "letters"
    write_letters(letters, 8)
    for fault in ("exit", "hang", "hog", "bug"):
        (letters / f"{fault}.txt").write_text(f"fault: {fault}\n{letter_text(99)}")
    out = tmp_path / "out"
    summary = run_dask(letters, out, timeout=4, max_memory=100)  # starts its own cluster
    assert summary.written == 8
    assert {name: reason for name, (reason, _) in failed(out).items()} == {
        "bug.txt": "crashed",
        "exit.txt": "crashed",
        "hang.txt": "timeout",
        "hog.txt": "too_large",
    }
    assert not (out / ".ofsted-extract" / "tmp").exists()


def test_a_result_that_was_taken_is_never_made_again(tmp_path, cluster):
    """What the scheduler still keeps, it computes again when the worker that holds it dies."""
    write_letters(tmp_path / "letters", 1)
    kept: list[list[str]] = []

    class Look(Observer):
        def done(self, outcome) -> None:
            until = time.monotonic() + 5
            while (tasks := list(cluster.scheduler.tasks)) and time.monotonic() < until:
                time.sleep(0.05)
            kept.append(tasks)

    run_dask(tmp_path / "letters", tmp_path / "out", cluster.scheduler_address, Look())
    assert kept == [[]]


def test_what_keeps_it_from_starting_is_said(tmp_path, cluster, monkeypatch):
    write_letters(tmp_path / "letters", 2)
    address = cluster.scheduler_address
    with pytest.raises(BatchError, match="no model in nowhere"):
        run_dask(tmp_path / "letters", tmp_path / "o", address, extractor="standin:Unloadable")
    monkeypatch.setattr("ofsted_extract.batch.dask._CONNECT", 1)
    with pytest.raises(BatchError, match="no Dask scheduler at"):
        run_dask(tmp_path / "letters", tmp_path / "o", "tcp://127.0.0.1:1")


def test_it_can_be_stopped(tmp_path, cluster):
    letters = tmp_path / "letters"
    write_letters(letters, 30)
    for path in letters.rglob("*.txt"):
        path.write_text("fault: slow\n" + path.read_text())
    out = tmp_path / "out"
    asked = threading.Event()

    class Ask(Observer):
        def done(self, outcome) -> None:
            asked.set()

    engine = DaskEngine(2, asked.is_set, cluster.scheduler_address)
    summary = run_batch(
        [str(letters)], str(out), lambda stop: engine, options=Options(**OPTIONS), observer=Ask()
    )
    assert summary.written < 30
    assert run([letters], out).exit_code == 0
    run([letters], tmp_path / "local")
    assert tree(out) == tree(tmp_path / "local")
