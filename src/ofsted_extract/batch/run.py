"""The whole batch: find, plan, read, write, close the books."""

from __future__ import annotations

import json
import os
import platform
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from types import FrameType
from typing import Any, Protocol

from ofsted_extract._version import __version__
from ofsted_extract.batch.adopt import Standing, unnamed
from ofsted_extract.batch.discover import Found, InputFile, discover
from ofsted_extract.batch.fingerprint import fingerprint
from ofsted_extract.batch.ledger import Entry, Ledger, Visit
from ofsted_extract.batch.migrate import migrate
from ofsted_extract.batch.options import Options
from ofsted_extract.batch.plan import Plan, copies_to_try, make_plan
from ofsted_extract.batch.progress import Observer
from ofsted_extract.batch.summary import NOTHING_DONE, SOME_FAILED, Removed, Summary
from ofsted_extract.batch.work import Outcome, Task
from ofsted_extract.read.readers import readable_names
from ofsted_extract.write.corrections import CorrectionsError, read_corrections
from ofsted_extract.write.csv import csv_record
from ofsted_extract.write.dataset import Dataset
from ofsted_extract.write.lock import LockedError, alone
from ofsted_extract.write.rows import Partition
from ofsted_extract.write.store import LocalStore, NoStoreError, Store, open_store

FAILURE_COLUMNS = ("path", "reason", "message")
_VERSIONS_OF = ("spacy", "pypdfium2", "pdfplumber", "pyarrow", "onnxruntime", "numpy")


class BatchError(Exception):
    """The batch could not begin, or could not go on; the message says what to do."""

    def __init__(self, message: str, exit_code: int = NOTHING_DONE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Engine(Protocol):
    """What reads the documents: worker processes of this machine, or a cluster."""

    name: str
    workers: int
    lost: int
    peak_memory: int
    model_version: str

    def run(self, tasks: Sequence[Task], out: str, options: Options) -> Iterator[Outcome]:
        """Yield the outcome of every task, as they come; ends early when asked to stop."""


class Stop:
    """Whether the run was asked to end: Ctrl-C, or a request to terminate."""

    def __init__(self) -> None:
        self._asked = False

    def __call__(self) -> bool:
        return self._asked

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C as a request to end; a second one ends at once."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals go to the main thread, whoever runs it
            return
        before = {number: signal.signal(number, self._ask) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_batch(
    inputs: Sequence[str],
    out: str,
    engine: Callable[[Stop], Engine],
    *,
    options: Options | None = None,
    observer: Observer | None = None,
    force: bool = False,
) -> Summary:
    """Read every document that ``inputs`` name and write the dataset in ``out``.

    A document leaves the dataset only when the very location that gave it was listed completely in
    this run and no longer holds its bytes, and no other known input holds them. What leaves is
    named in the summary and in ``run.json``, and kept in the trash until others leave.

    Raises
    ------
    BatchError
        if there is nothing to read, if another run writes into ``out``, or if the reader cannot
        be started or the results cannot be written.

    """
    options = options or Options()
    observer = observer or Observer()
    stop = Stop()
    with stop.listening():
        found = discover(inputs, skip=out)
        if not found.files and not any(_is_below_input(found, inputs)):
            raise BatchError(_nothing(found, inputs))
        try:
            store = open_store(out)
            with alone(store):
                _check_corrections(store)
                run = _Run(
                    inputs,
                    found,
                    store,
                    engine=engine(stop),
                    options=options,
                    observer=observer,
                    stop=stop,
                )
                summary = run.all(force)
            observer.end(summary)
            return summary
        except LockedError as error:
            raise BatchError(str(error)) from error
        except NoStoreError as error:
            raise BatchError(str(error)) from error
        except OSError as error:
            raise BatchError(
                f"the output folder {out} cannot be written ({error.strerror or error}); "
                "what is done is kept, run the batch again to go on"
            ) from error


class _Run:
    """One run, step by step."""

    def __init__(
        self,
        inputs: Sequence[str],
        found: Found,
        store: Store,
        *,
        engine: Engine,
        options: Options,
        observer: Observer,
        stop: Stop,
    ) -> None:
        self.inputs, self.found, self.store = list(inputs), found, store
        self.engine, self.options, self.observer, self.stop = engine, options, observer, stop
        self.dataset = Dataset(store)
        self.ledger = Ledger(store)
        self.summary = Summary(files=len(found.files))
        self.fingerprint = fingerprint(options)
        self.started = datetime.now(UTC)
        self.clock = perf_counter()
        self.stale: list[tuple[Partition, str]] = []
        self.changed = False
        self._gone: frozenset[str] = frozenset()

    def all(self, force: bool) -> Summary:
        self.store.clear_temporary()
        self.summary.migrated = migrate(self.store)
        standing = self.dataset.parquet_sizes()
        self._adopt(standing)
        plan = make_plan(
            self.found,
            self.ledger,
            standing,
            self.fingerprint,
            max_pages=self.options.max_pages,
            force=force,
            stop=self.stop,
        )
        self.summary.notes += plan.sources.problems
        self._hand_over(plan)
        self.observer.begin(len(plan.tasks), len(plan.standing), self.found.ignored)
        problem = self._read(plan.tasks, plan)
        if problem is None and not self.stop():
            problem = self._try_copies(plan)
        try:
            self._close(plan, problem)
        except OSError:
            if problem is None:
                raise
        if problem is not None:
            code = SOME_FAILED if self.summary.written else NOTHING_DONE
            raise BatchError(str(problem), code) from problem
        return self.summary

    # ------------------------------------------------------------------ before anything is read

    def _adopt(self, standing: Standing) -> None:
        """Give every document that stands and that no entry names an entry."""
        found = unnamed(self.dataset, self.ledger, standing)
        self.stale += found.strays
        self.changed = bool(found.strays or self.ledger.leaving or self.ledger.notes)
        for entry in found.entries:
            self.ledger.record(entry)
            self.changed = True
        self.summary.adopted = len(found.entries)
        self.summary.notes += self.ledger.notes

    def _hand_over(self, plan: Plan) -> None:
        """Note what stands, and give documents whose file is gone to another input that holds it.

        Nothing is removed yet: until the run ends, what leaves may turn up under another name.
        """
        for entry in plan.standing:
            self._record(entry)
        self.summary.unchanged = len(plan.standing)
        self._gone = frozenset(plan.gone)
        for location in plan.gone:
            self._hand_to_heir(self.ledger.entries[location])

    def _hand_to_heir(self, entry: Entry) -> None:
        """Give a document to another known input that holds its bytes, if there is one.

        The heir is read again as soon as its own file is given: until then the document's row has
        the old name.
        """
        heirs = (
            each
            for each in self.ledger.holders(entry.sha256)
            if each.location != entry.location
            and each.location not in self._gone
            and not each.is_document
        )
        heir = next(heirs, None)
        if entry.is_document and heir is not None:
            self.changed = True
            self.ledger.record(
                replace(entry, location=heir.location, path=heir.path, stamp="", fingerprint="")
            )

    # ------------------------------------------------------------------ reading

    def _read(self, tasks: Sequence[Task], plan: Plan) -> Exception | None:
        """Have every task read; return what ended it early, if anything did."""
        from ofsted_extract.batch.local import EngineError  # noqa: PLC0415

        if not tasks:
            return None
        self.ledger.begin({task.path: task.key for task in tasks})
        outcomes = self.engine.run(tasks, self.store.root, self.options)
        try:
            for outcome in outcomes:
                self._take(outcome, plan)
        except EngineError as error:
            return error
        finally:
            self.summary.peak_memory = max(self.summary.peak_memory, self.engine.peak_memory)
        return None

    def _try_copies(self, plan: Plan) -> Exception | None:
        """Read copies whose original failed for its name."""
        tasks = copies_to_try(plan, self.ledger)
        problem = self._read(tasks, plan)
        for task in tasks:
            entry = self.ledger.entries.get(task.key)
            if entry is not None and entry.is_document:
                del plan.copies[task.key]
        return problem

    def _take(self, outcome: Outcome, plan: Plan) -> None:
        sha256 = outcome.sha256 or plan.digests.get(outcome.key, "")
        entry = Entry(
            location=outcome.key,
            path=outcome.path,
            stamp=outcome.stamp,
            sha256=sha256,
            fingerprint=self.fingerprint,
            document_id=outcome.document_id,
            authority_slug=outcome.authority_slug,
            visit=outcome.visit,
            parquet_sizes=outcome.parquet_sizes,
            sheet_sizes=outcome.sheet_sizes,
            pages=outcome.pages,
            sentences=outcome.sentences,
            reason=outcome.reason,
            message=outcome.message,
        )
        earlier = self._earlier_reading(outcome.key, sha256) if outcome.failed else None
        if earlier is not None:
            entry = replace(
                earlier,
                location=outcome.key,
                path=outcome.path,
                stamp=outcome.stamp,
                reason=outcome.reason,
                message=f"{outcome.message} (the earlier reading of the same file is kept)",
                tried=self.fingerprint,
            )
        self._record(entry)
        if not outcome.failed:
            self.summary.written += 1
        for stage, seconds in outcome.seconds.items():
            self.summary.stages[stage] = self.summary.stages.get(stage, 0.0) + seconds
        self.observer.done(outcome)

    def _earlier_reading(self, location: str, sha256: str) -> Entry | None:
        """Return the document that stands for these bytes, wherever they were read before."""
        here = self.ledger.entries.get(location)
        candidates = self.ledger.holders(sha256) if sha256 else [here] if here else []
        documents = [each for each in candidates if each.is_document]
        return next((each for each in documents if each.location == location), None) or (
            next((each for each in documents if each.location in self._gone), None)
        )

    def _record(self, entry: Entry) -> None:
        old = self.ledger.entries.get(entry.location)
        if old == entry:
            return
        self.changed = True
        if old is not None and old.is_document:
            self._drop(old)
            if old.document_id != entry.document_id:
                self._hand_to_heir(old)
        owner = self.ledger.owner(entry.document_id) if entry.is_document else None
        if owner is not None:
            self.stale.append((owner.partition, owner.document_id))
        self.ledger.record(entry)

    def _drop(self, entry: Entry) -> None:
        """Note that a document loses its entry; it leaves unless it has another when all ends."""
        self.stale.append((entry.partition, entry.document_id))
        self.ledger.leave(entry)

    # ------------------------------------------------------------------ closing the books

    def _close(self, plan: Plan, problem: Exception | None) -> None:
        """Bring the folder into the state that the ledger tells of, and say what was done."""
        summary = self.summary
        for location, original in plan.copies.items():
            self._record_copy(location, original, plan)
        if self.engine.lost:
            self.stale += unnamed(self.dataset, self.ledger, self.dataset.parquet_sizes()).strays
        self._forget_gone(plan, ended_early=problem is not None or self.stop())
        self._remove()
        self._mend_sheets()
        if problem is not None:
            summary.status = "stopped"
        elif self.stop():
            summary.status = "interrupted"
        paths = plan.inputs
        summary.copies = {paths[at].path: first.path for at, first in plan.copies.items()}
        summary.failures = self._failures(plan)
        self._count(plan)
        failures = csv_record(FAILURE_COLUMNS) + "".join(map(csv_record, summary.failures))
        self.store.write({"failures.csv": failures.encode("utf-8", "backslashreplace")})
        if self.changed:
            if isinstance(self.store, LocalStore):
                self.store.settle()
            self.ledger.finish()
        summary.seconds = perf_counter() - self.clock
        self.store.write({"run.json": self._run_json().encode()})
        self.store.clear_temporary()

    def _forget_gone(self, plan: Plan, *, ended_early: bool) -> None:
        """Forget the inputs that are gone.

        After an early end their documents stay: what was not read may hold the same bytes.
        """
        for location in plan.gone:
            entry = self.ledger.entries.get(location)
            if entry is None:
                continue  # its document was read under another name
            if entry.is_document:
                if ended_early:
                    continue
                self._drop(entry)
            self.changed = True
            self.ledger.forget(location)

    def _remove(self) -> None:
        """Take away what no entry names any more; it stays in the trash until others come there."""
        stale = [
            (partition, document_id)
            for partition, document_id in dict.fromkeys(self.stale)
            if (owner := self.ledger.owner(document_id)) is None or owner.partition != partition
        ]
        if stale:
            self.store.empty_trash()
        for partition, document_id in stale:
            self.dataset.retire(partition, document_id)
        removed = [
            Removed(each.document_id, each.authority_slug, each.visit, each.path)
            for document_id, each in sorted(self.ledger.leaving.items())
            if self.ledger.owner(document_id) is None
        ]
        self.summary.removed = removed
        if removed:
            self.dataset.forget_followup(
                {each.document_id for each in removed}, {each.authority_slug for each in removed}
            )

    def _record_copy(self, location: str, original: InputFile, plan: Plan) -> None:
        first = self.ledger.entries.get(original.location)
        digest = plan.digests[location]
        # its original may not have been read, if the run was ended early
        if first and first.sha256 == digest:
            self._record(
                Entry(
                    location=location,
                    path=plan.inputs[location].path,
                    stamp=plan.inputs[location].stamp,
                    sha256=digest,
                    fingerprint=self.fingerprint,
                    reason=first.reason,
                    message=first.message,
                    copy_of=original.path,
                )
            )

    def _mend_sheets(self) -> None:
        """Make again, from Parquet, the sheets of every visit where they are not as they should be.

        Where none are wanted, sheets that are right stay and any other are removed.
        """
        stands = self.dataset.sheet_sizes()
        visits = self.ledger.by_visit()
        for partition in stands.keys() - visits.keys():
            self.dataset.remove_sheets(partition)
        for partition in self.ledger.visits.keys() - visits.keys():
            self.ledger.forget_visit(partition)
        for partition, entries in visits.items():
            sizes = stands.get(partition, ())
            if len(entries) == 1 and sizes and sizes == entries[0].sheet_sizes:
                self.ledger.forget_visit(partition)
                continue
            documents = tuple(f"{entry.document_id} {entry.fingerprint}" for entry in entries)
            if self.ledger.visits.get(partition) == Visit(documents, sizes):
                continue
            if self.options.sheets:
                ids = [entry.document_id for entry in entries]
                made = self.dataset.write_visit_sheets(partition, ids)
                if [entry.sheet_sizes for entry in entries] == [made]:
                    self.ledger.forget_visit(partition)  # as if it had been written with Parquet
                else:
                    self.ledger.record_visit(partition, Visit(documents, made))
                self.changed = True
            elif sizes:
                self.dataset.remove_sheets(partition)
                self.changed = True

    def _failures(self, plan: Plan) -> list[tuple[str, str, str]]:
        found = [(each.path, each.reason.value, each.message) for each in self.found.problems]
        entries = self.ledger.entries
        found += [
            (file.path, entry.reason, entry.message)
            for location, file in plan.inputs.items()
            if (entry := entries.get(location)) and entry.reason
        ]
        return sorted(found)

    def _count(self, plan: Plan) -> None:
        entries = [entry for at in plan.inputs if (entry := self.ledger.entries.get(at))]
        self.summary.documents = sum(entry.is_document for entry in entries)
        self.summary.pages = sum(entry.pages for entry in entries)
        self.summary.sentences = sum(entry.sentences for entry in entries)

    def _run_json(self) -> str:
        summary = self.summary
        value = {
            "program": "ofsted-extract",
            "version": __version__,
            "model": self.options.model,
            "model_version": self.engine.model_version or self._earlier("model_version"),
            "fingerprint": self.fingerprint,
            "status": summary.status,
            "started": self.started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(summary.seconds, 3),
            "seconds_per_stage": {
                stage: round(seconds, 3) for stage, seconds in summary.stages.items()
            },
            "inputs": self.inputs,
            "counts": {
                "files": summary.files,
                "documents": summary.documents,
                "written": summary.written,
                "unchanged": summary.unchanged,
                "copies": len(summary.copies),
                "failed": len(summary.failures),
                "removed": len(summary.removed),
                "adopted": summary.adopted,
                "migrated": summary.migrated,
                "ignored": self.found.ignored,
                "pages": summary.pages,
                "sentences": summary.sentences,
            },
            "failures": [dict(zip(FAILURE_COLUMNS, row, strict=True)) for row in summary.failures],
            "passed_over": [
                {"path": path, "why": why} for path, why in sorted(self.found.passed_over)
            ],
            "failures_by_reason": dict(Counter(reason for _, reason, _ in summary.failures)),
            "copies": summary.copies,
            "removed": [asdict(each) for each in summary.removed],
            "notes": summary.notes,
            "options": self.options.as_dict(),
            "engine": {
                "name": self.engine.name,
                "workers": self.engine.workers,
                "peak_memory_mb": round(summary.peak_memory / 1e6, 1),
            },
            "python": platform.python_version(),
            "platform": platform.platform(),
            "packages": {name: known for name in _VERSIONS_OF if (known := _version(name))},
        }
        return json.dumps(value, indent=2, ensure_ascii=True) + "\n"

    def _earlier(self, name: str) -> str:
        """Return what the run before said, where this one had no need to find out."""
        with suppress(OSError, ValueError, AttributeError):
            earlier: dict[str, Any] = json.loads(self.store.read("run.json"))
            if earlier.get("fingerprint") == self.fingerprint:
                return str(earlier.get(name, ""))
        return ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _check_corrections(store: Store) -> None:
    """Refuse to begin with corrections that cannot be understood: documents would lack them."""
    try:
        read_corrections(store)
    except CorrectionsError as error:
        raise BatchError(str(error)) from error


def _is_below_input(found: Found, inputs: Sequence[str]) -> Iterator[bool]:
    """Yield, per problem, whether it lies inside an input rather than being one."""
    for problem in found.problems:
        yield problem.path not in inputs


def _nothing(found: Found, inputs: Sequence[str]) -> str:
    if found.problems:
        return "; ".join(f"{each.path}: {each.message}" for each in found.problems)
    names = ", ".join(map(os.fspath, inputs))
    return f"nothing to read in {names}; give {readable_names()}"
