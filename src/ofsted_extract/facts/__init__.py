"""Facts: who, when and what of a letter, read from its own words.

Each module reads one kind of fact; what they look for is data under ``ofsted_extract/data``.
Nothing is guessed: what a letter does not print stays empty, and a warning says so where people
would miss it.
"""

from __future__ import annotations

import re

from ofsted_extract.facts.addressee import read_addressee
from ofsted_extract.facts.authority import read_authority, read_told_authority
from ofsted_extract.facts.joint import read_inspectorates, read_next, read_outcome
from ofsted_extract.facts.judgements import read_judgements
from ofsted_extract.facts.kind import Kind, framework_of, read_kind
from ofsted_extract.facts.lines import head_lines, is_salutation, joined
from ofsted_extract.facts.people import People, read_people, read_reported_people
from ofsted_extract.facts.previous import read_previous
from ofsted_extract.facts.recommendations import read_recommendations
from ofsted_extract.facts.reported import read_own_words, read_reported
from ofsted_extract.facts.scope import read_kloes, read_scope
from ofsted_extract.facts.visit import read_visit
from ofsted_extract.kinds import OTHER, document_kind
from ofsted_extract.letter import Facts, Line, RawLetter, Recommendation, StructuredLetter
from ofsted_extract.resources import load_toml
from ofsted_extract.themes import kloe_themes
from ofsted_extract.wording import straight

__all__ = ["read_facts"]

#: Characters of a title by which its line is found again.
_SAME_LINE = 20
_SIGNED = re.compile(r"\byours (?:sincerely|faithfully)", re.IGNORECASE)


def read_facts(structured: StructuredLetter) -> Facts:
    """Return the facts of a letter. Never fails: what cannot be read is a warning."""
    raw = structured.raw
    kind = read_kind(raw)
    what = document_kind(kind.document_kind)
    letter = what.is_letter or _is_letter(raw)
    visit = read_visit(structured, kind, letter=letter)
    period = visit.period
    day = period.start if period else visit.published_on
    if kind.is_reported:
        told_by_council = kind.document_kind == "council_report"
        authority, authority_warnings = read_told_authority(raw, day, council=told_by_council)
    else:
        authority, authority_warnings = read_authority(
            _titles(structured, kind, letter=letter), raw, day
        )
    judgements, judgement_warnings = read_judgements(structured, kind.document_kind)
    recommendations: tuple[Recommendation, ...] = ()
    references: dict[int, str] = {}
    people = People()
    if kind.is_reported:
        people = People("", read_reported_people(raw))
    else:
        if what.names_inspectors:
            people = read_people(raw, letter=letter)
        recommendations, references = read_recommendations(structured)
    scope = read_scope(structured, letter=letter)
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
        addressee=read_addressee(raw) if letter and not kind.is_reported else "",
        scope=scope.text,
        visit_kloes=read_kloes(structured, scope),
        scope_themes=kloe_themes(scope.text),
        inspectorates=read_inspectorates(structured) if what.is_joint else (),
        outcome=read_outcome(structured) if what.family == "send" else "",
        next_visit=read_next(structured) if what.family == "send" else "",
        previous_visit=read_previous(structured, kind.document_kind, letter=letter),
        judgements=judgements,
        recommendations=recommendations,
        framework_references=references,
        reported=read_reported(structured, kind),
        own_words=read_own_words(structured, kind),
        warnings=(
            *_kind_warnings(kind, people, named=what.names_inspectors),
            *visit.warnings,
            *authority_warnings,
            *judgement_warnings,
        ),
    )


def _is_letter(raw: RawLetter) -> bool:
    """Tell whether a document has the form of a letter: it greets somebody and is signed."""
    greets = any(is_salutation(straight(line.text)) for line in head_lines(raw))
    lines = (line.text for page in raw.pages for line in page.lines)
    return greets and any(_SIGNED.search(line) for line in lines)


def _titles(structured: StructuredLetter, kind: Kind, *, letter: bool) -> tuple[str, ...]:
    """Return the texts that name the authority: title and what follows, then what precedes it.

    In front of a letter's title stand addresses, its own among them: they are read elsewhere.
    """
    if kind.document_kind == OTHER:
        return ()
    head = joined(head_lines(structured.raw))
    start, end = kind.title
    ends = "|".join(load_toml("kinds.toml")["title_ends"])
    behind = re.split(ends, head[end:], maxsplit=1, flags=re.IGNORECASE)[0]
    title = head[start:end] + behind
    line = next((straight(ln.text) for ln in head_lines(structured.raw) if _holds(ln, title)), "")
    before = line[: line.find(title[:_SAME_LINE])].strip(" :-–")
    return (f"{before} {title}".strip(),) if letter else (f"{before} {title}".strip(), head[:start])


def _holds(line: Line, title: str) -> bool:
    """Tell whether a title begins within ``line``, behind the name of an authority."""
    return straight(line.text).find(title[:_SAME_LINE]) > 0


def _kind_warnings(kind: Kind, people: People, *, named: bool) -> tuple[str, ...]:
    warnings = []
    if kind.document_kind == OTHER:
        like = f": it looks like {kind.looks_like}" if kind.looks_like else ""
        warnings.append(f"no known title: the kind of document is not known{like}")
    elif not kind.is_reported and named and not people.lead:
        warnings.append("no lead inspector is printed")
    return tuple(warnings)
