"""``ofsted-extract track DIR``: what became of what each visit asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ofsted_extract.cli.terminal import cell, console, put, say
from ofsted_extract.names import number, shown_verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ofsted_extract.explore.dataset import Dataset
    from ofsted_extract.explore.track import Followed

#: Colour of each verdict as it is shown; its sign tells it without colour too.
_COLOURS = {"s": "green", "m": "yellow", "w": "red", "n": "dim"}


def track(
    folder: Annotated[Path, typer.Argument(help="A dataset that `batch` made.")],
    authority: Annotated[
        list[str] | None,
        typer.Option(help="Name or slug; give it several times for several. Default: all."),
    ] = None,
    write: Annotated[
        bool, typer.Option(help="Write table `followup` into the dataset, in Parquet and CSV.")
    ] = True,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes. Default: one per processor.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Compare everything again, changed or not.")
    ] = False,
) -> None:
    """Follow every recommendation and line of enquiry through the later visits.

    A second run compares only what is new: authorities whose letters changed.
    """
    from ofsted_extract.explore.dataset import Dataset  # noqa: PLC0415
    from ofsted_extract.explore.track import authorities_to_follow, follow  # noqa: PLC0415

    dataset = Dataset.open(str(folder))
    slugs = authorities_to_follow(dataset, authority or [])
    if write:
        found = _written(dataset, slugs, workers, force)
    else:
        found = {slug: tuple(follow(dataset, slug)) for slug in slugs}
    followed = [each for slug in slugs for each in found[slug]]
    if sys.stdout.isatty():
        _print_tables(followed)
    else:
        _print_csv(followed)
    asked = len({each.asked.id for each in followed})
    later = len({each.later_document_id for each in followed})
    requests = ("recommendation or line of enquiry", "recommendations and lines of enquiry")
    say(
        f"{number(asked, *requests)} of {number(len(slugs), 'authority', 'authorities')}, "
        f"{number(later, 'later document')} compared"
        + (f"; table followup is in {folder}" if write else "")
    )


def _written(
    dataset: Dataset, slugs: Sequence[str], workers: int | None, force: bool
) -> dict[str, tuple[Followed, ...]]:
    """Bring the table up to date, with a bar where a person waits."""
    from rich.progress import track as with_bar  # noqa: PLC0415

    from ofsted_extract.batch.options import default_workers  # noqa: PLC0415
    from ofsted_extract.explore.followup_table import update  # noqa: PLC0415

    updates = with_bar(
        update(dataset, slugs, workers or default_workers(), force=force),
        "authorities",
        total=len(slugs),
        console=console(err=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    found, made = {}, 0
    for each in updates:
        found[each.authority_slug] = each.followed
        made += each.is_new
    say(f"{number(made, 'authority', 'authorities')} compared, {len(slugs) - made} unchanged")
    return found


def _print_csv(followed: Iterable[Followed]) -> None:
    from ofsted_extract.write.csv import csv_record  # noqa: PLC0415

    header = (
        "authority", "visit", "recommendation_id", "recommendation", "later_visit", "verdict",
        "confidence", "match_score", "role", "sentence_id", "page", "finding", "progress",
        "quotation",
    )  # fmt: skip
    put(csv_record(header))
    for each in followed:
        row, asked = each.row(), each.asked
        about = (
            asked.authority, asked.visit.name, asked.id, asked.text, each.later_visit.name,
            each.verdict, row["confidence"], row["match_score"],
        )  # fmt: skip
        said = [("answer", answer) for answer in each.answers]
        said += [("asked again", answer) for answer in each.asked_again]
        for role, answer in said:
            found = (role, answer.sentence_id, answer.page, answer.finding, answer.progress)
            put(csv_record((*about, *found, answer.text)))
        if not said:
            put(csv_record((*about, "", "", "", "", "", "")))


def _print_tables(followed: Iterable[Followed]) -> None:
    from itertools import groupby  # noqa: PLC0415

    from rich.table import Table  # noqa: PLC0415

    paper = console()
    by_visit = groupby(followed, lambda each: (each.asked.authority, each.asked.visit.name))
    for (authority, visit), of_visit in by_visit:
        title = cell(f"{authority} {visit}")
        table = Table("asked", "later visit", "verdict", "quotations", title=title, show_lines=True)
        before = ""
        for each in of_visit:
            shown = shown_verdict(each.verdict, each.confidence)
            asked = ("line of enquiry: " if each.asked.is_kloe else "") + each.asked.text
            table.add_row(
                cell(asked if each.asked.id != before else ""),
                cell(each.later_visit.name.replace("_", " ")),
                cell(f"{shown.sign} {shown.name.lower()}", _COLOURS[shown.css]),
                cell("\n".join(_said(each))),
            )
            before = each.asked.id
        paper.print(table)


def _said(each: Followed) -> Iterator[str]:
    from ofsted_extract.explore.match import unanswered  # noqa: PLC0415

    for answer in each.answers:
        yield _quotation(answer.text, answer.page)
    for part in unanswered(each.asked.text, [answer.text for answer in each.answers]):
        yield f"no clear sentence found on this part: {part}"
    for answer in each.asked_again:
        yield f"may be asked again: {_quotation(answer.text, answer.page)}"


def _quotation(text: str, page: int) -> str:
    from ofsted_extract.report.highlights import quotation  # noqa: PLC0415

    return f"“{quotation(text)}” (page {page})"
