"""``ofsted-extract export``: a dataset, or part of it, as a file for another program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ofsted_extract.cli.filters import FilterOptions, with_filters
from ofsted_extract.write.formats import dataset_formats

_SUFFIXES = ", ".join(each.suffixes[0] for each in dataset_formats().values())


@with_filters
def export(
    directory: Annotated[str, typer.Argument(metavar="DIR", help="A dataset that `batch` wrote.")],
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help=f"What to write, by its name: {_SUFFIXES}.")
    ],
    chosen: FilterOptions,
) -> None:
    """Write letters and findings as a workbook, a database or one flat table."""
    from ofsted_extract.explore.dataset import Dataset, DatasetError  # noqa: PLC0415
    from ofsted_extract.explore.export import export as write  # noqa: PLC0415

    try:
        dataset = Dataset.open(directory)
        exported = write(dataset, to, chosen.make(dataset))
    except (DatasetError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(to)
    typer.echo(f"{exported.letters:,} letters, {exported.sentences:,} sentences kept", err=True)
    for note in exported.notes:
        typer.echo(note, err=True)
