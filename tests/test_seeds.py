"""What two articles chose from a letter and a report, found there with the same colour."""

import re
from pathlib import Path

import pytest

from ofsted_extract import extract

pytestmark = pytest.mark.corpus
OPENING = 45  # letters and digits that an article's point and the letter's sentence share


def plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def findings_of(points: list[str], letter: Path) -> list[str]:
    """Return the finding of the letter's sentence behind each point that it prints alike."""
    sentences = extract(letter).sentences
    by_opening = {
        plain(text)[:OPENING]: finding
        for text, finding in zip(sentences.text, sentences.finding, strict=True)
    }
    return [by_opening[key] for p in points if (key := plain(p)[:OPENING]) in by_opening]


def article(seeds: Path, number: str) -> list[tuple[str, str]]:
    (path,) = seeds.glob(f"{number}_*.txt")
    sentences = extract(path).sentences
    return list(zip(sentences.kind, sentences.text, strict=True))


def test_the_letter_of_2018(seeds_dir: Path) -> None:
    (letter,) = seeds_dir.glob("001_*.txt")
    points = article(seeds_dir, "000")
    highlighted = [text for kind, text in points if kind == "bullet"]
    assert findings_of(highlighted, letter) == ["strength"] * 5
    however = next(n for n, (_, text) in enumerate(points) if text.startswith("However"))
    shortfalls = [text.removeprefix("However, ") for _, text in points[however : however + 4]]
    found = findings_of(shortfalls, letter)
    assert len(found) >= 3
    assert set(found) == {"weakness"}


def test_the_report_of_2019(seeds_dir: Path, corpus_dir: Path) -> None:
    (report,) = (corpus_dir / "80573_trafford").glob("*08 may 2019.pdf")
    points = [text for kind, text in article(seeds_dir, "002") if kind == "bullet"]
    found = findings_of(points, report)
    assert len(found) >= 12
    assert set(found) <= {"weakness", "mixed"}
