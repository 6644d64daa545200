"""Who belongs to the upper and to the lower group of an exam, by what share of the points was earned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

EXTREME = 0.27
"""How many of all belong to the upper group, and to the lower one: with so many the difference between the two is
told most surely (T. L. Kelley, The selection of upper and lower groups for the validation of test items, Journal of
Educational Psychology 30, 1939, 17-24)."""

FEWEST_IN_GROUPS = 30
"""Papers below which there are no groups: each would hold fewer than eight people."""


class ScoreGroup(StrEnum):
    """Where a paper stands among all by its points."""

    LOWER = "lower"
    MIDDLE = "middle"
    UPPER = "upper"


@dataclass(frozen=True, slots=True)
class ScoreGroups:
    """Up to `low` is the lower group, from `high` the upper one, as shares of the points; and how many are in each."""

    low: float
    high: float
    sizes: Mapping[ScoreGroup, int]


def score_groups(papers: Mapping[float, int]) -> ScoreGroups | None:
    """The groups for papers counted by the share they earned; None for too few, or where most earned the same.

    Who earned as much as the last of a group belongs to it too, so that nobody is put there by chance; with many of
    the same points a group is larger than `EXTREME`.
    """
    every = sum(papers.values())
    if every < FEWEST_IN_GROUPS:
        return None
    low = _bound(sorted(papers), papers, EXTREME * every)
    high = _bound(sorted(papers, reverse=True), papers, EXTREME * every)
    if low >= high:
        return None
    lower = sum(count for share, count in papers.items() if share <= low)
    upper = sum(count for share, count in papers.items() if share >= high)
    sizes = {ScoreGroup.LOWER: lower, ScoreGroup.MIDDLE: every - lower - upper, ScoreGroup.UPPER: upper}
    return ScoreGroups(low, high, sizes)


def _bound(ordered: Iterable[float], papers: Mapping[float, int], wanted: float) -> float:
    """The share at which so many papers are reached, from the beginning of the order on."""
    counted, bound = 0, 0.0
    for bound in ordered:
        counted += papers[bound]
        if counted >= wanted:
            break
    return bound
