"""``ofsted-extract evaluate``: the real pipeline on real documents, against labelled sentences."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from spacy.language import Language

from ofsted_extract.classify.pipeline import classify_letter, load_pipeline, model_version
from ofsted_extract.evaluation import metrics
from ofsted_extract.evaluation.corpus import THEME_CODES, Report, read_reports
from ofsted_extract.evaluation.metrics import Case, Codes, markdown_table
from ofsted_extract.kinds import OTHER, document_kind
from ofsted_extract.labels import (
    TEST_FOLD,
    Document,
    Label,
    read_annotation,
    read_documents,
    read_labels,
    read_split,
)
from ofsted_extract.letter import Role, UnitKind, UnitLabels
from ofsted_extract.themes import all_themes

_CODE_OF_THEME = {theme.id: theme.code for theme in all_themes()}
_CODE_OF_FINDING = {
    "strength": "S",
    "weakness": "W",
    "mixed": "SW",
    "recommendation": "R",
    "none": "N",
}
ERAS = ("2013–2017", "2018–2022", "2023–2026", "SEND")


@dataclass
class Evaluation:
    """The cases of one run, and the sentences told apart without their headings.

    ``blind`` holds per form of report (correct, wrong) of labelled sentences, ``blind_headings``
    the same of sentences labelled only by the list they stand in ("strengths" and the like),
    ``blind_improve`` with lists of areas for improvement counted as weaknesses, where a
    recommendation counts as one.
    """

    model: str
    cases: list[Case] = field(default_factory=list)
    blind: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    blind_headings: dict[str, list[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    blind_improve: dict[str, list[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    not_found: int = 0

    def __str__(self) -> str:
        return self.markdown()

    def as_dict(self) -> dict[str, Any]:
        """Return every table as plain values."""
        themes, micro = metrics.theme_scores(self.cases, THEME_CODES)
        return {
            "model": self.model,
            "not_found": self.not_found,
            "summary": metrics.summary(self.cases, THEME_CODES),
            "findings": {k: asdict(v) for k, v in metrics.finding_scores(self.cases).items()},
            "themes": {k: asdict(v) for k, v in themes.items()},
            "themes_micro": asdict(micro),
            "progress": {k: asdict(v) for k, v in metrics.progress_scores(self.cases).items()},
            "eras": {
                era: metrics.summary(cases, THEME_CODES)
                for era in ERAS
                if (cases := [case for case in self.cases if case.era == era])
            },
            "headings_removed": {
                f"{form}, {basis}": told_apart(pairs)
                for basis, table in (
                    ("labels", self.blind),
                    ("lists", self.blind_headings),
                    ("lists with areas for improvement", self.blind_improve),
                )
                for form, pairs in table.items()
            },
            "reliability": metrics.reliability(self.cases),
            "confusions": metrics.confusions(self.cases),
            "theme_confusions": metrics.theme_confusions(self.cases),
            "worst": metrics.worst(self.cases),
        }

    def markdown(self) -> str:
        """Return the tables for people."""
        tables = self.as_dict()
        scored = ("", "precision", "recall", "F1", "count")
        names = {theme.code: theme.name for theme in all_themes()}
        themes, _ = metrics.theme_scores(self.cases, THEME_CODES)
        keys = list(tables["summary"])
        eras = {"all": tables["summary"], **tables["eras"]}
        parts = {
            f"Model {self.model}": markdown_table(
                ("", *eras), [(key, *(era[key] for era in eras.values())) for key in keys]
            ),
            "Findings": markdown_table(
                scored, metrics.score_rows(metrics.finding_scores(self.cases))
            ),
            "Themes": markdown_table(scored, metrics.score_rows(themes, names.__getitem__)),
            "Progress": markdown_table(
                scored, metrics.score_rows(metrics.progress_scores(self.cases))
            ),
            "Strength or weakness, headings removed": markdown_table(
                ("", "accuracy", "macro-F1", "sentences"),
                [(form, *row.values()) for form, row in tables["headings_removed"].items()],
            ),
            "Reliability of the scores": markdown_table(
                ("", "mean score", "share in the gold", "sentences"),
                [(name, *row) for name, rows in tables["reliability"].items() for row in rows],
            ),
            "Findings confused": markdown_table(("gold", "given", "count"), tables["confusions"]),
            "Themes confused": markdown_table(
                ("", "missed", "given wrongly"), tables["theme_confusions"]
            ),
            "Surest wrong findings": markdown_table(
                ("document, page, number", "gold", "given", "surety"), tables["worst"]
            ),
        }
        return "\n\n".join(f"## {title}\n\n{table}" for title, table in parts.items()) + "\n"


def evaluate(
    gold_dir: str | Path,
    documents_dir: str | Path,
    model: str = "default",
    out_dir: str | Path | None = None,
) -> Evaluation:
    """Run a model over the labelled documents and score it.

    Parameters
    ----------
    gold_dir
        label files without text (``labels/``), or a folder of annotated text
    documents_dir
        the reports, one folder per authority
    model
        as for ``load_pipeline``
    out_dir
        where ``evaluation.md`` and ``evaluation.json`` are written, if given

    With label files the authorities of the test split are scored, with annotated text all.

    """
    nlp = load_pipeline(model)
    gold, documents = Path(gold_dir), Path(documents_dir)
    if (gold / "units.csv").is_file():
        found, labels = read_documents(gold), read_labels(gold)
        folds = read_split(gold)
        reports = (
            report
            for report in read_reports(documents, labels)
            if folds.get(report.authority) == TEST_FOLD
        )
    else:
        found, labels = read_annotation(gold, documents)
        annotated = {document.document_id for document in found}
        reports = (
            report
            for report in read_reports(documents, labels)
            if report.letter.raw.source.document_id in annotated
        )
    evaluation = score_reports(nlp, reports, found, labels)
    if out_dir is not None:
        folder = Path(out_dir)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "evaluation.md").write_text(evaluation.markdown(), encoding="utf-8")
        text = json.dumps(evaluation.as_dict(), indent=1, ensure_ascii=False)
        (folder / "evaluation.json").write_text(text + "\n", encoding="utf-8")
    return evaluation


def score_reports(
    nlp: Language,
    reports: Iterable[Report],
    documents: Sequence[Document],
    labels: Sequence[Label],
) -> Evaluation:
    """Run a pipeline over reports and score it: by their labels, and with headings removed."""
    by_id = {document.document_id: document for document in documents}
    by_document: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        by_document[label.document_id].append(label)
    evaluation = Evaluation(model_version(nlp))
    for report in reports:
        document = by_id.get(report.letter.raw.source.document_id)
        if document is not None:
            _score(evaluation, nlp, report, document, by_document[document.document_id])
        _score_blind(evaluation, nlp, report)
    return evaluation


def told_apart(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Return how well S and W were told apart, from (gold, given)."""
    scores = [
        metrics.score([(gold == code, given == code) for gold, given in pairs]) for code in "SW"
    ]
    right = sum(gold == given for gold, given in pairs)
    return {
        "accuracy": right / max(1, len(pairs)),
        "macro_f1": metrics.mean_f1(scores),
        "sentences": len(pairs),
    }


def _given(labels: UnitLabels) -> Codes:
    return Codes(
        _CODE_OF_FINDING[labels.finding],
        frozenset(_CODE_OF_THEME[theme] for theme in labels.themes),
        metrics.PROGRESS[labels.progress],
    )


def _score(
    evaluation: Evaluation, nlp: Language, report: Report, document: Document, labels: list[Label]
) -> None:
    assert report.stream is not None
    given = classify_letter(nlp, report.letter, report.facts)
    units = report.letter.units
    for place in report.places:
        unit = report.stream.covering(place)
        found = given[unit]
        evaluation.cases.append(
            Case(
                f"{document.document_id}, page {units[unit].page}, {units[unit].position}",
                document.era,
                _gold(place.label),
                _given(found),
                (found.strength_score, found.weakness_score, found.recommendation_score),
                found.method == "model",
            )
        )
    located = {(place.label.stretch, place.label.number) for place in report.places}
    for label in labels:
        if (label.stretch, label.number) not in located:
            evaluation.not_found += 1
            nothing = Codes("N", frozenset(), ".")
            reference = f"{document.document_id}, not found, {label.stretch} {label.number}"
            evaluation.cases.append(
                Case(reference, document.era, _gold(label), nothing, decided=False)
            )


def _gold(label: Label) -> Codes:
    return Codes(label.finding, frozenset(label.theme_codes), label.progress)


def _score_blind(evaluation: Evaluation, nlp: Language, report: Report) -> None:
    """Classify a report of sorted lists without headings, sections and kind; compare S with W."""
    kind = document_kind(report.facts.document_kind)
    if not kind.sorts_findings:
        return
    form = kind.family.upper()
    numbers = [n for n, unit in enumerate(report.letter.units) if unit.kind is not UnitKind.HEADING]
    units = tuple(
        replace(report.letter.units[n], section="", headings=(), role=Role.FINDINGS)
        for n in numbers
    )
    given = classify_letter(
        nlp, replace(report.letter, units=units), replace(report.facts, document_kind=OTHER)
    )
    code = {
        n: "S" if found.strength_score >= found.weakness_score else "W"
        for n, found in zip(numbers, given, strict=True)
    }
    to_improve = {n for n, found in zip(numbers, given, strict=True) if found.is_recommendation}
    lists = {Role.STRENGTHS: "S", Role.WEAKNESSES: "W"}
    for n in numbers:
        role = report.letter.units[n].role
        if role in lists:
            evaluation.blind_headings[form].append((lists[role], code[n]))
        if role in lists or role is Role.RECOMMENDATIONS:
            found_code = "W" if n in to_improve else code[n]
            evaluation.blind_improve[form].append((lists.get(role, "W"), found_code))
    if report.stream is not None:
        for place in report.places:
            unit = report.stream.covering(place)
            if place.label.finding in ("S", "W") and unit in code:
                evaluation.blind[form].append((place.label.finding, code[unit]))
