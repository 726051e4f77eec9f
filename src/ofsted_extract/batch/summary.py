"""What a run did."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Exit codes of the command; 2 is wrong usage, or nothing to read.
ALL_WELL, SOME_FAILED, NOTHING_DONE, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True, slots=True)
class Removed:
    """A document that left the dataset; ``source_path`` is the file that it was read from."""

    document_id: str
    authority_slug: str
    visit: str
    source_path: str


@dataclass(slots=True)
class Summary:
    """What a run did, for the closing message and ``run.json``.

    ``adopted`` counts documents that stood in the dataset without an entry in its ledger,
    ``migrated`` those of version 0.2 that got their new ids; ``notes`` are sentences for people.
    """

    status: str = "complete"
    files: int = 0
    documents: int = 0
    written: int = 0
    unchanged: int = 0
    copies: dict[str, str] = field(default_factory=dict)
    removed: list[Removed] = field(default_factory=list)
    adopted: int = 0
    migrated: int = 0
    notes: list[str] = field(default_factory=list)
    pages: int = 0
    sentences: int = 0
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    peak_memory: int = 0

    @property
    def exit_code(self) -> int:
        if self.status == "interrupted":
            return INTERRUPTED
        return SOME_FAILED if self.failures or self.status != "complete" else ALL_WELL
