"""One writer at a time in a dataset's folder; the lock dies with the process that holds it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from ofsted_extract.write.store import PRIVATE, LocalStore, Store


class LockedError(Exception):
    """Another run writes into the folder; the message says what to do."""


def alone(store: Store) -> AbstractContextManager[Any]:
    """Return a context manager that keeps other writers out of the folder.

    Object stores know no locks: there it does nothing (docs/performance.md says so).

    Raises
    ------
    LockedError
        if another run holds the lock.
    OSError
        if the folder cannot be written.

    """
    if not isinstance(store, LocalStore):
        return nullcontext()
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only where one writes

    folder = Path(store.root) / PRIVATE
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(str(folder / "lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise LockedError(
            f"another run is writing into {store.root}; wait until it is done"
        ) from error
    return lock
