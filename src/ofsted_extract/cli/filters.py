"""The options that choose letters and sentences: declared once, the same for every command."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from ofsted_extract.schema import DOCUMENT_KINDS, FINDINGS, GRADES

if TYPE_CHECKING:
    from ofsted_extract.explore.dataset import Dataset
    from ofsted_extract.explore.filters import Filter


def _option(flag: str, help_: str, metavar: str = "NAME") -> Any:
    return typer.Option(flag, help=help_, metavar=metavar)


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """What was given; `make` says what it means."""

    authority: Annotated[list[str] | None, _option("--authority", "Name or slug.")] = None
    neighbours_of: Annotated[
        list[str] | None,
        _option("--neighbours-of", "The statistical neighbours of this authority; adds to those "
                "of --authority."),
    ] = None  # fmt: skip
    region: Annotated[list[str] | None, _option("--region", "Region of England.")] = None
    theme: Annotated[
        list[str] | None, _option("--theme", "Id or name of a theme (see `themes`).")
    ] = None
    finding: Annotated[list[str] | None, _option("--finding", f"One of {', '.join(FINDINGS)}.")] = (
        None
    )
    kind: Annotated[
        list[str] | None, _option("--kind", f"Kind of document: {', '.join(DOCUMENT_KINDS)}.")
    ] = None
    since: Annotated[
        str | None, _option("--since", "Visits from this day, month or year on.", "DATE")
    ] = None
    until: Annotated[
        str | None, _option("--until", "Visits up to this day, month or year.", "DATE")
    ] = None
    judgement_area: Annotated[
        list[str] | None,
        _option("--judgement-area", "Judgement that the section is about, such as care_leavers."),
    ] = None
    grade: Annotated[
        list[str] | None,
        _option("--grade", f"Overall grade that the letter prints, or with --judgement-area the "
                f"grade of that: {', '.join(GRADES)}."),
    ] = None  # fmt: skip

    def make(self, dataset: Dataset) -> Filter:
        """Return the filter for ``dataset``; raises its ``DatasetError`` where a value is wrong."""
        from ofsted_extract.explore.filters import make_filter  # noqa: PLC0415

        return make_filter(dataset, **asdict(self))


def with_filters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `FilterOptions`, which it takes as parameter ``chosen``."""
    hints = get_type_hints(command, include_extras=True)
    options = get_type_hints(FilterOptions, include_extras=True)
    names = [each.name for each in fields(FilterOptions)]
    own = [
        parameter.replace(annotation=hints[name])
        for name, parameter in inspect.signature(command).parameters.items()
        if name != "chosen"
    ]
    added = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=options[name]
        )
        for name in names
    ]

    @wraps(command)
    def filtered(**given: Any) -> None:
        chosen = FilterOptions(**{name: given.pop(name) for name in names})
        command(**given, chosen=chosen)

    signature = inspect.Signature([*own, *added])
    filtered.__signature__ = signature  # type: ignore[attr-defined]
    filtered.__annotations__ = {each.name: each.annotation for each in (*own, *added)}
    del filtered.__wrapped__  # typer would read the options of the command inside
    return filtered
