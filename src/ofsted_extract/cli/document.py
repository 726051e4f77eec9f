"""``ofsted-extract document LETTER``: one letter, read to the end."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ofsted_extract.write.formats import Format, format_of, formats

if TYPE_CHECKING:
    from ofsted_extract.letter import Letter

#: What is made for people to read, besides the formats that files can have.
TABLE, SUMMARY = "table", "summary"
#: The document that comes from standard input.
STDIN = "-"


class ReaderName(StrEnum):
    """The PDF readers."""

    PDFIUM = "pdfium"
    PDFPLUMBER = "pdfplumber"


class OcrName(StrEnum):
    """Which pages are recognised as pictures."""

    AUTO = "auto"
    NEVER = "never"
    ALWAYS = "always"


def document(
    letter: Annotated[
        str, typer.Argument(help="A letter or report, or - to read one from standard input.")
    ],
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="|".join((TABLE, *formats(), SUMMARY)),
            help="Default: as the output file is named, a table for a person at a terminal, "
            "CSV into a pipe.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of stdout.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also the sentences without a finding.")
    ] = False,
    model: Annotated[
        str, typer.Option(help="default, rules, or the folder of a trained pipeline.")
    ] = "default",
    reader: Annotated[ReaderName, typer.Option(help="How PDFs are read.")] = ReaderName.PDFIUM,
    ocr: Annotated[
        OcrName,
        typer.Option(help="Recognise text: on pages that are pictures, on none, on all."),
    ] = OcrName.AUTO,
) -> None:
    """Read one letter: its facts, and every sentence with finding, theme and page."""
    from ofsted_extract.classify.models import ModelError  # noqa: PLC0415
    from ofsted_extract.errors import DocumentError  # noqa: PLC0415
    from ofsted_extract.extraction import Extractor  # noqa: PLC0415

    chosen = choose_format(output_format, output)
    extractor = Extractor(model, reader=reader.value, ocr=ocr.value)
    try:
        if letter == STDIN:
            read = extractor.read_bytes(sys.stdin.buffer.read(), STDIN)
        else:
            read = extractor.read(letter)
    except DocumentError as error:
        _stop(f"{letter}: {error.reason.value}: {error.message}")
    except (FileNotFoundError, ModelError) as error:
        _stop(str(error))
    for warning in read.warnings:
        typer.echo(f"warning: {warning}", err=True)
    content = render(read, chosen, every)
    if output is not None:
        output.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def choose_format(name: str | None, output: Path | None) -> str | Format:
    """Return a format of files, `TABLE` or `SUMMARY`; ends the command where none is right."""
    if name is not None and name not in (TABLE, SUMMARY, *formats()):
        _stop(f"--format {name} is not known; it can be {', '.join((TABLE, *formats(), SUMMARY))}")
    if output is None:
        if name is None:
            return TABLE if sys.stdout.isatty() else formats()["csv"]
        if name in formats() and not formats()[name].text:
            _stop(f"--format {name} needs --output FILE: it is no text")
        return formats().get(name, name)
    try:
        by_suffix = format_of(output)
    except ValueError as error:
        if name is None:
            _stop(f"--output {output}: {error}, or give --format")
        return formats().get(name, name)
    if name is not None and name != by_suffix.name:
        _stop(f"--output {output} is a name for {by_suffix.name}, and --format says {name}")
    return by_suffix


def render(letter: Letter, chosen: str | Format, every: bool) -> bytes:
    """Return the letter in a format of files, or as `TABLE` or `SUMMARY`; text is UTF-8."""
    if chosen == TABLE:
        from ofsted_extract.cli.tables import letter_table  # noqa: PLC0415

        return letter_table(letter, every).encode()
    if not isinstance(chosen, Format):
        from ofsted_extract.report.summary import summary  # noqa: PLC0415

        return summary(letter).encode()
    from ofsted_extract.write.rows import letter_rows, with_findings  # noqa: PLC0415

    tables = letter_rows(letter)
    if not every:
        tables = with_findings(tables)
    return chosen.write(tables if chosen.holds == "tables" else {"sentences": tables["sentences"]})


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)
