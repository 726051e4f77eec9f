"""Make ``authorities.csv`` and ``statistical_neighbours.csv`` of ``src/ofsted_extract/data``.

    python scripts/make_authorities.py [LOOKUP]

``LOOKUP`` is the local authority lookup (one row per authority of today, with Ofsted's URN, the
GSS code and the region); by default ``../shared/reference/local_authority_lookup.csv``. What it
does not hold stands in two files that people keep by hand: ``authority_history.csv`` (authorities
that were split, merged or renamed, with the GSS code of each period) and ``authority_aliases.csv``
(other names, and the trusts and companies that run a council's service: the council is the
authority).

Statistical neighbours are the lookup's column ``stat_neighbours_la_code``: for each authority the
GSS codes of those that the children's services model of the Department for Education and NFER
takes for the most alike, nearest first. Its older model (``stat_neighbours_previous``) is left out.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOOKUP = HERE.parent.parent / "shared" / "reference" / "local_authority_lookup.csv"
DATA = HERE.parent / "src" / "ofsted_extract" / "data"
COLUMNS = ("name", "aliases", "slug", "gss_code", "urn", "region", "valid_from", "valid_to")
NEIGHBOUR_COLUMNS = ("gss_code", "neighbours")

#: Names of the lookup that nobody says.
PLAIN = {
    "Bedford Borough": "Bedford",
    "Bristol, City of": "Bristol",
    "County Durham": "Durham",
    "Kingston Upon Hull, City of": "Kingston upon Hull",
    "St. Helens": "St Helens",
}


def slug(name: str) -> str:
    """Return ``name`` in lower case, words joined by hyphens: a folder name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def rows(lookup: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return one row per authority and period with one GSS code, in order of name and time."""
    history = read(HERE / "authority_history.csv")
    aliases: dict[str, list[str]] = defaultdict(list)
    for row in read(HERE / "authority_aliases.csv"):
        aliases[row["name"]].append(row["alias"])
    told = {row["name"] for row in history}
    made = [
        {
            "name": name,
            "gss_code": row["la_code_new"],
            "urn": row["urn"],
            "region": row["region_name"],
            "valid_from": "",
            "valid_to": "",
        }
        for row in lookup
        if row["country"] == "England"
        and (name := PLAIN.get(row["local_authority_ons_name"], row["local_authority_ons_name"]))
        not in told
    ]
    made += [{key: row[key] for key in COLUMNS if key in row} for row in history]
    unknown = set(aliases) - {row["name"] for row in made}
    if unknown:
        raise SystemExit(f"authority_aliases.csv names unknown authorities: {sorted(unknown)}")
    for row in made:
        row["slug"] = slug(row["name"])
        row["aliases"] = ";".join(aliases[row["name"]])
    return sorted(made, key=lambda row: (row["name"], row["valid_to"] or "9999"))


def neighbour_rows(lookup: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return one row per authority that has neighbours, in order of its GSS code."""
    made = [
        {
            "gss_code": row["la_code_new"],
            "neighbours": ";".join(re.findall(r"\w+", row["stat_neighbours_la_code"])),
        }
        for row in lookup
        if row["country"] == "England" and row["stat_neighbours_la_code"].strip()
    ]
    return sorted(made, key=lambda row: row["gss_code"])


def write(name: str, columns: tuple[str, ...], made: list[dict[str, str]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(made)


def main(arguments: list[str]) -> None:
    lookup = read(Path(arguments[0]) if arguments else LOOKUP)
    write("authorities.csv", COLUMNS, rows(lookup))
    write("statistical_neighbours.csv", NEIGHBOUR_COLUMNS, neighbour_rows(lookup))


if __name__ == "__main__":
    main(sys.argv[1:])
