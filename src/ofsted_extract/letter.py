"""The typed, immutable values that one letter is made of on its way through the stages.

    RawLetter  ->  StructuredLetter  ->  Facts, UnitLabels  ->  Letter
    (read)         (structure)           (facts, classify)      (write, explore)

No value knows how it was made and no stage changes the value of an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

# --------------------------------------------------------------------------- read


def document_id_of(sha256: str) -> str:
    """Return the id of the document with this SHA-256: ``d`` and its first 16 hex digits.

    The letter in front keeps spreadsheets and pandas from reading an id as a number: of bare ids
    one in seven hundred is one ("8622807136e99748" is infinity).
    """
    return f"d{sha256[:16]}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a letter came from.

    ``input_type`` is an id of ``data/input_types.toml``, told from the bytes and never from the
    name alone; ``reader`` is the program part that read it, a value of ``schema.READERS``.
    """

    path: str
    sha256: str
    input_type: str
    reader: str

    @property
    def document_id(self) -> str:
        """See `document_id_of`."""
        return document_id_of(self.sha256)


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line.

    ``x`` and ``y`` are the left edge and the baseline of its first character in points, from
    the bottom left of the page; ``size`` is the type size in points. All three are 0.0 where the
    medium has no layout (plain text). ``hyphenated`` says that the line ends in a hyphen that
    stands for a broken word; the hyphen itself is not part of ``text``. ``marks`` are footnote
    marks (superior figures) that were taken out of ``text``. ``heading_level`` is that of a
    Markdown heading (1 to 6), else 0. ``confidence`` (0 to 1) is that of its words where they were
    recognised in a picture, else 1.
    """

    text: str
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0
    bold: bool = False
    hyphenated: bool = False
    marks: tuple[str, ...] = ()
    heading_level: int = 0
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """One page (numbered from 1) with its lines in reading order.

    ``width`` and ``height`` in points, 0.0 where there is no paper (plain text). Blank lines are
    kept where there is no layout, because there they separate paragraphs.
    """

    number: int
    lines: tuple[Line, ...]
    width: float = 0.0
    height: float = 0.0

    @property
    def has_layout(self) -> bool:
        """Whether its lines stand somewhere: position and type size of each are known."""
        return self.height > 0


@dataclass(frozen=True, slots=True)
class RawLetter:
    """What the read stage hands on: pages of lines, nothing interpreted.

    ``footnotes`` are those that the file itself keeps apart (Word).
    """

    source: Source
    pages: tuple[Page, ...]
    warnings: tuple[str, ...] = ()
    footnotes: tuple[Footnote, ...] = ()


# ---------------------------------------------------------------------- structure


#: Pages of a report on which its cover may print title, dates and judgements.
COVER_PAGES = 2


class UnitKind(StrEnum):
    """Kind of a row of the sentences table. Every sentence of a bulleted item is ``bullet``."""

    HEADING = "heading"
    BULLET = "bullet"
    SENTENCE = "sentence"


class Role(StrEnum):
    """What a section is for. Which heading opens which role: ``data/headings.toml``."""

    TITLE = "title"  # the cover: title, dates, names, the judgement table
    LETTERHEAD = "letterhead"  # addresses, salutation, sign-off
    SUMMARY = "summary"  # overview, headline findings, executive summary
    FINDINGS = "findings"  # the narrative
    STRENGTHS = "strengths"  # a list that its heading calls strengths (SIF, SEND)
    WEAKNESSES = "weaknesses"  # a list that its heading calls weaknesses (SEND)
    RECOMMENDATIONS = "recommendations"  # what needs to improve, areas for improvement
    PRIORITY_ACTIONS = "priority_actions"  # priority and immediate actions
    PREVIOUS = "previous"  # progress since the last inspection, earlier judgements
    SCOPE = "scope"  # areas covered by the visit, what the inspectors looked at
    BACKGROUND = "background"  # information about the area
    ABOUT = "about"  # information about this inspection, how it was carried out
    DEFINITIONS = "definitions"  # what the judgements mean
    LICENCE = "licence"  # complaints, copyright, contact
    KLOES = "kloes"  # lines of enquiry that a letter or council report lists


#: Roles whose units never carry a finding (contract: boilerplate is recognised, is no finding).
NO_FINDING_ROLES = frozenset(
    {
        Role.TITLE,
        Role.LETTERHEAD,
        Role.SCOPE,
        Role.BACKGROUND,
        Role.ABOUT,
        Role.DEFINITIONS,
        Role.LICENCE,
        Role.KLOES,
    }
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence, sentence of a bulleted item, or heading, in reading order.

    ``position`` runs from 1. ``paragraph`` is the printed number ("12", "2.1") or, where none is
    printed, "p" and a running number. ``item`` runs over list items and paragraphs: the sentences
    of one bullet share it. ``section`` is the nearest heading as printed, ``headings`` the chain
    above it, outermost first. ``judgement_area`` is a judgement id of the schema or "".
    ``subject`` tells the board's own review ("lscb") from the authority's ("authority").
    ``footnote_marks`` are the reference numbers that were taken out of the text. ``demand`` is the
    number of the demand that the unit is part of, 0 for none.
    """

    position: int
    kind: UnitKind
    text: str
    page: int
    paragraph: str
    item: int
    section: str
    headings: tuple[str, ...]
    role: Role
    judgement_area: str = ""
    subject: str = "authority"
    footnote_marks: tuple[str, ...] = ()
    demand: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """One item of a list of improvements.

    ``heading`` is that of its list as printed, ``responsible`` the body that a table names beside
    it. ``positions`` are those of the units that ask, ``printed`` those of all its units.
    """

    number: int
    text: str
    heading: str
    responsible: str
    page: int
    positions: tuple[int, ...]
    printed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote, taken out of the body; ``mark`` as printed ("1", "*")."""

    mark: str
    text: str
    page: int


@dataclass(frozen=True, slots=True)
class StructuredLetter:
    """A letter whose body is told from its furniture.

    ``units`` hold everything but contents pages, running headers and footers, page numbers and
    footnotes; boilerplate sections are kept and known by their role. ``furniture`` keeps the
    removed running lines as (page, text), for facts that only a footer prints.
    """

    raw: RawLetter
    units: tuple[Unit, ...]
    footnotes: tuple[Footnote, ...] = ()
    furniture: tuple[tuple[int, str], ...] = ()
    warnings: tuple[str, ...] = ()
    demands: tuple[Demand, ...] = ()


# -------------------------------------------------------------------------- facts


@dataclass(frozen=True, slots=True)
class Judgement:
    """One printed grade: an id of ``data/judgements.toml``, a grade of ``schema.GRADES``."""

    judgement: str
    grade: str
    printed: str
    page: int


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One thing the authority is told to improve.

    ``text`` has no bullet, number, footnote mark or framework reference. ``positions`` are the
    positions of the units that ask for it. ``priority``: "immediate", "priority" or "".
    ``responsible`` is the body that a table names, as printed.
    Themes are not here: they are those of its units (see ``Letter.recommendation_themes``).
    """

    number: int
    text: str
    priority: str
    framework_reference: str
    page: int
    positions: tuple[int, ...]
    responsible: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Who, when and what of a letter; field names are columns of the documents table."""

    document_kind: str
    framework: str = ""
    authority: str = ""
    authority_slug: str = ""
    gss_code: str = ""
    urn: str = ""
    region: str = ""
    visit_start: date | None = None
    visit_end: date | None = None
    published_on: date | None = None
    lead_inspector: str = ""
    inspectors: tuple[str, ...] = ()
    addressee: str = ""
    scope: str = ""
    visit_kloes: tuple[str, ...] = ()
    previous_visit: str = ""
    scope_themes: tuple[str, ...] = ()
    inspectorates: tuple[str, ...] = ()
    outcome: str = ""
    next_visit: str = ""
    judgements: tuple[Judgement, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    #: position of a unit -> its national framework reference
    framework_references: dict[int, str] = field(default_factory=dict)
    reported: frozenset[int] = frozenset()  # positions of units where press or council speaks
    own_words: frozenset[int] = frozenset()  # those of them that repeat no finding
    warnings: tuple[str, ...] = ()

    @property
    def visit(self) -> str:
        """Partition name: start of the visit, else publication, else undated; and the kind."""
        day = self.visit_start or self.published_on
        return f"{day.isoformat() if day else 'undated'}_{self.document_kind}"


# ----------------------------------------------------------------------- classify


@dataclass(frozen=True, slots=True)
class UnitLabels:
    """What one unit says: the labels of the sentences table, parallel to the letter's units.

    Scores are calibrated probabilities, 0 to 1. ``themes`` best first, ``theme_scores`` parallel.
    ``method``: "structure", "rule", "model" or "review". ``evidence``: the words that decided.
    """

    is_strength: bool = False
    is_weakness: bool = False
    is_recommendation: bool = False
    strength_score: float = 0.0
    weakness_score: float = 0.0
    recommendation_score: float = 0.0
    themes: tuple[str, ...] = ()
    theme_scores: tuple[float, ...] = ()
    progress: str = "none"
    extent: str = ""
    cohorts: tuple[str, ...] = ()
    strength_text: str = ""
    weakness_text: str = ""
    method: str = "structure"
    evidence: str = ""

    @property
    def finding(self) -> str:
        """``strength``, ``weakness``, ``mixed``, ``recommendation`` or ``none``."""
        if self.is_recommendation:
            return "recommendation"
        if self.is_strength and self.is_weakness:
            return "mixed"
        return "strength" if self.is_strength else "weakness" if self.is_weakness else "none"


# ------------------------------------------------------------------------- letter


@dataclass(frozen=True)
class Letter:
    """A letter read to the end: structure, facts and one label per unit."""

    structured: StructuredLetter
    facts: Facts
    labels: tuple[UnitLabels, ...]
    model_version: str
    extractor_version: str

    def __post_init__(self) -> None:
        if len(self.labels) != len(self.structured.units):
            raise ValueError(f"{len(self.structured.units)} units but {len(self.labels)} labels")

    @property
    def source(self) -> Source:
        return self.structured.raw.source

    @property
    def document_id(self) -> str:
        return self.source.document_id

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """All stages' warnings, in the order of the stages, each once."""
        found = (*self.structured.raw.warnings, *self.structured.warnings, *self.facts.warnings)
        return tuple(dict.fromkeys(found))

    def recommendation_themes(self, recommendation: Recommendation) -> tuple[str, ...]:
        """Themes of the units a recommendation was read from, best first, each once."""
        labels = (self.labels[position - 1] for position in recommendation.positions)
        return tuple(dict.fromkeys(theme for label in labels for theme in label.themes))
