"""How long questions take, as far as the steps of attempts tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

LONGEST_PAUSE = timedelta(minutes=10)
"""What lies between two steps and is longer is no work on a question: tea, a telephone call, a line that was down."""


@dataclass(frozen=True, slots=True)
class Made:
    """One step of the learner, when it was made; `slot` is the question whose answer it saved, if it did."""

    at: datetime
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """How long a question took: the middle value in seconds, and between which values the middle half lies."""

    count: int
    low: float
    median: float
    high: float


def seconds_by_slot(steps: Iterable[Made], *, longest: timedelta = LONGEST_PAUSE) -> dict[int, float]:
    """For each question of one attempt the seconds from the step before to each save of its answer, summed.

    Left out is a pause longer than `longest`, and what was saved at one moment for several questions, as a page
    without script does, since nobody knows how long each of them took.
    """
    ordered = sorted(steps, key=lambda step: step.at)
    asked_at: dict[datetime, set[int]] = {}
    for step in ordered:
        if step.slot is not None:
            asked_at.setdefault(step.at, set()).add(step.slot)
    known: dict[int, float] = {}
    before: datetime | None = None
    for step in ordered:
        gap = None if before is None else step.at - before
        before = step.at
        if step.slot is None or gap is None or gap > longest or len(asked_at[step.at]) > 1:
            continue
        known[step.slot] = known.get(step.slot, 0.0) + gap.total_seconds()
    return known


def spent(seconds: Sequence[float]) -> Spent | None:
    """The median and the quartiles, between the two nearest values in proportion; None without any."""
    if not seconds:
        return None
    if len(seconds) == 1:
        return Spent(1, seconds[0], seconds[0], seconds[0])
    low, middle, high = quantiles(seconds, n=4, method="inclusive")
    return Spent(len(seconds), low, middle, high)
