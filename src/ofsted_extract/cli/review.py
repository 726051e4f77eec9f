"""``ofsted-extract review DIR``: have a person correct what the classifier is least sure of."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer


def review(
    folder: Annotated[Path, typer.Argument(help="A dataset that `batch` made.")],
    authority: Annotated[str | None, typer.Option(help="Name or slug. Default: all.")] = None,
    visit: Annotated[
        str | None, typer.Option(help="Visit, or the beginning of its name, such as 2019.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write here what to correct. Default: stdout."),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many sentences; 0: all.")] = 100,
    apply: Annotated[
        Path | None, typer.Option("--apply", help="Put this corrected file into the dataset.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who corrected. Default: your user name.")] = "",
) -> None:
    """Write the least sure sentences for a person to correct, or apply their corrections."""
    from ofsted_extract.explore.dataset import Dataset, DatasetError  # noqa: PLC0415
    from ofsted_extract.explore.review import (  # noqa: PLC0415
        ReviewError,
        apply_review,
        review_text,
    )

    try:
        dataset = Dataset.open(str(folder))
        if apply is None:
            _hand_out(review_text(dataset, authority, visit, limit), out)
            return
        done = apply_review(dataset, apply, by or getpass.getuser())
    except FileNotFoundError:
        typer.echo(f"there is no file {apply}", err=True)
        raise typer.Exit(2) from None
    except (DatasetError, ReviewError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(
        f"{done.corrections} new corrections; {done.sentences} sentences of {done.documents} "
        f"documents now carry what was corrected; labels to train on are in {folder}/review/labels",
        err=True,
    )


def _hand_out(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
        return
    # the mark at the beginning tells Excel that this is UTF-8
    out.write_text(text, encoding="utf-8-sig", newline="")
    typer.echo(
        f"{text.count(chr(10)) - 1} sentences in {out}: fill the correct_… columns "
        f"where a label is wrong, leave the others empty, and run `review` with --apply {out}",
        err=True,
    )
