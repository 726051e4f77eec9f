"""``ofsted-extract search``: sentences with the words asked for, over all letters."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ofsted_extract.cli.filters import FilterOptions, with_filters
from ofsted_extract.cli.terminal import cell, console

if TYPE_CHECKING:
    from ofsted_extract.explore.search import Hit


class Form(StrEnum):
    """How hits are shown."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@with_filters
def search(
    directory: Annotated[str, typer.Argument(metavar="DIR", help="A dataset that `batch` wrote.")],
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS",
            help="All must stand in the sentence, in any form; several in quotes are a phrase, "
            "a star stands for any ending.",
        ),
    ],
    chosen: FilterOptions,
    output_format: Annotated[
        Form | None,
        typer.Option("--format", help="Default: a table at a terminal, CSV into a pipe."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many sentences at most.")] = 20,
) -> None:
    """Find sentences by their words, best first, with authority, date, page and link."""
    from ofsted_extract.explore.dataset import Dataset, DatasetError  # noqa: PLC0415
    from ofsted_extract.explore.search import parse_words  # noqa: PLC0415
    from ofsted_extract.explore.search import search as find  # noqa: PLC0415

    try:
        dataset = Dataset.open(directory)
        found = find(dataset, parse_words(words), chosen.make(dataset), limit)
    except DatasetError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    form = output_format or (Form.TABLE if sys.stdout.isatty() else Form.CSV)
    _WRITERS[form](found.hits)
    more = "; --limit shows more" if found.total > len(found.hits) else ""
    typer.echo(f"{len(found.hits):,} of {found.total:,} sentences{more}", err=True)


def _write_json(hits: tuple[Hit, ...]) -> None:
    rows = [hit.row() for hit in hits]
    json.dump(rows, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")


def _write_csv(hits: tuple[Hit, ...]) -> None:
    from ofsted_extract.explore.search import COLUMNS  # noqa: PLC0415
    from ofsted_extract.write.csv import csv_record  # noqa: PLC0415

    sys.stdout.write(csv_record(COLUMNS))
    for hit in hits:
        sys.stdout.write(csv_record(tuple(hit.row().values())))


def _write_table(hits: tuple[Hit, ...]) -> None:
    from rich.table import Table  # noqa: PLC0415

    from ofsted_extract.cli.tables import FINDING_STYLES  # noqa: PLC0415
    from ofsted_extract.names import day, printable, short_kind_name  # noqa: PLC0415

    table = Table("authority", "date", "page", "", "sentence", box=None, expand=True)
    table.columns[1].no_wrap = True
    table.columns[-1].overflow = "fold"  # a link is never cut
    for hit in hits:
        sign, colour = FINDING_STYLES[hit.finding]
        text = cell(hit.text)
        if hit.link:
            text.append(printable(f"\n{hit.link}"), style="dim")
        table.add_row(
            cell(f"{hit.authority}\n{short_kind_name(hit.document_kind)}"),
            day(hit.day) if hit.day else "",
            str(hit.page),
            cell(sign, colour),
            text,
        )
    console().print(table)


_WRITERS = {Form.TABLE: _write_table, Form.CSV: _write_csv, Form.JSON: _write_json}
