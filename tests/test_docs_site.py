"""The hooks of the documentation site; the site itself is built by ``make site``."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("mkdocs", reason="mkdocs is not installed")

ROOT = Path(__file__).parents[1]


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


site = load("docs_site")


@pytest.mark.parametrize(
    ("source", "page", "link", "expected"),
    [
        ("README.md", "index.md", "[rules](docs/rules.md#cues)", "[rules](rules.md#cues)"),
        ("docs/facts.md", "facts.md", "[c](../models/ofsted_findings/README.md)", "[c](model.md)"),
        (
            "models/ofsted_findings/README.md",
            "model.md",
            "[l](../../docs/facts.md)",
            "[l](facts.md)",
        ),
        ("README.md", "index.md", "![p](docs/images/a.png)", "![p](images/a.png)"),
        ("README.md", "index.md", "the [notebook](notebooks/explore.ipynb)", "the notebook"),
        ("README.md", "index.md", "[a](https://a.example/b.md)", "[a](https://a.example/b.md)"),
        ("README.md", "index.md", "[below](#limits)", "[below](#limits)"),
    ],
)
def test_links_lead_to_pages_of_the_site(source: str, page: str, link: str, expected: str) -> None:
    assert site.site_links(link, source, page) == expected


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ('<script src="https://a.example/a.js"></script>', ".html"),
        ('<img alt="" src=//a.example/a.png>', ".html"),
        ('<link href="https://a.example/a.css" rel="stylesheet">', ".html"),
        ('@import "https://a.example/a.css";', ".css"),
        ("a { background: url(//a.example/a.png) }", ".css"),
    ],
)
def test_what_is_loaded_from_another_server_is_seen(text: str, suffix: str) -> None:
    assert len(site.loaded_from_outside(text, suffix)) == 1


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ('<script src="assets/a.js"></script> <a href="https://a.example">a</a>', ".html"),
        ('<link rel="canonical" href="https://a.example/a.html">', ".html"),
        ("a { background: url(data:image/png;base64,AA) }", ".css"),
    ],
)
def test_links_and_own_files_are_not(text: str, suffix: str) -> None:
    assert site.loaded_from_outside(text, suffix) == []


def test_every_folder_and_module_of_the_package_has_a_reference_page() -> None:
    pages = site.reference_pages()
    package = ROOT / "src" / "ofsted_extract"
    folders = {path.parent.name for path in package.glob("*/__init__.py")}
    assert {f"reference/{name}.md" for name in {*folders, "schema", "letter"}} <= set(pages)
    assert "reference/data.md" not in pages and "reference/__main__.md" not in pages


def test_examples_are_code() -> None:
    pytest.importorskip("griffe", reason="mkdocstrings is not installed")
    fenced = load("docs_examples").fence_examples("Adds.\n\n>>> 1 + 1\n2\n\nNever fails.")
    assert fenced == "Adds.\n\n```pycon\n>>> 1 + 1\n2\n```\n\nNever fails."
