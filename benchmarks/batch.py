"""How fast a batch is, and how near to the limit: reading the text and nothing else.

    python benchmarks/batch.py FOLDER [--workers 2] [--model default] [--sizes 50,100,200,361]

One run prints documents, pages and sentences a second, seconds per stage, the peak memory of a
worker, the ratio to PDFium reading the text of the same files on as many workers and to pdfplumber
reading them (a sample, scaled by pages), how time grows with the number of documents, what a second
run takes and what one letter takes from the shell. The limit is measured before and after the
batch: if the two differ much, the machine was busy and the ratio is worth little.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

COMMAND = [sys.executable, "-c", "from ofsted_extract.cli import main; main()"]
STAGES = ("load", "read", "structure", "facts", "classify", "write")


@dataclass(frozen=True, slots=True)
class Run:
    """What one batch took, in seconds by the clock, and what it said of itself."""

    seconds: float
    said: dict[str, Any]

    @property
    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.said["counts"]
        return counts


def main() -> None:
    """Run the benchmark and print its tables."""
    options = _options()
    files = sorted(path for path in options.folder.rglob("*.pdf") if path.is_file())
    if not files:
        sys.exit(f"no PDF below {options.folder}")
    sizes = sorted({min(size, len(files)) for size in options.sizes})
    print(f"{date.today()}, {_machine()}, {options.workers} workers, model {options.model}")
    print(f"load of the machine before: {_load()}\n")
    whole = _spread(files, sizes[-1])
    limit_before, pages = _pdfium(whole, options.workers)
    runs = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for size in sizes:
            inputs = _link(_spread(files, size), place / f"in-{size}")
            runs[size] = _batch(inputs, place / f"out-{size}", options)
        again = _batch(place / f"in-{sizes[-1]}", place / f"out-{sizes[-1]}", options)
        engine = []
        if options.dask:
            inputs = place / f"in-{sizes[-1]}"
            engine = [_batch(inputs, place / "out-dask", options, "--engine", "dask")]
    limit_after, _ = _pdfium(whole, options.workers)
    plumber, sampled = _pdfplumber(whole, pages, options.sample, options.workers)
    _print_speed(runs[sizes[-1]], (limit_before + limit_after) / 2, plumber)
    print(f"\nlimit: PDFium, text only: {limit_before:.2f} s before, {limit_after:.2f} s after")
    print(f"pdfplumber, text only: {plumber:.0f} s, from {sampled} of {pages} pages")
    print(f"second run, nothing to do: {again.seconds:.2f} s")
    for run in engine:
        print(f"the same on a local Dask cluster, its start included: {run.seconds:.1f} s")
    _print_growth(runs)
    _print_letter(whole, options.model)
    print(f"\nload of the machine after: {_load()}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="a folder of reports")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--model", default="default")
    parser.add_argument("--sample", type=int, default=12, help="reports that pdfplumber reads")
    parser.add_argument("--dask", action="store_true", help="also on a local Dask cluster")
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(part) for part in text.split(",")],
        default=[50, 100, 200, 361],
        help="numbers of documents, comma-separated",
    )
    return parser.parse_args()


def _batch(inputs: Path, out: Path, options: argparse.Namespace, *extra: str) -> Run:
    command = [*COMMAND, "batch", str(inputs), "--out", str(out), "--model", options.model]
    begun = perf_counter()
    done = subprocess.run(
        [*command, "--workers", str(options.workers), *extra],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = perf_counter() - begun
    if done.returncode not in {0, 1}:
        sys.exit(done.stderr)
    return Run(seconds, json.loads((out / "run.json").read_text()))


def _spread(files: list[Path], count: int) -> list[Path]:
    """Return ``count`` of the files, evenly from the sorted list: of every year and authority."""
    return [files[number * len(files) // count] for number in range(count)]


def _link(files: list[Path], folder: Path) -> Path:
    folder.mkdir()
    for number, path in enumerate(files):
        (folder / f"{number:05}.pdf").symlink_to(path.resolve())
    return folder


def _pdfium(files: list[Path], workers: int) -> tuple[float, int]:
    """Return what reading the text of the files takes, start of the workers included; and pages."""
    begun = perf_counter()
    with ProcessPoolExecutor(workers) as pool:
        pages = sum(pool.map(_read_with_pdfium, files))
    return perf_counter() - begun, pages


def _read_with_pdfium(path: Path) -> int:
    import pypdfium2  # noqa: PLC0415 - in the worker

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return 0
    try:
        for page in document:
            text = page.get_textpage()
            text.get_text_range()
            text.close()
            page.close()
        return len(document)
    finally:
        document.close()


def _pdfplumber(files: list[Path], pages: int, sample: int, workers: int) -> tuple[float, int]:
    """Return what pdfplumber would take for all pages, from a sample; and the pages read."""
    begun = perf_counter()
    with ProcessPoolExecutor(workers) as pool:
        read = sum(pool.map(_read_with_pdfplumber, _spread(files, min(sample, len(files)))))
    return (perf_counter() - begun) * pages / max(read, 1), read


def _read_with_pdfplumber(path: Path) -> int:
    import pdfplumber  # noqa: PLC0415 - in the worker
    from pdfplumber.utils.exceptions import PdfminerException  # noqa: PLC0415

    try:
        with pdfplumber.open(path) as document:
            for page in document.pages:
                page.extract_text()
                page.close()
            return len(document.pages)
    except PdfminerException:
        return 0


def _print_speed(run: Run, limit: float, plumber: float) -> None:
    counts, seconds = run.counts, run.seconds
    print("| whole batch | |\n|---|---|")
    print(f"| seconds | {seconds:.1f} |")
    for name in ("documents", "pages", "sentences"):
        print(f"| {name} a second | {counts[name] / seconds:.1f} ({counts[name]} in all) |")
    print(f"| peak memory of a worker | {run.said['engine']['peak_memory_mb']:.0f} MB |")
    print(f"| times what PDFium takes for the text alone | {seconds / limit:.1f} |")
    print(f"| part of what pdfplumber takes for the text alone | {seconds / plumber:.2f} |")
    print("\n| stage | seconds, all workers together |\n|---|---|")
    for stage in STAGES:
        print(f"| {stage} | {run.said['seconds_per_stage'].get(stage, 0):.1f} |")


def _print_growth(runs: dict[int, Run]) -> None:
    print("\n| documents | pages | seconds | ms a page | peak memory of a worker |")
    print("|---|---|---|---|---|")
    for size, run in runs.items():
        pages = run.counts["pages"]
        memory = run.said["engine"]["peak_memory_mb"]
        print(
            f"| {size} | {pages} | {run.seconds:.1f} | {run.seconds / pages * 1000:.1f} | "
            f"{memory:.0f} MB |"
        )


def _print_letter(files: list[Path], model: str) -> None:
    letter = min(files, key=lambda path: abs(path.stat().st_size - 150_000))
    command = [*COMMAND, "document", str(letter), "--format", "json", "--model", model]
    taken = []
    for _ in range(3):
        begun = perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        taken.append(perf_counter() - begun)
    print(f"\none report from the shell: {min(taken):.2f} s, the best of three")


def _machine() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    cpu = names[0] if names else platform.processor()
    return f"{cpu}, {os.cpu_count()} processors, Python {platform.python_version()}"


def _load() -> str:
    return ", ".join(f"{value:.1f}" for value in os.getloadavg())


if __name__ == "__main__":
    main()
