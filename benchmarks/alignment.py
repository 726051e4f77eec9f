"""How well the units of the output cover the labelled units of real reports.

    python benchmarks/alignment.py ANNOTATION CORPUS [--misses]

prints, for the labelled units that carry a finding: how many are found in the output's text, and
how many with the same bounds. Misses are named by stretch and number, never by their words.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ofsted_extract.read import read_letter
from ofsted_extract.structure import structure_letter

_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Labelled:
    """One labelled unit: where it stands in the annotation, its words, its finding code."""

    stretch: str
    number: str
    text: str
    finding: str


def plain(text: str) -> str:
    """Reduce text to letters and digits, so that hyphens, quotes and spaces do not count."""
    return _PLAIN.sub("", text.lower())


def stretches(annotation: Path) -> Iterator[tuple[dict[str, str], list[Labelled]]]:
    """Yield (index entry, labelled units) of every stretch below ``annotation``."""
    for folder in sorted(path.parent for path in annotation.glob("*/index.json")):
        for entry in json.loads((folder / "index.json").read_text(encoding="utf-8")):
            base = folder / entry["batch"]
            codes = dict(
                line.split("|")[:2]
                for line in base.with_suffix(".labels").read_text(encoding="utf-8").splitlines()
                if "|" in line
            )
            units = [
                Labelled(f"{folder.name}/{entry['batch']}", line[:3], line.split("|", 1)[1], code)
                for line in base.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
                if line[:3].isdigit() and (code := codes.get(line[:3]))
            ]
            yield entry, units


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("annotation", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--misses", action="store_true", help="name every miss")
    parser.add_argument("--show", action="store_true", help="show the words, for local use only")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    for entry, units in stretches(options.annotation):
        letter = structure_letter(read_letter(options.corpus / entry["la"] / entry["file"]))
        bounds = {plain(unit.text) for unit in letter.units}
        whole = "".join(plain(unit.text) for unit in letter.units)
        for unit in units:
            if unit.finding == "N":
                continue
            words = plain(unit.text)
            outcome = "same" if words in bounds else "found" if words in whole else "missed"
            counts[outcome] += 1
            if outcome != "same" and options.misses:
                shown = unit.text if options.show else ""
                print(f"{outcome:7s} {unit.stretch} {unit.number} {shown}")
    total = sum(counts.values())
    found = counts["same"] + counts["found"]
    print(f"units with a finding    {total}")
    print(f"found in the output     {found} ({found / total:.2%})")
    print(f"with the same bounds    {counts['same']} ({counts['same'] / total:.2%})")


if __name__ == "__main__":
    main()
