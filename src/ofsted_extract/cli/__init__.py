"""The command line: thin commands, heavy imports inside them, data on stdout, messages on stderr.

What a command raises becomes a sentence and an exit code in `faults`; what letters and file names
say at a terminal goes through `terminal`.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ofsted_extract._version import __version__
from ofsted_extract.cli.batch import batch
from ofsted_extract.cli.brief import brief
from ofsted_extract.cli.document import document
from ofsted_extract.cli.export import export
from ofsted_extract.cli.fetch import fetch
from ofsted_extract.cli.group import SETTINGS, Commands
from ofsted_extract.cli.refresh import refresh
from ofsted_extract.cli.report import report
from ofsted_extract.cli.review import review
from ofsted_extract.cli.search import search
from ofsted_extract.cli.themes import themes
from ofsted_extract.cli.track import track
from ofsted_extract.cli.train import evaluate, train

app = typer.Typer(
    name="ofsted-extract",
    cls=Commands,
    context_settings=SETTINGS,
    help="Reads Ofsted's letters and reports on children's services, sentence by sentence.",
    no_args_is_help=True,
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
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            envvar="OFSTED_EXTRACT_DEBUG",
            help="Show the traceback of what goes wrong; give it before the command.",
        ),
    ] = False,
) -> None:
    pass


for _command in (
    document, batch, fetch, refresh, themes, search, export, report, brief, track, review, train,
    evaluate,
):  # fmt: skip
    # the whole first line: typer would cut it where the terminal ends
    app.command(short_help=(_command.__doc__ or "").partition("\n")[0])(_command)


def main() -> None:
    """Run the command line."""
    # letters print curly quotes and bullets; a console in another encoding must not stop a run
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()
