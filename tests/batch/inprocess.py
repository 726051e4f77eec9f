"""Runs of the batch within the test's own process, and ways to end them at an exact moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from standin import StandIn

from ofsted_extract.batch.options import Options
from ofsted_extract.batch.run import run_batch
from ofsted_extract.batch.summary import Summary
from ofsted_extract.batch.work import Outcome, Task, process
from ofsted_extract.write.dataset import Dataset
from ofsted_extract.write.store import LocalStore, open_store


class Failing(StandIn):
    """Fails on letters that hold one of ``failing``, as a program with a fault would."""

    failing: frozenset[str] = frozenset()

    def read_bytes(self, data: bytes, path: str, observe: Any = None) -> Any:
        if any(word in data.decode() for word in self.failing):
            raise RuntimeError("a fault of the program")
        return super().read_bytes(data, path, observe)


class InProcess:
    """An engine without processes."""

    name, workers, lost, peak_memory, model_version = "here", 1, 0, 0, "standin-1"

    def __init__(self, failing: Iterable[str] = ()) -> None:
        self.reader = Failing("rules", reader="pdfium", ocr="auto", limits=None)
        self.reader.failing = frozenset(failing)

    def run(self, tasks: Sequence[Task], out: str, options: Options) -> Iterator[Outcome]:
        dataset = Dataset(open_store(out))
        for task in tasks:
            yield process(task, self.reader, dataset, options)


def run_here(
    inputs: Iterable[object],
    out: Path | str,
    *,
    failing: Iterable[str] = (),
    force: bool = False,
    **options: Any,
) -> Summary:
    """Run the batch; ``failing`` are words of letters that the reader fails on."""
    return run_batch(
        [str(path) for path in inputs],
        str(out),
        lambda stop: InProcess(failing),
        options=Options(**{"model": "rules", "extractor": "standin:StandIn", **options}),
        force=force,
    )


class Killed(BaseException):
    """Stands for the end of the process: nothing that comes after it does anything."""


@contextmanager
def killed_at(rename: int) -> Iterator[list[int]]:
    """Let the process die at the ``rename``-th renaming of a file, before it is done.

    Yields a list whose one element counts the renamings that were asked for.
    """
    count = [0]
    dead = [False]

    def unless_dead(method: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            if dead[0]:
                raise Killed
            return method(*arguments, **named)

        return call

    def move(self: LocalStore, source: str, target: str) -> None:
        if dead[0]:
            raise Killed
        count[0] += 1
        if count[0] == rename:
            dead[0] = True
            raise Killed
        moved(self, source, target)

    with pytest.MonkeyPatch.context() as patch:
        moved = LocalStore._move
        for name in ("write", "remove", "append", "read", "sizes", "clear_temporary", "settle"):
            patch.setattr(LocalStore, name, unless_dead(getattr(LocalStore, name)))
        patch.setattr(LocalStore, "_move", move)
        try:
            yield count
        except Killed:
            assert dead[0]
