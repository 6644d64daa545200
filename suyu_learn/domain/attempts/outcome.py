"""From fractions to points, and from points to passed or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from suyu_learn.domain.rounding import CENT, half_up


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt earned; `points` is None while something still needs a person."""

    points: Decimal | None
    full_points: Decimal
    passed: bool | None


def earned(points: Decimal, fraction: Decimal) -> Decimal:
    """The points of one slot, to the cent, halves up."""
    return half_up(points * fraction, CENT)


def entered_total(points: Decimal, full_points: Decimal, *, pass_share: Decimal) -> Outcome:
    """What points amount to that were given for a whole paper."""
    return Outcome(points=points, full_points=full_points, passed=points >= pass_share * full_points)


def total(slots: Iterable[tuple[Decimal, Decimal | None]], *, pass_share: Decimal) -> Outcome:
    """The sum over (points, fraction) pairs, and whether it reaches the pass mark."""
    full, sum_of_points, open_ones = Decimal(0), Decimal(0), False
    for points, fraction in slots:
        full += points
        if fraction is None:
            open_ones = True
        else:
            sum_of_points += earned(points, fraction)
    if open_ones:
        return Outcome(points=None, full_points=full, passed=None)
    return Outcome(points=sum_of_points, full_points=full, passed=sum_of_points >= pass_share * full)
