"""People carried up a tree, each once, and periods with their weeks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from suyu_learn.domain.statistics import Group, Period, Sat, Trained, Weeks, climbed, offered, period_of


def test_a_person_in_two_units_counts_once_above_with_all_that_is_due() -> None:
    done, owing = Trained(1, 1, 1, 0, D(4)), Trained(1, 0, 0, 1, D(4))
    found = climbed(Trained, [("/1/2/", Trained(3, 2, 1, 0, D(6)))], {7: {"/1/2/": done, "/1/3/": owing}})
    assert found["/1/2/"] == Trained(4, 3, 2, 0, D(10))
    assert found["/1/3/"] == Trained(1, 0, 0, 1, D(4))
    assert found["/1/"] == found[""] == Trained(4, 3, 1, 1, D(10))


def test_rates_of_a_unit_are_of_its_people_and_no_mean_of_rates_below() -> None:
    found = climbed(Trained, [("/1/2/", Trained(1, 1, 1, 0, D(9))), ("/1/3/", Trained(9, 0, 0, 0, D(0)))], {})
    assert found["/1/"].completed_of_due == D("0.1")
    assert found["/1/"].hours_a_head == D("0.9")


def test_who_sat_two_exams_has_passed_when_both_are() -> None:
    both = {1: {"/1/": Sat(1, 1, 1).with_(Sat(1, 1, 1))}, 2: {"/1/": Sat(1, 1, 1).with_(Sat(1, 1, 0))},
            3: {"/1/": Sat(1, 1, 1).with_(Sat(1, 0, 0))}, 4: {"/1/": Sat(1, 0, 0).with_(Sat(1, 0, 0))}}  # fmt: skip
    found = climbed(Sat, [], both)["/1/"]
    assert (found.due, found.sat, found.passed) == (4, 3, 2)
    assert (found.participation, found.pass_rate_of_due) == (D("0.75"), D("0.5"))


def test_people_of_no_unit_are_in_the_total_alone() -> None:
    assert climbed(Group, [("", Group(2)), ("/4/", Group(3))], {}) == {"": Group(5), "/4/": Group(3)}


def test_nobody_has_no_rates() -> None:
    assert climbed(Trained, [], {}) == {"": Trained()}
    assert (Trained().completed_of_due, Trained().hours_a_head, Sat().pass_rate_of_sat) == (None, None, None)


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-Q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_periods_by_their_codes(code: str, first: date, last: date) -> None:
    assert period_of(code) == Period(first, last, code)


@pytest.mark.parametrize("code", ["", "24", "2024-Q5", "2024-13", "2024-1", "0001", "2024-Q1-1"])
def test_what_is_no_period(code: str) -> None:
    assert period_of(code) is None


def test_the_present_year_is_offered_first_and_every_kind_reaches_back() -> None:
    codes = [one.code for one in offered(date(2026, 2, 3))]
    assert codes[:3] == ["2026", "2025", "2024"]
    assert codes[3:6] == ["2026-Q1", "2025-Q4", "2025-Q3"]
    assert codes[11:13] == ["2026-02", "2026-01"]
    assert codes[-1] == "2025-02"


def test_weeks_begin_on_monday_and_end_with_the_period() -> None:
    found = [(one.first.day, one.last.day) for one in Weeks(Period(date(2026, 7, 1), date(2026, 7, 14)))]
    assert found == [(1, 5), (6, 12), (13, 14)]  # 1 July 2026 is a Wednesday
