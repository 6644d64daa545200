"""What attempts tell of one question, against numbers worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from suyu_learn.domain.statistics import ItemSums, discrimination, exposure, observed_difficulty


def sums(pairs: list[tuple[float, float]]) -> ItemSums:
    return ItemSums(
        len(pairs), sum(x for x, _ in pairs), sum(x * x for x, _ in pairs), sum(y for _, y in pairs),
        sum(y * y for _, y in pairs), sum(x * y for x, y in pairs),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        # means 0.5 and 0.5; deviations of y: .4 .2 -.2 -.4; covariance .15, spreads .5 and sqrt(.1): 0.3 / 0.3162
        ([(1, 0.9), (1, 0.7), (0, 0.3), (0, 0.1)], Decimal("0.9487")),
        ([(1, 0.1), (1, 0.3), (0, 0.7), (0, 0.9)], Decimal("-0.9487")),
        ([(1, 0.2), (0, 0.2), (1, 0.8), (0, 0.8)], Decimal("0.0000")),
        ([(0.5, 0.5), (1, 1), (0, 0)], Decimal("1.0000")),
        ([(1, 0.5), (1, 0.9)], None),
        ([(1, 0.5), (0, 0.5)], None),
        ([(1, 0.5)], None),
        ([], None),
    ],
)
def test_discrimination_is_the_correlation_with_the_rest(
    pairs: list[tuple[float, float]], expected: Decimal | None
) -> None:
    assert discrimination(sums(pairs)) == expected


@pytest.mark.parametrize(
    ("share", "name"), [("0.7", "easy"), ("0.69", "medium"), ("0.4", "medium"), ("0.39", "hard"), ("0", "hard")]
)
def test_observed_difficulty(share: str, name: str) -> None:
    assert observed_difficulty(Decimal(share)) == name
    assert observed_difficulty(None) is None


def test_exposure() -> None:
    assert exposure(1, 4) == Decimal("0.25")
    assert exposure(0, 0) is None
