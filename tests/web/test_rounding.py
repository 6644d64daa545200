"""Pages round halves up."""

from __future__ import annotations

from decimal import Decimal

from suyu_learn.web.i18n import number
from suyu_learn.web.report_tables import percent


def test_one_of_sixteen_is_six_point_three_per_cent() -> None:
    assert percent(Decimal(1) / 16) == "6.3%"
    assert percent(None) == "–"


def test_a_number_has_two_places_at_most_and_no_useless_zeros() -> None:
    values = ("2.50", "0.665", "0.675", "3", "100")
    assert [number(Decimal(one)) for one in values] == ["2.5", "0.67", "0.68", "3", "100"]
