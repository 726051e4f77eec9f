"""How well `track` finds and judges what later visits say of a recommendation.

    python benchmarks/followup.py DATASET [--by-pair]

DATASET is what `ofsted-extract batch` made of the reports that tests/gold/followup.json names (by
SHA-256; the file holds hashes of sentences, no text). A pair is a recommendation or line of
enquiry and one later document. Precision and recall are over sentences: of those the program
names as answers, how many a reader named, and the other way round. Sentences of the gold that the
dataset does not hold (split otherwise) count as missed.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ofsted_extract.explore.dataset import Dataset, records
from ofsted_extract.explore.track import Followed, follow
from ofsted_extract.letter import document_id_of
from ofsted_extract.schema import VERDICTS
from ofsted_extract.write.corrections import text_hash

GOLD = Path(__file__).parents[1] / "tests" / "gold" / "followup.json"
#: The subjects' words were chosen on these; figures are reported for the others.
TUNED_ON = ("wakefield", "stoke-on-trent", "herefordshire")


@dataclass
class Count:
    """Counts of sentences and of verdicts."""

    right: int = 0
    named: int = 0
    wanted: int = 0
    pairs: int = 0
    verdicts: int = 0
    confusion: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def add(self, found: set[str], gold: set[str], verdict: str, wanted: str) -> None:
        self.right += len(found & gold)
        self.named += len(found)
        self.wanted += len(gold)
        self.pairs += 1
        self.verdicts += verdict == wanted
        self.confusion[wanted, verdict] += 1

    def merge(self, other: Count) -> None:
        for name in ("right", "named", "wanted", "pairs", "verdicts"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for key, value in other.confusion.items():
            self.confusion[key] += value

    @property
    def precision(self) -> float:
        return self.right / max(self.named, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.wanted, 1)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def line(self, name: str) -> str:
        return (
            f"{name:22} {self.pairs:5} {self.wanted:7} {self.precision:9.3f} {self.recall:7.3f} "
            f"{self.f1:6.3f} {self.verdicts / max(self.pairs, 1):9.3f}"
        )


def evaluate(
    dataset: Dataset, gold: list[dict[str, Any]], authority: str
) -> tuple[Count, list[str]]:
    """Return the counts of one authority, and one line per pair for a reader."""
    texts = records(dataset.sentences(authority, columns=["sentence_id", "document_id", "text"]))
    hashes = {row["sentence_id"]: text_hash(row["text"]) for row in texts}
    document_of = {row["sentence_id"]: row["document_id"] for row in texts}
    asked = _asked_hashes(dataset, authority, hashes)
    followed: dict[tuple[str, str, str], Followed] = {}
    for each in follow(dataset, authority):
        for name in asked.get(each.asked.id, ()):
            followed[each.asked.document_id, name, each.later_document_id] = each
    count, lines = Count(), []
    for pair in gold:
        later = document_id_of(pair["later_sha256"])
        source = document_id_of(pair["source_sha256"])
        result = followed.get((source, pair["source"], later))
        wanted = {answer["hash"] for answer in pair["answers"]}
        named = {hashes[answer.sentence_id] for answer in result.answers} if result else set()
        count.add(named, wanted, result.verdict if result else "no pair", pair["verdict"])
        known = {hashes[name] for name, document in document_of.items() if document == later}
        lines.append(
            f"{pair['source_sha256'][:4]} {pair['source'][:6]} -> {later[1:5]}: "
            f"{len(named & wanted)} right, {len(named - wanted)} wrong, "
            f"{len(wanted - named)} missed ({len(wanted - known)} not in the dataset); "
            f"{pair['verdict']} judged {result.verdict if result else 'no pair'}"
        )
    return count, lines


def _asked_hashes(
    dataset: Dataset, authority: str, hashes: dict[str, str]
) -> dict[str, tuple[str, ...]]:
    """Names of every request in the gold: the hash of its text, or of the sentences it is from."""
    asked = {
        row["recommendation_id"]: (
            text_hash(row["text"]),
            *(hashes[name] for name in row["sentence_ids"] if name in hashes),
        )
        for row in records(dataset.recommendations(authority))
    }
    for row in records(dataset.documents(authority)):
        for number, text in enumerate(row["visit_kloes"], 1):
            asked[f"{row['document_id']}-k{number}"] = (text_hash(text),)
    return asked


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("dataset")
    parser.add_argument("--by-pair", action="store_true", help="one line per pair as well")
    options = parser.parse_args()
    dataset = Dataset.open(options.dataset)
    gold: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for pair in json.loads(GOLD.read_text(encoding="utf-8")):
        gold[pair["authority"]].append(pair)
    print(f"{'authority':22} {'pairs':>5} {'answers':>7} precision  recall     F1  verdicts")
    total = Count()
    for authority, pairs in gold.items():
        count, lines = evaluate(dataset, pairs, authority)
        tuned = authority in TUNED_ON
        print(count.line(authority + (" (tuned on)" if tuned else "")))
        if options.by_pair:
            print("\n".join(f"    {line}" for line in lines))
        if not tuned:
            total.merge(count)
    print(total.line("reported, together"))
    print("\nverdict of the reader (rows) and of the program (columns), reported authorities")
    judged = (*VERDICTS, "no pair")
    print(f"{'':15}" + "".join(f"{name:>15}" for name in judged))
    for wanted in VERDICTS:
        cells = "".join(f"{total.confusion[wanted, name]:15}" for name in judged)
        print(f"{wanted:15}{cells}")


if __name__ == "__main__":
    main()
