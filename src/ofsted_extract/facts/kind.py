"""What kind of document it is and which framework a visit was held under: ``data/kinds.toml``.

The document's own words decide, never the name of its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ofsted_extract.facts.dates import Period
from ofsted_extract.facts.lines import head_lines, joined
from ofsted_extract.kinds import OTHER, document_kind
from ofsted_extract.letter import RawLetter
from ofsted_extract.resources import load_toml
from ofsted_extract.wording import straight


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document. ``title`` is where on the first page its title begins and ends.

    ``looks_like`` says what a document of kind ``other`` seems to be, where its form is known.
    """

    document_kind: str
    framework: str = ""
    title: tuple[int, int] = (0, 0)
    looks_like: str = ""

    @property
    def is_reported(self) -> bool:
        """True where a newspaper or a council speaks, not the inspectorate."""
        return document_kind(self.document_kind).is_reported


def read_kind(raw: RawLetter) -> Kind:
    """Return the kind of ``raw``; ``other`` where no title and no reporter is known."""
    table = load_toml("kinds.toml")
    head = joined(head_lines(raw))
    own = _count(table["own_marks"], head + joined(raw.pages[-1].lines if raw.pages else ()))
    for reporter in table["reporter"]:
        if own < reporter["own"] and _marks(reporter, raw, head) >= reporter["need"]:
            return Kind(reporter["kind"], _spoken_of(raw))
    titles = [
        (span[0], order, entry, span)
        for order, entry in enumerate(table["title"])
        for span in _spans(entry, raw, head)
    ]
    if not titles:
        return Kind(OTHER)
    _, _, entry, span = min(titles, key=lambda found: found[:2])
    return Kind(entry["kind"], entry["framework"], span, entry.get("looks_like", ""))


def _marks(reporter: dict[str, Any], raw: RawLetter, head: str) -> int:
    """Return how many of a reporter's marks the opening shows; its line forms count more."""
    lines = {
        pattern
        for line in head_lines(raw)
        for pattern in reporter["lines"]
        if re.fullmatch(pattern, straight(line.text), re.IGNORECASE)
    }
    weight: int = reporter["line_weight"]
    return weight * len(lines) + _count(reporter["marks"], head)


def _spans(entry: dict[str, Any], raw: RawLetter, head: str) -> Iterator[tuple[int, int]]:
    """Yield where in ``head`` the first match of each of a title's wordings begins and ends."""
    for pattern in entry.get("patterns", ()):
        if match := re.search(pattern, head, re.IGNORECASE):
            yield match.span()
    patterns = entry.get("lines", ())
    if not patterns:
        return
    at = 0
    for line in head_lines(raw):
        text = straight(line.text).strip("#* ")
        start = head.find(text, at) if text else -1
        if start < 0:
            continue
        at = start + len(text)
        if text[-1] not in ".,;" and any(re.fullmatch(p, text, re.IGNORECASE) for p in patterns):
            yield start, at
            return


def framework_of(kind: Kind, period: Period | None, *, overall_grade: bool) -> str:
    """Return the framework of ``kind`` on the day, for ILACS inspections with length and reform.

    ``overall_grade`` tells whether the report prints an overall grade: reports on visits of the
    weeks before the reform still do.
    """
    rules: dict[str, Any] = load_toml("kinds.toml")["ilacs"]
    if period is None:
        return kind.framework
    if period.start < rules["began"]:
        return kind.framework.replace(rules["before"], rules["predecessor"])
    if kind.document_kind != rules["kind"]:
        return kind.framework
    reform: date = rules["reform"]
    name = rules["since" if period.start >= reform and not overall_grade else "before"]
    first, last = period.legs[0]
    length = rules["short" if (last - first).days < rules["short_days"] else "standard"]
    return f"{name} {length}"


def _spoken_of(raw: RawLetter) -> str:
    """Return the framework whose wordings the text uses most; empty where it uses none."""
    text = joined(line for page in raw.pages for line in page.lines)
    used = {
        row["framework"]: sum(len(re.findall(p, text, re.IGNORECASE)) for p in row["patterns"])
        for row in load_toml("kinds.toml")["spoken"]
    }
    most = max(used, key=used.__getitem__)
    return most if used[most] else ""


def _count(patterns: list[str], text: str) -> int:
    return sum(bool(re.search(pattern, text, re.IGNORECASE)) for pattern in patterns)
