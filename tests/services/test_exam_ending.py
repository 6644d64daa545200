"""Ending an exam that runs: nobody begins any more, and open papers are collected as at any end of time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.attempts import AttemptState, RetakeFor
from suyu_learn.domain.problems import Problem
from suyu_learn.models import AuditEntry, Exam, ExamChange, Person
from suyu_learn.services import exam_changes, exam_ending, exams, invigilation
from tests.clock import FrozenClock
from tests.factories import learn
from tests.services.test_invigilation import MINUTE, Day
from tests.services.test_reopening import day_of


@pytest.fixture
def day(app: Flask, clock: FrozenClock) -> Day:
    return day_of(app, clock)


def _end(day: Day, collect_in: int | None, *, reason: str = "The hall must be left") -> int:
    return int(day.do(lambda session, exam, actor: exam_ending.end(
        session, exam, collect_in=collect_in, reason=reason, actor=actor, now=day.tools["now"],
        grace=day.tools["grace"],
    )))  # fmt: skip


def _outlook(day: Day) -> exam_ending.Outlook:
    found: exam_ending.Outlook = day.do(lambda session, exam, _actor: exam_ending.outlook(
        session, exam, now=day.tools["now"], grace=day.tools["grace"]
    ))  # fmt: skip
    return found


def test_papers_are_collected_and_what_was_answered_in_time_counts(day: Day, clock: FrozenClock) -> None:
    early, late = day.start(0), day.start(1)
    began = clock()
    clock.advance(minutes=29)
    day.one(invigilation.pause_one, late, reason="Fell ill")
    clock.advance(seconds=30)
    assert _outlook(day) == exam_ending.Outlook(True, 2, began + 30 * MINUTE)
    assert _end(day, 0) == 2
    for key in (early, late):
        assert (day.attempt(key).deadline, day.attempt(key).paused_at) == (clock(), None)
    with pytest.raises(Problem) as refused:
        day.start(2)
    assert refused.value.code == "exam.is_closed"

    clock.advance(seconds=5)
    kept = day.save(early, 1, age=timedelta(seconds=6))
    after = day.save(early, 2, slot=2)
    assert (kept.results[0].error, after.results[0].error, kept.remaining) == ("", "time_over", 0)
    clock.advance(seconds=day.tools["grace"].total_seconds())
    assert day.tick() == 2
    assert [day.attempt(key).state for key in (early, late)] == [AttemptState.TIMED_OUT] * 2
    assert day.attempt(early).points
    assert not day.attempt(late).points
    day.agrees()
    with learn(day.app).database.reading() as session:
        changed = session.scalars(select(ExamChange)).one()
        assert (changed.field, changed.reason) == ("closes_at", "The hall must be left")
        assert changed.new == exam_changes.as_code(began + timedelta(minutes=29, seconds=30))
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "exam.ended")).one()
        assert entry.detail["people"] == 2


def test_who_has_less_time_keeps_it_and_who_sits_may_finish_where_nothing_is_collected(
    day: Day, clock: FrozenClock
) -> None:
    first = day.start(0)
    clock.advance(minutes=20)
    second = day.start(1)
    deadlines = [day.attempt(key).deadline for key in (first, second)]
    assert _end(day, None) == 0
    assert [day.attempt(key).deadline for key in (first, second)] == deadlines
    clock.advance(minutes=5)
    assert _end(day, 15) == 2  # there is no window any more, but papers are open
    assert [day.attempt(key).deadline for key in (first, second)] == [deadlines[0], clock() + 15 * MINUTE]
    day.agrees()


def test_an_exam_that_is_paused_over_or_not_begun_is_not_ended(day: Day, clock: FrozenClock) -> None:
    for minutes in (-1, exam_ending.LONGEST + 1):
        with pytest.raises(Problem) as refused:
            _end(day, minutes)
        assert refused.value.code == "end.minutes"
    with pytest.raises(Problem) as refused:
        _end(day, 1, reason=" ")
    assert refused.value.place.field == "reason"
    day.pause()
    with pytest.raises(Problem) as refused:
        _end(day, 1)
    assert refused.value.code == "end.paused"
    day.resume()
    clock.advance(minutes=61)
    assert not _outlook(day).runs
    with pytest.raises(Problem) as refused:
        _end(day, 1)
    assert refused.value.code == "end.nothing_runs"


def test_in_the_retake_it_is_the_retake_that_ends(day: Day, clock: FrozenClock) -> None:
    def add(_session: object, exam: Exam, _actor: Person) -> None:
        assert exam.closes_at is not None
        exam.retake_for, exam.retake_attempts = RetakeFor.FAILED, 1
        exam.retake_opens_at, exam.retake_closes_at = exam.closes_at + MINUTE, exam.closes_at + 90 * MINUTE

    day.do(add)
    day.submit(day.start(0))
    closed = clock() + 60 * MINUTE
    clock.advance(minutes=65)
    key = day.start(0)
    assert _end(day, 1) == 1
    assert day.attempt(key).deadline == clock() + MINUTE
    with learn(day.app).database.reading() as session:
        exam = exams.get_exam(session, day.exam_id)
        assert (exam.retake_closes_at, exam.closes_at) == (clock(), closed)
