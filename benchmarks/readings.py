"""Whether a letter reads the same as PDF and as text: facts, recommendations and findings compared.

    python benchmarks/readings.py FOLDER... [--sample N] [--forms plain,layout,copied] [--show N]

Every PDF below the folders is put through poppler's ``pdftotext`` in three ways: ``plain`` (its
default), ``layout`` (``-layout``: columns stay side by side) and ``copied`` (one paragraph a line,
no page breaks, as a viewer's copied text is pasted). Each text is read as a .txt and compared with
the PDF: kind, authority, dates, inspectors, grades, texts of the recommendations, and the share of
the PDF's findings that the text has too (same letters and digits of the sentence, same finding).
Prints the documents that differ and a table by kind of document and form.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ofsted_extract.errors import DocumentError
from ofsted_extract.extraction import Extractor
from ofsted_extract.letter import Letter

FORMS = ("plain", "layout", "copied")
FACTS = ("kind", "authority", "dates", "inspectors", "grades", "recommendations")
_SEED = 12
_PARAGRAPH_LINE = 0.6  # of the widest lines: what is shorter was not broken by the margin
_ITEM = re.compile(r"\s*(?:[^\w\s\"'‘“(£]|\d{1,3}\.\s)")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One text form of one document against its PDF."""

    path: str
    kind: str
    form: str
    differing: tuple[str, ...]  # of FACTS
    findings: int
    found: int
    missing: tuple[str, ...]


def main() -> None:
    """Compare and print."""
    options = _options()
    files = sorted(file for folder in options.folder for file in folder.rglob("*.pdf"))
    if options.sample and options.sample < len(files):
        files = sorted(random.Random(_SEED).sample(files, options.sample))
    if not files:
        sys.exit("no PDF below the folders")
    forms = tuple(options.forms.split(","))
    results: list[Comparison] = []
    with ProcessPoolExecutor(options.workers) as pool:
        for found in pool.map(_compare, files, [forms] * len(files), chunksize=4):
            results.extend(found)
            for result in found:
                _print_difference(result, options.show)
    _print_table(results, forms)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="+", type=Path)
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="N documents, by chance")
    parser.add_argument("--forms", default=",".join(FORMS))
    parser.add_argument("--show", type=int, default=0, metavar="N", help="N missing findings each")
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args()


@cache
def _extractor() -> Extractor:
    return Extractor()


def _compare(file: Path, forms: tuple[str, ...]) -> list[Comparison]:
    try:
        pdf = _extractor().read(file)
    except DocumentError:
        return []
    wanted, findings = _facts(pdf), _findings(pdf)
    results = []
    for form in forms:
        text = _extractor().read_bytes(as_text(file, form).encode(), f"{file.stem}.txt")
        have, found = _facts(text), _findings(text)
        missing = findings - found
        results.append(
            Comparison(
                str(file),
                pdf.facts.document_kind,
                form,
                tuple(fact for fact in FACTS if wanted[fact] != have[fact]),
                findings.total(),
                findings.total() - missing.total(),
                tuple(f"{finding}: {words}" for words, finding in missing.elements()),
            )
        )
    return results


def as_text(file: Path, form: str) -> str:
    """Return the text of a PDF in one of ``FORMS``."""
    options = ["-layout"] if form != "plain" else []
    command = ["pdftotext", *options, "-enc", "UTF-8", str(file), "-"]
    text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    return "\n".join(_paragraphs(text)) if form == "copied" else text


def _paragraphs(text: str) -> Iterator[str]:
    """Join the lines of a paragraph; short lines and items stay lines of their own."""
    lines = [line.rstrip() for line in text.replace("\f", "\n\n").split("\n")]
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    full = _PARAGRAPH_LINE * lengths[int(len(lengths) * 0.9)] if lengths else 0
    held: list[str] = []
    for line in lines:
        words = re.sub(r"\s+", " ", line).strip()
        alone = words.isdigit()  # a page's number is never copied into a paragraph
        ends = not words or alone or _ITEM.match(line) or (held and len(held[-1]) < full)
        if held and ends:
            yield " ".join(held)
            held = []
        if words:
            held.append(words)
    if held:
        yield " ".join(held)


def _squash(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _facts(letter: Letter) -> dict[str, object]:
    facts = letter.facts
    return {
        "kind": facts.document_kind,
        "authority": facts.authority,
        "dates": (facts.visit_start, facts.visit_end, facts.published_on),
        "inspectors": facts.inspectors,
        "grades": sorted((row.judgement, row.grade) for row in facts.judgements),
        "recommendations": [_squash(row.text) for row in facts.recommendations],
    }


def _findings(letter: Letter) -> Counter[tuple[str, str]]:
    pairs = zip(letter.structured.units, letter.labels, strict=True)
    return Counter(
        (_squash(unit.text), labels.finding) for unit, labels in pairs if labels.finding != "none"
    )


def _print_difference(result: Comparison, show: int) -> None:
    share = result.found / result.findings if result.findings else 1.0
    if result.differing or share < 0.98:
        what = ", ".join(result.differing) or "facts the same"
        print(f"{result.form:7} {share:6.1%}  {what:40} {result.path}", flush=True)
        for missing in result.missing[:show]:
            print(f"          {missing[:150]}")


def _print_table(results: list[Comparison], forms: tuple[str, ...]) -> None:
    groups: dict[tuple[str, str], list[Comparison]] = defaultdict(list)
    for result in results:
        for kind in (result.kind, "all"):
            groups[kind, result.form].append(result)
    print(f"\n{'kind':18} {'form':8} {'docs':>5} {'same facts':>10} {'findings':>9} ", end="")
    print(" ".join(f"{fact:>15}" for fact in FACTS))
    for kind in sorted({kind for kind, _ in groups}, key=lambda kind: (kind == "all", kind)):
        for form in forms:
            group = groups[kind, form]
            same = sum(not result.differing for result in group)
            findings = sum(result.findings for result in group)
            share = sum(result.found for result in group) / max(findings, 1)
            print(f"{kind:18} {form:8} {len(group):5} {same:10} {share:9.2%} ", end="")
            right = [sum(fact not in result.differing for result in group) for fact in FACTS]
            print(" ".join(f"{count:15}" for count in right))


if __name__ == "__main__":
    main()
