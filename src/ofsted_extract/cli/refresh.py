"""``ofsted-extract refresh``: fetch, read, follow up and show in one, for a scheduled task."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ofsted_extract.cli.faults import tell

#: What lies in the folder that is refreshed.
LETTERS, DATASET, PAGES = "letters", "dataset", "pages"


class ChangesFormat(StrEnum):
    """How what is new is printed."""

    TEXT = "text"
    JSON = "json"


def refresh(
    directory: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Holds letters/, dataset/ and pages/; made if missing."),
    ],
    kind: Annotated[
        list[str] | None, typer.Option(help="Fetch only letters of this kind (focused_visit, …).")
    ] = None,
    authority: Annotated[
        list[str] | None, typer.Option(help="Fetch only letters about this authority.")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option(help="Fetch only authorities of this region.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Fetch only what was published since this day."),
    ] = None,
    format: Annotated[
        ChangesFormat, typer.Option(help="How what is new is printed.")
    ] = ChangesFormat.TEXT,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes. Default: one per processor.")
    ] = None,
    model: Annotated[
        str, typer.Option(help="default, rules, or the folder of a trained pipeline.")
    ] = "default",
    site: Annotated[
        str | None, typer.Option(help="Address of a mirror of the site.", metavar="URL")
    ] = None,
    delay: Annotated[
        float, typer.Option(min=0, help="Seconds between pages; twice as much between files.")
    ] = 1.0,
    contact: Annotated[
        str,
        typer.Option(
            envvar="OFSTED_EXTRACT_CONTACT", help="Whom the site may write to, in the User-Agent."
        ),
    ] = "",
) -> None:
    """Fetch new letters, read them, follow up recommendations, write the pages; print what is new.

    Each step goes on where an earlier run was stopped. Where the site cannot be read, what is here
    already is still read and shown, and the exit code says so: 1 some letters could not be had or
    read, 3 the site is not as expected or forbids.
    """
    from ofsted_extract.cli.fetch import bring, wanted_of  # noqa: PLC0415
    from ofsted_extract.explore.changes import changes, changes_text, look  # noqa: PLC0415
    from ofsted_extract.fetch import MarkupError, SiteError  # noqa: PLC0415

    wanted = wanted_of(kind, authority, region, since)
    letters, dataset = directory / LETTERS, str(directory / DATASET)
    code = 0
    try:
        done = bring(letters, wanted, site=site, delay=delay, contact=contact)
        code = 1 if done.has_failed else 0
    except (MarkupError, SiteError) as error:
        if not any(letters.glob("*/*.pdf")):
            raise
        code = tell(error, debug=False)
    before = look(dataset)
    code = code or _read(letters, dataset, workers, model)
    found = changes(dataset, before)
    if found.letters:
        _show(dataset, directory / PAGES)
    if format is ChangesFormat.JSON:
        typer.echo(json.dumps(found.as_dict(), indent=2, ensure_ascii=False))
    else:
        typer.echo(changes_text(found))
    raise typer.Exit(code)


def _read(letters: Path, dataset: str, workers: int | None, model: str) -> int:
    """Bring the dataset up to date; return the exit code of the batch."""
    from contextlib import closing  # noqa: PLC0415

    from ofsted_extract.batch.local import LocalEngine  # noqa: PLC0415
    from ofsted_extract.batch.options import Options, default_workers  # noqa: PLC0415
    from ofsted_extract.batch.run import run_batch  # noqa: PLC0415
    from ofsted_extract.cli.batch import observer_for  # noqa: PLC0415

    with closing(observer_for(None)) as observer:
        summary = run_batch(
            [str(letters)],
            dataset,
            lambda stop: LocalEngine(workers or default_workers(), stop),
            options=Options(model=model),
            observer=observer,
        )
    return summary.exit_code


def _show(dataset: str, pages: Path) -> None:
    """Follow up what letters asked for, and write the pages anew."""
    from ofsted_extract.explore.dataset import Dataset, DatasetError  # noqa: PLC0415
    from ofsted_extract.explore.followup_table import update  # noqa: PLC0415
    from ofsted_extract.explore.track import authorities_to_follow  # noqa: PLC0415
    from ofsted_extract.report import site  # noqa: PLC0415

    opened = Dataset.open(dataset)
    try:
        slugs = authorities_to_follow(opened, [])
    except DatasetError:
        slugs = []  # no authority has a second letter yet
    for _ in update(opened, slugs):
        pass
    for _ in site.write_national(opened, pages / "index.html"):
        pass
