"""Feeds the readers and the structure stage with bytes that coverage steers, for as long as asked.

    pip install atheris
    python benchmarks/fuzz.py [--seconds 600] [--corpus FOLDER] [--target pdf|text|lines]

Each target runs in a process of its own, beginning with the files of ``--corpus`` (or with a few
made ones). Any exception but ``DocumentError``, a unit that breaks what later stages rely on, more
than 2 GB or more than 30 seconds for one input ends the target, and the input is kept in
``--keep``: make it a regression test in tests/batch/hostile.py.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

MADE = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
    b"Dear Director\n\nHeadline findings\n\nLeaders know their areas well.\n\n\xe2\x80\xa2 One\n",
    b"# What needs to improve\n\n- The timeliness of plans.\n- 2.1 Page 1 of 2\n",
)
#: Longest input in bytes; a sample letter with its fonts is half as long.
LONGEST = 100_000


def main() -> None:
    """Run the targets one after the other and print how often each was run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=int, default=600, help="for each target")
    parser.add_argument("--target", choices=sorted(TARGETS), action="append")
    parser.add_argument("--corpus", type=Path, help="a folder of files to begin with")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--child", choices=sorted(TARGETS), help=argparse.SUPPRESS)
    options, rest = parser.parse_known_args()
    if options.child:
        _child(options.child, rest)
        return
    options.keep.mkdir(parents=True, exist_ok=True)
    failed = False
    for target in options.target or sorted(TARGETS):
        failed |= _run(target, options)
    sys.exit(failed)


def _run(target: str, options: argparse.Namespace) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder)
        for number, content in enumerate(_seeds(options.corpus)):
            (seeds / f"seed-{number}").write_bytes(content)
        command = [
            sys.executable,
            __file__,
            "--child",
            target,
            str(seeds),
            f"-max_total_time={options.seconds}",
            f"-max_len={LONGEST}",
            "-timeout=30",
            "-rss_limit_mb=2000",
            "-print_final_stats=1",
            f"-artifact_prefix={options.keep}/{target}-",
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", check=False
        )
    runs = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
    coverage = re.findall(r"\bcov: (\d+)", done.stderr)
    print(
        f"{target}: {int(runs[1]) if runs else 0:,} inputs in {options.seconds} s, "
        f"{coverage[-1] if coverage else '?'} branches reached, exit code {done.returncode}"
    )
    if done.returncode:
        print(done.stderr[-3000:])
    return done.returncode != 0


def _seeds(corpus: Path | None) -> list[bytes]:
    if corpus is None:
        return list(MADE)
    paths = sorted(path for path in corpus.rglob("*") if path.is_file())
    # whole files only: a PDF that is cut short is damaged, and nothing behind that is reached
    return [*MADE, *(path.read_bytes() for path in paths[:50] if path.stat().st_size <= LONGEST)]


def _child(target: str, arguments: list[str]) -> None:
    import atheris  # noqa: PLC0415 - only here

    with atheris.instrument_imports(include=["ofsted_extract"]):
        import ofsted_extract.facts  # noqa: PLC0415
        import ofsted_extract.read.pdf  # noqa: PLC0415
        import ofsted_extract.read.text  # noqa: PLC0415
        import ofsted_extract.structure  # noqa: F401, PLC0415
    atheris.Setup([sys.argv[0], *arguments], TARGETS[target])
    atheris.Fuzz()


def _pdf(data: bytes) -> None:
    _read(b"%PDF-1.7\n" + data, "fuzz.pdf")


def _text(data: bytes) -> None:
    _read(data, "fuzz.md" if data[:1] == b"#" else "fuzz.txt")


def _read(data: bytes, name: str) -> None:
    from ofsted_extract.errors import DocumentError  # noqa: PLC0415 - after instrumentation
    from ofsted_extract.read import read_bytes  # noqa: PLC0415

    try:
        raw = read_bytes(data, name)
    except DocumentError:
        return
    _check(raw)


def _lines(data: bytes) -> None:
    """Take the bytes as lines with a place, a size and a weight each, as a PDF gives them."""
    import atheris  # noqa: PLC0415

    from ofsted_extract.letter import Line, Page, RawLetter, Source  # noqa: PLC0415

    given = atheris.FuzzedDataProvider(data)
    pages = []
    while given.remaining_bytes() and len(pages) < 8:
        lines = [
            Line(
                given.ConsumeUnicodeNoSurrogates(given.ConsumeIntInRange(1, 60)) or "x",
                given.ConsumeFloatInRange(0, 600),
                given.ConsumeFloatInRange(0, 850),
                given.PickValueInList([0.0, 7.0, 11.0, 11.04, 14.0, 24.0]),
                given.ConsumeBool(),
                given.ConsumeBool(),
            )
            for _ in range(given.ConsumeIntInRange(0, 40))
        ]
        pages.append(Page(len(pages) + 1, tuple(lines), 595.0, 842.0))
    _check(RawLetter(Source("fuzz.pdf", "0" * 64, "pdf", "pdfium"), tuple(pages)))


def _check(raw: object) -> None:
    from ofsted_extract.facts import read_facts  # noqa: PLC0415
    from ofsted_extract.structure import structure_letter  # noqa: PLC0415

    structured = structure_letter(raw)  # type: ignore[arg-type] # a RawLetter
    positions = [unit.position for unit in structured.units]
    if positions != list(range(1, len(positions) + 1)):
        raise AssertionError(f"positions {positions[:10]}…")
    for unit in structured.units:
        if not unit.text.strip() or "\n" in unit.text:
            raise AssertionError(f"text {unit.text!r}")
    read_facts(structured)


TARGETS: dict[str, Callable[[bytes], None]] = {"pdf": _pdf, "text": _text, "lines": _lines}

if __name__ == "__main__":
    main()
