"""What the documentation says is what its sources say."""

from __future__ import annotations

import doctest
import json
import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from ofsted_extract.classify.models import models_folder

ROOT = Path(__file__).parents[1]
NUMBERS = {
    "seven": 7, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20,
}  # fmt: skip


def read(name: str) -> str:
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "make_docs.py", "--check"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", ["README.md", "docs/accuracy.md"])
def test_the_share_of_wrong_findings_is_the_measured_one(page: str) -> None:
    evaluation = json.loads(read("models/ofsted_findings/evaluation.json"))
    wrong = sum(count for _, _, count in evaluation["confusions"])
    said = re.search(r"one sentence in (\w+) carries a wrong finding", read(page), re.IGNORECASE)
    assert said is not None
    assert NUMBERS[said[1]] == round(evaluation["summary"]["sentences"] / wrong)


def test_the_changelog_dates_every_version_newest_first() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    dates = [re.fullmatch(r"\[\d+\.\d+\.\d+\] - (\d{4}-\d\d-\d\d)", each) for each in headings[1:]]
    assert all(dates), headings
    assert sorted(dates, key=lambda found: found[1], reverse=True) == dates


def test_the_version_of_an_added_dependency_is_pinned() -> None:
    """Everything that pyproject.toml names has its tested version in constraints.txt."""

    def plain(name: str) -> str:
        return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~! ;]", name)[0]).lower()

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = chain(project["dependencies"], *project["optional-dependencies"].values())
    pins = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {plain(line) for line in pins if "==" in line}
    assert {plain(each) for each in named} - {"ofsted-extract"} <= pinned


@pytest.mark.skipif(not (models_folder() / "ofsted_findings").is_dir(), reason="no model is here")
def test_the_examples_of_the_spacy_page() -> None:
    failed, tried = doctest.testfile(str(ROOT / "docs" / "spacy.md"), module_relative=False)
    assert tried > 15 and not failed
