"""Fixtures for real letters, where they are, and for our own samples."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: The folder of real letters is no part of the repository; tests that need it skip without it.
SHARED = Path(os.environ.get("OFSTED_EXTRACT_SHARED", ROOT.parent / "shared"))


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(
            f"real letters are not here: {name}/ is looked for in {SHARED.name}/ beside the repository"
        )
    return folder


@pytest.fixture(scope="session")
def corpus_dir() -> Path:
    """The folder of real reports, one folder per authority."""
    return _shared("corpus")


@pytest.fixture(scope="session")
def letters_dir() -> Path:
    """The folder of real letters: focused visits and joint inspections."""
    return _shared("letters")


@pytest.fixture(scope="session")
def seeds_dir() -> Path:
    """The folder of the first letter, articles and council report."""
    return _shared("seeds")


@pytest.fixture(scope="session")
def annotation_dir() -> Path:
    """The folder of labelled sentences."""
    return _shared("annotation")


@pytest.fixture(scope="session")
def samples_dir() -> Path:
    """Our own sample letters about invented authorities."""
    return ROOT / "data" / "raw"
