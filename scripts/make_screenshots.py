"""Take the pictures of the report in docs/images/ from the sample letters (invented authorities).

make run                              # writes data/processed from data/raw
python scripts/make_screenshots.py    # needs a Chromium and the `playwright` package
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from ofsted_extract.explore.dataset import Dataset
from ofsted_extract.report import site

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
AUTHORITY = "aldermere"
LARGEST = 300_000
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Take three pictures; return 1 if one is too large to keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("dataset", nargs="?", default=str(ROOT / "data" / "processed"))
    dataset = Dataset.open(parser.parse_args().dataset)
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        print(f"no browser: none of {', '.join(BROWSERS)} is here", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as running:
        index = Path(folder) / "index.html"
        list(site.write_national(dataset, index))
        browser = running.chromium.launch(executable_path=executable, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto((index.parent / site.PAGES / f"{AUTHORITY}.html").as_uri())
        taken = [_authority(page), _letter(page), _national(page, index)]
        browser.close()
    for path in taken:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")
    return int(any(path.stat().st_size > LARGEST for path in taken))


def _authority(page: Any) -> Path:
    """The authority's page from its top: grades and findings over the visits."""
    return _take(page, "report-authority.png")


def _letter(page: Any) -> Path:
    """A letter with its findings, and what is known of one sentence."""
    page.locator(".text .u.w:visible").first.click()
    page.mouse.move(0, 0)
    page.locator("article.text:visible h4").nth(1).evaluate("node => node.scrollIntoView()")
    return _take(page, "report-letter.png")


def _national(page: Any, index: Path) -> Path:
    """The overview."""
    page.goto(index.as_uri())
    return _take(page, "report-national.png")


def _take(page: Any, name: str) -> Path:
    path = IMAGES / name
    page.screenshot(path=path)
    return path


if __name__ == "__main__":
    sys.exit(main())
