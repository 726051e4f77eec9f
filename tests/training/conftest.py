"""Small networks are fitted on one thread: several would only wait for one another."""

from __future__ import annotations

from importlib.util import find_spec

import pytest


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    if find_spec("torch"):
        import torch

        torch.set_num_threads(1)
