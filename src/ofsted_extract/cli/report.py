"""``ofsted-extract report``: pages for people, from a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer


def report(
    directory: Annotated[str, typer.Argument(metavar="DIR", help="A dataset that `batch` wrote.")],
    authority: Annotated[
        str | None, typer.Option(help="Write the page of this authority (name or slug).")
    ] = None,
    visit: Annotated[
        list[str] | None,
        typer.Option(help="Only visits whose name begins so, such as 2019; may be repeated."),
    ] = None,
    national: Annotated[
        bool,
        typer.Option("--national", help="Write the overview and a page for every authority."),
    ] = False,
    pages: Annotated[
        bool, typer.Option("--pages/--no-pages", help="With --national: the authorities' pages.")
    ] = True,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="The page to write (report.html). With --national a folder, or the overview's "
            "own page (site/index.html); the authorities' pages go to authorities/ beside it.",
        ),
    ] = None,
    accuracy: Annotated[
        str, typer.Option(metavar="URL", help="Where the accuracy figures are published.")
    ] = "",
) -> None:
    """Write self-contained pages: one authority's letters, or the overview of all."""
    from ofsted_extract.explore.dataset import Dataset, DatasetError  # noqa: PLC0415
    from ofsted_extract.report import site  # noqa: PLC0415

    if national == (authority is not None):
        _stop("say either --authority NAME or --national")
    if national and visit:
        _stop("--visit goes with --authority, not with --national")
    try:
        dataset = Dataset.open(directory)
        if authority is not None:
            path = out or Path("report.html")
            site.write_authority(dataset, authority, path, visit or (), accuracy=accuracy)
            typer.echo(path)
            return
        path = out or Path("site")
        index = path if path.suffix in {".html", ".htm"} else path / "index.html"
        written = list(site.write_national(dataset, index, pages=pages, accuracy=accuracy))
    except (DatasetError, ValueError, OSError) as error:
        _stop(str(error))
    typer.echo(index)
    typer.echo(f"wrote {len(written)} pages", err=True)


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)
