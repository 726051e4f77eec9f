"""The same documents on a Dask cluster, one document a task.

A worker process of the cluster loads the model once and keeps it. Dask itself takes care of
workers that die: it gives their documents to others. A document that was near several such deaths
is read once more with no other beside it, and only if that too costs the workers is it given up.
What Dask does not do, ending a document that takes too long or too much memory, each worker does by
watching itself: it leaves a note in the output folder and ends its process, and whoever is given
the document next reads the note instead of the document.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from ofsted_extract.batch.local import EngineError
from ofsted_extract.batch.options import Options
from ofsted_extract.batch.work import (
    Extracts,
    Outcome,
    OutputError,
    Task,
    make_extractor,
    memory_now,
    process,
)
from ofsted_extract.batch.worker import SINGLE_THREAD, too_long, too_much_memory
from ofsted_extract.errors import Reason
from ofsted_extract.write.dataset import Dataset
from ofsted_extract.write.store import TEMPORARY, Store, is_remote, open_store

#: Documents given to the cluster at a time, per thread of it: enough that nobody waits.
_AHEAD = 8
#: Seconds between looks at what is done, and at whether the run was asked to stop.
_LOOK = 0.02
#: Seconds between looks of a worker at itself.
_WATCH = 0.1
#: Seconds to wait for a scheduler.
_CONNECT = 15
#: Seconds without news, until the cluster is asked whether it has workers; and until it is given up
#: when it has none.
_SILENCE, _WITHOUT_WORKERS = 10.0, 300.0


@dataclass(frozen=True, slots=True)
class _Given:
    """A document in the cluster's hands; ``alone`` without any other beside it."""

    future: Any
    task: Task
    alone: bool


class DaskEngine:
    """A Dask cluster, or one started on this machine where no ``scheduler`` is named.

    Inputs and output must be paths that every worker can reach: a shared folder, or an address
    that fsspec knows (``s3://…``).
    """

    name = "dask"

    def __init__(
        self,
        workers: int,
        stop: Callable[[], bool] = lambda: False,
        scheduler: str | None = None,
    ) -> None:
        self.workers = workers
        self.lost = 0
        self.peak_memory = 0
        self.model_version = ""
        self._stop = stop
        self._scheduler = scheduler

    def run(self, tasks: Sequence[Task], out: str, options: Options) -> Iterator[Outcome]:
        """Yield the outcome of every task, as they come; ends early when asked to stop."""
        distributed = _distributed()
        with self._client(distributed, min(self.workers, len(tasks))) as client:
            threads = client.nthreads()
            if not threads:
                raise EngineError("the Dask cluster has no workers; start some and run again")
            self.workers = len(threads)
            yield from self._run(distributed, client, sum(threads.values()), tasks, out, options)

    def _run(
        self,
        distributed: Any,
        client: Any,
        threads: int,
        tasks: Sequence[Task],
        out: str,
        options: Options,
    ) -> Iterator[Outcome]:
        place = out if is_remote(out) else str(Path(out).absolute())
        notes = f"{TEMPORARY}/{uuid.uuid4().hex}"  # of this run alone: another has other limits
        waiting, suspects = deque(tasks), deque[Task]()
        given: dict[str, _Given] = {}  # futures must be held, or Dask drops them
        done = distributed.as_completed()

        def give(task: Task, *, alone: bool = False) -> None:
            key = f"ofsted-extract-{uuid.uuid4().hex}"
            future = client.submit(
                read_document, _located(task), place, options, notes, key=key, pure=False
            )
            given[key] = _Given(future, task, alone)
            done.add(future)

        heard = monotonic()
        try:
            while (waiting or suspects or given) and not self._stop():
                while waiting and len(given) < threads * _AHEAD:
                    give(waiting.popleft())
                if suspects and not given:
                    give(suspects.popleft(), alone=True)
                if not done.has_ready():
                    sleep(_LOOK)
                    if monotonic() - heard > _SILENCE:
                        heard = _still_there(client, heard)
                    continue
                heard = monotonic()
                for future in done.next_batch(block=False):
                    now = given.pop(future.key)
                    error = future.exception() if future.status == "error" else None
                    if future.status in {"lost", "cancelled"}:
                        waiting.append(now.task)  # its worker died before it could tell
                    elif isinstance(error, distributed.KilledWorker) and not now.alone:
                        # it may only have waited its turn on workers that another one ended
                        suspects.append(now.task)
                    else:
                        outcome = self._outcome(distributed, future, now.task, error)
                        # what is kept is read again whenever the worker that holds it dies
                        future.release()
                        yield outcome
        finally:
            self.lost += len(given)
            client.cancel([now.future for now in given.values()], force=True)

    def _outcome(self, distributed: Any, future: Any, task: Task, error: Any) -> Outcome:
        if isinstance(error, distributed.KilledWorker):
            self.lost += 1
            return Outcome.failure(
                task,
                Reason.CRASHED,
                "the reader crashed on this file, on several workers; "
                "please report it with the file",
            )
        if error is not None or future.status != "finished":
            raise EngineError(f"the cluster could not go on: {error or future.status}")
        outcome: Outcome | None
        outcome, self.model_version = future.result()
        if outcome is None:
            raise EngineError(self.model_version)
        self.peak_memory = max(self.peak_memory, outcome.memory)
        if outcome.reason in {Reason.TIMEOUT, Reason.TOO_LARGE}:
            self.lost += 1
        return replace(outcome, path=task.path)

    @contextmanager
    def _client(self, distributed: Any, workers: int) -> Iterator[Any]:
        if self._scheduler is not None:
            try:
                client = distributed.Client(self._scheduler, timeout=_CONNECT)
            except (OSError, TimeoutError, ValueError) as error:
                raise EngineError(
                    f"there is no Dask scheduler at {self._scheduler} ({error})"
                ) from error
            with client:
                yield client
            return
        import dask.config  # noqa: PLC0415 - part of the optional dependency

        settings = {
            "distributed.scheduler.allowed-failures": 1,
            # Dask would let go of a worker for good that is being replaced when this ends
            "distributed.deploy.lost-worker-timeout": "1 hour",
        }
        with (
            dask.config.set(settings),
            distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                memory_limit=0,  # each document has its own limit
                dashboard_address="127.0.0.1:0",  # any free port: two runs must not meet on one
                scheduler_kwargs={"dashboard": False},
                silence_logs=logging.CRITICAL,
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client


def read_document(task: Task, out: str, options: Options, notes: str) -> tuple[Outcome | None, str]:
    """Read a document on a worker of the cluster; return its outcome and the model's version.

    ``notes`` is the folder below ``out`` that says why documents ended the process that read them.
    Without an outcome, the second value says why going on is of no use.
    """
    with _ONE_AT_A_TIME:  # PDFium can do no two documents at once in one process
        store = open_store(out)
        note = f"{notes}/{_digest(task)}"
        try:
            extractor = _extractor(options)
        except Exception as error:
            return None, f"the reader cannot be started: {error}"
        with suppress(FileNotFoundError):
            reason = Reason(store.read(note).decode())
            message = too_long if reason is Reason.TIMEOUT else too_much_memory
            return Outcome.failure(task, reason, message(options)), extractor.model_version
        try:
            with _watched(store, note, options):
                outcome = process(task, extractor, Dataset(store), options)
        except MemoryError:
            outcome = Outcome.failure(task, Reason.TOO_LARGE, too_much_memory(options))
        except OutputError as error:
            return None, f"the output folder cannot be written: {error}"
        return outcome, extractor.model_version


_ONE_AT_A_TIME = threading.Lock()


@cache
def _extractor(options: Options) -> Extracts:
    for name, value in SINGLE_THREAD.items():
        os.environ.setdefault(name, value)
    return make_extractor(options)


@contextmanager
def _watched(store: Store, note: str, options: Options) -> Iterator[None]:
    """End the process, with a note for whoever is next, if the block exceeds a limit."""
    over = threading.Event()
    begun, held = monotonic(), memory_now()

    def watch() -> None:
        while not over.wait(_WATCH):
            if monotonic() - begun > options.timeout:
                reason = Reason.TIMEOUT
            elif memory_now() - held > options.max_memory * 1_000_000:
                reason = Reason.TOO_LARGE
            else:
                continue
            store.write({note: reason.value.encode()})
            os._exit(1)

    watcher = threading.Thread(target=watch, daemon=True, name="document-watch")
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _still_there(client: Any, heard: float) -> float:
    """Return when the cluster was last known to have workers, or give it up."""
    if client.nthreads():
        return monotonic()
    if monotonic() - heard > _WITHOUT_WORKERS:
        raise EngineError(
            "the Dask cluster has lost all its workers; start some and run again, what is done is "
            "kept"
        )
    return heard


def _digest(task: Task) -> str:
    return hashlib.sha256(task.path.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _located(task: Task) -> Task:
    """Return the task with a path that holds wherever it is read."""
    if is_remote(task.location or task.path):
        return task
    return replace(task, location=str(Path(task.location or task.path).absolute()))


def _distributed() -> Any:
    try:
        import distributed  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        raise EngineError(
            "--engine dask needs Dask: pip install 'ofsted-extract[cluster]'"
        ) from error
    return distributed
