"""``ofsted-extract report``: pages for people, from a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ofsted_extract.cli.faults import Stopped
from ofsted_extract.cli.terminal import say
from ofsted_extract.names import number


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
    from ofsted_extract.explore.dataset import Dataset  # noqa: PLC0415
    from ofsted_extract.report import site  # noqa: PLC0415

    if national == (authority is not None):
        raise Stopped("say either --authority NAME or --national")
    if national and visit:
        raise Stopped("--visit goes with --authority, not with --national")
    if authority is not None:
        path = out or Path("report.html")
        if path.is_dir():
            raise Stopped(f"--out {path} is a folder; name the page in it: {path / 'report.html'}")
        site.write_authority(
            Dataset.open(directory), authority, path, visit or (), accuracy=accuracy
        )
        typer.echo(path)
        return
    path = out or Path("site")
    index = path if path.suffix in {".html", ".htm"} else path / "index.html"
    if index.is_dir():
        raise Stopped(f"--out {index} is a folder; name the overview's page or another folder")
    dataset = Dataset.open(directory)
    written = list(site.write_national(dataset, index, pages=pages, accuracy=accuracy))
    typer.echo(index)
    say(f"wrote {number(len(written), 'page')}")
