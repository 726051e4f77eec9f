"""The tables as a relational database has them: keys, references, linked tables and views.

A list column has a linked table ``<table>_<column>`` beside it: a row a member, with the key of the
row it belongs to, its place from 1, and the member (``sentences_themes``: ``sentence_id``,
``position``, ``theme``, ``theme_score``). The SQL of the views runs in SQLite and DuckDB alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ofsted_extract.kinds import document_kinds
from ofsted_extract.schema import TABLES, Table

#: What tells the rows of a table apart. A letter may print a grade twice.
KEYS: dict[str, tuple[str, ...]] = {
    "documents": ("document_id",),
    "judgements": (),
    "sentences": ("sentence_id",),
    "recommendations": ("recommendation_id",),
    "followup": ("recommendation_id", "later_document_id"),
}
#: List columns whose members belong to those of another, one to one.
_PARALLEL = {("sentences", "theme_scores"): "themes"}
_BESIDE = {target: name for (_, name), target in _PARALLEL.items()}


@dataclass(frozen=True, slots=True)
class Linked:
    """A linked table: ``column`` of ``table``, perhaps with another ``beside`` it."""

    table: Table
    column: str
    beside: str = ""

    @property
    def name(self) -> str:
        return f"{self.table.name}_{self.column}"

    @property
    def key(self) -> tuple[str, ...]:
        return KEYS[self.table.name]

    @property
    def member(self) -> str:
        """What one member is called."""
        return self.column.removesuffix("s")

    @property
    def member_beside(self) -> str:
        return self.beside.removesuffix("s")


def linked_tables() -> Iterator[Linked]:
    """Yield the linked table of every list column that has one of its own."""
    for table in TABLES:
        for column in table.columns:
            own = column.type.startswith("list") and (table.name, column.name) not in _PARALLEL
            if own:
                beside = _BESIDE.get(column.name, "") if table.name == "sentences" else ""
                yield Linked(table, column.name, beside)


def references(column: str, table: str) -> str:
    """Return the table that a column of ``table`` refers to; empty for none."""
    if column in {"document_id", "later_document_id"} and table != "documents":
        return "documents"
    return "sentences" if column == "sentence_id" and table != "sentences" else ""


def views() -> dict[str, str]:
    """Return the SELECT of each view by its name."""
    visits = ", ".join(f"'{each.id}'" for each in document_kinds() if each.is_visit)
    counted = f"d.same_as = '' AND d.document_kind IN ({visits})"
    link = "CASE WHEN d.source_url = '' THEN '' ELSE d.source_url || '#page=' || {}.page END"
    return {
        # the latest visit of each authority
        "latest_visits": f"""
SELECT authority, authority_slug, region, document_kind, visit_start, published_on, visit,
       document_id, source_url
FROM (
  SELECT d.*, row_number() OVER (
    PARTITION BY d.authority_slug ORDER BY coalesce(d.visit_start, d.published_on) DESC,
    d.document_id) AS nth
  FROM documents d
  WHERE {counted} AND coalesce(d.visit_start, d.published_on) IS NOT NULL) dated
WHERE nth = 1""",
        # the latest printed grade of each authority, for each judgement
        "latest_grades": f"""
SELECT authority, authority_slug, region, judgement, grade, visit_start, document_kind, page, link,
       document_id
FROM (
  SELECT d.authority, d.authority_slug, d.region, j.judgement, j.grade, d.visit_start,
         d.document_kind, j.page, {link.format("j")} AS link, d.document_id, row_number() OVER (
    PARTITION BY d.authority_slug, j.judgement
    ORDER BY coalesce(d.visit_start, d.published_on) DESC, d.document_id, j.page) AS nth
  FROM judgements j JOIN documents d ON d.document_id = j.document_id
  WHERE {counted} AND coalesce(d.visit_start, d.published_on) IS NOT NULL) dated
WHERE nth = 1""",
        # findings with region and link
        "findings": f"""
SELECT d.authority, d.region, d.gss_code, d.document_kind, d.visit_start, d.published_on,
       s.judgement_area, s.section, s.page, s.finding, s.text, s.progress, s.extent,
       {link.format("s")} AS link, s.sentence_id, s.document_id
FROM sentences s JOIN documents d ON d.document_id = s.document_id
WHERE s.finding <> 'none' AND {counted}""",
        # a mixed sentence counts as weakness and as strength; one of several themes for each
        "weaknesses_by_theme": f"""
SELECT t.theme, sum(CASE WHEN s.is_weakness THEN 1 ELSE 0 END) AS weaknesses,
       sum(CASE WHEN s.is_strength THEN 1 ELSE 0 END) AS strengths,
       sum(CASE WHEN s.finding = 'mixed' THEN 1 ELSE 0 END) AS mixed,
       sum(CASE WHEN s.is_recommendation THEN 1 ELSE 0 END) AS recommendations,
       count(*) AS sentences, count(DISTINCT s.document_id) AS letters,
       count(DISTINCT d.authority_slug) AS authorities
FROM sentences_themes t
JOIN sentences s ON s.sentence_id = t.sentence_id
JOIN documents d ON d.document_id = s.document_id
WHERE s.kind <> 'heading' AND {counted}
GROUP BY t.theme
ORDER BY weaknesses DESC, t.theme""",
    }


def quoted(name: str) -> str:
    """Return a name as SQL has it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'
