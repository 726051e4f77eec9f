"""``ofsted-extract track DIR``: what became of what each visit asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ofsted_extract.cli.terminal import cell, console, put, say
from ofsted_extract.names import VERDICTS, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ofsted_extract.explore.track import Followed

#: Colour of each verdict; its sign tells it without colour too.
_COLOURS = {"improved": "green", "mixed": "yellow", "still_weak": "red", "not_mentioned": "dim"}
_QUOTED = 2


def track(
    folder: Annotated[Path, typer.Argument(help="A dataset that `batch` made.")],
    authority: Annotated[
        list[str] | None,
        typer.Option(help="Name or slug; give it several times for several. Default: all."),
    ] = None,
    write: Annotated[
        bool, typer.Option(help="Write table `followup` into the dataset, in Parquet and CSV.")
    ] = True,
) -> None:
    """Follow every recommendation and line of enquiry through the later visits."""
    from ofsted_extract.explore.dataset import Dataset  # noqa: PLC0415
    from ofsted_extract.explore.track import (  # noqa: PLC0415
        authorities_to_follow,
        follow,
        write_followup,
    )

    dataset = Dataset.open(str(folder))
    slugs = authorities_to_follow(dataset, authority or [])
    followed = []
    for slug in slugs:
        found = follow(dataset, slug)
        if write:
            write_followup(dataset, slug, found)
        followed += found
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


def _print_csv(followed: Iterable[Followed]) -> None:
    from ofsted_extract.write.csv import csv_record  # noqa: PLC0415

    header = (
        "authority", "visit", "recommendation_id", "recommendation", "later_visit", "verdict",
        "match_score", "sentence_id", "page", "finding", "progress", "quotation",
    )  # fmt: skip
    put(csv_record(header))
    for each in followed:
        row, visit = each.row(), each.asked.visit
        start = (visit.authority_slug, visit.name, each.asked.id, each.asked.text)
        about = (*start, each.later_visit.name, each.verdict)
        for answer in each.answers:
            found = (round(answer.score, 4), answer.sentence_id, answer.page)
            put(csv_record((*about, *found, answer.finding, answer.progress, answer.text)))
        if not each.answers:
            put(csv_record((*about, row["match_score"], "", "", "", "", "")))


def _print_tables(followed: Iterable[Followed]) -> None:
    from itertools import groupby  # noqa: PLC0415

    from rich.table import Table  # noqa: PLC0415

    paper = console()
    for visit, of_visit in groupby(followed, lambda each: each.asked.visit):
        title = cell(f"{visit.authority_slug} {visit.name}")
        table = Table("asked", "later visit", "verdict", "quotations", title=title, show_lines=True)
        before = ""
        for each in of_visit:
            shown, colour = VERDICTS[each.verdict], _COLOURS[each.verdict]
            asked = ("line of enquiry: " if each.asked.is_kloe else "") + each.asked.text
            table.add_row(
                cell(asked if each.asked.id != before else ""),
                cell(each.later_visit.name.replace("_", " ")),
                cell(f"{shown.sign} {shown.name.lower()}", colour),
                cell(
                    "\n".join(
                        _quotation(answer.text, answer.page) for answer in each.answers[:_QUOTED]
                    )
                ),
            )
            before = each.asked.id
        paper.print(table)


def _quotation(text: str, page: int) -> str:
    from ofsted_extract.report.highlights import quotation  # noqa: PLC0415

    return f"“{quotation(text)}” (page {page})"
