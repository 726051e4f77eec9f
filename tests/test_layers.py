"""Which folder may import which, as pyproject.toml states it to import-linter."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "pyproject.toml"
#: An import that each contract forbids: where it is written, and what it imports.
FORBIDDEN = {
    "layers": [
        ("resources", "read"),
        ("read", "structure"),
        ("structure", "facts"),
        ("facts", "classify"),
        ("classify", "facts.dates"),
        ("facts", "write"),
        ("write", "extraction"),
        ("extraction", "batch"),
        ("batch", "explore"),
        ("explore", "report"),
        ("report", "cli"),
        ("explore", "training"),
        ("batch", "evaluation"),
        ("evaluation", "training"),
    ],
    "forms": [("facts", "read")],
    "wings": [("training", "explore"), ("evaluation", "report")],
    "tables": [("report", "classify")],
    "torch": [("evaluation", None)],
}


def lint(package_parent: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the package in a folder."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--config", str(CONFIG), "--no-cache"],
        env={**os.environ, "PYTHONPATH": str(package_parent), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package's code."""
    copied = tmp_path / "ofsted_extract"
    ignored = shutil.ignore_patterns("data", "assets", "templates", "__pycache__")
    shutil.copytree(ROOT / "src" / "ofsted_extract", copied, ignore=ignored)
    return copied


def module_file(package: Path, name: str) -> Path:
    folder = package / name
    return folder / "__init__.py" if folder.is_dir() else package / f"{name}.py"


def add_import(package: Path, name: str, imported: str) -> None:
    with module_file(package, name).open("a", encoding="utf-8") as file:
        file.write(f"\nimport {imported}\n")


def names_of_contracts() -> dict[str, str]:
    tool = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["tool"]["importlinter"]
    return {contract["id"]: contract["name"] for contract in tool["contracts"]}


def test_the_package_keeps_every_contract() -> None:
    done = lint(ROOT / "src")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_is_tried() -> None:
    assert set(FORBIDDEN) == set(names_of_contracts())


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_an_arrow_up_breaks_its_contract(package: Path, contract: str) -> None:
    for name, imported in FORBIDDEN[contract]:
        add_import(package, name, f"ofsted_extract.{imported}" if imported else "torch")
    done = lint(package.parent)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{names_of_contracts()[contract]} BROKEN" in done.stdout
    for name, imported in FORBIDDEN[contract]:
        target = f"ofsted_extract.{imported}" if imported else "torch"
        assert re.search(rf"ofsted_extract\.{name} -> {re.escape(target)} ", done.stdout), (
            f"{name} may import {target}"
        )


def test_a_new_folder_must_be_given_its_place(package: Path) -> None:
    (package / "nowhere").mkdir()
    (package / "nowhere" / "__init__.py").touch()
    done = lint(package.parent)
    assert done.returncode == 1
    assert "ofsted_extract.nowhere" in done.stdout
