"""Facts: who, when and what of a letter, read from its own words.

Each module reads one kind of fact; what they look for is data under ``ofsted_extract/data``.
Nothing is guessed: what a letter does not print stays empty, and a warning says so where people
would miss it.
"""

from __future__ import annotations

import re

from ofsted_extract.facts.authority import read_authority
from ofsted_extract.facts.judgements import read_judgements
from ofsted_extract.facts.kind import Kind, framework_of, read_kind
from ofsted_extract.facts.lines import head_lines, joined
from ofsted_extract.facts.people import People, read_people, read_reported_people
from ofsted_extract.facts.previous import read_previous
from ofsted_extract.facts.recommendations import read_recommendations
from ofsted_extract.facts.reported import read_reported
from ofsted_extract.facts.scope import kloe_themes, read_kloes, read_scope
from ofsted_extract.facts.visit import read_visit
from ofsted_extract.kinds import OTHER, document_kind
from ofsted_extract.letter import Facts, Recommendation, StructuredLetter
from ofsted_extract.resources import load_toml

__all__ = ["read_facts"]


def read_facts(structured: StructuredLetter) -> Facts:
    """Return the facts of a letter. Never fails: what cannot be read is a warning."""
    raw = structured.raw
    kind = read_kind(raw)
    letter = document_kind(kind.document_kind).is_letter
    visit = read_visit(structured, kind, letter=letter)
    period = visit.period
    authority, authority_warnings = read_authority(
        _titles(structured, kind), raw, period.start if period else visit.published_on
    )
    judgements, judgement_warnings = read_judgements(structured, kind.document_kind)
    recommendations: tuple[Recommendation, ...] = ()
    references: dict[int, str] = {}
    if kind.is_reported:
        people = People("", read_reported_people(raw))
    else:
        people = read_people(raw, letter=letter)
        recommendations, references = read_recommendations(structured)
    kloes = read_kloes(structured)
    overall = any(judgement.judgement == "overall_effectiveness" for judgement in judgements)
    return Facts(
        document_kind=kind.document_kind,
        framework=framework_of(kind, period, overall_grade=overall),
        authority=authority.name,
        authority_slug=authority.slug,
        gss_code=authority.gss_code,
        urn=authority.urn,
        region=authority.region,
        visit_start=period.start if period else None,
        visit_end=period.end if period else None,
        published_on=visit.published_on,
        lead_inspector=people.lead,
        inspectors=people.inspectors,
        addressee=people.addressee,
        scope=read_scope(structured),
        visit_kloes=kloes,
        visit_kloe_themes=tuple(kloe_themes(kloe) for kloe in kloes),
        previous_visit=read_previous(structured, kind.document_kind),
        judgements=judgements,
        recommendations=recommendations,
        framework_references=references,
        reported=read_reported(structured, kind),
        warnings=(
            *_kind_warnings(kind, people),
            *visit.warnings,
            *authority_warnings,
            *judgement_warnings,
        ),
    )


def _titles(structured: StructuredLetter, kind: Kind) -> tuple[str, ...]:
    """Return the texts that name the authority: title and what follows, then what precedes it."""
    if kind.is_reported or kind.document_kind == OTHER:
        return ()
    head = joined(head_lines(structured.raw))
    start, end = kind.title
    ends = "|".join(load_toml("kinds.toml")["title_ends"])
    behind = re.split(ends, head[end:], maxsplit=1, flags=re.IGNORECASE)[0]
    return (head[start:end] + behind, head[:start])


def _kind_warnings(kind: Kind, people: People) -> tuple[str, ...]:
    warnings = []
    if kind.document_kind == OTHER:
        warnings.append("no known title: the kind of document is not known")
    elif not kind.is_reported and not people.lead:
        warnings.append("no lead inspector is printed")
    return tuple(warnings)
