"""Figures that people read are rounded halves up, in one way everywhere."""

from __future__ import annotations

from decimal import Decimal

import pytest

from suyu_learn.domain.rounding import CENT, ONE, TENTH, half_up


@pytest.mark.parametrize(
    ("value", "step", "shown"),
    [
        (Decimal("6.25"), TENTH, "6.3"),
        (Decimal("6.24"), TENTH, "6.2"),
        (Decimal("-6.25"), TENTH, "-6.3"),
        (Decimal("0.125"), CENT, "0.13"),
        (0.125, CENT, "0.13"),
        (Decimal("12.5"), ONE, "13"),
        (2.675, CENT, "2.68"),
    ],
)
def test_halves_go_up(value: Decimal | float, step: Decimal, shown: str) -> None:
    assert str(half_up(value, step)) == shown
