"""Letters that the tests of this folder write themselves; no word of them is from a real one."""

from __future__ import annotations

from ofsted_extract.facts import read_facts
from ofsted_extract.letter import Facts, Line, Page, RawLetter, Source, StructuredLetter
from ofsted_extract.read import read_bytes
from ofsted_extract.structure import structure_letter

#: A line: its text ("# " in front of a heading); with its left edge; with the number of lines that
#: it stands higher than it would (the first line of the next cell); None leaves a gap.
Printed = str | tuple[str, float] | tuple[str, float, int] | None


def markdown(text: str) -> StructuredLetter:
    return structure_letter(read_bytes(text.encode(), "letter.md"))


def facts_of(text: str) -> Facts:
    return read_facts(markdown(text))


def printed(*pages: list[Printed], pitch: float = 14.5) -> RawLetter:
    """Return a PDF's pages of lines, set in 12 points one under the other."""
    made = []
    for number, lines in enumerate(pages, 1):
        y, done = 760.0, []
        for line in lines:
            if line is None:
                y -= 2 * pitch
                continue
            text, x, up = line, 70.0, 0
            if isinstance(line, tuple):
                text, x, up = (*line, 0)[:3]
            heading = text.startswith("# ")
            y -= pitch * (1 - up) + 20.0 * heading
            size = 14.0 if heading else 12.0
            done.append(Line(text.removeprefix("# "), x=x, y=round(y, 1), size=size, bold=heading))
        made.append(Page(number, tuple(done), 595.0, 842.0))
    return RawLetter(Source("letter.pdf", "0" * 64, "pdf", "pdfium"), tuple(made))


FOCUSED_VISIT = """\
Ofsted
Piccadilly Gate

3 September 2021

Clara Dray
Director of Children’s Services
Northumberland County Council

Dear Clara Dray

## Focused visit to Northumberland children’s services

We came to Northumberland on 13 and 14 July 2021. \
The inspectors were Ada North, Her Majesty’s Inspector, and Ben O’Hara-West, Her Majesty’s Inspector.

Inspectors looked at young carers.

## Headline findings

Young carers are known. At the previous inspection their plans were found wanting. Since that inspection, plans have grown shorter.

## What needs to improve?

- How soon young carers are told who helps them.
- The audit of case records. (Enabler two, National Framework)

## Main findings

- Schools send word early.

Yours sincerely

Ada North
Her Majesty’s Inspector
"""
