"""A worker process: loads the model once, then reads one document after the other."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from typing import Any

from ofsted_extract.batch.options import Options
from ofsted_extract.batch.work import (
    Outcome,
    OutputError,
    Task,
    make_extractor,
    memory_now,
    process,
)
from ofsted_extract.errors import Reason
from ofsted_extract.write.dataset import Dataset
from ofsted_extract.write.store import open_store

_PR_SET_PDEATHSIG = 1
#: Objects made before Python looks for cycles; a letter is many small values and makes few cycles.
_NEW_OBJECTS = 100_000
#: Each of these libraries would start as many threads as there are processors, in every worker.
SINGLE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}


@dataclass(frozen=True, slots=True)
class Ready:
    """Sent once the model is loaded; ``memory`` is what the worker holds then, in bytes."""

    memory: int
    model_version: str


@dataclass(frozen=True, slots=True)
class Last:
    """Sent with the outcome of a document that the worker does not go on after."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Unusable:
    """Sent where going on is of no use: no model, no room to write; the batch ends."""

    message: str


def too_much_memory(options: Options) -> str:
    """Return the message of a document that needs more memory than it may have."""
    return (
        f"reading it takes more than {options.max_memory} MB of memory; "
        "split it or raise the limit (--max-memory)"
    )


def too_long(options: Options) -> str:
    """Return the message of a document that takes longer than it may."""
    return (
        f"reading it took longer than {options.timeout:g} seconds; "
        "split it or raise the limit (--timeout)"
    )


def serve(pipe: Connection, out: str, options: Options) -> None:
    """Read the tasks that come through ``pipe`` until it ends; the target of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    _die_with_parent()
    try:
        dataset = Dataset(open_store(out))
        extractor = make_extractor(options)
    except Exception as error:
        pipe.send(Unusable(f"the reader cannot be started: {error}"))
        return
    gc.collect()
    gc.freeze()  # the model stays: never look through it again
    gc.set_threshold(_NEW_OBJECTS)
    pipe.send(Ready(memory_now(), extractor.model_version))
    _limit_address_space(options)
    while True:
        try:
            task: Task | None = pipe.recv()
        except EOFError:
            return
        if task is None:
            return
        try:
            pipe.send(process(task, extractor, dataset, options))
        except MemoryError:
            pipe.send(Last(Outcome.failure(task, Reason.TOO_LARGE, too_much_memory(options))))
            return
        except OutputError as error:
            pipe.send(Unusable(f"the output folder cannot be written: {error}"))
            return


def _die_with_parent() -> None:
    """Make sure that no worker outlives the batch, however the batch ends."""
    if sys.platform == "linux":
        # at once, even in the middle of a document
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = parent_process()
    if parent is not None:
        sentinel = parent.sentinel

        def watch() -> None:
            connection.wait([sentinel])
            os._exit(1)

        threading.Thread(target=watch, daemon=True, name="parent-watch").start()


def _limit_address_space(options: Options) -> None:
    """Refuse a sudden allocation that the parent, which looks now and then, would see too late."""
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - not on Windows

    with suppress(OSError, ValueError, IndexError):
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - no path to speak of
            held = int(file.read().split()[0]) * resource.getpagesize()
        room: Any = held + 2 * options.max_memory * 1_000_000 + 256_000_000
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            room = min(room, hard)
        resource.setrlimit(resource.RLIMIT_AS, (room, hard))
