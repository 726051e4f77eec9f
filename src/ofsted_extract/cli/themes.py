"""``ofsted-extract themes``: the KLOE themes that sentences are tagged with."""

from __future__ import annotations

import csv
import sys

from ofsted_extract.cli.terminal import console
from ofsted_extract.themes import all_themes


def themes() -> None:
    """List the KLOE themes: id, name, what each covers."""
    if sys.stdout.isatty():
        from rich.table import Table  # noqa: PLC0415

        table = Table("id", "theme", "covers", box=None)
        for theme in all_themes():
            table.add_row(theme.id, theme.name, theme.covers)
        console().print(table)
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("id", "code", "name", "covers"))
    for theme in all_themes():
        writer.writerow((theme.id, theme.code, theme.name, theme.covers))
