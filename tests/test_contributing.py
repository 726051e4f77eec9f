"""Each of the five additions that CONTRIBUTING.md walks through, made on a copy of the package.

Each changes at most two data files and one code file, and a command of the copy then shows it.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LABELS = ROOT / "labels"
LETTER = """Northmere City Council

Learning visit to Northmere children's services

Dear Ms Sample

This letter summarises the findings of a learning visit to Northmere on 5 and 6 May 2021. The lead
inspector was Jo Example, Her Majesty's Inspector.

Overview

Social workers visit children regularly and support is effective. However, some plans are late.
"""


@dataclass(frozen=True)
class Copy:
    """A copy of the package, and of the label files."""

    folder: Path

    @property
    def package(self) -> Path:
        return self.folder / "ofsted_extract"

    def append(self, name: str, text: str) -> None:
        """Add text to the end of a file, or make it."""
        with (self.folder / name).open("a", encoding="utf-8", newline="") as file:
            file.write(text)

    def run(self, *arguments: str | Path) -> str:
        """Run the copy's command line and return what it prints."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.folder),
            "OFSTED_EXTRACT_MODELS": str(ROOT / "models"),
            "PYTHONIOENCODING": "utf-8",
        }
        done = subprocess.run(
            [sys.executable, "-m", "ofsted_extract", *map(str, arguments)],
            env=environment,
            cwd=self.folder,  # not the checkout
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def touched(self) -> tuple[set[str], set[str]]:
        """Return the data files and the code files that are new or other than the original's."""
        changed = {
            path.relative_to(self.folder)
            for path in self.folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
            if path.parts[len(self.folder.parts)] in {"ofsted_extract", "labels"}
            if path.read_bytes() != self._original(path)
        }
        code = {path.as_posix() for path in changed if path.suffix == ".py"}
        return {path.as_posix() for path in changed} - code, code

    def _original(self, path: Path) -> bytes | None:
        inside = path.relative_to(self.folder)
        original = (ROOT if inside.parts[0] == "labels" else ROOT / "src") / inside
        return original.read_bytes() if original.is_file() else None


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    ignored = shutil.ignore_patterns("__pycache__", "models")
    shutil.copytree(ROOT / "src" / "ofsted_extract", tmp_path / "ofsted_extract", ignore=ignored)
    shutil.copytree(LABELS, tmp_path / "labels")
    return Copy(tmp_path)


def test_a_document_kind(copy: Copy, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text(LETTER, encoding="utf-8")
    before = copy.run("document", letter, "--model", "rules", "--format", "json")
    assert json.loads(before)["document"]["document_kind"] == "other"
    copy.append(
        "ofsted_extract/data/kinds.toml",
        """
[[kind]]
id = "learning_visit"
name = "Learning visit"
family = "letter"
is_letter = true

[[title]]
kind = "learning_visit"
framework = "Learning visits"
patterns = ["learning visit to\\\\b"]
""",
    )
    after = copy.run("document", letter, "--model", "rules", "--format", "json")
    document = json.loads(after)["document"]
    assert (document["document_kind"], document["framework"]) == (
        "learning_visit",
        "Learning visits",
    )
    copy.run("batch", letter, "--out", tmp_path / "dataset", "--model", "rules")
    (row,) = (tmp_path / "dataset" / "parquet" / "documents").glob("*/*/*.parquet")
    assert row.parent.name == "visit=2021-05-05_learning_visit"
    report = tmp_path / "page.html"
    copy.run("report", tmp_path / "dataset", "--authority", row.parent.parent.name.split("=")[1],
             "--out", report)  # fmt: skip
    assert "Learning visit" in report.read_text(encoding="utf-8")
    assert copy.touched() == ({"ofsted_extract/data/kinds.toml"}, set())


@pytest.mark.parametrize("model", ["default", "rules"])
def test_a_theme(copy: Copy, tmp_path: Path, model: str) -> None:
    copy.append(
        "ofsted_extract/data/themes.toml",
        """
[[theme]]
id = "play"
code = "PY"
name = "Play"
covers = "Playgrounds, play workers"
""",
    )
    cues = copy.package / "data" / "theme_cues.toml"
    cues.write_text(
        cues.read_text(encoding="utf-8")
        + """
[themes.play]
carry = 0.2
carry_pronoun = 0.2
certain = ["play workers", "playgrounds"]
""",
        encoding="utf-8",
    )
    letter = tmp_path / "letter.txt"
    said = "Children enjoy well-kept playgrounds, and play workers know them well."
    letter.write_text(LETTER + "\n" + said + "\n", encoding="utf-8")
    told = copy.run("document", letter, "--model", model, "--format", "json")
    (themes,) = [row["themes"] for row in json.loads(told)["sentences"] if row["text"] == said]
    assert "play" in themes
    assert "Play" in copy.run("themes")
    data, code = copy.touched()
    assert data == {"ofsted_extract/data/themes.toml", "ofsted_extract/data/theme_cues.toml"}
    assert code == set()


READER = '''"""The subtitles of a recorded meeting: text between times."""

import re

from ofsted_extract.letter import Line, Page
from ofsted_extract.read.readers import Reading, Request

_TIMES = re.compile(r"(WEBVTT|\\d+|.* --> .*)?")


def read(data: bytes, request: Request) -> Reading:
    """Return the spoken lines of one page."""
    lines = (line.strip() for line in data.decode("utf-8").splitlines())
    spoken = (Line(line) for line in lines if not _TIMES.fullmatch(line))
    return Reading((Page(1, tuple(spoken)),), "subtitles")
'''


def test_an_input_type(copy: Copy, tmp_path: Path) -> None:
    copy.append("ofsted_extract/read/subtitles.py", READER)
    copy.append(
        "ofsted_extract/data/input_types.toml",
        """
[[type]]
id = "subtitles"
name = "subtitles"
suffixes = [".vtt"]
readers = ["subtitles"]
signature = "WEBVTT"
module = "ofsted_extract.read.subtitles"
""",
    )
    folder = tmp_path / "letters"
    folder.mkdir()
    spoken = "".join(
        f"\n{number}\n00:0{number}.000 --> 00:0{number}.900\n{line}\n"
        for number, line in enumerate(filter(None, LETTER.splitlines()), start=1)
    )
    (folder / "meeting.vtt").write_text("WEBVTT\n" + spoken, encoding="utf-8")
    told = json.loads(
        copy.run("document", folder / "meeting.vtt", "--model", "rules", "--format", "json")
    )
    assert told["document"]["reader"] == "subtitles"
    assert "Social workers visit children regularly" in told["sentences"][0]["text"]
    copy.run("batch", folder, "--out", tmp_path / "dataset", "--model", "rules")
    assert len(list((tmp_path / "dataset/parquet/documents").glob("*/*/*.parquet"))) == 1
    assert copy.touched() == (
        {"ofsted_extract/data/input_types.toml"},
        {"ofsted_extract/read/subtitles.py"},
    )


def labels_of(rows: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(rows)))


def test_an_output_format(copy: Copy, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text(LETTER, encoding="utf-8")
    copy.append(
        "ofsted_extract/data/output_formats.toml",
        """
[[format]]
name = "lines"
suffixes = [".lines"]
holds = "table"
text = true
writer = "ofsted_extract.write.lines:lines_bytes"
""",
    )
    copy.append(
        "ofsted_extract/write/lines.py",
        """
def lines_bytes(tables):
    (rows,) = tables.values()
    return "".join(f"{row['finding']}: {row['text']}\\n" for row in rows).encode()
""",
    )
    wanted = "strength: Social workers visit children regularly and support is effective.\n"
    assert wanted in copy.run("document", letter, "--model", "rules", "--format", "lines")
    copy.run("document", letter, "--model", "rules", "--output", tmp_path / "found.lines")
    assert wanted in (tmp_path / "found.lines").read_text(encoding="utf-8")
    assert copy.touched() == (
        {"ofsted_extract/data/output_formats.toml"},
        {"ofsted_extract/write/lines.py"},
    )


def test_a_labelled_letter(copy: Copy, tmp_path: Path) -> None:
    """A letter is read, corrected in a review file, and its labels join ``labels/``."""
    reports = tmp_path / "reports"
    folds = labels_of((LABELS / "split.csv").read_text(encoding="utf-8"))
    authority = next(row["authority"] for row in folds if row["fold"] == "0")
    (reports / authority).mkdir(parents=True)
    sample = ROOT / "data" / "raw" / "aldermere-focused-visit-2024.pdf"
    shutil.copy(sample, reports / authority)
    dataset, review = tmp_path / "dataset", tmp_path / "review.csv"
    copy.run("batch", reports, "--out", dataset, "--model", "rules")
    copy.run("review", dataset, "--out", review, "--limit", "0")
    rows = labels_of(review.read_text(encoding="utf-8-sig"))
    for row in rows:
        row["correct_finding"], row["correct_themes"] = "weakness", "front_door"
    with review.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    copy.run("review", dataset, "--apply", review, "--by", "A. Reader")
    for name in ("documents.csv", "units.csv"):
        lines = (dataset / "review" / "labels" / name).read_text(encoding="utf-8").splitlines(True)
        assert lines[0] == (LABELS / name).read_text(encoding="utf-8").splitlines(True)[0]
        copy.append(f"labels/{name}", "".join(lines[1:]))
    evaluated = tmp_path / "evaluated"
    copy.run("evaluate", "--gold", copy.folder / "labels", "--documents", reports,
             "--model", "rules", "--out", evaluated)  # fmt: skip
    scores = json.loads((evaluated / "evaluation.json").read_text(encoding="utf-8"))
    assert scores["summary"]["sentences"] == len(rows) > 5
    assert scores["findings"]["weakness"]["count"] == len(rows)
    assert copy.touched() == ({"labels/documents.csv", "labels/units.csv"}, set())
