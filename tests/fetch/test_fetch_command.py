from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from made_site import Answer, Letter, MadeSite, served

from ofsted_extract.fetch import Manifest


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "ofsted_extract", "fetch", *map(str, words)]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), capture_output=True, text=True, timeout=120, check=False)


def test_the_command_says_what_it_brought(site, tmp_path):
    done = run("--out", tmp_path, "--site", site.address, "--delay", 0)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "8 new"
    assert "new  city-of-york-council/2024-07-15_jtai_50250011.pdf" in done.stdout
    assert "A new kind of look" in done.stderr


def test_exit_codes(site, tmp_path):
    site.answers["/v1/file/50250001"] = Answer(b"<html>gone</html>")
    assert run("--out", tmp_path, "--site", site.address, "--delay", 0).returncode == 1
    site.reshape = lambda _path, html: html.replace("timeline", "line")
    done = run("--out", tmp_path, "--site", site.address, "--delay", 0)
    assert done.returncode == 3
    assert "ol.timeline is missing" in done.stderr
    site.robots = "User-agent: *\nDisallow: /"
    done = run("--out", tmp_path, "--site", site.address, "--delay", 0)
    assert (done.returncode, "forbids" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--kind", "nonsense"], "there is no kind 'nonsense'"),
        (["--region", "Atlantis"], "there is no region"),
        (["--authority", "Aldermere"], "no authority is called 'Aldermere'"),
        (["--site", "ftp://example.org"], "no address"),
        (["--from", "missing.csv"], "missing.csv cannot be read"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_asked(tmp_path, words, message):
    done = run("--out", tmp_path, *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dry_run_lists_what_would_come(site, tmp_path):
    done = run(
        "--out", tmp_path / "new", "--site", site.address, "--delay", 0, "--dry-run",
        "--kind", "focused_visit", "--authority", "York",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, last = done.stdout.splitlines()
    assert first.startswith("2024-07-15  City of York Council  Children's services focused visit")
    assert last == "1 to fetch"
    assert not (tmp_path / "new").exists()


def many_letters(count: int) -> MadeSite:
    site = MadeSite()
    for number in range(count):
        site.add(
            str(90000 + number),
            f"Authority {number}",
            *(
                Letter(f"5025{number:02}{each}", "Focused visit", date(2024, 1, 1 + each))
                for each in range(3)
            ),
        )
    return site


@pytest.mark.skipif(os.name == "nt", reason="processes are killed by signal")
def test_a_run_killed_at_any_moment_goes_on(tmp_path):
    with served(many_letters(10)) as site:
        whole = tmp_path / "whole"
        assert run("--out", whole, "--site", site.address, "--delay", 0).returncode == 0
        out = tmp_path / "killed"
        for killed_after in (1, 7, 13, 19, 25):
            site.log.clear()
            process = subprocess.Popen(
                command("--out", out, "--site", site.address, "--delay", 0.005),
                stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            while len(site.asked("/v1/file/")) < min(killed_after, 30) and process.poll() is None:
                time.sleep(0.001)
                if len(files(out)) >= killed_after:
                    break
            process.send_signal(signal.SIGKILL)
            process.wait()
            Manifest.load(out)  # never half written
        site.log.clear()
        assert run("--out", out, "--site", site.address, "--delay", 0).returncode == 0
        assert len(site.asked("/v1/file/")) < 30, "what was here was not fetched again"
        assert {name: (out / name).read_bytes() for name in files(out)} == {
            name: (whole / name).read_bytes() for name in files(whole)
        }
        assert [entry.url for entry in Manifest.load(out)] == [
            entry.url for entry in Manifest.load(whole)
        ]


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.pdf")}
