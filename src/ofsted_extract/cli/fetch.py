"""``ofsted-extract fetch``: letters from Ofsted's site, or from a list of addresses, to files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from ofsted_extract.fetch.download import Fetched, Progress, Wanted

#: Exit code where the site's form is not the expected one, or robots.txt forbids.
NOT_AS_EXPECTED = 3
_WRONG_USAGE, _INTERRUPTED = 2, 130


def fetch(
    out: Annotated[Path, typer.Option(help="Folder for the letters and their manifest.csv.")],
    kind: Annotated[
        list[str] | None, typer.Option(help="Only letters of this kind (focused_visit, …).")
    ] = None,
    authority: Annotated[
        list[str] | None, typer.Option(help="Only letters about this authority.")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option(help="Only authorities of this region.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only letters published on this day or later."),
    ] = None,
    from_: Annotated[
        Path | None,
        typer.Option("--from", help="A list of addresses (CSV with a column url) instead."),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="At most this many files; 0 is all.")] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be fetched.")
    ] = False,
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
    """Bring published letters into a folder, politely; go on where an earlier run ended.

    One request at a time. What is here already is not fetched again; what the site lists no longer
    is kept and marked. manifest.csv says what became of each letter. Exit 1: some could not be had.
    Exit 3: the site is not as expected, or robots.txt forbids.
    """
    wanted = wanted_of(kind, authority, region, since, limit)
    done = bring(out, wanted, site=site, delay=delay, contact=contact, from_=from_, dry_run=dry_run)
    _print(done, dry_run)
    raise typer.Exit(1 if done.has_failed else 0)


def bring(
    out: Path,
    wanted: Wanted,
    *,
    site: str | None,
    delay: float,
    contact: str,
    from_: Path | None = None,
    dry_run: bool = False,
) -> Fetched:
    """Fetch into ``out``, with progress on stderr; what stops it is a message and an exit code."""
    from ofsted_extract.fetch import (  # noqa: PLC0415
        ForbiddenError,
        Manners,
        MarkupError,
        SiteError,
        download,
        listing,
    )
    from ofsted_extract.fetch import client as clients  # noqa: PLC0415
    from ofsted_extract.fetch.manifest import ManifestError  # noqa: PLC0415

    place = listing.Site(site or listing.SITE)
    if not place.allows(place.address):
        _stop(f"{place.address} is no address of a site (http or https)", _WRONG_USAGE)
    try:
        listed = listing.read_list(from_) if from_ is not None else None
    except listing.ListError as error:
        _stop(str(error), _WRONG_USAGE)
    allowed = place.allows if listed is None else listing.hosts_allowed(listed)
    try:
        with (
            clients.Client(Manners.spaced(delay, contact), allowed) as client,
            _progress() as progress,
        ):
            return download.fetch(
                client, out, site=place, wanted=wanted, listed=listed, dry_run=dry_run,
                progress=progress,
            )  # fmt: skip
    except (MarkupError, ForbiddenError) as error:
        _stop(str(error), NOT_AS_EXPECTED)
    except SiteError as error:
        _stop(f"{error}. What was fetched before is kept; run the same command again later.", 1)
    except (download.BusyError, ManifestError) as error:
        _stop(str(error), _WRONG_USAGE)
    except OSError as error:
        _stop(f"{out} cannot be written: {error}", _WRONG_USAGE)
    except KeyboardInterrupt:
        typer.echo("stopped; the same command goes on from here", err=True)
        raise typer.Exit(_INTERRUPTED) from None


def wanted_of(
    kind: list[str] | None,
    authority: list[str] | None,
    region: list[str] | None,
    since: datetime | None,
    limit: int = 0,
) -> Wanted:
    """Return which letters are asked for; a name that is not known ends the command."""
    from ofsted_extract.facts.authority import mentions  # noqa: PLC0415
    from ofsted_extract.fetch.download import Wanted  # noqa: PLC0415
    from ofsted_extract.names import slug as slug_of  # noqa: PLC0415
    from ofsted_extract.resources import load_csv  # noqa: PLC0415
    from ofsted_extract.schema import DOCUMENT_KINDS  # noqa: PLC0415

    rows = load_csv("authorities.csv")
    slugs = {row["slug"] for row in rows}
    named = []
    for name in authority or ():
        found = slug_of(next(iter(mentions(name.title() if name.islower() else name)), name))
        if found not in slugs:
            _stop(f"no authority is called {name!r}", _WRONG_USAGE)
        named.append(found)
    regions = {row["region"].casefold(): row["region"] for row in rows if row["region"]}
    places = [_one_of(name.casefold(), regions, f"region {name!r}") for name in region or ()]
    kinds = {name: name for name in DOCUMENT_KINDS}
    return Wanted(
        frozenset(_one_of(name, kinds, f"kind {name!r}") for name in kind or ()),
        frozenset(named),
        frozenset(places),
        since.date() if since else None,
        limit,
    )


def _one_of(name: str, known: dict[str, str], what: str) -> str:
    if name not in known:
        _stop(f"there is no {what}; there are: {', '.join(sorted(known.values()))}", _WRONG_USAGE)
    return known[name]


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _print(done: Fetched, dry_run: bool) -> None:
    if dry_run:
        for letter in done.planned:
            typer.echo(
                f"{letter.printed_date or 'undated'}  {letter.authority}  "
                f"{letter.printed_type or 'no type printed'}  {letter.url}"
            )
        typer.echo(f"{len(done.planned)} to fetch")
        return
    for entry in done.entries:
        if entry.state != "known":
            why = f": {entry.reason}" if entry.reason else ""
            typer.echo(f"{entry.state}  {entry.path or entry.url}{why}")
    for printed, count in sorted(done.unknown_types.items()):
        typer.echo(f"type not known, kept as printed: {printed or '(none)'} ({count})", err=True)
    counts = done.counts
    typer.echo(", ".join(f"{counts[state]} {state}" for state in counts) or "nothing listed")


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar for a person at a terminal; for a log a line for each page and file."""
    if not sys.stderr.isatty():
        yield lambda step, name, done, of: typer.echo(
            f"{step} {done + 1} of {of}: {name}" if of else f"{step}: {name}", err=True
        )
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (TextColumn("{task.fields[step]}"), BarColumn(), MofNCompleteColumn())
    from rich.console import Console  # noqa: PLC0415

    with Bar(
        *columns, TextColumn("{task.fields[name]}", markup=False), console=Console(stderr=True)
    ) as bar:
        task = bar.add_task("", total=None, step="pages", name="")
        yield lambda step, name, done, of: bar.update(
            task, step=f"{step}s", name=name, completed=done, total=of or None
        )
