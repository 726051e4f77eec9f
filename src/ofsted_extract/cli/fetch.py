"""``ofsted-extract fetch``: letters from Ofsted's site, or from a list of addresses, to files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ofsted_extract.cli.faults import INTERRUPTED, Stopped
from ofsted_extract.cli.terminal import console, put, say
from ofsted_extract.names import printable

if TYPE_CHECKING:
    from ofsted_extract.fetch.download import Fetched, Progress, Wanted


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
    """Fetch into ``out``, with progress on stderr; raises what ``fetch.download.fetch`` raises."""
    from ofsted_extract.fetch import Manners, download, listing  # noqa: PLC0415
    from ofsted_extract.fetch import client as clients  # noqa: PLC0415

    place = listing.Site(site or listing.SITE)
    if not place.allows(place.address):
        raise Stopped(f"{place.address} is no address of a site (http or https)")
    listed = listing.read_list(from_) if from_ is not None else None
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
    except OSError as error:
        raise Stopped(f"{out} cannot be written: {error}") from error
    except KeyboardInterrupt:
        raise Stopped("stopped; the same command goes on from here", INTERRUPTED) from None


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
            raise Stopped(f"no authority is called {name!r}")
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
        raise Stopped(f"there is no {what}; there are: {', '.join(sorted(known.values()))}")
    return known[name]


def _print(done: Fetched, dry_run: bool) -> None:
    if dry_run:
        for letter in done.planned:
            put(
                f"{letter.printed_date or 'undated'}  {letter.authority}  "
                f"{letter.printed_type or 'no type printed'}  {letter.url}\n"
            )
        put(f"{len(done.planned)} to fetch\n")
        return
    for entry in done.entries:
        if entry.state != "known":
            why = f": {entry.reason}" if entry.reason else ""
            put(f"{entry.state}  {entry.path or entry.url}{why}\n")
    for printed, count in sorted(done.unknown_types.items()):
        say(f"type not known, kept as printed: {printed or '(none)'} ({count})")
    counts = done.counts
    put((", ".join(f"{counts[state]} {state}" for state in counts) or "nothing listed") + "\n")


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar for a person at a terminal; for a log a line for each page and file."""
    if not sys.stderr.isatty():
        yield lambda step, name, done, of: say(
            f"{step} {done + 1} of {of}: {name}" if of else f"{step}: {name}"
        )
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (TextColumn("{task.fields[step]}"), BarColumn(), MofNCompleteColumn())
    name_column = TextColumn("{task.fields[name]}", markup=False)
    with Bar(*columns, name_column, console=console(err=True)) as bar:
        task = bar.add_task("", total=None, step="pages", name="")
        yield lambda step, name, done, of: bar.update(
            task, step=f"{step}s", name=printable(name), completed=done, total=of or None
        )
