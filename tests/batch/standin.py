"""A reader that makes letters from lines of text (see made_letters) and fails when it is told to.

A line ``fault: NAME`` in a letter makes the worker do what real files make it do.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from made_letters import SAMPLE, make_letter

from ofsted_extract.batch.local import LocalEngine
from ofsted_extract.batch.options import Options
from ofsted_extract.batch.run import run_batch
from ofsted_extract.batch.summary import Summary
from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.letter import Letter

OPTIONS = {"model": "rules", "extractor": "standin:StandIn"}


class StandIn:
    """Takes the place of ``extraction.Extractor``."""

    model_version = "standin-1"

    def __init__(self, model: str, *, reader: str, limits: Any, ocr: str) -> None:
        self.held: list[bytearray] = []

    def load(self) -> None:
        pass

    def read_bytes(
        self, data: bytes, path: str, observe: Callable[[str, float], None] | None = None
    ) -> Letter:
        text = data.decode()
        if not text.strip():
            raise DocumentError(Reason.EMPTY_FILE, "the file is empty; download it again")
        fault = re.search(r"^fault: (\w+)$", text, re.M)
        if fault:
            self.path = path
            FAULTS[fault[1]](self)
        if observe:
            observe("read", 0.001)
        return make_letter(text, path, self.model_version)


class Unloadable(StandIn):
    """Has no model."""

    def load(self) -> None:
        raise FileNotFoundError("there is no model in nowhere")


class Stillborn(StandIn):
    """Dies while it loads."""

    def load(self) -> None:
        os._exit(3)


def hog(reader: StandIn) -> None:
    for _ in range(400):
        reader.held.append(bytearray(os.urandom(1_000_000)) * 10)
        time.sleep(0.005)


def gulp(reader: StandIn) -> None:
    reader.held.append(bytearray(40_000_000_000))


def leak(reader: StandIn) -> None:
    reader.held.append(bytearray(os.urandom(1_000_000)) * 40)


def deep(_: StandIn) -> None:
    def down() -> None:
        down()

    down()


def once(reader: StandIn) -> None:
    seen = Path(reader.path + ".seen")
    if not seen.exists():
        seen.touch()
        time.sleep(600)


def busy(_: StandIn) -> None:
    re.match(r"(a+)+$", "a" * 64 + "b")  # holds the interpreter for years


FAULTS: dict[str, Callable[[StandIn], object]] = {
    "exit": lambda _: os._exit(7),
    "segfault": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    "once": once,
    "hang": lambda _: time.sleep(600),
    "busy": busy,
    "hog": hog,
    "gulp": gulp,
    "leak": leak,
    "deep": deep,
    "bug": lambda _: {}["nothing"],
    "sysexit": lambda _: sys.exit("out"),
    "slow": lambda _: time.sleep(0.1),
}


def letter_text(number: int, sentences: int = 6) -> str:
    """Return the text of a made letter; every third one shares its visit with the one before."""
    day = 1 + (number - 1 if number % 3 == 0 else number) % 28
    text = SAMPLE.replace("2024-05-14", f"2024-05-{day:02}")
    text = text.replace("Great Example", f"Example {number // 6}")
    return text + "".join(
        f"{'+-'[line % 2]} Sentence {line} of letter {number}, as it is.\n"
        for line in range(sentences)
    )


def write_letters(folder: Path, count: int, sentences: int = 6) -> None:
    """Write ``count`` made letters into two sub-folders of ``folder``."""
    for number in range(count):
        path = folder / "ab"[number % 2] / f"letter {number:03}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(letter_text(number, sentences), encoding="utf-8")


def run(inputs: Iterable[object], out: Path, workers: int = 2, **options: Any) -> Summary:
    """Run the batch with the stand-in."""
    force = options.pop("force", False)
    observer = options.pop("observer", None)
    return run_batch(
        [str(path) for path in inputs],
        str(out),
        lambda stop: LocalEngine(workers, stop),
        options=Options(**{**OPTIONS, **options}),
        observer=observer,
        force=force,
    )


def tree(out: Path) -> dict[str, bytes]:
    """Return every file of a dataset but ``run.json``, the lock, and what is kept of before."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
        and path.name not in {"run.json", "lock", "ledger.before.jsonl"}
        and "trash" not in path.parts
    }


if __name__ == "__main__":
    # a batch as a process of its own: standin.py OUT INPUT...
    from ofsted_extract.batch.progress import Lines

    result = run(sys.argv[2:], Path(sys.argv[1]), observer=Lines())
    sys.exit(result.exit_code)
