"""Page models to HTML: escaped throughout, one file, nothing fetched from anywhere.

The content security policy names the hashes of the page's one style sheet and one script; a script
that slipped in through a letter's text would not run even if escaping failed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ofsted_extract import names
from ofsted_extract.report import charts
from ofsted_extract.report.authority import AuthorityPage, ShownLetter
from ofsted_extract.report.national import AuthorityRow, Figures, NationalPage

_PACKAGE = "ofsted_extract.report"
_IN_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def render_authority(page: AuthorityPage, *, home: str = "", accuracy: str = "") -> str:
    """Return an authority's page.

    ``home`` is the address of the overview and ``accuracy`` that of the published accuracy
    figures; empty where there is none.
    """
    return _render(
        "authority.html.jinja",
        styles=("base.css", "authority.css"),
        script="authority.js",
        page=page,
        home=home,
        accuracy=_checked_address(accuracy),
        data=_authority_data(page),
    )


def render_national(page: NationalPage, links: Mapping[str, str], *, accuracy: str = "") -> str:
    """Return the overview; ``links`` are the addresses of authorities' pages by slug."""
    return _render(
        "national.html.jinja",
        styles=("base.css", "national.css"),
        script="national.js",
        page=page,
        links=links,
        accuracy=_checked_address(accuracy),
        data=[_row_data(row) for row in page.rows],
    )


def script_json(value: Any) -> Markup:
    """Return JSON that stands safely inside a script element, whatever texts it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_IN_SCRIPT))


def _render(
    template: str, *, styles: tuple[str, ...], script: str, data: Any, **values: Any
) -> str:
    style_text = "\n".join(map(_asset, styles))
    script_text = _asset(script)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src {_hash(style_text)}",
            f"script-src {_hash(script_text)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    found = _environment().get_template(template)
    return found.render(
        policy=policy,
        # the package's own files; an element's raw text, which is exactly what was hashed
        style=Markup(style_text),
        script=Markup(script_text),
        data=script_json(data),
        **values,
    )


def _checked_address(address: str) -> str:
    scheme = address.partition("#")[0].partition(":")
    if scheme[1] and scheme[0].lower() not in {"http", "https"}:
        raise ValueError(f"not an address that a page may link to: {address!r}")
    return address


def _asset(name: str) -> str:
    return (files(_PACKAGE) / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(_PACKAGE, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(names=names, charts=charts)
    environment.filters["rate"] = "{:.1f}".format
    environment.filters["nested"] = _nested
    environment.filters["theme"] = names.theme_name
    environment.filters["count"] = "{:,}".format
    return environment


def _nested(text: str) -> str:
    """Make the quotation marks of a text single, as inside a quotation."""
    return text.translate({ord("“"): "‘", ord("”"): "’", ord('"'): "'"})


# ----------------------------------------------------------------- data for the scripts


def _authority_data(page: AuthorityPage) -> dict[str, Any]:
    """What the script needs of each sentence, in the order in which the page prints them.

    Names that repeat (themes, sections) are given once and pointed to by number.
    """
    themes: dict[str, int] = {}
    sections: dict[str, int] = {}
    units: list[list[Any]] = []
    for letter in page.all_letters:
        for unit in letter.units:
            sentence = unit.sentence
            units.append(
                [
                    names.FINDINGS.index(unit.finding),
                    [themes.setdefault(theme, len(themes)) for theme in sentence.themes],
                    [_percent(score) for score in sentence.theme_scores],
                    [
                        _percent(sentence.strength_score),
                        _percent(sentence.weakness_score),
                        _percent(sentence.recommendation_score),
                    ],
                    sections.setdefault(sentence.section, len(sections)),
                    sentence.page,
                    sentence.method,
                    sentence.evidence,
                    sentence.progress if sentence.progress != "none" else "",
                    sentence.extent,
                    [names.cohort_name(cohort) for cohort in sentence.cohorts],
                    sentence.framework_reference,
                ]
            )
    return {
        "themes": [[theme, names.theme_name(theme)] for theme in themes],
        "sections": list(sections),
        "findings": [[each.id, each.name, each.sign] for each in names.FINDINGS],
        "methods": names.METHODS,
        "progress": names.PROGRESS,
        "extents": names.EXTENTS,
        "letters": [_letter_data(letter) for letter in page.all_letters],
        "units": units,
    }


def _letter_data(letter: ShownLetter) -> list[str]:
    return [letter.id, letter.title]


def _percent(score: float) -> int:
    return round(100 * score)


def _row_data(row: AuthorityRow) -> list[list[Any]]:
    """Figures of both scopes, in the order of the table's columns."""
    return [_scope_data(row.every), _scope_data(row.inspection)]


def _scope_data(scope: Figures) -> list[Any]:
    counts = scope.counts
    return [
        scope.letters,
        counts.sentences,
        counts.weakness,
        counts.mixed,
        counts.strength,
        scope.recommendations,
        [[names.theme_name(theme), count] for theme, count in scope.weak_themes],
    ]
