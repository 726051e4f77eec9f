"""Files that hold documents: archives, and e-mails with attachments, one in the other.

A member is named by its container's path, ``!/`` and its own: ``letters.zip!/2024/visit.pdf``.
Members are read in memory; nothing is ever written where a name says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath, PurePosixPath
from typing import Any

from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.read.limits import Limits
from ofsted_extract.read.readers import containers

#: Between the path of a container and the name of a member.
INSIDE = "!/"
#: Containers within containers that are opened, and members and bytes of one file of the disk: a
#: letter lies in an e-mail in an archive at most.
_DEEPEST, _MOST, _MOST_BYTES = 3, 2_000, 1_000_000_000


@dataclass(frozen=True, slots=True)
class Member:
    """A file within a container: its name there, its size in bytes, and what reads it."""

    name: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Inside:
    """A document within a container: the names that lead to it, and its size in bytes.

    Without names it is the container itself (the body of an e-mail).
    """

    names: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that cannot be read: the names that lead to it, and why."""

    names: tuple[str, ...]
    error: DocumentError


def is_container(name: str) -> bool:
    """Return whether a file of this name may hold documents."""
    return _module(name) is not None


def look_inside(data: bytes, name: str, limits: Limits | None = None) -> Iterator[Inside | Refused]:
    """Yield the documents in a container, and the members that are refused.

    Members are not judged by their suffix, but that of containers within.

    Raises
    ------
    DocumentError
        ``damaged``, or ``too_large`` for more members or bytes than any real one has.

    """
    limits = limits or Limits()
    budget = _Budget()
    yield from _look(data, name, (), limits, budget)


def read_inside(data: bytes, name: str, names: tuple[str, ...]) -> bytes:
    """Return the bytes of the member that ``names`` lead to.

    Raises
    ------
    DocumentError
        ``not_found`` where it is there no more, or as reading it says.

    """
    for step in names:
        member = dict(_members(data, name, Limits())).get(step)
        if member is None:
            raise DocumentError(
                Reason.NOT_FOUND, "the file was in its container and is gone; run the batch again"
            )
        Limits().check_bytes(member.size)
        data, name = member.read(), step
    return data


class _Budget:
    """What one file of the disk may hold, whatever it nests."""

    def __init__(self) -> None:
        self._members = self._bytes = 0

    def take(self, member: Member) -> None:
        self._members += 1
        self._bytes += member.size
        if self._members > _MOST or self._bytes > _MOST_BYTES:
            raise DocumentError(
                Reason.TOO_LARGE,
                f"it holds more than {_MOST:,} files or {_MOST_BYTES / 1e6:,.0f} MB; split it",
            )


def _look(
    data: bytes, name: str, above: tuple[str, ...], limits: Limits, budget: _Budget
) -> Iterator[Inside | Refused]:
    module = _module(name)
    assert module is not None
    if module.is_document(data):
        yield Inside(above, len(data))
    for step, member in _members(data, name, limits):
        names = (*above, step)
        budget.take(member)
        if not is_container(step):
            yield Inside(names, member.size)
            continue
        try:
            if len(names) >= _DEEPEST:
                raise DocumentError(
                    Reason.TOO_LARGE, f"it lies {_DEEPEST} containers deep; unpack it first"
                )
            limits.check_bytes(member.size)
            yield from _look(member.read(), step, names, limits, budget)
        except DocumentError as error:
            yield Refused(names, error)


def _members(data: bytes, name: str, limits: Limits) -> Iterator[tuple[str, Member]]:
    """Yield the members with names that are unique and lead nowhere else."""
    module = _module(name)
    if module is None:
        return
    seen: set[str] = set()
    for member in module.members(data, limits):
        parts = PurePosixPath(member.name.replace("\\", "/")).parts
        kept = [part for part in parts if part not in {"..", "/"} and not part.endswith(":")]
        plain = "/".join(kept) or "unnamed"
        step, number = plain, 1
        while step in seen:
            number += 1
            path = PurePosixPath(plain)
            step = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        seen.add(step)
        yield step, member


def _module(name: str) -> Any:
    suffix = PurePath(name).suffix.lower()
    found = next((each for each in containers() if suffix in each.suffixes), None)
    return None if found is None else import_module(found.module)
