"""What a person sees at a terminal: nothing that a letter or a file name says can steer it.

Characters that steer a terminal (escape sequences, C1 codes, marks that turn the direction of
writing) are shown as what they are, and square brackets are no markup. What goes into a file or a
pipe is left as it is, and has no colours.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from ofsted_extract.names import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

#: Columns for a table that goes into a file or a pipe, and the fewest that one is drawn in.
_COLUMNS, _FEWEST = 100, 60


def say(message: object) -> None:
    """Print a message to a person, on stderr."""
    typer.echo(printable(str(message)), err=True)


def put(text: str) -> None:
    """Print data on stdout: as it is into a file or a pipe, harmless at a terminal."""
    sys.stdout.write(printable(text) if sys.stdout.isatty() else text)


def put_bytes(content: bytes) -> None:
    """Print data that are UTF-8 text on stdout, as `put` does."""
    if sys.stdout.isatty():
        put(content.decode())
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def console(*, err: bool = False) -> Console:
    """Return a console that takes no text for markup, colour codes or pictures."""
    from rich.console import Console  # noqa: PLC0415 - only where something is drawn

    return Console(stderr=err, markup=False, highlight=False, emoji=False)


def drawn(draw: Callable[[Console], None], *, coloured: bool) -> str:
    """Return what ``draw`` prints, as wide as the terminal; NO_COLOR takes the colours away."""
    from rich.console import Console  # noqa: PLC0415

    width = max(shutil.get_terminal_size((_COLUMNS, 24)).columns, _FEWEST)
    page = io.StringIO()
    draw(
        Console(
            file=page,
            width=width,
            force_terminal=coloured,
            color_system="auto" if coloured else None,
            markup=False,
            highlight=False,
            emoji=False,
        )
    )
    return page.getvalue()


def cell(text: str, style: str = "") -> Text:
    """Return text for a table, harmless and without markup."""
    from rich.text import Text  # noqa: PLC0415

    return Text(printable(text), style=style)
