"""What share of the points that journalists chose from a letter its summary holds.

    python benchmarks/summary.py DOCUMENTS [--model default] [--by-point]

DOCUMENTS is a folder below which the letters are that tests/gold/summary.json names by SHA-256.
A point counts as held where the summary quotes the very sentence that the article used ("same"),
or also one of those that a reader listed as saying the same thing ("same or equivalent"). The
share that so many sentences taken at random from the same sides would hold is printed beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from ofsted_extract.extraction import Extractor
from ofsted_extract.letter import Letter
from ofsted_extract.report.summary import Point, choose, points
from ofsted_extract.write.corrections import text_hash

GOLD = Path(__file__).parents[1] / "tests" / "gold" / "summary.json"
KINDS = ("strength", "weakness", "recommendation")


def held(letter: Letter) -> dict[str, set[str]]:
    """Return the hashes of the sentences that the summary of ``letter`` quotes, by kind."""
    quoted: dict[str, list[Point]] = {
        "strength": choose(points(letter, "strength")),
        "weakness": choose(points(letter, "weakness")),
    }
    found = {
        kind: {text_hash(each.unit.text) for each in chosen} for kind, chosen in quoted.items()
    }
    units = letter.structured.units
    found["recommendation"] = {
        text_hash(units[position - 1].text)
        for each in letter.facts.recommendations
        for position in each.positions
    }
    return found


def by_chance(letter: Letter, kind: str, quoted: int, wanted: list[set[str]]) -> float:
    """Return the share of points that as many sentences drawn at random would hold."""
    if kind == "recommendation":
        return 1.0
    everything = {
        text_hash(each.unit.text)
        for each in points(letter, "strength" if kind == "strength" else "weakness")
    }
    share = min(quoted / max(len(everything), 1), 1.0)
    chances = [1 - (1 - share) ** len(names & everything) for names in wanted]
    return sum(chances) / len(chances)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("documents", type=Path)
    parser.add_argument("--model", default="default")
    parser.add_argument("--by-point", action="store_true")
    options = parser.parse_args()
    gold: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for point in json.loads(GOLD.read_text(encoding="utf-8")):
        gold[point["letter_sha256"]].append(point)
    extractor = Extractor(options.model)
    for path in sorted(options.documents.rglob("*")):
        if path.suffix not in {".pdf", ".txt"} or not path.is_file():
            continue
        chosen = gold.get(hashlib.sha256(path.read_bytes()).hexdigest(), [])
        if chosen:
            report(extractor.read(path), chosen, options.by_point)


def report(letter: Letter, gold: list[dict[str, Any]], by_point: bool) -> None:
    """Print one letter's figures."""
    quoted = held(letter)
    facts = letter.facts
    print(f"\n{facts.authority} {facts.visit}, model {letter.model_version}")
    print(
        f"{'':16} {'chosen':>7} {'quoted':>7} {'same':>6} {'same or equivalent':>19} {'chance':>7}"
    )
    for kind in (*KINDS, "all"):
        part = [point for point in gold if kind in (point["kind"], "all")]
        same = [{each["hash"] for each in point["same"]} for point in part]
        wide = [
            names | {each["hash"] for each in point["equivalent"]}
            for names, point in zip(same, part, strict=True)
        ]
        got = [quoted[point["kind"]] for point in part]
        exact = sum(bool(a & b) for a, b in zip(same, got, strict=True))
        loose = sum(bool(a & b) for a, b in zip(wide, got, strict=True))
        number = len(quoted[kind]) if kind != "all" else sum(map(len, quoted.values()))
        chance = "" if kind == "all" else f"{by_chance(letter, kind, number, wide):7.2f}"
        print(
            f"{kind:16} {len(part):7} {number:7} {exact / len(part):6.2f} "
            f"{loose / len(part):19.2f} {chance:>7}"
        )
        if by_point and kind != "all":
            for point, a, b in zip(part, wide, got, strict=True):
                pages = sorted({each["page"] for each in point["same"]})
                state = "held" if a & b else "not held"
                print(f"    point {point['point']:2} (page {pages}): {state}")


if __name__ == "__main__":
    main()
