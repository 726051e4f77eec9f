"""What a person at a terminal, a pipe or a log file sees of a run."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import IO, TYPE_CHECKING, Any

from ofsted_extract.batch.summary import Removed, Summary
from ofsted_extract.batch.work import Outcome

if TYPE_CHECKING:
    from rich.progress import Progress

#: Seconds between two lines of progress where there is no terminal.
_EVERY = 10.0
#: Removed documents named at the end; run.json names all.
_MOST_NAMED = 20


class Observer:
    """Watches a run; this one says nothing."""

    def begin(self, todo: int, unchanged: int, ignored: int) -> None:
        """Before the first document."""

    def done(self, outcome: Outcome) -> None:
        """After each document, in the order in which they end."""

    def end(self, summary: Summary) -> None:
        """After the last one."""

    def close(self) -> None:
        """Let go of the terminal or the file, however the run ended."""


class Several(Observer):
    """Passes everything on to others."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def begin(self, todo: int, unchanged: int, ignored: int) -> None:
        for observer in self._observers:
            observer.begin(todo, unchanged, ignored)

    def done(self, outcome: Outcome) -> None:
        for observer in self._observers:
            observer.done(outcome)

    def end(self, summary: Summary) -> None:
        for observer in self._observers:
            observer.end(summary)

    def close(self) -> None:
        for observer in self._observers:
            observer.close()


class Lines(Observer):
    """Plain messages: the failures, now and then the progress, and the end."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._stream = stream or sys.stderr
        self._begun = self._spoken = monotonic()
        self._todo = self._done = self._failed = 0

    def begin(self, todo: int, unchanged: int, ignored: int) -> None:
        self._todo, self._begun, self._spoken = todo, monotonic(), monotonic()
        self.say(opening(todo, unchanged, ignored))

    def done(self, outcome: Outcome) -> None:
        self._done += 1
        if outcome.failed:
            self._failed += 1
            self.say(failure_line(outcome.path, outcome.reason, outcome.message))
        if monotonic() - self._spoken > _EVERY:
            self._spoken = monotonic()
            rate = self._done / max(self._spoken - self._begun, 1e-9)
            left = (self._todo - self._done) / rate
            self.say(
                f"{self._done} of {self._todo} documents, {self._failed} failed, "
                f"{rate:.1f} a second, {left:.0f} s left"
            )

    def end(self, summary: Summary) -> None:
        self.say(closing(summary))

    def say(self, message: str) -> None:
        """Print one message."""
        print(message, file=self._stream, flush=True)


class Bar(Observer):
    """A progress bar for a person at a terminal."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - only at a terminal

        self._console = Console(stderr=True)
        self._progress: Progress | None = None
        self._task: Any = None
        self._failed = 0

    def begin(self, todo: int, unchanged: int, ignored: int) -> None:
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self._print(opening(todo, unchanged, ignored))
        if not todo:
            return
        self._progress = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("documents  {task.fields[failed]} failed  {task.fields[rate]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=todo, failed=0, rate="")
        self._progress.start()

    def done(self, outcome: Outcome) -> None:
        if self._progress is None:
            return
        if outcome.failed:
            self._failed += 1
            self._print(failure_line(outcome.path, outcome.reason, outcome.message))
        speed = self._progress.tasks[0].speed
        rate = f"{speed:.1f}/s" if speed else ""
        self._progress.update(self._task, advance=1, failed=self._failed, rate=rate)

    def end(self, summary: Summary) -> None:
        self.close()  # the bar goes before the last word
        self._print(closing(summary))

    def close(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _print(self, message: str) -> None:
        # names of files are no markup
        self._console.print(message, markup=False, highlight=False)


class LogFile(Observer):
    """One JSON line per document read, with its stage times in seconds."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def done(self, outcome: Outcome) -> None:
        line = {
            "path": outcome.path,
            "status": "failed" if outcome.failed else "written",
            "document_id": outcome.document_id,
            "authority_slug": outcome.authority_slug,
            "visit": outcome.visit,
            "pages": outcome.pages,
            "sentences": outcome.sentences,
            "warnings": outcome.warnings,
            "reason": outcome.reason,
            "message": outcome.message,
            "seconds": {stage: round(spent, 6) for stage, spent in outcome.seconds.items()},
            "memory_mb": round(outcome.memory / 1e6, 1),
        }
        self._file.write(json.dumps(line) + "\n")

    def close(self) -> None:
        self._file.close()


def opening(todo: int, unchanged: int, ignored: int) -> str:
    """Return the first message of a run."""
    parts = [f"{todo} document(s) to read"]
    if unchanged:
        parts.append(f"{unchanged} unchanged")
    if ignored:
        parts.append(f"{ignored} other file(s) passed over")
    return ", ".join(parts)


def failure_line(path: str, reason: str, message: str) -> str:
    """Return the message of a failed document; a name with a line end in it stays on its line."""
    return f"failed: {_printable(path)}: {reason}: {message}"


def closing(summary: Summary) -> str:
    """Return the last message of a run."""
    parts = [f"{summary.written} document(s) written"]
    if summary.unchanged:
        parts.append(f"{summary.unchanged} unchanged")
    if summary.copies:
        parts.append(f"{len(summary.copies)} copies of others passed over")
    if summary.adopted:
        parts.append(f"{summary.adopted} found in the dataset without an entry and kept")
    if summary.migrated:
        parts.append(f"{summary.migrated} of an earlier version given their new ids")
    if summary.removed:
        parts.append(f"{len(summary.removed)} removed whose files are gone")
    reasons = Counter(reason for _, reason, _ in summary.failures)
    if reasons:
        counted = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        parts.append(f"{len(summary.failures)} failed ({counted}; see failures.csv)")
    end = "" if summary.status == "complete" else f"{summary.status}: "
    lines = [*summary.notes, *_removed(summary.removed)]
    return "\n".join([*lines, f"{end}{', '.join(parts)}; {summary.seconds:.1f} s"])


def _removed(removed: Sequence[Removed]) -> Iterator[str]:
    for each in removed[:_MOST_NAMED]:
        yield f"removed: {_printable(each.source_path)} ({each.authority_slug}, {each.visit})"
    if len(removed) > _MOST_NAMED:
        yield f"removed: {len(removed) - _MOST_NAMED} more, named in run.json"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
