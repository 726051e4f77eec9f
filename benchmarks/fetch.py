"""What fetching costs beside the spacing it keeps: a made site of 153 authorities and 500 files.

    python benchmarks/fetch.py [--delay SECONDS]

Prints, for a first run and for a routine refresh, the requests, the seconds, and the seconds that
the spacing alone demands.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "fetch"))

from made_site import Letter, MadeSite, served

from ofsted_extract.fetch import Client, Manners, fetch
from ofsted_extract.fetch.listing import Site

AUTHORITIES, FILES = 153, 500


def made() -> MadeSite:
    site = MadeSite()
    for number in range(AUTHORITIES):
        letters = [
            Letter(f"50{number:03}{each:03}", "Focused visit", date(2018, 1, 1) + timedelta(each))
            for each in range(FILES // AUTHORITIES + (number < FILES % AUTHORITIES))
        ]
        site.add(str(90000 + number), f"Authority {number}", *letters)
    return site


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0.02, help="seconds between pages")
    delay = parser.parse_args().delay
    manners = Manners.spaced(delay)
    with tempfile.TemporaryDirectory() as folder, served(made()) as site:
        place = Site(site.address)
        for name in ("first run", "refresh"):
            site.log.clear()
            begun = time.perf_counter()
            with Client(manners, place.allows) as client:
                done = fetch(client, Path(folder), site=place)
            seconds = time.perf_counter() - begun
            files = len(site.asked("/v1/file/"))
            demanded = delay * (len(site.log) - files - 1) + 2 * delay * files
            print(
                f"{name}: {len(site.log)} requests, {files} files, {dict(done.counts)}, "
                f"{seconds:.1f} s, of which spacing {demanded:.1f} s, beside it "
                f"{seconds - demanded:.1f} s"
            )


if __name__ == "__main__":
    main()
