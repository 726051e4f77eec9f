"""A small dataset of two invented authorities, with follow-up, for every form of export."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from made_dataset import letter_rows, norbridge, norbridge_followup, write_dataset

from ofsted_extract.explore.dataset import Dataset

HOSTILE = "=HYPERLINK(1) is no formula, but “quoted” words; with a semicolon."


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a dataset: Norbridge's four documents and one visit to Easthaven."""
    letters = norbridge()
    letters[0]["documents"][0]["source_url"] = "https://files.example/norbridge-1.pdf"
    easthaven = letter_rows(
        "Easthaven",
        "focused_visit",
        date(2023, 9, 12),
        (
            "# Findings",
            f"- [front_door,recording] {HOSTILE}",
            "+ [care_leavers] Care leavers’ plans are reviewed promptly.",
            ". Inspectors met six care leavers.",
        ),
        region="South West",
    )
    folder = tmp_path_factory.mktemp("made") / "dataset"
    return write_dataset(folder, [*letters, easthaven], norbridge_followup())


@pytest.fixture(scope="session")
def dataset(made: Path) -> Dataset:
    """Return it opened."""
    return Dataset.open(str(made))
