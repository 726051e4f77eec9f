"""``ofsted-extract review DIR``: have a person correct what the classifier is least sure of."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from ofsted_extract.cli.faults import Stopped
from ofsted_extract.cli.terminal import put, say
from ofsted_extract.names import number


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
    from ofsted_extract.explore.dataset import Dataset  # noqa: PLC0415
    from ofsted_extract.explore.review import apply_review, review_text  # noqa: PLC0415

    dataset = Dataset.open(str(folder))
    if apply is None:
        _hand_out(review_text(dataset, authority, visit, limit), out)
        return
    done = apply_review(dataset, apply, by or _user())
    say(
        f"{number(done.corrections, 'new correction')}; {number(done.sentences, 'sentence')} of "
        f"{number(done.documents, 'document')} corrected; labels to train on are in "
        f"{folder}/review/labels"
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:  # a user without a name, as in many containers
        raise Stopped("nobody knows your user name here; say who corrected: --by NAME") from error


def _hand_out(text: str, out: Path | None) -> None:
    if out is None:
        put(text)
        return
    # the mark at the beginning tells Excel that this is UTF-8
    out.write_text(text, encoding="utf-8-sig", newline="")
    say(
        f"{number(text.count(chr(10)) - 1, 'sentence')} in {out}: fill the correct_… columns "
        f"where a label is wrong, leave the others empty, and run `review` with --apply {out}"
    )
