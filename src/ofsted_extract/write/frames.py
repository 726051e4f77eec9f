"""A letter as pandas frames, one per table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ofsted_extract.letter import Letter
from ofsted_extract.schema import table
from ofsted_extract.write.arrow import arrow_table
from ofsted_extract.write.rows import Tables, letter_rows

if TYPE_CHECKING:
    import pandas as pd


def letter_frames(letter: Letter) -> dict[str, pd.DataFrame]:
    """Return the letter's tables as frames, by table name.

    The frames have all columns of the schema, those of the folder names included, and the types
    that ``pandas.read_parquet`` gives for the dataset, also where a table has no row.
    """
    return frames(letter_rows(letter))


def frames(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return rows as frames (see `letter_frames`)."""
    made: dict[str, pd.DataFrame] = {}
    for name, rows in tables.items():
        made[name] = arrow_table(table(name), rows, with_path=True).to_pandas()
    return made
