"""Write the pages of docs/ that are generated: the data dictionary, from ``schema.py``.

python scripts/make_docs.py           writes docs/data-dictionary.md
python scripts/make_docs.py --check   exits 1 if it is not up to date
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from ofsted_extract.schema import TABLES, Column, Table
from ofsted_extract.themes import all_themes

PAGE = Path(__file__).parents[1] / "docs" / "data-dictionary.md"


def _meaning(column: Column) -> str:
    allowed = ", ".join(f"`{value}`" for value in column.allowed)
    return f"{column.description} One of {allowed}." if allowed else column.description


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n"
    yield f"{table.description}\n"
    yield "| column | type | meaning |"
    yield "| --- | --- | --- |"
    for column in table.columns:
        place = " *(folder name in Parquet)*" if column.path else ""
        yield f"| `{column.name}` | {column.type} | {_meaning(column)}{place} |"
    yield f"\nRows are sorted by {', '.join(f'`{name}`' for name in table.order)}.\n"


def data_dictionary() -> str:
    """Return the page as Markdown."""
    lines = [
        "# Data dictionary\n",
        "Generated from `src/ofsted_extract/schema.py` by `make docs`; do not edit by hand.\n",
        "Lists are list columns in Parquet and `;`-joined in CSV. Dates are dates in Parquet and "
        "ISO 8601 in CSV. What is unknown is empty. In CSV, a cell that a spreadsheet would run "
        "as a formula begins with an apostrophe.\n",
    ]
    for table in TABLES:
        lines.extend(_table(table))
    lines.append("## Themes\n")
    lines.append("| id | code | name | covers |")
    lines.append("| --- | --- | --- | --- |")
    lines.extend(f"| `{t.id}` | {t.code} | {t.name} | {t.covers} |" for t in all_themes())
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    page = data_dictionary()
    if parser.parse_args().check:
        sys.exit(
            0 if PAGE.read_text(encoding="utf-8") == page else "docs/ is not up to date: make docs"
        )
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
