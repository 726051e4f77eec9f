"""The command line: thin commands, heavy imports inside them, data on stdout, messages on stderr.

Exit codes: 0 all well, 1 some documents failed, 2 wrong usage or nothing to read.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ofsted_extract._version import __version__
from ofsted_extract.cli.batch import batch
from ofsted_extract.cli.document import document
from ofsted_extract.cli.export import export
from ofsted_extract.cli.fetch import fetch
from ofsted_extract.cli.report import report
from ofsted_extract.cli.review import review
from ofsted_extract.cli.themes import themes
from ofsted_extract.cli.track import track
from ofsted_extract.cli.train import evaluate, train

app = typer.Typer(
    name="ofsted-extract",
    help="Reads Ofsted's letters and reports on children's services, sentence by sentence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich would cost a third of its 0.2 s
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ofsted-extract {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


for _command in (document, batch, fetch, themes, export, report, track, review, train, evaluate):
    app.command()(_command)


def main() -> None:
    """Run the command line."""
    # letters print curly quotes and bullets; a console in another encoding must not stop a run
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()
