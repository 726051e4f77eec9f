"""The stand-in reader, and runs of the batch with it."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# made_letters is the write tests' helper; workers get the path of their parent
for folder in (HERE, HERE.parent / "write"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder of twelve made letters in two sub-folders."""
    from standin import write_letters

    folder = tmp_path / "letters"
    write_letters(folder, 12)
    return folder
