"""Write the pages of docs/ that are generated: the data dictionary, from ``schema.py``, and the
commands, from the commands themselves.

python scripts/make_docs.py           writes docs/data-dictionary.md and docs/commands.md
python scripts/make_docs.py --check   exits 1 if one of them is not up to date
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from ofsted_extract.cli import app
from ofsted_extract.schema import TABLES, Column, Table
from ofsted_extract.themes import all_themes

DOCS = Path(__file__).parents[1] / "docs"


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


def commands() -> str:
    """Return the page as Markdown: what ``--help`` prints for each command, 80 columns wide."""
    os.environ["COLUMNS"] = "80"
    group: Any = typer.main.get_command(app)
    lines = [
        "# Commands\n",
        "Generated from the commands by `make docs`; do not edit by hand. It is what `--help` "
        "prints.\n",
        "Data go to stdout, messages to stderr. Exit codes: 0 all well; 1 some documents failed, "
        "the rest are written; 2 wrong usage, or nothing to read or write; 3 a site is not as "
        "expected, or forbids; 70 a fault of the program; 130 interrupted. `ofsted-extract --debug "
        "COMMAND …`, or `OFSTED_EXTRACT_DEBUG=1`, shows the traceback of what went wrong. "
        "`NO_COLOR=1` takes the colours away; a file or a pipe gets none. Patterns such as "
        '`"letters/*.pdf"` are expanded where the shell leaves them.\n',
    ]
    with group.make_context("ofsted-extract", [], resilient_parsing=True) as context:
        lines += ["```text", group.get_help(context).rstrip(), "```\n"]
        for name, command in group.commands.items():
            with command.make_context(name, [], parent=context, resilient_parsing=True) as below:
                lines += [f"## {name}\n", "```text", command.get_help(below).rstrip(), "```\n"]
    return "\n".join(lines).rstrip() + "\n"


#: The pages, and what makes them.
PAGES = {"data-dictionary.md": data_dictionary, "commands.md": commands}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    for name, make in PAGES.items():
        path = DOCS / name
        page = make()
        if not check:
            path.write_text(page, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != page:
            sys.exit(f"docs/{name} is not up to date: make docs")


if __name__ == "__main__":
    main()
