"""How well the rules alone tag the labelled sentences, on authorities kept apart and on the rest.

    python benchmarks/rules.py ANNOTATION [--split labels/split.csv] [--errors N]

ANNOTATION is the folder with ``train/`` and ``train2/``. Sections are told by the headings of the
labelled text (a list under "What needs to improve" holds recommendations). Where there is no split
file, a quarter of the authorities is kept apart by the hash of their name. Prints Markdown.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.language import Language

from ofsted_extract.classify.doc import RULES, make_doc
from ofsted_extract.classify.rules import decide
from ofsted_extract.letter import Role, Unit, UnitKind, UnitLabels
from ofsted_extract.themes import all_themes

KINDS = {"h": UnitKind.HEADING, "b": UnitKind.BULLET, "s": UnitKind.SENTENCE}
PROGRESS = {"+": "improved", "-": "declined", "=": "no_change", ".": "none"}
IMPROVE = re.compile(
    r"^(what (does .{0,40} )?needs? to (be )?improved?\??:?\d?"
    r"|areas? for (improvement|priority action)"
    r":?|recommendations|priority actions?.*|what does the .{0,40} need to improve\??)$",
    re.I,
)
JUDGED = re.compile(r"^(the experiences and progress of|the impact of leaders on) .*: ", re.I)
LINE = re.compile(r"(\d+) ([hbs]) \| (.*)")


@dataclass(frozen=True)
class Gold:
    """One labelled unit."""

    batch: str
    number: int
    authority: str
    finding: str
    themes: frozenset[str]
    progress: str
    unit: Unit

    @property
    def is_finding(self) -> bool:
        return self.finding != "N"


def read_gold(folder: Path) -> list[list[Gold]]:
    """Return the labelled units, stretch by stretch."""
    theme_of = {theme.code: theme.id for theme in all_themes()}
    stretches = []
    for part in ("train", "train2"):
        index = json.loads((folder / part / "index.json").read_text())
        for entry in index:
            base = folder / part / entry["batch"]
            labels = {
                row[0]: row
                for line in base.with_suffix(".labels").read_text().splitlines()
                if len(row := line.split("|")) >= 4
            }
            lines = [
                found.groups()
                for line in base.with_suffix(".txt").read_text().splitlines()
                if (found := LINE.match(line)) and found.group(1) in labels
            ]
            stretches.append(
                [
                    Gold(
                        f"{part}/{entry['batch']}",
                        unit.position,
                        entry["la"],
                        labels[number][1],
                        frozenset(
                            theme_of[c] for c in labels[number][2].split(",") if c in theme_of
                        ),
                        PROGRESS[labels[number][3]],
                        unit,
                    )
                    for (number, _, _), unit in zip(
                        lines, _units(lines, entry["head"]), strict=True
                    )
                ]
            )
    return stretches


def _units(lines: Sequence[Sequence[str]], head: int) -> Iterable[Unit]:
    section, role = "", Role.FINDINGS
    for position, (_, letter, text) in enumerate(lines, start=1):
        if position == head + 1:
            section, role = "", Role.FINDINGS
        kind = KINDS[letter]
        if IMPROVE.match(text.strip()):
            kind, section, role = UnitKind.HEADING, text, Role.RECOMMENDATIONS
        elif kind is UnitKind.HEADING or JUDGED.match(text):
            section, role = text, Role.FINDINGS
        asks = role is Role.RECOMMENDATIONS and kind is UnitKind.BULLET
        yield Unit(
            position, kind, text, 1, f"p{position}", position, section, (section,), role,
            demand=position if asks else 0,
        )  # fmt: skip


def tag(nlp: Language, stretch: Sequence[Gold]) -> list[UnitLabels]:
    """Return the decision of the rules for every unit of a stretch."""
    doc = make_doc(nlp, tuple(gold.unit for gold in stretch), "ilacs_inspection")
    doc = nlp.get_pipe("ofsted_rules")(doc)
    return [decide(label) for label in doc.user_data[RULES]]


def f1(gold: Sequence[bool], said: Sequence[bool]) -> tuple[float, float, float, int]:
    """Return precision, recall, F1 and the number of gold units."""
    hits = sum(a and b for a, b in zip(gold, said, strict=True))
    precision = hits / max(1, sum(said))
    recall = hits / max(1, sum(gold))
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0, sum(gold)


def tables(pairs: Sequence[tuple[Gold, UnitLabels]]) -> str:
    """Return the tables as Markdown."""
    body = [(g, s) for g, s in pairs if g.unit.kind is not UnitKind.HEADING]
    rows = ["| label | precision | recall | F1 | n |", "|---|---|---|---|---|"]
    values = {}

    def row(name: str, gold: Sequence[bool], said: Sequence[bool]) -> None:
        precision, recall, score, n = f1(gold, said)
        values[name] = score
        rows.append(f"| {name} | {precision:.3f} | {recall:.3f} | {score:.3f} | {n} |")

    row("strength", ["S" in g.finding for g, _ in body], [s.is_strength for _, s in body])
    row("weakness", ["W" in g.finding for g, _ in body], [s.is_weakness for _, s in body])
    row(
        "recommendation",
        [g.finding == "R" for g, _ in body],
        [s.is_recommendation for _, s in body],
    )
    rows.append(f"| macro of the three | | | {sum(values.values()) / 3:.3f} | |")
    row("mixed", [g.finding == "SW" for g, _ in body], [s.finding == "mixed" for _, s in body])
    row("none", [g.finding == "N" for g, _ in body], [s.finding == "none" for _, s in body])
    findings = [(g, s) for g, s in body if g.is_finding]
    values.clear()
    for theme in all_themes():
        row(
            theme.id,
            [theme.id in g.themes for g, _ in findings],
            [theme.id in s.themes for _, s in findings],
        )
    micro = f1(
        [theme.id in g.themes for g, _ in findings for theme in all_themes()],
        [theme.id in s.themes for _, s in findings for theme in all_themes()],
    )
    rows.append("| themes, micro | {:.3f} | {:.3f} | {:.3f} | {} |".format(*micro))
    rows.append(f"| themes, macro | | | {sum(values.values()) / len(values):.3f} | |")
    values.clear()
    for change in ("improved", "declined", "no_change", "none"):
        row(
            f"progress {change}",
            [g.progress == change for g, _ in findings],
            [s.progress == change for _, s in findings],
        )
    rows.append(f"| progress, macro | | | {sum(values.values()) / 4:.3f} | |")
    return "\n".join(rows)


def kept_apart(authority: str, split: dict[str, str]) -> bool:
    """Say whether an authority is kept apart for the test."""
    if split:
        return split[authority] == "test"
    return int(hashlib.sha256(authority.encode()).hexdigest(), 16) % 4 == 0


def read_split(path: Path | None) -> dict[str, str]:
    """Return authority -> "train" or "test" from a split file, empty where there is none."""
    if path is None or not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8") as handle:
        return {row["authority"]: row["split"] for row in csv.DictReader(handle)}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("annotation", type=Path)
    parser.add_argument("--split", type=Path, default=Path("labels/split.csv"))
    parser.add_argument("--errors", type=int, default=0, help="list N wrong findings by reference")
    options = parser.parse_args()
    split = read_split(options.split)
    nlp = spacy.blank("en")
    nlp.add_pipe("ofsted_rules")
    stretches = read_gold(options.annotation)
    pairs: dict[bool, list[tuple[Gold, UnitLabels]]] = {False: [], True: []}
    began = time.perf_counter()
    for stretch in stretches:
        for gold, said in zip(stretch, tag(nlp, stretch), strict=True):
            pairs[kept_apart(gold.authority, split)].append((gold, said))
    seconds = time.perf_counter() - began
    units = sum(map(len, stretches))
    words = sum(len(gold.unit.text.split()) for stretch in stretches for gold in stretch)
    print(f"{units} units in {seconds:.1f} s with the tokenizer: {words / seconds:,.0f} words/s\n")
    for apart, name in (
        (False, "authorities the cues were chosen on"),
        (True, "authorities kept apart"),
    ):
        authorities = len({gold.authority for gold, _ in pairs[apart]})
        print(f"### {name} ({authorities})\n\n{tables(pairs[apart])}\n")
    wrong = [
        (g, s)
        for g, s in pairs[True]
        if {"S": "strength", "W": "weakness", "SW": "mixed", "R": "recommendation", "N": "none"}[
            g.finding
        ]
        != s.finding
    ]
    for gold, said in wrong[: options.errors]:
        print(
            f"{gold.batch} {gold.number}: {gold.finding} read as {said.finding} ({said.evidence})"
        )


if __name__ == "__main__":
    main()
