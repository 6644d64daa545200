"""Closed papers that go on: what was answered stays, what followed from the end falls and comes anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.attempts import AnswerState, AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, AuditEntry, Completion, Exam, OpenAnswer, Person, Shown, Unit
from suyu_learn.services import exams, invigilation, reopening, sitting
from suyu_learn.services.steps import slots_of
from tests.clock import FrozenClock
from tests.factories import essay, learn, learner, single, stage
from tests.services.test_invigilation import MINUTE, Day


def day_of(app: Flask, clock: FrozenClock, **more: Any) -> Day:
    """An exam of 30 minutes that closes after an hour, three who may sit it, and who looks after them."""
    given = stage(app, minutes=30, closes_at=clock() + 60 * MINUTE, attempts_allowed=1, **more)
    here = learn(app)
    with here.database.writing() as session:
        unit = session.get_one(Unit, exams.get_exam(session, given.exam_id).unit_id)
        people = [given.person_id, *(learner(session, now=here.now(), unit=unit).id for _ in range(3))]
    return Day(app, given.exam_id, people)


@pytest.fixture
def day(app: Flask, clock: FrozenClock) -> Day:
    return day_of(app, clock)


def reopen(day: Day, *keys: str, minutes: int | None = 20, actor: int = -1) -> int:
    here = learn(day.app)

    def work(session: Any, exam: Exam, _actor: Person) -> int:
        ids = session.scalars(select(Attempt.id).where(Attempt.key.in_(keys))).all()
        return reopening.reopen(session, exam, ids, minutes=minutes, reason="The end was typed wrongly", now=here.now(),
                                actor=session.get_one(Person, day.people[actor]), grace=here.grace)  # fmt: skip

    return int(day.do(work))


def opened(day: Day, key: str, who: int = 0) -> int:
    """The person opens the paper; its epoch."""

    def work(session: Any, _exam: Exam, _actor: Person) -> int:
        attempt = sitting.hold(session, key, session.get_one(Person, day.people[who]))
        found = sitting.open_paper(session, attempt, **day.tools)
        assert found is not None
        return found.attempt.epoch

    return int(day.do(work))


def completions(day: Day) -> list[bool]:
    """Of each completion, in order, whether it stands."""
    with learn(day.app).database.reading() as session:
        return [one.voided_at is None for one in session.scalars(select(Completion).order_by(Completion.id))]


def test_a_paper_that_the_clock_closed_goes_on_with_its_answers(day: Day, clock: FrozenClock) -> None:
    key = day.start()
    day.save(key, 1)
    clock.advance(minutes=36)
    assert day.tick() == 1
    assert (day.attempt(key).state, day.attempt(key).points) == (AttemptState.TIMED_OUT, 20)
    assert reopen(day, key) == 1
    found = day.attempt(key)
    assert (found.state, found.points, found.passed, found.closed_at, found.deadline) == (
        AttemptState.OPEN, None, None, None, clock() + 20 * MINUTE
    )  # fmt: skip
    day.agrees()
    assert opened(day, key) == 3
    for slot in (2, 3):
        assert day.save(key, 1, slot=slot).remaining == 20 * 60
    day.submit(key)
    found = day.attempt(key)
    assert (found.state, found.points, found.passed) == (AttemptState.SUBMITTED, 60, True)
    day.agrees()
    with learn(day.app).database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "attempt.reopened")).one()
        assert (entry.reason, entry.detail["minutes"]) == ("The end was typed wrongly", 20)


def test_its_completion_falls_and_comes_anew(day: Day) -> None:
    key = day.start()
    for slot in range(1, 6):
        day.save(key, 1, slot=slot)
    day.submit(key)
    assert completions(day) == [True]
    reopen(day, key)
    assert completions(day) == [False]
    day.agrees()
    opened(day, key)
    day.submit(key)
    assert completions(day) == [False, True]
    assert day.attempt(key).points == 100
    day.agrees()


def test_who_was_handed_in_for_goes_on(day: Day) -> None:
    key = day.start()
    day.one(invigilation.hand_in, key, reason="The wrong one", versions=day.tools["versions"])
    reopen(day, key)
    assert (day.attempt(key).state, day.attempt(key).closed_by_id) == (AttemptState.OPEN, None)
    day.agrees()


def test_answers_for_people_leave_the_queue_until_it_is_handed_in_again(app: Flask, clock: FrozenClock) -> None:
    day = day_of(app, clock, questions=[essay(1), single(1)])

    def states() -> list[AnswerState]:
        with learn(app).database.reading() as session:
            return list(session.scalars(select(OpenAnswer.state)))

    key = day.start()
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.key == key)).one()
        types = {slot.number: learn(app).versions.get(session, slot.version_id).type.code
                 for slot in slots_of(session, attempt)}  # fmt: skip
    written = next(number for number, kind in types.items() if kind == "essay")
    day.save(key, 1, slot=written, response="It was wet.")
    day.submit(key)
    assert states() == [AnswerState.WAITING]
    reopen(day, key)
    assert states() == []
    opened(day, key)
    day.submit(key)
    assert states() == [AnswerState.WAITING]
    day.agrees()


def _marked(day: Day, key: str) -> None:
    def work(session: Any, _exam: Exam, actor: Person) -> None:
        attempt = session.scalars(select(Attempt).where(Attempt.key == key)).one()
        session.add(OpenAnswer(attempt_id=attempt.id, slot=1, key="k", exam_id=attempt.exam_id, state=AnswerState.DONE,
                               question_id=slots_of(session, attempt)[0].version.question_id,
                               first_id=actor.id))  # fmt: skip

    day.do(work)


def _set(**values: Any) -> Callable[[Day, str], Any]:
    def put(_session: Any, exam: Exam, _actor: Person) -> None:
        for name, value in values.items():
            setattr(exam, name, value)

    return lambda day, _key: day.do(put)


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (_set(show_key=Shown.NOW), "again.keys_seen"),
        (_set(paused_at=None, attempts_allowed=2), "again.begun_again"),
        (_marked, "again.read"),
        (lambda day, key: day.pause(), "again.paused"),
        (lambda day, key: day.one(invigilation.void, key, reason="Disturbed"), "again.not_closed"),
    ],
    ids=["keys seen", "begun again", "marked by a person", "paused", "void"],
)
def test_what_stands_against_it(day: Day, before: Callable[[Day, str], Any], code: str) -> None:
    key = day.start()
    day.submit(key)
    before(day, key)
    if code == "again.begun_again":
        day.start()
    with pytest.raises(Problem) as refused:
        reopen(day, key)
    assert refused.value.code == code
    assert day.attempt(key).state is not AttemptState.OPEN
    day.agrees()


def test_nobody_opens_their_own_and_all_go_or_none(day: Day) -> None:
    own, other = day.start(-1), day.start(0)
    day.submit(own, -1)
    day.submit(other, 0)
    with pytest.raises(Problem, match=r"person\.yourself"):
        reopen(day, own, other)
    assert day.attempt(other).state is AttemptState.SUBMITTED
    with pytest.raises(Problem, match=r"extend\.minutes"):
        reopen(day, other, minutes=0)
    assert reopen(day, own, other, actor=1) == 2


def test_time_given_after_the_deadline_runs_from_now(day: Day, clock: FrozenClock) -> None:
    key, began = day.start(), clock()
    clock.advance(minutes=34)

    def extend(session: Any, exam: Exam, actor: Person) -> int:
        held = invigilation.open_attempts(session, exam, now=clock(), grace=day.tools["grace"])
        return invigilation.extend(session, exam, held, minutes=2, reason="Line was down", actor=actor, now=clock())

    assert day.do(extend) == 1
    assert day.attempt(key).deadline == began + 36 * MINUTE
    late = day.save(key, 1, age=timedelta(minutes=5))  # made in time, and it comes only now
    assert (late.results[0].error, late.remaining) == ("", 120)
    day.agrees()
