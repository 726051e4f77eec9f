"""How many facts are read right: the gold file against what ``read_facts`` says.

    python benchmarks/facts.py [--shared ../shared] [--dataset FOLDER] [--peer]

Prints the share of right fields for reports of 2018 and later, for those before, and for letters,
apart for the authorities of the test split (``labels/split.csv``), and every miss.
``--dataset`` takes the facts from what ``ofsted-extract batch`` wrote to ``FOLDER`` instead of
calling ``read_facts``. ``--peer`` compares with the public inspection history instead
(``docs/facts.md`` says who is right where the two differ).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from ofsted_extract.errors import DocumentError
from ofsted_extract.facts import read_facts
from ofsted_extract.letter import Facts
from ofsted_extract.read import read_letter
from ofsted_extract.structure import structure_letter

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "tests" / "gold" / "facts.json"
SPLIT = ROOT / "labels" / "split.csv"
PEER = "reference/peer_inspection_history.csv"
#: Reports of this year and later are held under the frameworks of today.
TODAY = 2018


def facts_of(path: Path) -> Facts:
    return read_facts(structure_letter(read_letter(path)))


def as_gold(facts: Facts) -> dict[str, Any]:
    """Return ``facts`` in the fields of the gold file."""

    def iso(day: date | None) -> str:
        return day.isoformat() if day else ""

    return {
        "kind": facts.document_kind,
        "framework": facts.framework,
        "authority": facts.authority,
        "gss": facts.gss_code,
        "visit_start": iso(facts.visit_start),
        "visit_end": iso(facts.visit_end),
        "published_on": iso(facts.published_on),
        "lead_inspector": facts.lead_inspector,
        "inspectors": sorted(facts.inspectors),
        "addressee": facts.addressee,
        "judgements": sorted([j.judgement, j.grade, j.page] for j in facts.judgements),
        "previous": bool(facts.previous_visit),
        "scope": ends_of(facts.scope),
        "scope_bullets": len(facts.visit_kloes),
        "inspectorates": sorted(facts.inspectorates),
        "outcome": facts.outcome,
        "recommendations": len(facts.recommendations),
        "immediate": sum(r.priority == "immediate" for r in facts.recommendations),
        "priority": sum(r.priority == "priority" for r in facts.recommendations),
    }


def ends_of(text: str) -> list[str]:
    """Return the first three and the last three words of ``text``: the gold file holds no more."""
    words = re.findall(r"[\w'()-]*\w[\w'()-]*", text.replace("’", "'").replace("‘", "'"))
    plain = [word.strip("'()-").lower() for word in words]
    return [" ".join(plain[:3]), " ".join(plain[-3:])] if plain else []


def gold_rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(GOLD.read_text(encoding="utf-8").replace("’", "'"))
    return rows


def read_row(row: dict[str, Any], shared: Path) -> dict[str, Any]:
    """Return what ``read_facts`` says of the document of a gold row."""
    path = shared / row["path"]
    if hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
        raise SystemExit(f"{path} is not the file of the gold row")
    return as_gold(facts_of(path))


def dataset_rows(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what a dataset says of each document, by the SHA-256 of its file."""
    tables = {
        name: pd.read_parquet(folder / "parquet" / name).fillna("")
        for name in ("documents", "judgements", "recommendations")
    }
    found = {}
    for row in tables["documents"].to_dict("records"):
        same = {
            name: table[table.document_id == row["document_id"]] for name, table in tables.items()
        }
        grades = same["judgements"][["judgement", "grade", "page"]].values.tolist()
        urgency = list(same["recommendations"].priority)
        names = ("visit_start", "visit_end", "published_on")
        straight = ("authority", "framework", "lead_inspector", "addressee")
        found[row["source_sha256"]] = {
            "kind": row["document_kind"],
            "gss": row["gss_code"],
            **{name: str(row[name])[:10] for name in names},
            **{name: str(row[name]).replace("’", "'") for name in straight},
            "inspectors": sorted(name.replace("’", "'") for name in row["inspectors"]),
            "judgements": sorted(grades),
            "previous": bool(row["previous_visit"]),
            "scope": ends_of(row["scope"]),
            "scope_bullets": len(row["visit_kloes"]),
            "inspectorates": sorted(row["inspectorates"]),
            "outcome": row["outcome"],
            "recommendations": len(urgency),
            "immediate": urgency.count("immediate"),
            "priority": urgency.count("priority"),
        }
    return found


def differences(row: dict[str, Any], read: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    """Yield (field, gold, read) for every field, equal or not; fields without gold are left out."""
    counted = row["recommendations"] is not None
    for field, value in read.items():
        if field not in row:
            continue
        if not counted and field in ("recommendations", "immediate", "priority"):
            continue
        gold = row[field]
        if field == "scope":
            gold = [each for part in gold for each in ends_of(part)[:1]]
        elif isinstance(gold, list):
            gold = sorted(gold)
        yield field, gold, value


def _group(row: dict[str, Any], held: set[str]) -> str:
    """Return which figure a row counts for."""
    if row["path"].startswith("letters/"):
        authority = row["path"].split("/")[2]
        return f"letters, {'test' if authority in held else 'other'} authorities"
    start = row["visit_start"]
    return (
        "reports before 2018" if start and int(start[:4]) < TODAY else "reports of 2018 and later"
    )


def compare_gold(shared: Path, dataset: Path | None) -> bool:
    with SPLIT.open(encoding="utf-8", newline="") as handle:
        held = {row["authority"] for row in csv.DictReader(handle) if row["split"] == "test"}
    written = dataset_rows(dataset) if dataset else {}
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    for row in gold_rows():
        era = _group(row, held)
        found = written[row["sha256"]] if dataset else read_row(row, shared)
        for field, gold, read in differences(row, found):
            total[era] += 1
            right[era] += gold == read
            if gold != read:
                fields[field] += 1
                print(f"MISS {row['path']}: {field}: gold {gold!r}, read {read!r}")
    for era in sorted(total):
        print(f"{era}: {right[era]} of {total[era]} fields right ({right[era] / total[era]:.2%})")
    print(f"misses by field: {dict(fields) or 'none'}")
    return not fields


# ---------------------------------------------------------------------------------- peer

_PEER_GRADES = {
    "overall_effectiveness_grade": ("overall_effectiveness",),
    "impact_of_leaders_grade": ("impact_of_leaders",),
    "help_and_protection_grade": ("help_and_protection",),
    "in_care_grade": ("in_care", "in_care_and_care_leavers"),
    "care_leavers_grade": ("care_leavers",),
}
_NO_GRADE = ("", "data_unreadable", "inspection_pre_dates_judgement", "not_reported_post_reform")


def compare_peer(shared: Path) -> None:
    with (shared / PEER).open(encoding="utf-8-sig", newline="") as handle:
        peer = list(csv.DictReader(handle))
    shared_files = {
        (path.parent.name, path.name): path for path in (shared / "corpus").glob("*/*.pdf")
    }
    compared = 0
    for row in peer:
        path = shared_files.get((f"{row['urn']}_{row['local_authority']}", row["pdf_filename"]))
        if path is None:
            continue
        try:
            facts = facts_of(path)
        except DocumentError as error:
            print(f"{path.parent.name}/{path.name}: not readable ({error.reason})")
            continue
        compared += 1
        for field, theirs, ours in _peer_fields(row, facts):
            if theirs != ours:
                print(f"{path.parent.name}/{path.name}: {field}: peer {theirs!r}, ours {ours!r}")
    print(f"{compared} shared reports compared")


def _peer_fields(row: dict[str, str], facts: Facts) -> Iterator[tuple[str, str, str]]:
    for column, day in (
        ("inspection_start_date", facts.visit_start),
        ("inspection_end_date", facts.visit_end),
    ):
        theirs = row[column]
        with suppress(ValueError):
            theirs = datetime.strptime(theirs, "%d/%m/%Y").date().isoformat()
        yield column, theirs, day.isoformat() if day else ""
    yield "inspector_name", row["inspector_name"], facts.lead_inspector
    length = "short" if "short" in facts.framework else "standard"
    yield "inspection_framework", row["inspection_framework"], length
    grades = {j.judgement: j.grade for j in facts.judgements}
    for column, names in _PEER_GRADES.items():
        ours = next((grades[name] for name in names if name in grades), "")
        theirs = "" if row[column] in _NO_GRADE else row[column].replace(" ", "_")
        yield column, theirs, ours


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--peer", action="store_true")
    arguments = parser.parse_args()
    if arguments.peer:
        compare_peer(arguments.shared)
    else:
        sys.exit(not compare_gold(arguments.shared, arguments.dataset))


if __name__ == "__main__":
    main()
