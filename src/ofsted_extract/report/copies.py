"""The same letter read twice, say as PDF and as text, is shown and counted once.

Which document repeats which is said by column ``same_as`` of the documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from ofsted_extract.report.records import DocumentRow


def without_copies(documents: Iterable[DocumentRow]) -> tuple[DocumentRow, ...]:
    """Return the documents without those that repeat another of them, which names their files."""
    rows = list(documents)
    known = {row.document_id for row in rows}
    copies: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.same_as in known:
            copies[row.same_as].append(row.file_name)
    return tuple(
        replace(row, copies=(*row.copies, *copies[row.document_id]))
        for row in sorted(rows, key=lambda each: each.sort_key)
        if row.same_as not in known
    )
