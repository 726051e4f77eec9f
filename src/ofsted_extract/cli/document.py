"""``ofsted-extract document LETTER``: one letter, read to the end."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ofsted_extract.cli.faults import Stopped
from ofsted_extract.cli.inputs import expanded
from ofsted_extract.cli.terminal import put_bytes, say
from ofsted_extract.write.csv import MARK
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
    from ofsted_extract.errors import DocumentError  # noqa: PLC0415
    from ofsted_extract.extraction import Extractor  # noqa: PLC0415
    from ofsted_extract.read.limits import read_within  # noqa: PLC0415

    chosen = choose_format(output_format, output)
    if output is not None and output.is_dir():
        raise Stopped(f"--output {output} is a folder; name a file in it")
    letter = _one(letter)
    extractor = Extractor(model, reader=reader.value, ocr=ocr.value)
    try:
        if letter == STDIN:
            data = read_within(sys.stdin.buffer, extractor.limits)
            read = extractor.read_bytes(data, STDIN)
        else:
            read = extractor.read(letter)
    except DocumentError as error:
        raise Stopped(f"{letter}: {error}") from error
    for warning in read.warnings:
        say(f"warning: {warning}")
    if output is not None:
        output.write_bytes(render(read, chosen, every))
        return
    content = render(read, chosen, every, coloured=sys.stdout.isatty())
    if chosen == TABLE:
        sys.stdout.write(content.decode())  # drawn for a terminal, where there is one
    else:
        put_bytes(content.removeprefix(MARK.encode()))


def choose_format(name: str | None, output: Path | None) -> str | Format:
    """Return a format of files, `TABLE` or `SUMMARY`; ends the command where none is right."""
    if name is not None and name not in (TABLE, SUMMARY, *formats()):
        known = ", ".join((TABLE, *formats(), SUMMARY))
        raise Stopped(f"--format {name} is not known; it can be {known}")
    if output is None:
        if name is None:
            return TABLE if sys.stdout.isatty() else formats()["csv"]
        if name in formats() and not formats()[name].text:
            raise Stopped(f"--format {name} needs --output FILE: it is no text")
        return formats().get(name, name)
    try:
        by_suffix = format_of(output)
    except ValueError as error:
        if name is None:
            raise Stopped(f"--output {output}: {error}, or give --format") from error
        return formats().get(name, name)
    if name is not None and name != by_suffix.name:
        raise Stopped(f"--output {output} is a name for {by_suffix.name}, and --format says {name}")
    return by_suffix


def render(letter: Letter, chosen: str | Format, every: bool, *, coloured: bool = False) -> bytes:
    """Return the letter in a format of files, or as `TABLE` or `SUMMARY`; text is UTF-8.

    ``coloured`` gives a table the codes of a terminal's colours.
    """
    if chosen == TABLE:
        from ofsted_extract.cli.tables import letter_table  # noqa: PLC0415

        return letter_table(letter, every, coloured=coloured).encode()
    if not isinstance(chosen, Format):
        from ofsted_extract.report.summary import summary  # noqa: PLC0415

        return summary(letter).encode()
    from ofsted_extract.write.rows import letter_rows, with_findings  # noqa: PLC0415

    tables = letter_rows(letter)
    if not every:
        tables = with_findings(tables)
    return chosen.write(tables if chosen.holds == "tables" else {"sentences": tables["sentences"]})


def _one(letter: str) -> str:
    """Return the path that a pattern means; shells on Windows leave patterns to programs."""
    found = expanded([letter])
    if len(found) > 1:
        raise Stopped(
            f"{letter} means {len(found):,} files; name one, or use the batch command for many"
        )
    return found[0]
