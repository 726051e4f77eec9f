"""Arrays and settings of a component, stored by spaCy's own helpers and without pickle."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

import numpy as np
from spacy import util

Arrays = dict[str, np.ndarray[Any, Any]]
#: Of each file of a component: how its bytes are made, and what takes them back.
Parts = dict[str, tuple[Callable[[], bytes], Callable[[bytes], None]]]


def pack_arrays(arrays: Arrays) -> bytes:
    """Return the arrays as an uncompressed ``.npz``; equal arrays give equal bytes."""
    buffer = io.BytesIO()
    np.savez(buffer, **dict(sorted(arrays.items())))  # type: ignore[arg-type]
    return buffer.getvalue()


def unpack_arrays(data: bytes) -> Arrays:
    """Return the arrays of ``pack_arrays``; pickled content is refused."""
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


class StoredComponent:
    """A pipeline component that spaCy can write and read, in terms of its files."""

    def parts(self) -> Parts:
        """Return the component's files; they are read in this order."""
        raise NotImplementedError

    def loaded(self) -> None:
        """Make what follows from the files, once all are read.

        Raises
        ------
        ModelError
            if they do not fit together, or not this program.

        """

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        return util.to_bytes({name: write for name, (write, _) in self.parts().items()}, exclude)

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        util.from_bytes(data, {name: read for name, (_, read) in self.parts().items()}, exclude)
        self.loaded()
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        def writer(make: Callable[[], bytes]) -> Callable[[Path], Any]:
            return lambda file: file.write_bytes(make())

        util.to_disk(
            path, {name: writer(make) for name, (make, _) in self.parts().items()}, exclude
        )

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Self:
        def reader(take: Callable[[bytes], None]) -> Callable[[Path], None]:
            return lambda file: take(file.read_bytes())

        util.from_disk(
            path, {name: reader(take) for name, (_, take) in self.parts().items()}, exclude
        )
        self.loaded()
        return self
