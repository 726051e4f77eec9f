"""Letters made by hand from a few lines of text, for tests that need no reader and no model.

A made letter's text begins with ``key: value`` lines (authority, kind, visit, published), then has
one sentence a line; a mark says what a line is: ``#`` heading, ``+`` strength, ``-`` weakness,
``!`` recommendation, ``=`` grade (``= help_and_protection good``).
"""

from __future__ import annotations

import hashlib
from datetime import date

from ofsted_extract.letter import (
    Facts,
    Judgement,
    Letter,
    Line,
    Page,
    RawLetter,
    Recommendation,
    Role,
    Source,
    StructuredLetter,
    Unit,
    UnitKind,
    UnitLabels,
)

MARKS = "#+-!"


def make_letter(text: str, path: str = "letter.txt", model: str = "made-1") -> Letter:
    """Return the letter that ``text`` describes."""
    content = text.encode("utf-8", "surrogatepass")
    lines = [line for line in text.splitlines() if line.strip()]
    facts: dict[str, str] = {}
    while lines and lines[0].partition(":")[0] in {"authority", "kind", "visit", "published"}:
        name, _, value = lines.pop(0).partition(":")
        facts[name] = value.strip()
    units: list[Unit] = []
    labels: list[UnitLabels] = []
    judgements: list[Judgement] = []
    recommendations: list[Recommendation] = []
    section = ""
    for line in lines:
        mark, words = (line[0], line[1:].strip()) if line[0] in MARKS else ("", line)
        if line.startswith("= "):
            _, judgement, grade = line.split()
            judgements.append(Judgement(judgement, grade, grade.title(), 1))
            continue
        if mark == "#":
            section = words
        position = len(units) + 1
        units.append(
            Unit(
                position,
                UnitKind.HEADING if mark == "#" else UnitKind.SENTENCE,
                words,
                1 + len(units) // 20,
                f"p{position}",
                position,
                section,
                (section,) if section else (),
                Role.FINDINGS,
            )
        )
        labels.append(
            UnitLabels(
                is_strength=mark == "+",
                is_weakness=mark == "-",
                is_recommendation=mark == "!",
                strength_score=0.91237 if mark == "+" else 1 / 3,
                weakness_score=0.87654321 if mark == "-" else 0.1,
                themes=("leadership", "supervision") if mark in {"+", "-", "!"} else (),
                theme_scores=(0.9, 2 / 3) if mark in {"+", "-", "!"} else (),
                cohorts=("care_leavers",) if "care leavers" in words else (),
                method="rule" if mark else "structure",
            )
        )
        if mark == "!":
            recommendations.append(
                Recommendation(len(recommendations) + 1, words, "", "outcome 2", 1, (position,))
            )
    visit = date.fromisoformat(facts["visit"]) if facts.get("visit") else None
    name = facts.get("authority", "")
    return Letter(
        StructuredLetter(
            RawLetter(
                Source(path, hashlib.sha256(content).hexdigest(), "text", "text"),
                (Page(1, tuple(Line(line) for line in lines)),),
            ),
            tuple(units),
        ),
        Facts(
            document_kind=facts.get("kind", "focused_visit"),
            authority=name,
            authority_slug=name.lower().replace(" ", "-"),
            visit_start=visit,
            visit_end=visit,
            published_on=date.fromisoformat(facts["published"]) if "published" in facts else None,
            inspectors=("Ann Example", "Bo Example") if name else (),
            judgements=tuple(judgements),
            recommendations=tuple(recommendations),
        ),
        tuple(labels),
        model,
        "0.0.test",
    )


SAMPLE = """authority: Great Example
kind: focused_visit
visit: 2024-05-14
published: 2024-06-20
# Headline findings
= help_and_protection good
= overall_effectiveness requires_improvement
+ Leaders know their services well; staff say so.
- Supervision of care leavers’ advisers is not regular.
The inspectors met with staff.
! The timeliness of pathway plans.
"""
