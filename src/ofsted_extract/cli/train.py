"""``ofsted-extract train`` and ``evaluate``: making the classifier, and measuring it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ofsted_extract.cli.faults import Stopped
from ofsted_extract.cli.terminal import put


def train(
    documents: Annotated[
        list[Path],
        typer.Option(help="Folder of the reports that the labels speak of; may be given again."),
    ],
    config: Annotated[Path, typer.Option(help="A spaCy config.")] = Path("configs/findings.cfg"),
    labels: Annotated[
        Path, typer.Option(help="Folder of labels without text: hashes and codes.")
    ] = Path("labels"),
    reviewed: Annotated[
        Path | None,
        typer.Option(help="Labels that people corrected: review/labels of a dataset."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder in which each model gets its folder.")] = Path(
        "models"
    ),
    work: Annotated[
        Path | None,
        typer.Option(help="Keep the steps' results here, so that a broken run goes on."),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(help="Model to go on from, where the config adapts one: a name or folder."),
    ] = None,
    cross_validate: Annotated[
        bool, typer.Option("--cross-validate", help="Cross-validate the default model as well.")
    ] = False,
) -> None:
    """Make the classifier from labels and your own copies of the reports (needs [train])."""
    from ofsted_extract.training.train import train as run  # noqa: PLC0415

    run(
        config, labels, documents, out, work,
        reviewed_dir=reviewed,
        start=start,
        cross_validated=("ofsted_findings",) if cross_validate else (),
    )  # fmt: skip


def evaluate(
    gold: Annotated[Path, typer.Option(help="Labels without text, or annotated text.")],
    documents: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of the reports that the labels speak of; may be given again."),
    ] = None,
    model: Annotated[
        str, typer.Option(help="default, rules, or the folder of a trained pipeline.")
    ] = "default",
    predictions: Annotated[
        Path | None,
        typer.Option(help="CSV of another system's answers, to be scored instead of a model."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the tables as Markdown and JSON.")
    ] = None,
) -> None:
    """Measure the classifier on labelled sentences of authorities that training never saw."""
    from ofsted_extract.evaluation.evaluate import evaluate as run  # noqa: PLC0415

    if not documents and predictions is None:
        raise typer.BadParameter("give --documents, or --predictions of another system")
    try:
        measured = run(gold, documents or [], model, out, predictions)
    except ValueError as error:  # predictions that cannot be understood
        raise Stopped(str(error)) from error
    put(f"{measured}\n")
