from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_site import MadeSite, served, three_authorities


@pytest.fixture
def site() -> Iterator[MadeSite]:
    with served(three_authorities()) as made:
        yield made
