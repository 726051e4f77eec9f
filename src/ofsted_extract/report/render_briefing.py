"""A briefing as Markdown, or as a Word file from a template that a council can restyle.

What letters say is data: it is never read as a template, as XML or as Markdown. A template runs in
Jinja's sandbox, because it may come from somebody else.
"""

from __future__ import annotations

import io
import re
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import PackageLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import XMLSyntaxError

from ofsted_extract.report.briefing import Briefing
from ofsted_extract.report.markdown import escaped

_PACKAGE = "ofsted_extract.report"
#: What XML 1.0 cannot hold, and what docxtpl would turn into breaks and tabs.
_NOT_IN_WORD = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")


class TemplateFault(Exception):
    """The Word template cannot be used; the message says why."""


def as_markdown(briefing: Briefing) -> str:
    """Return the briefing as Markdown."""
    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader(_PACKAGE, "templates"),
        autoescape=False,  # no HTML; ``finalize`` makes every text safe for Markdown
        finalize=lambda value: escaped(value) if isinstance(value, str) else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("briefing.md.jinja").render(brief=briefing)


def as_docx(briefing: Briefing, template: Path | None = None) -> bytes:
    """Return the briefing as a Word file, from ``template`` or from our own.

    Raises
    ------
    TemplateFault
        if the template is no Word file, or asks for what a briefing does not have.

    """
    source = template or files(_PACKAGE) / "templates" / "briefing.docx"
    name = str(template) if template else "the template"
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, finalize=_in_word, undefined=StrictUndefined
    )
    try:
        document = DocxTemplate(io.BytesIO(source.read_bytes()))
        document.render({"brief": briefing}, environment, autoescape=True)
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, XMLSyntaxError) as error:
        raise TemplateFault(f"{name} is not a Word file (.docx) that can be read") from error
    except TemplateError as error:
        raise TemplateFault(f"{name}: {error.message or 'a fault in its marks'}") from error
    # set here, because the marks of a template are escaped once too often in it
    document.docx.core_properties.title = _in_word(briefing.title)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _in_word(value: Any) -> Any:
    return _NOT_IN_WORD.sub(" ", value) if isinstance(value, str) else value
