"""How far a person has come in a programme, and when an assignment begins and ends for them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from suyu_learn.domain.programmes import Evidence, Needs, PartNeeds, StageNeeds, Terms, Turn, progress, turn

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
COURSE, WORKSHOP, EXAM = PartNeeds(1), PartNeeds(2, hours=Decimal(8)), PartNeeds(3)


def done(hours: str = "0") -> Evidence:
    return Evidence(Decimal(hours), AT, AT)


def needs(*stages: StageNeeds, hours: str = "0", in_order: bool = False, all_hours: bool = False) -> Needs:
    return Needs(stages, Decimal(hours), in_order, all_hours)


THREE_LEVELS = needs(StageNeeds(1, (COURSE, WORKSHOP), Decimal(10)), StageNeeds(2, (EXAM,)), hours="10", in_order=True)


@pytest.mark.parametrize(
    ("evidence", "stages", "complete"),
    [
        pytest.param({}, (False, False), False, id="nothing done"),
        pytest.param({1: done("2"), 2: done("8"), 3: done()}, (True, True), True, id="all done"),
        pytest.param({1: done("0.2"), 2: done("8"), 3: done()}, (False, True), False, id="clicked through"),
        pytest.param({1: done("2"), 2: done("7.99"), 3: done()}, (False, True), False, id="taught too briefly"),
        pytest.param({1: done("2"), 2: done("9"), 3: done()}, (True, True), True, id="taught longer"),
        pytest.param({1: done("2"), 2: done("8")}, (True, False), False, id="exam open"),
    ],
)
def test_parts_hours_and_stages_decide(evidence: dict[int, Evidence], stages: tuple[bool, ...], complete: bool) -> None:
    found = progress(THREE_LEVELS, evidence)
    assert tuple(stage.done for stage in found.stages) == stages
    assert found.complete is complete


def test_a_later_stage_waits_for_the_one_before() -> None:
    assert [stage.waits for stage in progress(THREE_LEVELS, {}).stages] == [False, True]
    assert [stage.waits for stage in progress(THREE_LEVELS, {1: done("2"), 2: done("8")}).stages] == [False, False]


def test_hours_that_are_left_are_told_by_stage_and_in_all() -> None:
    found = progress(THREE_LEVELS, {1: done("0.5"), 2: done("8")})
    assert (found.stages[0].hours, found.stages[0].hours_left) == (Decimal("8.5"), Decimal("1.5"))
    assert (found.hours, found.hours_left, found.parts_done, found.parts_due) == (Decimal("8.5"), Decimal("1.5"), 2, 3)


@pytest.mark.parametrize(
    ("chosen", "left", "complete"),
    [((), 2, False), ((1,), 1, False), ((1, 2), 0, True), ((1, 2, 3), 0, True)],
)
def test_enough_electives_are_asked_for_whichever_they_are(chosen: tuple[int, ...], left: int, complete: bool) -> None:
    three = tuple(PartNeeds(number, required=False) for number in (1, 2, 3))
    found = progress(needs(StageNeeds(1, three, electives=2)), {number: done() for number in chosen})
    assert (found.stages[0].electives_left, found.complete) == (left, complete)
    assert (found.parts_done, found.parts_due) == (min(2, len(chosen)), 2)


@pytest.mark.parametrize(("ledger", "complete"), [("89.99", False), ("90", True)])
def test_where_all_hours_count_the_ledger_decides(ledger: str, complete: bool) -> None:
    found = progress(needs(hours="90", all_hours=True), {}, ledger=Decimal(ledger))
    assert (found.complete, found.hours_left) == (complete, max(Decimal(0), 90 - Decimal(ledger)))


@pytest.mark.parametrize(
    ("terms", "joined", "today", "expected"),
    [
        pytest.param(Terms(date(2026, 3, 1), date(2026, 6, 30)), date(2020, 1, 1), date(2026, 3, 1),
                     Turn("", date(2026, 3, 1), date(2026, 6, 30)), id="on its first day"),
        pytest.param(Terms(date(2026, 3, 1), date(2026, 6, 30)), date(2020, 1, 1), date(2026, 2, 28), None,
                     id="not begun"),
        pytest.param(Terms(date(2026, 3, 1), date(2026, 6, 30)), date(2026, 5, 4), date(2026, 5, 9),
                     Turn("", date(2026, 5, 4), date(2026, 6, 30)), id="joined later"),
        pytest.param(Terms(date(2026, 3, 1), date(2026, 6, 30)), date(2026, 7, 1), date(2026, 7, 2), None,
                     id="joined after the deadline"),
        pytest.param(Terms(date(2026, 3, 1), due_days=30), date(2026, 5, 4), date(2026, 5, 9),
                     Turn("", date(2026, 5, 4), date(2026, 6, 3)), id="days from joining"),
        pytest.param(Terms(date(2026, 3, 1), yearly=True), date(2020, 1, 1), date(2026, 4, 1),
                     Turn("2026", date(2026, 3, 1), date(2026, 12, 31)), id="first year"),
        pytest.param(Terms(date(2026, 3, 1), yearly=True), date(2020, 1, 1), date(2027, 1, 1),
                     Turn("2027", date(2027, 1, 1), date(2027, 12, 31)), id="next year"),
        pytest.param(Terms(date(2024, 1, 1), date(2024, 2, 29), yearly=True), date(2020, 1, 1), date(2025, 1, 5),
                     Turn("2025", date(2025, 1, 1), date(2025, 2, 28)), id="29 February"),
        pytest.param(Terms(date(2026, 1, 1), date(2026, 6, 30), yearly=True), date(2026, 9, 1), date(2026, 9, 2),
                     Turn("2026", date(2026, 9, 1), date(2026, 12, 31)), id="joined after the day of the year"),
        pytest.param(Terms(date(2026, 1, 1), due_days=60, yearly=True), date(2026, 12, 1), date(2026, 12, 2),
                     Turn("2026", date(2026, 12, 1), date(2026, 12, 31)), id="never beyond its year"),
        pytest.param(Terms(date(2026, 3, 1)), date(2020, 1, 1), date(2029, 1, 1),
                     Turn("", date(2026, 3, 1), None), id="without deadline"),
    ],
)  # fmt: skip
def test_a_turn_begins_and_ends_on_its_days(terms: Terms, joined: date, today: date, expected: Turn | None) -> None:
    assert turn(terms, joined=joined, today=today) == expected
