"""Whether counts are more uneven than chance makes them."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, gamma, sqrt


def uneven(counts: Sequence[int]) -> float | None:
    """The chance that equally likely outcomes come out at least as unevenly as these counts; None without any.

    Pearson's chi-square test of goodness of fit with len(counts) - 1 degrees of freedom (K. Pearson, Philosophical
    Magazine 50, 1900, 157-175).
    """
    whole, kinds = sum(counts), len(counts)
    if not whole or kinds < 2:
        return None
    expected = whole / kinds
    return chi_square_beyond(sum((count - expected) ** 2 for count in counts) / expected, kinds - 1)


def chi_square_beyond(value: float, freedom: int) -> float:
    """The chance that a chi-square variable of so many degrees of freedom is at least `value`.

    By the recurrence of the upper incomplete gamma function, Q(a + 1, x) = Q(a, x) + x^a e^-x / Gamma(a + 1), from
    Q(1/2, x) = erfc(sqrt x) or Q(1, x) = e^-x (M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, 1964,
    6.5.3, 6.5.17 and 6.5.21).
    """
    half = value / 2
    at = 0.5 if freedom % 2 else 1.0
    beyond = erfc(sqrt(half)) if freedom % 2 else exp(-half)
    while at < freedom / 2:
        beyond += half**at * exp(-half) / gamma(at + 1)
        at += 1
    return min(1.0, beyond)


def at_least(hits: int, chances: Sequence[float]) -> float | None:
    """The chance of at least so many hits among trials with these chances; None without trials.

    The distribution of a sum of independent trials is built up one by one, exactly; with equal chances it is the
    binomial.
    """
    if not chances:
        return None
    so_far = [1.0]
    for chance in chances:
        missed, hit = [one * (1 - chance) for one in so_far] + [0.0], [0.0] + [one * chance for one in so_far]
        so_far = [left + right for left, right in zip(missed, hit, strict=True)]
    return min(1.0, sum(so_far[max(0, hits) :]))
