"""Fetch, read, follow up and show in one, against a site on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fetch"))

from made_site import Answer, Letter, MadeSite, served

RAW = Path(__file__).parents[2] / "data" / "raw"


@pytest.fixture
def site():
    made = MadeSite()
    made.add(
        "90001", "Aldermere", Letter("501", "Children's services inspection", date(2019, 7, 1))
    )
    with served(made):
        serve(made, "501", "aldermere-ilacs-2019.pdf")
        yield made


def serve(site: MadeSite, file_id: str, name: str) -> None:
    site.answers[f"/v1/file/{file_id}"] = Answer((RAW / name).read_bytes())


def refresh(folder: Path, site: MadeSite, *more: str) -> subprocess.CompletedProcess[str]:
    words = ("refresh", folder, "--site", site.address, "--delay", 0, "--model", "rules", *more)
    return subprocess.run(
        [sys.executable, "-m", "ofsted_extract", *map(str, words), "--workers", "1"],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def test_a_refresh_brings_reads_and_tells_what_is_new(site, tmp_path):
    first = refresh(tmp_path, site)
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("new letter: Aldermere")
    assert "ilacs inspection, visit of 2019-02-04" in first.stdout
    assert (tmp_path / "pages" / "index.html").is_file()
    again = refresh(tmp_path, site)
    assert (again.returncode, again.stdout) == (0, "nothing new\n")

    site.providers["90001"][1].insert(
        0, Letter("502", "Children's services inspection", date(2023, 3, 3))
    )
    serve(site, "502", "aldermere-ilacs-2023.pdf")
    third = refresh(tmp_path, site, "--format", "json")
    assert third.returncode == 0, third.stderr
    found = json.loads(third.stdout)
    (letter,) = found["letters"]
    assert letter["source_url"] == "https://files.ofsted.gov.uk/v1/file/502"
    assert {row["document_id"] for row in found["grades"]} == {letter["document_id"]}
    assert all(row["before"] != row["after"] for row in found["grades"])
    assert found["recommendations"]
    documents = pd.read_parquet(tmp_path / "dataset" / "parquet" / "documents")
    assert sorted(documents.source_url) == [
        "https://files.ofsted.gov.uk/v1/file/501",
        "https://files.ofsted.gov.uk/v1/file/502",
    ]


def test_what_the_site_says_otherwise_is_a_warning(site, tmp_path):
    site.providers["90001"][1][0] = Letter("501", "Area SEND full inspection", date(2001, 1, 1))
    serve(site, "501", "aldermere-focused-visit-2024.pdf")
    assert refresh(tmp_path, site).returncode == 0
    (warnings,) = pd.read_parquet(tmp_path / "dataset" / "parquet" / "documents").warnings
    assert any("dates it 2001-01-01" in each for each in warnings)
    assert any("calls it" in each and "focused_visit" in each for each in warnings)


def test_where_the_site_cannot_be_read_what_is_here_is_still_shown(site, tmp_path):
    assert refresh(tmp_path, site).returncode == 0
    site.reshape = lambda _path, html: html.replace("timeline", "line")
    done = refresh(tmp_path, site)
    assert done.returncode == 3
    assert "ol.timeline is missing" in done.stderr
    assert done.stdout == "nothing new\n"
    fresh = refresh(tmp_path / "fresh", site)
    assert fresh.returncode == 3
