"""A folder to write into: files appear whole or not at all.

On a file system a file is written under another name in the same folder tree and then renamed; an
object store shows an object only when its upload is complete.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

#: The program's own corner of an output folder; Parquet readers skip names that begin with a dot.
PRIVATE = ".ofsted-extract"
#: What no run leaves behind.
TEMPORARY = f"{PRIVATE}/tmp"
#: What the last run that removed anything removed; see `Store.retire`.
TRASH = f"{PRIVATE}/trash"
#: Protocols whose objects appear when an upload is complete, so that no renaming is needed.
_WHOLE_OBJECTS = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oci", "memory"}


_LOCAL = ("file://", "local://")


def is_remote(path: str) -> bool:
    """Return whether ``path`` names a place for fsspec (``s3://…``) rather than a local folder."""
    return "://" in path and not path.startswith(_LOCAL)


def local_path(path: str) -> str:
    """Return a local path without the protocol that may be written in front of it."""
    for protocol in _LOCAL:
        path = path.removeprefix(protocol)
    return path


class NoStoreError(OSError):
    """A place of a kind that is not known here, or that lacks its package."""


def filesystem_of(place: str) -> tuple[Any, str]:
    """Return the fsspec file system of a remote place, and its path there.

    Raises
    ------
    NoStoreError
        if the protocol is not known or its package is not installed; the message says which.

    """
    import fsspec  # noqa: PLC0415 - not needed for local places

    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(place)
    except (ImportError, ValueError, TypeError) as error:
        raise NoStoreError(f"{place} cannot be reached: {error}") from error
    return found


def open_store(root: str | os.PathLike[str]) -> Store:
    """Return the store at ``root``, a local folder or any fsspec address."""
    place = os.fspath(root)
    if is_remote(place):
        return RemoteStore(place)
    return LocalStore(local_path(place))


class OutsideError(OSError):
    """A path would lead out of the folder; nothing was written or removed there."""


def inside(path: str) -> str:
    """Return ``path`` if it names a place within a folder, whatever made it.

    Raises
    ------
    OutsideError
        if it is absolute, or climbs out of the folder.

    """
    parts = path.split("/")
    climbs = any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts)
    if climbs or (os.name == "nt" and ":" in path):
        raise OutsideError(f"{path!r} leads out of the dataset's folder")
    return path


class Store(ABC):
    """A folder; all paths are relative to it, with forward slashes, and lie within it."""

    root: str

    @abstractmethod
    def write(self, files: Mapping[str, bytes]) -> None:
        """Write every file, each whole; replaces files of the same name."""

    @abstractmethod
    def stream(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """Return a context manager that gives a binary file, in place once the block ends well."""

    @abstractmethod
    def read(self, path: str) -> bytes:
        """Return a file's bytes, or raise ``FileNotFoundError``."""

    @abstractmethod
    def remove(self, paths: Iterable[str]) -> None:
        """Remove files, where they exist, and the folders that this leaves empty."""

    @abstractmethod
    def move(self, old: str, new: str) -> None:
        """Rename a file, if it is there; one of the new name is replaced."""

    def retire(self, paths: Iterable[str]) -> None:
        """Take files away, where they exist, but keep them in ``TRASH`` under their paths."""
        found = list(paths)
        for path in found:
            self.move(path, f"{TRASH}/{path}")
        self.remove(found)  # and the folders that this left empty

    def empty_trash(self) -> None:
        """Remove for good what was retired."""
        self.remove(self.sizes(TRASH))

    @abstractmethod
    def sizes(self, folder: str) -> dict[str, int]:
        """Return the size of every file below ``folder``, by path; empty without the folder."""

    @abstractmethod
    def clear_temporary(self) -> None:
        """Remove what an interrupted run left half written."""


class LocalStore(Store):
    """A local or mounted folder."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._within: set[str] = set()  # folders that were looked at

    def write(self, files: Mapping[str, bytes]) -> None:
        waiting: list[tuple[str, str]] = []
        try:
            for path, content in files.items():
                temporary = self._temporary()
                waiting.append((temporary, self._absolute(path)))
                with open(temporary, "xb", buffering=0) as file:  # noqa: PTH123 - hot path
                    _write_fully(file, content)
            while waiting:
                self._move(*waiting[0])
                waiting.pop(0)
        finally:
            for temporary, _ in waiting:
                with suppress(OSError):
                    os.unlink(temporary)  # noqa: PTH108 - as above

    @contextmanager
    def stream(self, path: str) -> Iterator[IO[bytes]]:
        temporary = self._temporary()
        try:
            with Path(temporary).open("xb") as file:
                yield file
            self._move(temporary, self._absolute(path))
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def read(self, path: str) -> bytes:
        return Path(self._absolute(path)).read_bytes()

    def remove(self, paths: Iterable[str]) -> None:
        folders = set()
        for path in paths:
            absolute = Path(self._absolute(path))
            absolute.unlink(missing_ok=True)
            folders.add(absolute.parent)
        root = Path(self.root)
        for folder in sorted(folders, reverse=True):
            with suppress(OSError):  # not empty, or gone already: as it should be
                while folder != root:
                    folder.rmdir()
                    folder = folder.parent  # noqa: PLW2901 - upwards

    def move(self, old: str, new: str) -> None:
        source = self._absolute(old)
        if Path(source).is_file():
            self._move(source, self._absolute(new))

    def sizes(self, folder: str) -> dict[str, int]:
        found: dict[str, int] = {}
        waiting = [(self._absolute(folder), folder)]
        while waiting:
            absolute, relative = waiting.pop()
            with suppress(FileNotFoundError, NotADirectoryError), os.scandir(absolute) as entries:
                for entry in entries:
                    path = f"{relative}/{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, path))
                    else:
                        found[path] = entry.stat(follow_symlinks=False).st_size
        return found

    def clear_temporary(self) -> None:
        shutil.rmtree(self._absolute(TEMPORARY), ignore_errors=True)

    def append(self, path: str) -> IO[bytes]:
        """Open a file to append to; each write is in the file when it returns."""
        absolute = Path(self._absolute(path))
        absolute.parent.mkdir(parents=True, exist_ok=True)
        return absolute.open("ab", buffering=0)

    def settle(self) -> None:
        """Wait until what was written is on the disk, so that a power cut cannot undo it."""
        if hasattr(os, "sync"):
            os.sync()

    def _absolute(self, path: str) -> str:
        """Return where a path lies; a link in the folder that leads out of it is not followed."""
        folder, _, _ = inside(path).rpartition("/")
        if folder not in self._within:
            real = os.path.realpath(f"{self.root}/{folder}" if folder else self.root)
            top = os.path.realpath(self.root)
            if real != top and not real.startswith(top.rstrip(os.sep) + os.sep):
                raise OutsideError(f"{self.root}/{folder} is a link that leads out of the dataset")
            self._within.add(folder)
        return f"{self.root}/{path}"

    def _temporary(self) -> str:
        folder = self._absolute(TEMPORARY)
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - hot path
        return f"{folder}/{uuid.uuid4().hex}"

    def _move(self, temporary: str, path: str) -> None:
        folder = path.rpartition("/")[0]
        try:
            os.replace(temporary, path)  # noqa: PTH105 - hot path
        except FileNotFoundError:
            # the folder is new, or was removed just now because it had become empty
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            os.replace(temporary, path)  # noqa: PTH105


class RemoteStore(Store):
    """Any fsspec address."""

    def __init__(self, root: str) -> None:
        self.root = root.rstrip("/")
        self._fs, base = filesystem_of(self.root)
        self._base = base.rstrip("/")
        protocols = self._fs.protocol
        names = {protocols} if isinstance(protocols, str) else set(protocols)
        self._whole_objects = bool(names & _WHOLE_OBJECTS)

    def write(self, files: Mapping[str, bytes]) -> None:
        for path, content in files.items():
            self._place(path, partial(self._fs.pipe_file, value=content))

    @contextmanager
    def stream(self, path: str) -> Iterator[IO[bytes]]:
        # put together here first: what fails half way never begins to be uploaded
        with tempfile.TemporaryDirectory() as folder:
            local = Path(folder) / "content"
            with local.open("xb") as file:
                yield file
            self._place(path, lambda name: self._fs.put_file(str(local), name))

    def _place(self, path: str, upload: Callable[[str], None]) -> None:
        absolute = self._absolute(path)
        if self._whole_objects:
            upload(absolute)
            return
        temporary = self._absolute(f"{TEMPORARY}/{uuid.uuid4().hex}")
        for name in (temporary, absolute):
            self._fs.makedirs(name.rpartition("/")[0], exist_ok=True)
        try:
            upload(temporary)
            self._fs.mv(temporary, absolute)
        except BaseException:
            with suppress(OSError):
                self._fs.rm_file(temporary)
            raise

    def read(self, path: str) -> bytes:
        content: bytes = self._fs.cat_file(self._absolute(path))
        return content

    def remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            with suppress(FileNotFoundError):
                self._fs.rm_file(self._absolute(path))

    def move(self, old: str, new: str) -> None:
        source, target = self._absolute(old), self._absolute(new)
        if not self._fs.isfile(source):
            return
        if not self._whole_objects:
            self._fs.makedirs(target.rpartition("/")[0], exist_ok=True)
        self._fs.mv(source, target)

    def sizes(self, folder: str) -> dict[str, int]:
        self._fs.invalidate_cache()
        try:
            found = self._fs.find(self._absolute(folder), detail=True)
        except FileNotFoundError:
            return {}
        start = len(self._base) + 1
        return {name[start:]: int(info["size"]) for name, info in found.items()}

    def clear_temporary(self) -> None:
        self.remove(self.sizes(TEMPORARY))

    def _absolute(self, path: str) -> str:
        return f"{self._base}/{inside(path)}"


def _write_fully(file: Any, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
