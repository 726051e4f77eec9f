"""Files and folders given, as documents to read.

A folder is searched to its depth for files that some reader reads, links followed and circles
noticed; a file that is named itself is taken as it is, and reading it tells what it is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from ofsted_extract.batch.work import open_input
from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.read.containers import INSIDE, Refused, is_container, look_inside
from ofsted_extract.read.limits import Limits
from ofsted_extract.read.readers import readable_suffixes
from ofsted_extract.write.store import filesystem_of, is_remote, local_path

#: Every kind of store names its mark of change differently.
_MARKS_OF_CHANGE = (
    "ETag",
    "etag",
    "md5Hash",
    "LastModified",
    "last_modified",
    "mtime",
    "updated",
    "created",
)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read.

    ``path`` names it as it was given or found, ``location`` is the one name that it has whatever
    way it was given: absolute, links above what was given resolved; the address of a remote file.
    ``stamp`` changes when the file does (size and time of change). A document within a container
    has the names that lead to it from ``container``, the file.
    """

    path: str
    location: str
    size: int
    stamp: str
    container: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A path that cannot be read; ``path`` as it was given or found."""

    path: str
    reason: Reason
    message: str


@dataclass(slots=True)
class Found:
    """What was found.

    ``folders`` are the locations of those folders given that were listed completely: of files
    below them that are not among ``files`` it is known that they are gone. A folder of which any
    part could not be listed is not among them, and no folder that holds nothing at all: so looks
    a shared drive that is not connected.
    """

    files: list[InputFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)  # containers that could not be opened whole
    passed_over: list[tuple[str, str]] = field(default_factory=list)  # path, why

    @property
    def ignored(self) -> int:
        return len(self.passed_over)


def discover(inputs: Sequence[str], *, skip: str = "") -> Found:
    """Return the files that ``inputs`` name, sorted by path, each path once.

    ``skip`` is a folder never to search: the output, should it lie within an input.
    """
    found = Found()
    for path in dict.fromkeys(inputs):
        if is_remote(path):
            _find_remote(path, found)
        else:
            _find_local(local_path(path), found, skip)
    found.files = sorted({file.location: file for file in found.files}.values(), key=_by_path)
    found.problems = sorted({each.path: each for each in found.problems}.values(), key=_by_path)
    return found


def _is_readable(name: str) -> bool:
    return PurePath(name).suffix.lower() in readable_suffixes()


def _by_path(item: InputFile | Problem) -> str:
    return item.path


def _find_local(path: str, found: Found, skip: str) -> None:
    try:
        status = Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        found.problems.append(
            Problem(path, Reason.NOT_FOUND, "there is no such file or folder; check the path")
        )
        return
    except (OSError, ValueError) as error:
        found.problems.append(_unreadable(path, error, "path"))
        return
    if not stat.S_ISDIR(status.st_mode):
        file = Path(path).absolute()
        location = str(Path(os.path.realpath(file.parent)) / file.name)
        _take(path, location, status, found, given=True)
        return
    location = os.path.realpath(path).rstrip(os.sep)
    problems, files = len(found.problems), len(found.files)
    passed_over = len(found.passed_over)
    for entry, entry_status in _walk(path, found, skip):
        if _is_readable(entry):
            _take(entry, location + entry[len(path.rstrip("/")) :], entry_status, found)
        else:
            found.passed_over.append((entry, _why(entry)))
    anything = len(found.files) > files or len(found.passed_over) > passed_over
    away = any(each.reason is Reason.NOT_FOUND for each in found.problems[problems:])
    if anything and not away:
        found.folders.append(location)


def _walk(top: str, found: Found, skip: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files below ``top`` that do not begin with a dot, and note what cannot be read."""
    avoided = os.path.realpath(skip) if skip else None
    waiting, seen = [top], set[tuple[int, int]]()
    while waiting:
        folder = waiting.pop()
        try:
            status = Path(folder).stat()
            if (status.st_dev, status.st_ino) in seen or os.path.realpath(folder) == avoided:
                continue  # a link in a circle, or two links to one folder
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            found.problems.append(_unreadable(folder, error, "folder"))
            continue
        for entry in listed:
            if entry.name.startswith("."):
                continue
            try:
                if entry.is_dir():
                    waiting.append(entry.path)
                else:
                    yield entry.path, entry.stat()
            except OSError as error:
                # a file that vanished since the folder was listed, or a link whose target is away:
                # it may be a folder of letters, so its name alone does not tell
                found.problems.append(_unreadable(entry.path, error, "file or folder"))


def _take(
    path: str, location: str, status: os.stat_result, found: Found, *, given: bool = False
) -> None:
    if not stat.S_ISREG(status.st_mode):
        message = "this is no file but a device or a pipe; save it as a file first"
        found.problems.append(Problem(path, Reason.UNSUPPORTED_TYPE, message))
        return
    stamp = f"{status.st_size}-{status.st_mtime_ns}"
    _add(InputFile(path, location, status.st_size, stamp), found, given=given)


def _add(file: InputFile, found: Found, *, given: bool = False) -> None:
    """Add a file, or the documents in it; a container that is ``given`` is listed like a folder.

    What a container that cannot be opened, or not wholly, gave before is not known to be gone.
    """
    if not is_container(file.path):
        found.files.append(file)
        return
    below = file.location + INSIDE.rstrip("/")
    try:
        Limits().check_bytes(file.size)
        with open_input(file.path) as opened:
            content = opened.read()
        inside = list(look_inside(content, file.path))
    except DocumentError as error:
        found.problems.append(Problem(file.path, error.reason, error.message))
        found.unlisted.append(below)
        return
    except OSError as error:
        found.problems.append(_unreadable(file.path, error, "file"))
        found.unlisted.append(below)
        return
    whole = True
    for each in inside:
        path = INSIDE.join((file.path, *each.names))
        if isinstance(each, Refused):
            found.problems.append(Problem(path, each.error.reason, each.error.message))
            whole = False
        elif each.names and not _is_readable(each.names[-1]):
            found.passed_over.append((path, _why(path)))
        else:
            location = INSIDE.join((file.location, *each.names))
            found.files.append(
                InputFile(path, location, each.size, file.stamp, file.path, each.names)
            )
    if not whole:
        found.unlisted.append(below)
    elif given:
        found.folders.append(below)


def _why(name: str) -> str:
    """Return why a file is passed over."""
    suffix = PurePath(name).suffix.lower()
    if PurePath(name).name.startswith("."):
        return "its name begins with a dot"
    return f"{suffix} files are not read" if suffix else "its name has no suffix"


def _unreadable(path: str, error: OSError | ValueError, what: str) -> Problem:
    because = getattr(error, "strerror", None) or str(error)
    return Problem(
        path,
        Reason.NOT_FOUND,
        f"the {what} cannot be opened ({because}); check that it exists and its permissions",
    )


def _find_remote(path: str, found: Found) -> None:
    prefix = path.removesuffix("/")
    try:
        filesystem, place = filesystem_of(path)
        if filesystem.isfile(place):
            info = filesystem.info(place)
            file = InputFile(path, path, int(info["size"]), _remote_stamp(info))
            _add(file, found, given=True)
            return
        listed = filesystem.find(place, detail=True)
    except (OSError, ValueError) as error:
        found.problems.append(_unreadable(path, error, "place"))
        return
    if not listed:
        found.problems.append(Problem(path, Reason.NOT_FOUND, "there is no such file or folder"))
        return
    start = len(place.rstrip("/"))
    for listed_name, info in listed.items():
        below = listed_name[start:]
        if not _is_readable(listed_name) or "/." in below:
            found.passed_over.append((prefix + below, _why(listed_name)))
            continue
        name = prefix + below
        _add(InputFile(name, name, int(info["size"]), _remote_stamp(info)), found)
    found.folders.append(prefix)


def _remote_stamp(info: dict[str, Any]) -> str:
    marks = (info.get(name) for name in _MARKS_OF_CHANGE)
    mark = next((mark for mark in marks if mark), "")
    if isinstance(mark, datetime):
        mark = mark.timestamp()
    return f"{info['size']}-{mark}"
