"""``ofsted-extract document LETTER``: one letter, read to the end."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ofsted_extract.letter import Letter


class Format(StrEnum):
    """What ``document`` can print."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"
    SUMMARY = "summary"


class ReaderName(StrEnum):
    """The PDF readers."""

    PDFIUM = "pdfium"
    PDFPLUMBER = "pdfplumber"


def document(
    letter: Annotated[Path, typer.Argument(help="A letter or report: PDF, text or Markdown.")],
    output_format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Default: a table for a person at a terminal, CSV into a pipe."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of stdout.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also the sentences without a finding.")
    ] = False,
    model: Annotated[
        str, typer.Option(help="default, fast, rules, or the folder of a trained pipeline.")
    ] = "default",
    reader: Annotated[ReaderName, typer.Option(help="How PDFs are read.")] = ReaderName.PDFIUM,
) -> None:
    """Read one letter: its facts, and every sentence with finding, theme and page."""
    from ofsted_extract.classify.models import ModelError  # noqa: PLC0415
    from ofsted_extract.errors import DocumentError  # noqa: PLC0415
    from ofsted_extract.extraction import Extractor  # noqa: PLC0415

    if output_format is None:
        to_person = output is None and sys.stdout.isatty()
        output_format = Format.TABLE if to_person else Format.CSV
    if output_format is Format.PARQUET and output is None:
        _stop("--format parquet needs --output FILE: Parquet is no text", 2)
    try:
        read = Extractor(model, reader=reader.value).read(letter)
    except DocumentError as error:
        _stop(f"{letter}: {error.reason.value}: {error.message}", 2)
    except (FileNotFoundError, ModelError) as error:
        _stop(str(error), 2)
    for warning in read.warnings:
        typer.echo(f"warning: {warning}", err=True)
    content = render(read, output_format, every)
    if output is not None:
        output.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def render(letter: Letter, output_format: Format, every: bool) -> bytes:
    """Return the letter in one of the formats; text is UTF-8."""
    match output_format:
        case Format.TABLE:
            from ofsted_extract.cli.tables import letter_table  # noqa: PLC0415

            return letter_table(letter, every).encode()
        case Format.SUMMARY:
            from ofsted_extract.report.summary import summary  # noqa: PLC0415

            return summary(letter).encode()
        case Format.JSON:
            from ofsted_extract.write.json import letter_json  # noqa: PLC0415

            return letter_json(letter, everything=every).encode()
        case Format.JSONL:
            from ofsted_extract.write.json import letter_jsonl  # noqa: PLC0415

            return "".join(letter_jsonl(letter, everything=every)).encode()
        case Format.CSV | Format.PARQUET:
            return _sentences(letter, output_format, every)


def _sentences(letter: Letter, output_format: Format, every: bool) -> bytes:
    from ofsted_extract.schema import SENTENCES  # noqa: PLC0415
    from ofsted_extract.write.rows import letter_rows  # noqa: PLC0415

    rows = [row for row in letter_rows(letter)["sentences"] if every or row["finding"] != "none"]
    if output_format is Format.CSV:
        from ofsted_extract.write.csv import csv_text  # noqa: PLC0415

        return csv_text(SENTENCES, rows).encode()
    from ofsted_extract.write.arrow import parquet_bytes  # noqa: PLC0415

    return parquet_bytes(SENTENCES, rows)


def _stop(message: str, code: int) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(code)
