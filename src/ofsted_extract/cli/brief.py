"""``ofsted-extract brief``: one letter on two to four pages, for a committee."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ofsted_extract.cli.faults import Stopped


def brief(
    directory: Annotated[str, typer.Argument(metavar="DIR", help="A dataset that `batch` wrote.")],
    authority: Annotated[str, typer.Option(help="The authority (name or slug).")],
    visit: Annotated[
        str,
        typer.Option(
            help="The visit whose name begins so, such as 2019; of several the newest. "
            "Default: the newest visit."
        ),
    ] = "",
    out: Annotated[
        Path, typer.Option("--out", "-o", help="What to write, by its name: .docx or .md.")
    ] = Path("brief.docx"),
    template: Annotated[
        Path | None,
        typer.Option(help="Your own Word template; docs/for-analysts.md tells its marks."),
    ] = None,
) -> None:
    """Write a briefing about one letter: grades, strengths, weaknesses, what was asked."""
    from ofsted_extract.explore.dataset import Dataset  # noqa: PLC0415
    from ofsted_extract.report.briefing import briefing  # noqa: PLC0415
    from ofsted_extract.report.render_briefing import as_docx, as_markdown  # noqa: PLC0415
    from ofsted_extract.report.site import write_whole  # noqa: PLC0415

    form = out.suffix.lower()
    if form not in {".docx", ".md"}:
        raise Stopped(f"--out {out}: name a file that ends in .docx or .md")
    if template and form != ".docx":
        raise Stopped("--template goes with a .docx, not with Markdown")
    made = briefing(Dataset.open(directory), authority, visit)
    write_whole(out, as_docx(made, template) if form == ".docx" else as_markdown(made).encode())
    typer.echo(out)
