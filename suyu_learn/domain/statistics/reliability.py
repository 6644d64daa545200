"""How far the points of a paper can be relied on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

FEWEST_RELIABLE = 30
"""People below whom nothing is said of reliability: the next few could make it another."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How many values there are, their sum, and the sum of their squares."""

    count: int
    total: float
    squares: float

    @property
    def variance(self) -> float | None:
        """The sample's variance, over one less than the count; None for fewer than two values."""
        if self.count < 2:
            return None
        return max(0.0, (self.squares - self.total**2 / self.count) / (self.count - 1))


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of so many questions that the same people all answered; the last two are in points.

    `error` is how far a result is off by chance in two of three cases; None where alpha is below nought, since the
    questions then do not measure one thing.
    """

    questions: int
    people: int
    alpha: float
    deviation: float
    error: float | None


def reliability(questions: Sequence[Spread], whole: Spread) -> Reliability | None:
    """Cronbach's alpha and the standard error of measurement of points that are the sum of the questions' points.

    Alpha is k / (k - 1) x (1 - sum of the questions' variances / variance of the sum), for questions of right and wrong
    the same as Kuder and Richardson's formula 20 (L. J. Cronbach, Coefficient alpha and the internal structure of
    tests, Psychometrika 16, 1951, 297-334). The error is the standard deviation x the root of 1 - alpha (F. M. Lord and
    M. R. Novick, Statistical Theories of Mental Test Scores, 1968, chapter 3). None for fewer than two questions or
    people, and where all earned the same.
    """
    spread = whole.variance
    if len(questions) < 2 or spread is None or spread <= 1e-12 * max(1.0, whole.squares / whole.count):
        return None
    of_questions = sum(one.variance or 0.0 for one in questions)
    alpha = len(questions) / (len(questions) - 1) * (1 - of_questions / spread)
    deviation = sqrt(spread)
    error = deviation * sqrt(max(0.0, 1 - alpha)) if alpha >= 0 else None
    return Reliability(len(questions), whole.count, alpha, deviation, error)
