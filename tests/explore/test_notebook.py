"""The notebook runs from top to bottom, on hand-made letters and on the sample output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import letter_tables

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("duckdb")
pytest.importorskip("matplotlib")

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "explore.ipynb"
LINE = 'FOLDER = "../data/processed"'


def run(folder: Path) -> Any:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    changed = 0
    for cell in notebook.cells:
        if LINE in cell.source:
            cell.source = cell.source.replace(LINE, f"FOLDER = {str(folder)!r}")
            changed += 1
    assert changed == 1
    client = nbclient.NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}
    )
    client.execute()
    return notebook


def outputs(notebook: Any) -> list[Any]:
    return [each for cell in notebook.cells for each in cell.get("outputs", [])]


def check(notebook: Any) -> None:
    found = outputs(notebook)
    assert [each for each in found if each.output_type == "error"] == []
    pictures = [each for each in found if "image/png" in each.get("data", {})]
    assert len(pictures) == 4
    tables = [each for each in found if "text/html" in each.get("data", {})]
    assert len(tables) >= 10


def test_no_outputs_are_stored() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert not cell.get("execution_count")


def made(number: int, slug: str, visit: str, region: str) -> Any:
    area = "help_and_protection"
    plan = {"themes": ["planning", "child_protection"], "judgement_area": area, "page": 3}
    lead = {"themes": ["leadership"], "judgement_area": "impact_of_leaders", "page": 5}
    return letter_tables(
        f"{number:016x}",
        slug,
        visit,
        [
            {"text": "Findings", "kind": "heading"},
            {"text": "Plans drift and are late.", "finding": "weakness", **plan},
            {"text": "Too many plans drift.", "finding": "weakness", **plan},
            {"text": "Plans are clear and short.", "finding": "strength", **plan},
            {"text": "Clear plans help.", "finding": "strength", "progress": "improved", **plan},
            {"text": "Leaders know the area.", "finding": "strength", **lead},
            {"text": "Leaders act, but too late.", "finding": "mixed", **lead},
            {
                "text": "The timeliness of plans.",
                "finding": "recommendation",
                "themes": ["planning"],
            },
        ],
        [{"text": "The timeliness of plans.", "themes": ["planning"], "page": 2}],
        region=region,
    )


def test_it_runs_on_hand_made_letters(write_letters: Callable[..., Path]) -> None:
    folder = write_letters(
        made(1, "northmoor", "2019-05-06_ilacs_inspection", "North West"),
        made(2, "northmoor", "2021-03-02_focused_visit", "North West"),
        made(3, "kingsdale", "2020-01-01_monitoring_visit", "London"),
    )
    check(run(folder))


def test_it_runs_on_the_sample_output() -> None:
    folder = ROOT / "data" / "processed"
    if not (folder / "parquet").is_dir():
        pytest.skip("data/processed holds no dataset yet: `make run` makes it")
    check(run(folder))
