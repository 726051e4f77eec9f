"""Worker processes of this machine, each document within its limits of time and memory.

The parent hands out one document at a time and watches: a worker that takes too long or too much
is killed, one that dies is replaced, and only the document it had in hand is lost.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from time import monotonic
from types import ModuleType
from typing import Any

from ofsted_extract.batch.options import Options
from ofsted_extract.batch.work import Outcome, Task, memory_of
from ofsted_extract.batch.worker import (
    SINGLE_THREAD,
    Last,
    Ready,
    Unusable,
    serve,
    too_long,
    too_much_memory,
)
from ofsted_extract.errors import Reason

#: Seconds between looks at the clock and at the workers' memory.
_LOOK = 0.1
#: Seconds that loading the model may take.
_START = 300.0
#: Workers that die in a row before they are ready, until the batch gives up.
_FALSE_STARTS = 3
#: Heavy modules that the process which all workers are forked from imports once for all.
_PRELOAD = (
    "ofsted_extract.extraction",
    "ofsted_extract.read.pdf",
    "ofsted_extract.classify.pipeline",
    "onnxruntime",
    "tokenizers",
)


class EngineError(Exception):
    """The batch cannot go on; the message says what to do."""


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    since: float
    ready: bool = False
    memory: int = 0  # when ready
    peak: int = 0
    task: Task | None = None


class LocalEngine:
    """Worker processes on this machine.

    Attributes
    ----------
    lost:
        documents that were cut off while they may have been writing.
    peak_memory:
        the most that one worker held, in bytes, as far as it was seen.
    model_version:
        of the classifier that the workers loaded; empty before one did.

    """

    name = "local"

    def __init__(self, workers: int, stop: Callable[[], bool] = lambda: False) -> None:
        self.workers = workers
        self.lost = 0
        self.peak_memory = 0
        self.model_version = ""
        self._stop = stop
        self._pool: list[_Worker] = []
        self._false_starts = 0

    def run(self, tasks: Sequence[Task], out: str, options: Options) -> Iterator[Outcome]:
        """Yield the outcome of every task, as they come; ends early when asked to stop."""
        waiting = deque(tasks)
        context = _context(options)
        try:
            while (waiting or self._busy()) and not self._stop():
                while len(self._pool) < min(self.workers, len(waiting) + self._busy()):
                    self._pool.append(_start(context, out, options))
                for worker in self._pool:
                    if worker.ready and worker.task is None and waiting:
                        self._give(worker, waiting)
                yield from self._heard(options)
                yield from self._overdue(options)
        finally:
            self.lost += self._busy()
            for worker in self._pool:
                _end(worker)
            self._pool.clear()

    def _busy(self) -> int:
        return sum(worker.task is not None for worker in self._pool)

    def _give(self, worker: _Worker, waiting: deque[Task]) -> None:
        with suppress(OSError):  # it died while it was idle: the next look will see that
            worker.pipe.send(waiting[0])
            worker.task = waiting.popleft()
            worker.since, worker.peak = monotonic(), worker.memory

    def _heard(self, options: Options) -> Iterator[Outcome]:
        """Take in what the workers send."""
        by_pipe = {worker.pipe: worker for worker in self._pool}
        for pipe in connection.wait(list(by_pipe), timeout=_LOOK):
            worker = by_pipe[pipe]  # type: ignore[index] # wait returns what it was given
            try:
                message = worker.pipe.recv()
            except (EOFError, OSError):
                yield from self._died(worker, options)
                continue
            if isinstance(message, Unusable):
                raise EngineError(message.message)
            if isinstance(message, Ready):
                worker.ready, worker.memory = True, message.memory
                self._false_starts = 0
                self.model_version = message.model_version
                self._saw(worker, message.memory)
                continue
            if isinstance(message, Last):
                self._retire(worker)
                yield message.outcome
                continue
            worker.task = None
            self._saw(worker, message.memory)
            yield message
            if message.memory - worker.memory > options.max_memory * 1_000_000 // 2:
                self._retire(worker)  # what a large document left behind would only grow

    def _overdue(self, options: Options) -> Iterator[Outcome]:
        """Stop the workers that exceed a limit."""
        now = monotonic()
        for worker in list(self._pool):
            if not worker.ready and now - worker.since > _START:
                raise EngineError("the reader did not start within five minutes")
            if worker.task is None:
                continue
            self._saw(worker, memory_of(worker.process.pid))
            if now - worker.since > options.timeout:
                reason, message = Reason.TIMEOUT, too_long(options)
            elif worker.peak - worker.memory > options.max_memory * 1_000_000:
                reason, message = Reason.TOO_LARGE, too_much_memory(options)
            else:
                continue
            task = worker.task
            self._retire(worker)
            self.lost += 1
            yield Outcome.failure(task, reason, message, memory=worker.peak)

    def _died(self, worker: _Worker, options: Options) -> Iterator[Outcome]:
        task = worker.task
        worker.process.join(5)
        code = worker.process.exitcode
        self._retire(worker)
        if not worker.ready:
            self._false_starts += 1
            if self._false_starts >= _FALSE_STARTS:
                raise EngineError(f"the reader cannot be started ({_how(code)})")
        if task is None:
            return
        self.lost += 1
        if worker.peak - worker.memory > options.max_memory * 1_000_000 // 2:
            # libraries in C end the process when memory is refused
            reason, message = Reason.TOO_LARGE, too_much_memory(options)
        else:
            reason, message = (
                Reason.CRASHED,
                f"the reader crashed on this file ({_how(code)}); please report it with the file",
            )
        yield Outcome.failure(task, reason, message, memory=worker.peak)

    def _saw(self, worker: _Worker, memory: int) -> None:
        worker.peak = max(worker.peak, memory)
        self.peak_memory = max(self.peak_memory, memory)

    def _retire(self, worker: _Worker) -> None:
        self._pool.remove(worker)
        worker.task = None
        _end(worker)


def _start(context: Any, out: str, options: Options) -> _Worker:
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, out, options), daemon=True)
    try:
        with _without_main():
            process.start()
    except OSError as error:
        if "AF_UNIX" not in str(error):  # it has no number of its own
            raise
        raise EngineError(
            "the folder for temporary files has too long a name for the sockets between processes: "
            "set TMPDIR to a shorter one, such as /tmp"
        ) from error
    theirs.close()
    return _Worker(process, ours, monotonic())


def _end(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()


def _context(options: Options) -> Any:
    """Return how processes are started: forked from one that has the libraries, where possible."""
    os.environ.update({name: os.environ.get(name, one) for name, one in SINGLE_THREAD.items()})
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    own = options.extractor == Options().extractor
    context.set_forkserver_preload(
        ["ofsted_extract.batch.worker", "ofsted_extract.write.arrow", *(_PRELOAD if own else ())]
    )
    return context


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the main module, which workers would otherwise run again from its file.

    Workers need nothing of it, and a script that calls the batch without a guard would call it
    again in each of them.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _how(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"signal {signal.Signals(-code).name}"
    return f"signal {-code}"
