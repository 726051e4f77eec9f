"""The examples in docstrings give what they say."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import ofsted_extract

ROOT = Path(__file__).parents[1]
PACKAGE = Path(ofsted_extract.__file__).parent
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


def test_there_are_examples():
    assert len(WITH_EXAMPLES) > 10


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples(name, monkeypatch):
    monkeypatch.chdir(ROOT)  # some read a sample letter
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in {"torch", "onnx"}:
            raise
        pytest.skip(f"{error.name} is for training alone")
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
