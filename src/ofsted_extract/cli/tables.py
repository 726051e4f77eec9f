"""A letter as a readable table for a person at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ofsted_extract.cli.terminal import cell, drawn
from ofsted_extract.letter import Letter
from ofsted_extract.names import FINDING, UNKNOWN_AUTHORITY, number
from ofsted_extract.themes import all_themes

_COLOURS = {
    "strength": "green",
    "weakness": "red",
    "mixed": "yellow",
    "recommendation": "cyan",
    "none": "dim",
}
#: Sign and colour of each finding; the sign tells it without colour too, and no finding has none.
FINDING_STYLES = {
    name: (FINDING[name].sign if name != "none" else " ", colour)
    for name, colour in _COLOURS.items()
}


def letter_table(letter: Letter, every: bool, *, coloured: bool) -> str:
    """Return facts, grades, recommendations and sentences as text, as wide as the terminal."""

    def draw(console: Console) -> None:
        console.print(_facts(letter))
        console.print(_sentences(letter, every))
        console.print(_closing(letter))

    return drawn(draw, coloured=coloured)


def _facts(letter: Letter) -> Table:
    facts = letter.facts
    table = Table(box=None, show_header=False, title=cell(facts.authority or UNKNOWN_AUTHORITY))
    table.add_column(style="bold")
    table.add_column()
    dates = " to ".join(str(day) for day in (facts.visit_start, facts.visit_end) if day)
    rows = (
        ("kind", facts.document_kind.replace("_", " ")),
        ("visit", dates),
        ("published", str(facts.published_on or "")),
        ("lead inspector", facts.lead_inspector),
        ("inspectors", ", ".join(facts.inspectors)),
        *(
            (judgement.judgement.replace("_", " "), judgement.grade.replace("_", " "))
            for judgement in facts.judgements
        ),
    )
    for name, value in rows:
        if value:
            table.add_row(name, cell(value))
    return table


def _sentences(letter: Letter, every: bool) -> Table:
    names = {theme.id: theme.name for theme in all_themes()}
    table = Table("page", "", "sentence", "themes", box=None, expand=True)
    for unit, labels in zip(letter.structured.units, letter.labels, strict=True):
        if labels.finding == "none" and not every:
            continue
        sign, style = FINDING_STYLES[labels.finding]
        themes = ", ".join(names[theme] for theme in labels.themes)
        table.add_row(str(unit.page), cell(sign, style), cell(unit.text, style), cell(themes))
    return table


def _closing(letter: Letter) -> Text:
    findings = [labels.finding for labels in letter.labels]
    parts = [
        f"{FINDING_STYLES[name][0]} {findings.count(name)} {name}"
        for name in ("strength", "weakness", "mixed", "recommendation")
    ]
    asked = number(len(letter.facts.recommendations), "recommendation")
    parts.append(f"{asked} to the authority")
    return Text("  ".join(parts), style="bold")
