"""Arrays and settings of a component as bytes, without pickle."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import srsly

Arrays = dict[str, np.ndarray[Any, Any]]


def pack_arrays(arrays: Arrays) -> bytes:
    """Return the arrays as an uncompressed ``.npz``; equal arrays give equal bytes."""
    buffer = io.BytesIO()
    np.savez(buffer, **dict(sorted(arrays.items())))  # type: ignore[arg-type]
    return buffer.getvalue()


def unpack_arrays(data: bytes) -> Arrays:
    """Return the arrays of ``pack_arrays``; pickled content is refused."""
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


class Storable:
    """spaCy's four ways to store a component, in terms of its files: name to bytes."""

    def files(self) -> dict[str, bytes]:
        """Return everything the component has learnt."""
        raise NotImplementedError

    def restore(self, files: dict[str, bytes]) -> None:
        """Take over what ``files`` returned."""
        raise NotImplementedError

    def to_bytes(self, *, exclude: tuple[str, ...] = ()) -> bytes:
        return bytes(srsly.msgpack_dumps(self.files()))

    def from_bytes(self, data: bytes, *, exclude: tuple[str, ...] = ()) -> Storable:
        self.restore(srsly.msgpack_loads(data))
        return self

    def to_disk(self, path: str | Path, *, exclude: tuple[str, ...] = ()) -> None:
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files().items():
            (folder / name).write_bytes(content)

    def from_disk(self, path: str | Path, *, exclude: tuple[str, ...] = ()) -> Storable:
        self.restore({file.name: file.read_bytes() for file in sorted(Path(path).iterdir())})
        return self
