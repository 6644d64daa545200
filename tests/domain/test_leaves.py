"""What of an absence counts, when it was too much, and what the steps of it say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from suyu_learn.domain.attempts import AttemptState, LeaveLimit, StepKind, StepRecord, away_for, project
from tests.clock import START

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("away", "pauses", "counts"),
    [
        (2.9, [], 0), (3, [], 3), (60, [], 60), (0, [], 0),
        (60, [(10, 40)], 30),  # seconds after the start of the leave
        (60, [(-100, 58)], 0), (60, [(-100, 57)], 3), (60, [(60, 90)], 60), (60, [(0, 10), (50, 90)], 40),
    ],
)  # fmt: skip
def test_what_of_an_absence_counts(away: float, pauses: list[tuple[int, int]], counts: float) -> None:
    lain = [(START + start * SECOND, START + end * SECOND) for start, end in pauses]
    assert away_for(START, START + away * SECOND, lain) == counts * SECOND


@pytest.mark.parametrize(
    ("limit", "count", "longest", "passed"),
    [
        (LeaveLimit(), 999, 9999, False),
        (LeaveLimit(count=2), 2, 9999, False), (LeaveLimit(count=2), 3, 0, True),
        (LeaveLimit(seconds=30), 99, 30, False), (LeaveLimit(seconds=30), 1, 31, True),
        (LeaveLimit(2, 30), 3, 5, True), (LeaveLimit(2, 30), 1, 31, True), (LeaveLimit(2, 30), 2, 30, False),
    ],
)  # fmt: skip
def test_when_it_was_too_much(limit: LeaveLimit, count: int, longest: int, passed: bool) -> None:
    assert limit.is_passed(count=count, longest=longest) is passed
    assert bool(limit) is (limit != LeaveLimit())


def _step(kind: StepKind, after: int, **detail: Any) -> StepRecord:
    return StepRecord(kind, START + after * SECOND, epoch=1, detail=detail)


def test_the_steps_say_how_often_and_how_long() -> None:
    deadline = START.isoformat()
    truth = project([
        _step(StepKind.ACCEPTED, 0, count=2, seconds=None),
        _step(StepKind.OPENED, 0, deadline=deadline, device="a phone"),
        _step(StepKind.LEFT, 9, seconds=7),
        _step(StepKind.LEFT, 20, seconds=0, refused="not_away"),
        _step(StepKind.LEFT, 90, seconds=40),
    ])  # fmt: skip
    assert (truth.left_count, truth.left_seconds, truth.left_longest) == (2, 47, 40)
    assert (truth.leave_limit, truth.left_too_much, truth.device) == (LeaveLimit(count=2), False, "a phone")


def test_a_paper_is_held_by_the_device_that_opened_it_last_until_it_is_let_go() -> None:
    deadline = START.isoformat()
    steps = [_step(StepKind.OPENED, 0, deadline=deadline, device="a phone")]
    steps.append(_step(StepKind.OPENED, 1, deadline=deadline))  # more time, given by somebody else
    assert project(steps).device == "a phone"
    steps.append(_step(StepKind.RELEASED, 2, reason="its battery died"))
    assert project(steps).device == ""
    steps.append(_step(StepKind.OPENED, 3, deadline=deadline, device="another"))
    assert project(steps).device == "another"


@pytest.mark.parametrize(("detail", "too_much"), [({"because": "leaves"}, True), ({}, False), ({"by": 7}, False)])
def test_the_closing_step_says_whether_the_limit_did_it(detail: dict[str, Any], too_much: bool) -> None:
    opened = _step(StepKind.OPENED, 0, deadline=START.isoformat())
    truth = project([opened, _step(StepKind.SUBMITTED, 5, **detail), _step(StepKind.LEFT, 6, seconds=4)])
    assert (truth.state, truth.left_too_much, truth.left_count) == (AttemptState.SUBMITTED, too_much, 1)
