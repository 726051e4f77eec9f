"""MkDocs hooks of the documentation site (``mkdocs.yml``).

The pages that people read on their own (README, CONTRIBUTING, changelog, model cards) stay where
they are and become pages of the site; each folder of the package gets a reference page from its
docstrings. A link between them leads to the page of the site; a link to another file of the
repository becomes its plain words. The build fails where a page would load something from another
server.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
PACKAGE = "ofsted_extract"
#: Pages of the site that lie outside docs/: where they lie, and their page.
ELSEWHERE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "models/ofsted_findings/README.md": "model.md",
}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")
#: What a page loads by itself, from another server.
_OUTSIDE = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=[\"']?(?:https?:)?//[^>]*>"
    r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preconnect|preload|icon))"
    r"[^>]*\bhref=[\"']?(?:https?:)?//[^>]*>",
    re.IGNORECASE,
)
_OUTSIDE_CSS = re.compile(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^)\s]*", re.IGNORECASE)


def site_links(markdown: str, source: str, page: str) -> str:
    """Return a page's Markdown with links that lead to pages of the site.

    Parameters
    ----------
    markdown:
        the page as written.
    source:
        where it lies in the repository, ``models/ofsted_findings/README.md``.
    page:
        its page of the site, ``model.md``.

    """

    def link(match: re.Match[str]) -> str:
        image, words, target, anchor = match[1], match[2], match[3], match[4] or ""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        if path.startswith("docs/"):
            to = path.removeprefix("docs/")
        elif path in ELSEWHERE:
            to = ELSEWHERE[path]
        else:
            return words
        return f"{image}[{words}]({posixpath.relpath(to, posixpath.dirname(page) or '.')}{anchor})"

    return _LINK.sub(link, markdown)


def loaded_from_outside(text: str, suffix: str) -> list[str]:
    """Return what a built page or style sheet loads from another server."""
    return (_OUTSIDE_CSS if suffix == ".css" else _OUTSIDE).findall(text)


def reference_pages() -> dict[str, str]:
    """Return the Markdown of a reference page for each module and folder of the package."""
    package = ROOT / "src" / PACKAGE
    names = sorted(
        path.stem
        for path in package.iterdir()
        if not path.name.startswith("_")
        and (path.suffix == ".py" or (path / "__init__.py").is_file())
    )
    pages = {f"reference/{name}.md": f"# {name}\n\n::: {PACKAGE}.{name}\n" for name in names}
    listed = "\n".join(f"- [{name}]({name}.md)" for name in names)
    pages["reference/index.md"] = (
        f"# Reference\n\n::: {PACKAGE}\n    options:\n      show_submodules: false\n\n{listed}\n"
    )
    return pages


def on_config(config: Any) -> Any:
    """List the reference pages in the navigation."""
    config.nav.insert(-3, {"Reference": sorted(reference_pages(), key=_index_first)})
    return config


def _index_first(page: str) -> tuple[bool, str]:
    return (not page.endswith("/index.md"), page)


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that do not lie in docs/."""
    for source, page in ELSEWHERE.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=text))
    for page, text in reference_pages().items():
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Turn links between files of the repository into links between pages."""
    uri = page.file.src_uri
    if uri.startswith("reference/"):
        return markdown
    source = next((each for each, made in ELSEWHERE.items() if made == uri), f"docs/{uri}")
    return site_links(markdown, source, uri)


def on_post_build(config: Any) -> None:
    """Fail where a page or a style sheet loads something from another server."""
    site = Path(config.site_dir)
    found = [
        f"{path.relative_to(site)}: {each}"
        for path in sorted(site.rglob("*"))
        if path.suffix in {".html", ".css"}
        for each in loaded_from_outside(path.read_text(encoding="utf-8"), path.suffix)
    ]
    if found:
        raise PluginError("loaded from another server:\n" + "\n".join(found))
