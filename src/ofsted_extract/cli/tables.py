"""A letter as a readable table for a person at a terminal."""

from __future__ import annotations

import io
import shutil

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ofsted_extract.letter import Letter
from ofsted_extract.names import FINDING
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


def letter_table(letter: Letter, every: bool) -> str:
    """Return facts, grades, recommendations and sentences as text with terminal colours."""
    console = Console(
        file=io.StringIO(),
        force_terminal=True,
        width=max(shutil.get_terminal_size((100, 24)).columns, 60),
    )
    console.print(_facts(letter))
    console.print(_sentences(letter, every))
    console.print(_closing(letter))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def _facts(letter: Letter) -> Table:
    facts = letter.facts
    table = Table(box=None, show_header=False, title=facts.authority or "Unknown authority")
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
            table.add_row(name, Text(value))
    return table


def _sentences(letter: Letter, every: bool) -> Table:
    names = {theme.id: theme.name for theme in all_themes()}
    table = Table("page", "", "sentence", "themes", box=None, expand=True)
    for unit, labels in zip(letter.structured.units, letter.labels, strict=True):
        if labels.finding == "none" and not every:
            continue
        sign, style = FINDING_STYLES[labels.finding]
        themes = ", ".join(names[theme] for theme in labels.themes)
        table.add_row(
            str(unit.page), Text(sign, style=style), Text(unit.text, style=style), Text(themes)
        )
    return table


def _closing(letter: Letter) -> Text:
    findings = [labels.finding for labels in letter.labels]
    parts = [
        f"{FINDING_STYLES[name][0]} {findings.count(name)} {name}"
        for name in ("strength", "weakness", "mixed", "recommendation")
    ]
    recommendations = len(letter.facts.recommendations)
    parts.append(f"{recommendations} recommendation(s) to the authority")
    return Text("  ".join(parts), style="bold")
