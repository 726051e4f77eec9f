"""What the rules say of one unit, and how that becomes a decision without any trained model."""

from __future__ import annotations

from dataclasses import dataclass

from ofsted_extract.letter import UnitLabels

#: Scores from here on are a yes.
YES = 0.5


@dataclass(frozen=True, slots=True)
class RuleLabels:
    """Evidence of one unit.

    ``structure`` is ``"none"`` or ``"recommendation"`` where the unit's place decides alone, else
    empty. The three finding scores lie between 0 and 1; they are odds from summed cues, not
    calibrated. ``mixed`` says that two clauses stand against each other, one a strength and one a
    weakness. ``strength_sum`` and ``weakness_sum`` are the plain sums of the cues.
    ``theme_scores`` has one entry per theme in the order of ``themes.theme_ids()``; ``themes`` are
    those that reach the threshold, best first. The ``*_words`` hold the words that decided.
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


def decide(label: RuleLabels) -> UnitLabels:
    """Return the labels of a unit by rule alone: the floor that needs no trained model.

    Structure decides first (a heading is no finding, a bullet under "What needs to improve" is a
    recommendation), then a recommendation in the narrative, then the stronger of strength and
    weakness, or both where two clauses stand against each other.

    >>> decide(RuleLabels(strength=0.9, strength_words=("well coordinated",))).finding
    'strength'
    >>> decide(RuleLabels(structure="none", strength=0.9)).finding
    'none'
    """
    recommended = label.structure == "recommendation" or (
        not label.structure and label.recommendation >= YES
    )
    free = not label.structure and not recommended
    strength = free and (label.mixed or label.strength >= max(YES, label.weakness))
    weakness = free and (label.mixed or label.weakness >= YES)
    finding = strength or weakness or recommended
    words = (
        label.recommendation_words
        if recommended
        else (label.strength_words if strength else ()) + (label.weakness_words if weakness else ())
    )
    return UnitLabels(
        is_strength=strength,
        is_weakness=weakness,
        is_recommendation=recommended,
        strength_score=0.0 if label.structure else label.strength,
        weakness_score=0.0 if label.structure else label.weakness,
        recommendation_score=_recommendation_score(label),
        themes=label.themes,
        theme_scores=label.chosen_scores,
        progress=label.progress if _fits(label.progress, strength, weakness) else "none",
        extent=label.extent if finding else "",
        cohorts=label.cohorts,
        strength_text=label.strength_text if strength and weakness else "",
        weakness_text=label.weakness_text if strength and weakness else "",
        method="structure" if label.structure else "rule",
        evidence="; ".join(words),
    )


def _fits(progress: str, strength: bool, weakness: bool) -> bool:
    """Only a strength improves; only a weakness declines or persists."""
    return strength if progress == "improved" else weakness


def _recommendation_score(label: RuleLabels) -> float:
    if label.structure:
        return float(label.structure == "recommendation")
    return label.recommendation
