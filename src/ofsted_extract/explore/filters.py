"""Which letters and which of their sentences a question is about: one filter for every command.

    chosen = make_filter(dataset, authority=["Trafford"], theme=["front_door"], since="2022")
    chosen.admits_document(row, grades) and chosen.admits_sentence(row)

The values of one part are alternatives; all parts must hold. Only authorities are named by two
parts together: ``authority`` and ``neighbours_of``.
"""

from __future__ import annotations

import calendar
import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from ofsted_extract.explore.dataset import Dataset, DatasetError
from ofsted_extract.explore.neighbours import neighbours_of as neighbours
from ofsted_extract.names import JUDGEMENTS, theme_names
from ofsted_extract.resources import load_csv
from ofsted_extract.schema import DOCUMENT_KINDS, FINDINGS, GRADES

OVERALL = "overall_effectiveness"
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


@dataclass(frozen=True, slots=True)
class Filter:
    """What to keep, in ids of the tables; an empty part keeps everything.

    ``since`` and ``until`` are days, both included. ``grades`` are those that the letter itself
    prints: for overall effectiveness, or for one of ``judgement_areas`` where any is named.
    """

    authorities: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    grades: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    judgement_areas: frozenset[str] = frozenset()

    @property
    def of_sentences(self) -> bool:
        """Whether it chooses among the sentences of a letter."""
        return bool(self.themes or self.findings or self.judgement_areas)

    def admits_document(self, row: Mapping[str, Any], grades: Mapping[str, str]) -> bool:
        """Return whether a row of ``documents`` is kept; ``grades`` are its own, by judgement."""
        day = day_of(row)
        asked = self.judgement_areas or (OVERALL,)
        return (
            _holds(self.authorities, row["authority_slug"])
            and _holds(self.regions, row["region"])
            and _holds(self.kinds, row["document_kind"])
            and (self.since is None or (day is not None and day >= self.since))
            and (self.until is None or (day is not None and day <= self.until))
            and (not self.grades or any(grades.get(area) in self.grades for area in asked))
        )

    def admits_sentence(self, row: Mapping[str, Any]) -> bool:
        """Return whether a row of ``sentences`` of a letter that is kept is kept too."""
        return (
            _holds(self.findings, row["finding"])
            and _holds(self.judgement_areas, row["judgement_area"])
            and _meets(self.themes, row["themes"])
        )

    def admits_recommendation(self, row: Mapping[str, Any], areas: Collection[str]) -> bool:
        """Return whether a row of ``recommendations`` is kept; ``areas`` are its sentences'."""
        return (
            _holds(self.findings, "recommendation")
            and _meets(self.themes, row["themes"])
            and _meets(self.judgement_areas, areas)
        )

    def words(self) -> tuple[tuple[str, str], ...]:
        """Return the parts that are not empty, as name and values, for people to read."""
        return tuple(
            (
                each.name.replace("_", " "),
                ", ".join(sorted(value)) if isinstance(value, frozenset) else value.isoformat(),
            )
            for each in fields(self)
            if (value := getattr(self, each.name))
        )


def make_filter(
    dataset: Dataset,
    *,
    authority: Iterable[str] | None = None,
    neighbours_of: Iterable[str] | None = None,
    region: Iterable[str] | None = None,
    theme: Iterable[str] | None = None,
    finding: Iterable[str] | None = None,
    kind: Iterable[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    judgement_area: Iterable[str] | None = None,
    grade: Iterable[str] | None = None,
) -> Filter:
    """Return the filter that a person's words mean.

    Parameters
    ----------
    dataset:
        the dataset that authorities are looked up in.
    authority, neighbours_of:
        names or slugs; the second stands for the statistical neighbours of an authority, not for
        itself. Neighbours without a letter in the dataset are left out.
    region, theme, finding, kind, judgement_area, grade:
        ids of the tables in any case, with spaces or underscores; a theme may be given by name.
    since, until:
        a day, a month or a year: "2024-05-31", "2024-05", "2024"; its first and its last day.

    Raises
    ------
    DatasetError
        if a value is not known, or no neighbour has a letter; the message says what there is.

    """
    slugs = {dataset.resolve(name) for name in authority or ()}
    for name in neighbours_of or ():
        slugs |= _neighbours_in(dataset, name)
    ids = {_plain(name): theme for theme, name in theme_names().items()}
    themes = [ids.get(_plain(each), each) for each in theme or ()]
    return Filter(
        authorities=frozenset(slugs),
        regions=_known("region", region, regions()),
        kinds=_known("kind", kind, DOCUMENT_KINDS),
        since=_day(since, last=False) if since else None,
        until=_day(until, last=True) if until else None,
        grades=_known("grade", grade, GRADES),
        themes=_known("theme", themes, theme_names()),
        findings=_known("finding", finding, FINDINGS),
        judgement_areas=_known("judgement area", judgement_area, JUDGEMENTS),
    )


def day_of(document: Mapping[str, Any]) -> date | None:
    """Return the start of the visit of a row of ``documents``, else when it was published."""
    for name in ("visit_start", "published_on"):
        if isinstance(document[name], date):
            found: date = document[name]
            return found
    return None


def regions() -> tuple[str, ...]:
    """Return the regions of England, in alphabetical order."""
    return tuple(sorted({row["region"] for row in load_csv("authorities.csv")}))


def _neighbours_in(dataset: Dataset, authority: str) -> set[str]:
    slug = dataset.resolve(authority)
    near = set(neighbours(slug))
    if not near:
        raise DatasetError(f"no statistical neighbours of {authority!r} are known")
    found = near & set(dataset.authorities())
    if not found:
        raise DatasetError(
            f"{dataset.store.root} has no letter of the statistical neighbours of {authority!r}: "
            + ", ".join(sorted(near))
        )
    return found


def _known(what: str, given: Iterable[str] | None, values: Iterable[str]) -> frozenset[str]:
    known = {_plain(value): value for value in values}
    found = set()
    for each in given or ():
        if _plain(each) not in known:
            near = [name for name in known if _plain(each) in name][:3]
            near = near or difflib.get_close_matches(_plain(each), known, n=3)
            hint = [known[name] for name in near] or list(known.values())
            raise DatasetError(
                f"{each!r} is no {what}; "
                + ("did you mean " if near else "it can be ")
                + (" or " if near else ", ").join(hint)
                + ("?" if near else "")
            )
        found.add(known[_plain(each)])
    return frozenset(found)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).strip().lower()


def _day(given: str, *, last: bool) -> date:
    match = _DAY.fullmatch(given.strip())
    try:
        if match is None:
            raise ValueError
        year = int(match[1])
        month = int(match[2] or (12 if last else 1))
        days = calendar.monthrange(year, month)[1]
        return date(year, month, int(match[3] or (days if last else 1)))
    except ValueError:  # of the calendar's own errors too: month 13, day 31 of June
        raise DatasetError(
            f"{given!r} is no date; write a day, a month or a year: 2024-05-31, 2024-05, 2024"
        ) from None


def _holds(kept: frozenset[str], value: Any) -> bool:
    return not kept or value in kept


def _meets(kept: frozenset[str], values: Iterable[str]) -> bool:
    return not kept or not kept.isdisjoint(values)
