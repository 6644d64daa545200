"""Sharing out the points of a paper."""

from __future__ import annotations

from decimal import Decimal

import pytest

from suyu_learn.domain.papers.points import share_out


@pytest.mark.parametrize(
    ("counts", "weights", "points"),
    [
        ([20], [], ["5"]),
        ([50], [], ["2"]),
        ([40], [], ["2.5"]),
        ([10, 10], [2, 3], ["4", "6"]),
        ([3], [], None),
        ([7, 6], [], ["10", "5"]),
        ([], [], None),
        ([0, 5], [], None),
    ],
)
def test_the_roundest_points_that_make_a_hundred(
    counts: list[int], weights: list[int], points: list[str] | None
) -> None:
    found = share_out(counts, weights=[Decimal(one) for one in weights])
    assert found == (tuple(map(Decimal, points)) if points is not None else None)


@pytest.mark.parametrize(
    ("counts", "total", "points"),
    [([1], "44.5", "44.5"), ([2], "44.5", "22.25"), ([4], "10", "2.5"), ([5], "0", None), ([1], "-8", None)],
)
def test_what_is_left_of_a_hundred_is_met_exactly(counts: list[int], total: str, points: str | None) -> None:
    assert share_out(counts, total=Decimal(total)) == ((Decimal(points),) if points is not None else None)


@pytest.mark.parametrize("counts", [[8, 7, 5], [15, 4, 1], [1, 1, 1], [33, 17, 11, 9], [100, 50], [9, 9, 9, 9, 9, 9]])
def test_every_sum_is_exact(counts: list[int]) -> None:
    found = share_out(counts)
    if found is not None:
        assert sum(count * each for count, each in zip(counts, found, strict=True)) == 100
        assert min(found) > 0
