"""``ofsted-extract batch``: many letters into one dataset."""

from __future__ import annotations

import sys
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ofsted_extract.batch.options import DEFAULT_MAX_MEMORY, DEFAULT_MAX_PAGES, DEFAULT_TIMEOUT
from ofsted_extract.cli.document import OcrName, ReaderName
from ofsted_extract.cli.faults import Stopped
from ofsted_extract.cli.inputs import expanded

if TYPE_CHECKING:
    from ofsted_extract.batch.progress import Observer
    from ofsted_extract.batch.run import Engine, Stop


class EngineName(StrEnum):
    """Where the documents are read."""

    LOCAL = "local"
    DASK = "dask"


def batch(
    inputs: Annotated[
        list[str],
        typer.Argument(help="Letters, reports and folders of them; s3://… and the like too."),
    ],
    out: Annotated[str, typer.Option(help="Folder of the dataset; made if it is not there.")],
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes. Default: one per processor.")
    ] = None,
    engine: Annotated[
        EngineName, typer.Option(help="Worker processes of this machine, or a Dask cluster.")
    ] = EngineName.LOCAL,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of the Dask scheduler; without it a local cluster is started."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Read everything again, changed or not.")
    ] = False,
    no_csv: Annotated[bool, typer.Option("--no-csv", help="Write Parquet only.")] = False,
    model: Annotated[
        str, typer.Option(help="default, rules, or the folder of a trained pipeline.")
    ] = "default",
    reader: Annotated[ReaderName, typer.Option(help="How PDFs are read.")] = ReaderName.PDFIUM,
    ocr: Annotated[
        OcrName,
        typer.Option(help="Recognise text: on pages that are pictures, on none, on all."),
    ] = OcrName.AUTO,
    log_file: Annotated[
        Path | None, typer.Option(help="Add one JSON line per document, with stage times.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds that one document may take.")
    ] = DEFAULT_TIMEOUT,
    max_pages: Annotated[
        int, typer.Option(min=1, help="Pages that one document may have.")
    ] = DEFAULT_MAX_PAGES,
    max_memory: Annotated[
        int, typer.Option(min=50, help="MB of memory that one document may take.")
    ] = DEFAULT_MAX_MEMORY,
) -> None:
    """Read many letters; write Parquet and CSV by authority and visit, and go on after a stop.

    A second run reads only what is new or changed. What failed, and why, is in failures.csv.
    """
    from ofsted_extract.batch.options import Options, default_workers  # noqa: PLC0415
    from ofsted_extract.batch.run import run_batch  # noqa: PLC0415

    if scheduler is not None and engine is not EngineName.DASK:
        raise Stopped("--scheduler needs --engine dask")
    options = Options(
        model=model,
        reader=reader.value,
        ocr=ocr.value,
        sheets=not no_csv,
        timeout=timeout,
        max_pages=max_pages,
        max_memory=max_memory,
    )

    def make_engine(stop: Stop) -> Engine:
        count = workers or default_workers()
        if engine is EngineName.DASK:
            from ofsted_extract.batch.dask import DaskEngine  # noqa: PLC0415

            return DaskEngine(count, stop, scheduler)
        from ofsted_extract.batch.local import LocalEngine  # noqa: PLC0415

        return LocalEngine(count, stop)

    observer = observer_for(log_file)
    with closing(observer):
        summary = run_batch(
            expanded(inputs), out, make_engine, options=options, observer=observer, force=force
        )
    raise typer.Exit(summary.exit_code)


def observer_for(log_file: Path | None) -> Observer:
    """Return what shows a batch: a bar at a terminal, else lines; and the log, if there is one."""
    from ofsted_extract.batch.progress import Bar, Lines, LogFile, Several  # noqa: PLC0415

    shown = Bar() if sys.stderr.isatty() else Lines()
    return shown if log_file is None else Several(shown, LogFile(log_file))
