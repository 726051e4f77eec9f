"""``ofsted-extract evaluate``: the real pipeline on real documents, against labelled sentences."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from spacy.language import Language

from ofsted_extract.classify.pipeline import classify_letter, load_pipeline, model_version
from ofsted_extract.evaluation import metrics
from ofsted_extract.evaluation.annotation import annotation_folders, read_annotation
from ofsted_extract.evaluation.corpus import Report, read_reports
from ofsted_extract.evaluation.labelled import read_documents, read_labels, read_split
from ofsted_extract.evaluation.metrics import Case, Codes, markdown_table
from ofsted_extract.evaluation.polarity import POLARITY, words_of_polarity
from ofsted_extract.evaluation.predictions import NOTHING, Predictions
from ofsted_extract.kinds import OTHER, document_kind
from ofsted_extract.labels import (
    FINDING_CODES,
    PROGRESS_CODES,
    TEST_FOLD,
    THEME_CODES,
    Label,
    LabelledDocument,
)
from ofsted_extract.letter import Role, UnitKind, UnitLabels
from ofsted_extract.themes import all_themes

_THEMES = tuple(THEME_CODES.values())
_STRENGTH, _WEAKNESS = FINDING_CODES["strength"], FINDING_CODES["weakness"]
ERAS = ("2013–2017", "2018–2022", "2023–2026", "SEND")
#: The rows of the per-kind table, and the document kinds in each.
KINDS = {
    "inspection reports": ("ilacs_inspection",),
    "visit letters": ("focused_visit", "monitoring_visit", "assurance_visit"),
    "JTAI": ("jtai",),
    "SEND reports": ("send_inspection",),
    "reports of 2013–2018": ("sif_inspection", "lac_inspection"),
}


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
        themes, micro = metrics.theme_scores(self.cases, _THEMES)
        return {
            "model": self.model,
            "not_found": self.not_found,
            "summary": metrics.summary(self.cases, _THEMES),
            "findings": {k: asdict(v) for k, v in metrics.finding_scores(self.cases).items()},
            "themes": {k: asdict(v) for k, v in themes.items()},
            "themes_micro": asdict(micro),
            "progress": {k: asdict(v) for k, v in metrics.progress_scores(self.cases).items()},
            "eras": self._summaries({era: (era,) for era in ERAS}, "era"),
            "kinds": self._summaries(KINDS, "kind"),
            "polarity": {
                name: metrics.summary(cases, _THEMES)
                for name in POLARITY
                if (cases := [case for case in self.cases if name in case.words])
            },
            "draws": self._summaries({c.draw: (c.draw,) for c in self.cases}, "draw"),
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

    def _summaries(
        self, groups: dict[str, tuple[str, ...]], field: str
    ) -> dict[str, dict[str, float]]:
        """Return the figures of each group of cases, told apart by one of their fields."""
        return {
            name: metrics.summary(cases, _THEMES)
            for name, values in groups.items()
            if (cases := [case for case in self.cases if getattr(case, field) in values])
        }

    def markdown(self) -> str:
        """Return the tables for people."""
        tables = self.as_dict()
        scored = ("", "precision", "recall", "F1", "count")
        names = {theme.code: theme.name for theme in all_themes()}
        themes, _ = metrics.theme_scores(self.cases, _THEMES)
        keys = list(tables["summary"])

        def side_by_side(groups: dict[str, dict[str, float]]) -> str:
            rows = [(key, *(group[key] for group in groups.values())) for key in keys]
            return markdown_table(("", *groups), rows)

        parts = {
            f"Model {self.model}": side_by_side({"all": tables["summary"], **tables["kinds"]}),
            "Per era": side_by_side(tables["eras"]),
            "Per draw of labels": side_by_side(tables["draws"]),
            "Sentences with words of polarity": side_by_side(tables["polarity"]),
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
    documents: Sequence[str | Path],
    model: str = "default",
    out_dir: str | Path | None = None,
    predictions: str | Path | None = None,
) -> Evaluation:
    """Run a model over the labelled documents and score it; or score answers of another system.

    Parameters
    ----------
    gold_dir
        label files without text (``labels/``), or a folder of annotated text
    documents
        folders of the reports, at whatever depth one folder per authority
    model
        as for ``load_pipeline``
    out_dir
        where ``evaluation.md`` and ``evaluation.json`` are written, if given
    predictions
        a CSV of another system's answers (see ``evaluation.predictions``); then no document is
        read and no model is loaded

    With label files the authorities of the test split are scored, with annotated text all.

    Raises
    ------
    FileNotFoundError
        if ``gold_dir`` is neither
    NotADirectoryError
        if one of ``documents`` is not a folder
    ValueError
        if the predictions cannot be understood; the message names the line

    """
    gold, folders = Path(gold_dir), [Path(folder) for folder in documents]
    folds = read_split(gold) if (gold / "split.csv").is_file() else {}
    found, labels = _gold_of(gold, folders, folds)
    if predictions is not None:
        evaluation = score_predictions(Path(predictions), found, labels)
    else:
        ids = {document.document_id for document in found}
        reports = read_reports(
            folders,
            labels,
            # unlabelled reports of the test split are read with their headings removed
            lambda authority, document_id: folds.get(authority) == TEST_FOLD or document_id in ids,
        )
        evaluation = score_reports(load_pipeline(model), reports, found, labels)
    if out_dir is not None:
        folder = Path(out_dir)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "evaluation.md").write_text(evaluation.markdown(), encoding="utf-8")
        text = json.dumps(evaluation.as_dict(), indent=1, ensure_ascii=False)
        (folder / "evaluation.json").write_text(text + "\n", encoding="utf-8")
    return evaluation


def _gold_of(
    gold: Path, documents: Sequence[Path], folds: Mapping[str, int]
) -> tuple[list[LabelledDocument], list[Label]]:
    """Return the documents and labels to be scored."""
    if (gold / "units.csv").is_file():
        found = [row for row in read_documents(gold) if folds[row.authority] == TEST_FOLD]
        ids = {document.document_id for document in found}
        return found, [label for label in read_labels(gold) if label.document_id in ids]
    if gold.is_dir() and annotation_folders(gold):
        annotation = read_annotation(gold, documents)
        return annotation.documents, annotation.labels
    raise FileNotFoundError(
        f"{gold} holds no labels: neither units.csv, nor annotated text with an index.json"
    )


def score_predictions(
    path: Path, documents: Sequence[LabelledDocument], labels: Sequence[Label]
) -> Evaluation:
    """Score the answers of a CSV file; a label without an answer counts as answered "none"."""
    by_id = {document.document_id: document for document in documents}
    answers = Predictions.read(path)
    evaluation = Evaluation(path.stem)
    for document_id, group in groupby(
        sorted(labels, key=lambda label: (label.document_id, label.stretch, label.number)),
        key=lambda label: label.document_id,
    ):
        document = by_id[document_id]
        for label, answer in answers.of(document, list(group)):
            reference = f"{document_id}, {label.stretch} {label.number}"
            evaluation.not_found += answer is None
            given = answer or NOTHING
            evaluation.cases.append(_case(reference, document, label, given, decided=False))
    return evaluation


def score_reports(
    nlp: Language,
    reports: Iterable[Report],
    documents: Sequence[LabelledDocument],
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
        metrics.score([(gold == code, given == code) for gold, given in pairs])
        for code in (_STRENGTH, _WEAKNESS)
    ]
    right = sum(gold == given for gold, given in pairs)
    return {
        "accuracy": right / max(1, len(pairs)),
        "macro_f1": metrics.mean_f1(scores),
        "sentences": len(pairs),
    }


def _given(labels: UnitLabels) -> Codes:
    return Codes(
        FINDING_CODES[labels.finding],
        frozenset(THEME_CODES[theme] for theme in labels.themes),
        PROGRESS_CODES[labels.progress],
    )


def _score(
    evaluation: Evaluation,
    nlp: Language,
    report: Report,
    document: LabelledDocument,
    labels: list[Label],
) -> None:
    assert report.stream is not None
    given = classify_letter(nlp, report.letter, report.facts)
    units = report.letter.units
    for place in report.places:
        unit = report.stream.covering(place)
        found = given[unit]
        evaluation.cases.append(
            _case(
                f"{document.document_id}, page {units[unit].page}, {units[unit].position}",
                document,
                place.label,
                _given(found),
                (found.strength_score, found.weakness_score, found.recommendation_score),
                found.method == "model",
                words_of_polarity(units[unit].text),
            )
        )
    located = {(place.label.stretch, place.label.number) for place in report.places}
    for label in labels:
        if (label.stretch, label.number) not in located:
            evaluation.not_found += 1
            reference = f"{document.document_id}, not found, {label.stretch} {label.number}"
            evaluation.cases.append(_case(reference, document, label, NOTHING, decided=False))


def _case(
    reference: str,
    document: LabelledDocument,
    label: Label,
    given: Codes,
    scores: tuple[float, float, float] = (0.0, 0.0, 0.0),
    decided: bool = True,
    words: tuple[str, ...] = (),
) -> Case:
    gold = _gold(label)
    return Case(
        reference, document.era, document.kind, label.draw, gold, given, scores, decided, words
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
        n: _STRENGTH if found.strength_score >= found.weakness_score else _WEAKNESS
        for n, found in zip(numbers, given, strict=True)
    }
    to_improve = {n for n, found in zip(numbers, given, strict=True) if found.is_recommendation}
    lists = {Role.STRENGTHS: _STRENGTH, Role.WEAKNESSES: _WEAKNESS}
    for n in numbers:
        role = report.letter.units[n].role
        if role in lists:
            evaluation.blind_headings[form].append((lists[role], code[n]))
        if role in lists or role is Role.RECOMMENDATIONS:
            found_code = _WEAKNESS if n in to_improve else code[n]
            evaluation.blind_improve[form].append((lists.get(role, _WEAKNESS), found_code))
    if report.stream is not None:
        for place in report.places:
            unit = report.stream.covering(place)
            if place.label.finding in (_STRENGTH, _WEAKNESS) and unit in code:
                evaluation.blind[form].append((place.label.finding, code[unit]))
