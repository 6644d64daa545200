"""What an exam's other times do when it was paused: what was still to come moves by what has passed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from suyu_learn.domain.attempts import AttemptState, Extra, RetakeFor
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam, Person
from suyu_learn.services import exam_rosters, exam_times, exams, extra_time, sitting
from suyu_learn.services.exams import Standing
from tests.clock import FrozenClock
from tests.factories import learn, stage, with_somebody_else
from tests.services.test_invigilation import Day

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def begin(clock: FrozenClock) -> datetime:
    return clock()


def _exam(begin: datetime, **policy: Any) -> Exam:
    times = {"opens_at": begin, "published_at": begin, "closes_at": begin + 3 * HOUR, "minutes": 60,
             "extra_past_closing": True, "retake_attempts": 1}  # fmt: skip
    return Exam(**{**times, **policy})


@pytest.mark.parametrize(
    ("policy", "began", "passed", "moved"),
    [
        ({}, 1, 12, {"closes_at": 3 * HOUR + 12 * MINUTE}),
        ({}, 181, 12, {}),
        ({"closes_at": None}, 1, 12, {}),
        ({"entry_minutes": 15}, 10, 12, {"closes_at": 3 * HOUR + 12 * MINUTE, "entry_minutes": 27}),
        ({"entry_minutes": 15}, 10, 0.5, {"closes_at": 3 * HOUR + 0.5 * MINUTE, "entry_minutes": 16}),
        ({"entry_minutes": 15}, 16, 12, {"closes_at": 3 * HOUR + 12 * MINUTE}),
        ({"entry_until": 30}, 10, 12, {"closes_at": 3 * HOUR + 12 * MINUTE, "entry_until": 42 * MINUTE}),
    ],
)
def test_what_was_still_to_come_moves(
    begin: datetime, policy: dict[str, Any], began: float, passed: float, moved: dict[str, Any]
) -> None:
    if "entry_until" in policy:
        policy = {**policy, "entry_until": begin + policy["entry_until"] * MINUTE}
    at = begin + began * MINUTE
    found = exam_times.after_pause(_exam(begin, **policy), at, at + passed * MINUTE)
    assert found == {name: begin + one if isinstance(one, timedelta) else one for name, one in moved.items()}


@pytest.mark.parametrize(
    ("opens", "closes", "began", "moved"),
    [
        (4, 5, 60, {"closes_at"}),
        (3, 5, 60, {"closes_at", "retake_opens_at", "retake_closes_at"}),
        (4, 5, 250, {"retake_closes_at"}),
        (4, 5, 301, set()),
        (4, 5, 235, {"retake_closes_at"}),  # the pause reached into it
    ],
)
def test_the_retake_moves_where_the_pause_touched_it(
    begin: datetime, opens: int, closes: int, began: int, moved: set[str]
) -> None:
    exam = _exam(begin, retake_for=RetakeFor.FAILED_OR_ABSENT, retake_opens_at=begin + opens * HOUR,
                 retake_closes_at=begin + closes * HOUR)  # fmt: skip
    at = begin + began * MINUTE
    found = exam_times.after_pause(exam, at, at + 10 * MINUTE)
    assert set(found) == moved
    for name, value in found.items():
        assert value == getattr(exam, name) + 10 * MINUTE


def test_a_retake_can_be_paused_and_goes_on(app: Flask, clock: FrozenClock) -> None:
    now = clock()
    given = stage(app, opens_at=now + MINUTE, closes_at=now + HOUR, minutes=30, retake_for=RetakeFor.ABSENT,
                  retake_opens_at=now + 2 * HOUR, retake_closes_at=now + 3 * HOUR)  # fmt: skip
    day = Day(app, given.exam_id, with_somebody_else(given))
    day.do(lambda session, exam, _actor: exam_rosters.freeze_if_due(session, exam, now=now + MINUTE))
    clock.advance(minutes=125)
    day.pause()
    here = learn(app)
    with here.database.reading() as session:
        exam = exams.get_exam(session, given.exam_id)
        assert exams.retake_standing(exam, now=here.now()) is Standing.PAUSED
        found = exams.situation(session, exam, session.get_one(Person, given.person_id), now=here.now())
        assert (found.retake, found.standing) == (True, Standing.PAUSED)
    clock.advance(minutes=70)  # longer than the retake would have lasted
    with here.database.reading() as session:
        assert exams.retake_standing(exams.get_exam(session, given.exam_id), now=here.now()) is Standing.PAUSED
    assert day.resume() == timedelta(minutes=70)
    key = day.start()
    with here.database.reading() as session:
        exam = exams.get_exam(session, given.exam_id)
        assert exam.closes_at == now + HOUR
        assert exam.retake_closes_at == now + 3 * HOUR + timedelta(minutes=70)
        attempt = session.query(Attempt).filter_by(key=key).one()
        assert attempt.retake


def test_extra_time_after_a_pause_counts_from_what_was_given_back(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, closes_at=clock() + 5 * HOUR, minutes=60)
    day = Day(app, given.exam_id, with_somebody_else(given))
    begun = clock()
    key = day.start()
    clock.advance(minutes=10)
    day.pause()
    clock.advance(minutes=20)
    day.resume()
    here = learn(app)

    def longer(session: Any, exam: Exam, actor: Person) -> int:
        person = session.get_one(Person, given.person_id)
        return extra_time.give(session, person, Extra(minutes=15), exam=exam, reason="A broken arm", actor=actor,
                               now=here.now(), grace=here.grace)  # fmt: skip

    assert day.do(longer) == 1
    with here.database.reading() as session:
        attempt = session.query(Attempt).filter_by(key=key).one()
        assert attempt.deadline == begun + timedelta(minutes=60 + 20 + 15)
        assert sitting.rebuild(session, attempt) == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_earliest_hand_in_moves_by_the_pause_as_the_deadline_does(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, minutes=60, hand_in_minutes=15)
    day = Day(app, given.exam_id, with_somebody_else(given))
    key = day.start()
    clock.advance(minutes=10)
    day.pause()
    clock.advance(minutes=12)
    assert _refused(day, key) == clock() + 5 * MINUTE  # at the earliest, if it went on now
    day.resume()
    clock.advance(minutes=4)
    assert _refused(day, key) == clock() + MINUTE
    clock.advance(minutes=1)
    day.submit(key)
    assert day.attempt(key).state is AttemptState.SUBMITTED


def _refused(day: Day, key: str) -> datetime:
    with pytest.raises(Problem, match="too_early") as early:
        day.submit(key)
    found = early.value.params["from_time"]
    assert isinstance(found, datetime)
    return found
