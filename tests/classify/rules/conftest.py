"""A pipeline of rules alone, and short ways to ask it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import spacy
from spacy.language import Language

from ofsted_extract.classify.doc import RULES, make_doc
from ofsted_extract.classify.rules import RuleLabels, decide
from ofsted_extract.letter import Role, Unit, UnitKind, UnitLabels

Label = Callable[..., RuleLabels]
Tag = Callable[..., UnitLabels]
LabelAll = Callable[[list[Unit]], list[RuleLabels]]


def unit(
    text: str,
    *,
    kind: UnitKind = UnitKind.SENTENCE,
    role: Role = Role.FINDINGS,
    section: str = "",
    demand: int = 0,
) -> Unit:
    """Return a unit that stands alone."""
    return Unit(1, kind, text, 1, "p1", 1, section, (section,), role, demand=demand)


@pytest.fixture(scope="session")
def nlp() -> Language:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("ofsted_rules")
    return pipeline


@pytest.fixture(scope="session")
def label_all(nlp: Language) -> LabelAll:
    def run(units: list[Unit]) -> list[RuleLabels]:
        numbered = tuple(replace(one, position=n) for n, one in enumerate(units, start=1))
        doc = nlp.get_pipe("ofsted_rules")(make_doc(nlp, numbered, "ilacs_inspection"))
        return list(doc.user_data[RULES])

    return run


@pytest.fixture(scope="session")
def label(label_all: LabelAll) -> Label:
    return lambda text, **more: label_all([unit(text, **more)])[0]


@pytest.fixture(scope="session")
def tag(label: Label) -> Tag:
    return lambda text, **more: decide(label(text, **more))
