"""What the rules say of one unit, and how that becomes a decision without any trained model."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ofsted_extract.letter import UnitLabels
from ofsted_extract.resources import load_toml

#: Scores from here on are a yes.
YES = 0.5


@dataclass(frozen=True, slots=True)
class RuleLabels:
    """Evidence of one unit.

    ``structure`` is ``"none"``, ``"recommendation"`` or ``"strength"`` where the unit's place
    decides alone, else empty. The three finding scores lie between 0 and 1; they are odds from
    summed cues, not calibrated. ``mixed`` says that two clauses are opposed, one a strength and
    one a weakness.
    ``strength_sum`` and ``weakness_sum`` are the plain sums of the cues.
    ``theme_scores`` has one entry per theme in the order of ``themes.theme_ids()``; ``themes`` are
    those that reach the threshold, best first. ``verdict`` is ``"strength"`` or ``"weakness"``
    where a form of ``data/polarity.toml`` decides alone, ``verdict_progress`` its change if it
    tells whether there is one. The
    ``*_words`` hold the words that decided.
    """

    structure: str = ""
    strength: float = 0.0
    weakness: float = 0.0
    recommendation: float = 0.0
    mixed: bool = False
    strength_sum: float = 0.0
    weakness_sum: float = 0.0
    neutral_sum: float = 0.0
    strength_words: tuple[str, ...] = ()
    weakness_words: tuple[str, ...] = ()
    recommendation_words: tuple[str, ...] = ()
    strength_text: str = ""
    weakness_text: str = ""
    themes: tuple[str, ...] = ()
    chosen_scores: tuple[float, ...] = ()
    theme_scores: tuple[float, ...] = ()
    progress: str = "none"
    progress_words: tuple[str, ...] = ()
    extent: str = ""
    cohorts: tuple[str, ...] = ()
    verdict: str = ""
    verdict_words: tuple[str, ...] = ()
    verdict_progress: str = ""


def decide(rule: RuleLabels) -> UnitLabels:
    """Return the labels of a unit by rule alone: the floor that needs no trained model.

    Structure decides first (a heading is no finding, a bullet under "What needs to improve" is a
    recommendation), then a recommendation in the narrative, then the stronger of strength and
    weakness, or both where two clauses are opposed.

    >>> decide(RuleLabels(strength=0.9, strength_words=("well coordinated",))).finding
    'strength'
    >>> decide(RuleLabels(structure="none", strength=0.9)).finding
    'none'
    """
    found = by_place(rule) if rule.structure else _by_words(rule)
    return replace(
        found,
        themes=rule.themes,
        theme_scores=rule.chosen_scores,
        progress=change_of(rule, found),
        extent=rule.extent if found.finding != "none" else "",
        cohorts=rule.cohorts,
    )


def by_place(rule: RuleLabels) -> UnitLabels:
    """Return what a unit's place alone decides; ``rule.structure`` is not empty."""
    recommended = rule.structure == "recommendation"
    strength = rule.structure == "strength"
    return UnitLabels(
        is_strength=strength,
        is_recommendation=recommended,
        strength_score=float(strength),
        recommendation_score=float(recommended),
        method="structure",
        evidence="; ".join(rule.recommendation_words) if recommended else "",
    )


def by_verdict(rule: RuleLabels) -> UnitLabels:
    """Return what a certain form decides; ``rule.verdict`` is not empty."""
    good = rule.verdict == "strength"
    share = float(load_toml("polarity.toml")["certain"])
    return UnitLabels(
        is_strength=good,
        is_weakness=not good,
        strength_score=share if good else 1 - share,
        weakness_score=1 - share if good else share,
        extent=rule.extent,
        cohorts=rule.cohorts,
        method="rule",
        evidence="; ".join(rule.verdict_words),
    )


def _by_words(rule: RuleLabels) -> UnitLabels:
    if rule.verdict and rule.recommendation < YES:
        return by_verdict(rule)
    recommended = rule.recommendation >= YES
    strength = not recommended and (rule.mixed or rule.strength >= max(YES, rule.weakness))
    weakness = not recommended and (rule.mixed or rule.weakness >= YES)
    words = (
        *(rule.recommendation_words if recommended else ()),
        *(rule.strength_words if strength else ()),
        *(rule.weakness_words if weakness else ()),
    )
    both = strength and weakness
    return UnitLabels(
        is_strength=strength,
        is_weakness=weakness,
        is_recommendation=recommended,
        strength_score=rule.strength,
        weakness_score=rule.weakness,
        recommendation_score=rule.recommendation,
        strength_text=rule.strength_text if both else "",
        weakness_text=rule.weakness_text if both else "",
        method="rule",
        evidence="; ".join(words),
    )


def change_of(rule: RuleLabels, found: UnitLabels) -> str:
    """Return the change that the rules read in a finding."""
    if rule.verdict_progress and found.method == "rule":
        return rule.verdict_progress
    return rule.progress if fits(rule.progress, found) else "none"


def fits(progress: str, found: UnitLabels) -> bool:
    """Only a strength improves; only a weakness declines or persists."""
    return found.is_strength if progress == "improved" else found.is_weakness
