"""What attempts tell of one question: how hard it is, and whether it tells the able from the others."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from suyu_learn.domain.statistics.counting import ratio

EASY_FROM, MEDIUM_FROM = Decimal("0.7"), Decimal("0.4")
"""From which share right a question counts as easy, and as medium; below that it is hard. These are the bounds that
Chinese schools use for their coefficient of difficulty (难度系数)."""


@dataclass(frozen=True, slots=True)
class ItemSums:
    """Sums over marked responses: x is the fraction earned, y the share of the rest of the paper that was earned."""

    count: int
    x: float
    xx: float
    y: float
    yy: float
    xy: float

    def __add__(self, other: ItemSums) -> ItemSums:
        return ItemSums(
            self.count + other.count, self.x + other.x, self.xx + other.xx, self.y + other.y, self.yy + other.yy,
            self.xy + other.xy,
        )  # fmt: skip


NO_SUMS = ItemSums(0, 0.0, 0.0, 0.0, 0.0, 0.0)


def correlation(sums: ItemSums) -> float | None:
    """Pearson's correlation of x and y, from -1 to 1; None where all have the same x, or the same y."""
    if sums.count < 2:
        return None
    x_spread = sums.count * sums.xx - sums.x**2
    y_spread = sums.count * sums.yy - sums.y**2
    tiny = 1e-9 * sums.count**2
    if x_spread <= tiny or y_spread <= tiny:
        return None
    found = (sums.count * sums.xy - sums.x * sums.y) / sqrt(x_spread * y_spread)
    return max(-1.0, min(1.0, found))


def discrimination(sums: ItemSums) -> Decimal | None:
    """The correlation of a question's fraction with the share earned on the rest of the paper, from -1 to 1.

    This is the corrected item-total correlation; for fractions of 0 and 1 it is the point-biserial correlation with
    the rest score (F. M. Lord and M. R. Novick, Statistical Theories of Mental Test Scores, 1968, sections 15.3 and
    15.5; S. Henrysson, Psychometrika 28, 1963, for leaving the question itself out). None where all earned the same.
    """
    found = correlation(sums)
    return None if found is None else Decimal(found).quantize(Decimal("0.0001"))


def observed_difficulty(share_right: Decimal | None) -> str | None:
    """`easy`, `medium` or `hard` by the mean fraction earned."""
    if share_right is None:
        return None
    if share_right >= EASY_FROM:
        return "easy"
    return "medium" if share_right >= MEDIUM_FROM else "hard"


def exposure(asked: int, drawn: int) -> Decimal | None:
    """The share of the papers that could have had a question and did."""
    return ratio(asked, drawn)
