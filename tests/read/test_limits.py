"""No input is read without end."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ofsted_extract.cli import app
from ofsted_extract.errors import DocumentError, Reason
from ofsted_extract.read import Limits, read_letter
from ofsted_extract.read.limits import read_within

SMALL = Limits(bytes=2_000_000)
ENDLESS = Path("/dev/zero")


@pytest.mark.skipif(not ENDLESS.exists(), reason="this system has no endless device")
def test_a_device_without_end_is_too_large() -> None:
    with pytest.raises(DocumentError, match="does not end within 2 MB") as raised:
        read_letter(ENDLESS, limits=SMALL)
    assert raised.value.reason is Reason.TOO_LARGE


def test_a_file_beyond_the_limit_is_told_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(12_000_000_000)  # sparse: takes no room
    with pytest.raises(DocumentError, match="the file has 12000 MB, the limit is 2 MB"):
        read_letter(path, limits=SMALL)
    with path.open("rb") as file, pytest.raises(DocumentError, match="has 12000 MB"):
        read_within(file, SMALL)


def test_up_to_the_limit_all_is_read() -> None:
    assert len(read_within(io.BytesIO(b"x" * SMALL.bytes), SMALL)) == SMALL.bytes
    with pytest.raises(DocumentError, match="does not end within"):
        read_within(io.BytesIO(b"x" * (SMALL.bytes + 1)), SMALL)


def test_standard_input_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ofsted_extract.extraction.Limits", lambda: SMALL)
    done = CliRunner().invoke(
        app, ["document", "-", "--model", "rules"], input=b"A letter. " * 300_000
    )
    assert done.exit_code == 2
    assert "-: too_large: " in done.stderr
