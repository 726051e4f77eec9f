"""The group of all commands: what goes wrong in any of them is told in one place."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from ofsted_extract.cli.faults import tell

#: Wider than any terminal: help is as wide as the terminal that shows it.
_WIDEST = 10_000
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST}
#: What typer raises for wrong usage and shows itself; it exports only classes below this one.
_UsageError: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)


class Commands(TyperGroup):
    """Runs a command; an error becomes a sentence and an exit code (`faults`)."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, _UsageError, BrokenPipeError):
            raise  # typer's own, and a pipe that nobody reads any more: typer ends quietly
        except (Exception, KeyboardInterrupt) as error:
            raise typer.Exit(tell(error, debug=bool(ctx.params.get("debug")))) from error
