"""Fifty threads at once: one attempt each, and every acknowledged answer stored."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.extension import Learn
from suyu_learn.models import Appeal, Attempt, Attendance, HoursEntry, Person, RecordView, Role, Shown, Slot, Step
from suyu_learn.services import (
    answers,
    appeals,
    attendance,
    events,
    exams,
    invigilation,
    offline,
    people,
    record_views,
    sitting,
)
from suyu_learn.services.answers import Claim, Incoming
from tests.clock import FrozenClock
from tests.factories import essay, learn, learner, manager, published_exam, stage, stored_bank

THREADS = 50


def _all_at_once(count: int, work: Callable[[int], None]) -> None:
    barrier = threading.Barrier(count)
    failures: list[BaseException] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            work(number)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_one_person_starting_fifty_times_has_one_attempt(app: Flask) -> None:
    given = stage(app)
    here = learn(app)
    keys: list[str] = []

    def start(_number: int) -> None:
        with here.database.writing() as session:
            attempt = sitting.start(
                session, exams.get_exam(session, given.exam_id), session.get_one(Person, given.person_id),
                now=here.now(), grace=here.grace, versions=here.versions, pools=here.pools,
            )  # fmt: skip
            key = attempt.key
        keys.append(key)

    _all_at_once(THREADS, start)
    assert len(keys) == THREADS
    assert len(set(keys)) == 1


def test_fifty_people_start_save_and_submit_at_once(app: Flask) -> None:
    given = stage(app)
    here = learn(app)
    with here.database.writing() as session:
        people = [learner(session, now=here.now()) for _ in range(THREADS)]
        claims = [Claim(person.id, person.stamp) for person in people]
    with here.database.writing() as session:
        exams.get_exam(session, given.exam_id).unit_id = None
    acknowledged: set[tuple[str, int]] = set()
    common = {"now": here.now(), "grace": here.grace, "versions": here.versions}

    def sit(number: int) -> None:
        claim = claims[number]
        with here.database.writing() as session:
            person = session.get_one(Person, claim.person_id)
            attempt = sitting.start(session, exams.get_exam(session, given.exam_id), person, pools=here.pools, **common)
            key = attempt.key
        with here.database.writing() as session:
            sitting.open_paper(session, sitting.hold(session, key, session.get_one(Person, claim.person_id)), **common)
        for slot in range(1, 6):
            with here.database.writing() as session:
                reply = answers.save(session, key, claim, [Incoming(slot, 1, 1, "right")], **common)
            if not reply.results[0].error:
                acknowledged.add((key, slot))
        with here.database.writing() as session:
            sitting.submit(session, sitting.hold(session, key, session.get_one(Person, claim.person_id)), **common)

    _all_at_once(THREADS, sit)
    assert len(acknowledged) == THREADS * 5
    with here.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == THREADS
        stored = session.execute(
            select(Attempt.key, Step.slot).join(Step, Step.attempt_id == Attempt.id).where(Step.kind == "saved")
        ).all()
        assert {(key, slot) for key, slot in stored} == acknowledged
        for attempt in session.scalars(select(Attempt)):
            assert sitting.rebuild(session, attempt) == {}
            assert (attempt.points, attempt.passed) == (100, True)


def test_one_attempt_saved_and_submitted_from_fifty_threads(app: Flask) -> None:
    given = stage(app)
    here = learn(app)
    common = {"now": here.now(), "grace": here.grace, "versions": here.versions}
    with here.database.writing() as session:
        person = session.get_one(Person, given.person_id)
        claim = Claim(person.id, person.stamp)
        attempt = sitting.start(session, exams.get_exam(session, given.exam_id), person, pools=here.pools, **common)
        sitting.open_paper(session, attempt, **common)
        key = attempt.key
    acknowledged: list[int] = []

    def work(number: int) -> None:
        with here.database.writing() as session:
            if number == THREADS // 2:
                sitting.submit(session, sitting.hold(session, key, session.get_one(Person, claim.person_id)), **common)
                return
            choice = "right" if number % 2 else "wrong1"
            reply = answers.save(session, key, claim, [Incoming(1, 1, number + 1, choice)], **common)
        if not reply.results[0].error:
            acknowledged.append(number + 1)

    _all_at_once(THREADS, work)
    with here.database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert sitting.rebuild(session, attempt) == {}
        counting = session.scalars(select(Step).where(Step.kind == "saved", Step.detail.is_(None))).all()
        assert sorted(step.seq for step in counting) == sorted(acknowledged)
        winner = session.scalars(select(Slot).where(Slot.number == 1)).one()
        expected = None if not acknowledged else "right" if (max(acknowledged) - 1) % 2 else "wrong1"
        assert winner.response == expected


def test_an_overdue_attempt_is_closed_once_whoever_finds_it(app: Flask) -> None:
    """Pressing start again, opening the paper, handing in and the clean-up all close it; only one of them does."""
    given = stage(app, attempts_allowed=9, minutes=1)
    here = learn(app)
    tools = {"grace": here.grace, "versions": here.versions}
    for _round in range(4):
        with here.database.writing() as session:
            person = session.get_one(Person, given.person_id)
            exam = exams.get_exam(session, given.exam_id)
            attempt = sitting.start(session, exam, person, now=here.now(), pools=here.pools, **tools)
            claim, key = Claim(person.id, person.stamp), attempt.key
            sitting.open_paper(session, attempt, now=here.now(), **tools)
            answers.save(session, key, claim, [Incoming(1, attempt.epoch, 1, "right")], now=here.now(), **tools)
            late = attempt.deadline + here.grace + timedelta(seconds=1)

        def work(number: int, key: str = key, late: datetime = late) -> None:
            with here.database.writing() as session:
                person = session.get_one(Person, given.person_id)
                if number % 4 == 0:
                    exam = exams.get_exam(session, given.exam_id)
                    sitting.start(session, exam, person, now=late, pools=here.pools, **tools)
                elif number % 4 == 1:
                    sitting.open_paper(session, sitting.hold(session, key, person), now=late, **tools)
                elif number % 4 == 2:
                    sitting.submit(session, sitting.hold(session, key, person), now=late, **tools)
                else:
                    sitting.close_overdue(session, now=late, **tools)

        _all_at_once(12, work)
        with here.database.writing() as session:
            closing = session.scalars(
                select(Step.kind).join(Attempt, Attempt.id == Step.attempt_id)
                .where(Attempt.key == key, Step.kind.in_([StepKind.TIMED_OUT, StepKind.SUBMITTED]))
            ).all()  # fmt: skip
            assert closing == [StepKind.TIMED_OUT]
            assert sitting.rebuild(session, session.scalars(select(Attempt).where(Attempt.key == key)).one()) == {}
            for row in session.scalars(select(Attempt).where(Attempt.state == AttemptState.OPEN)):
                sitting.close(session, row, StepKind.SUBMITTED, now=late, versions=here.versions)


def test_keys_stay_hidden_while_a_late_answer_would_count(app: Flask) -> None:
    closes = learn(app).now() + timedelta(minutes=30)
    given = stage(app, closes_at=closes, show_key=Shown.AFTER_CLOSE)
    here = learn(app)
    with here.database.writing() as session:
        exam = exams.get_exam(session, given.exam_id)
        person = session.get_one(Person, given.person_id)
        attempt = sitting.start(session, exam, person, now=here.now(), grace=here.grace, versions=here.versions,
                                pools=here.pools)  # fmt: skip

        def shown(now: datetime) -> bool:
            return Shown.AFTER_CLOSE in exams.shown_now(session, exam, now=now, grace=here.grace)

        assert attempt.deadline == closes
        assert not shown(closes + here.grace)
        assert shown(closes + here.grace + timedelta(seconds=1))
        sitting.close(session, attempt, StepKind.SUBMITTED, now=closes, versions=here.versions)
        assert shown(closes + timedelta(seconds=1))


# Two who meet: one holds what the other waits for, and goes on.

POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
_WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)  # fmt: skip


def _meet(here: Learn, first: Callable[[Session], Callable[[], object]], second: Callable[[Session], object]) -> None:
    """Let `first` hold what it holds, `second` run into that, and `first` go on by what it returned."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with here.database.writing() as session:
                second(session)
        except BaseException as failure:
            failures.append(failure)

    other = threading.Thread(target=run)
    with here.database.writing() as session:
        go_on = first(session)
        other.start()
        with here.database.reading() as watch:
            while other.is_alive() and not watch.scalar(_WAITS):
                watch.rollback()
        go_on()
    other.join()
    assert failures == []


@POSTGRES
@pytest.mark.parametrize("act", ["pause", "resume"])
def test_who_hands_in_while_an_exam_is_paused_waits_for_nobody_who_waits(app: Flask, act: str) -> None:
    """Its essays are listed for markers, which looks the exam up while the other holds that and waits for the paper."""
    here = learn(app)
    tools = {"now": here.now(), "grace": here.grace, "versions": here.versions}
    with here.database.writing() as session:
        source = stored_bank(session, now=here.now(), questions=[essay(1)])
        exam = published_exam(session, now=here.now(), source=source, closes_at=here.now() + timedelta(hours=2))
        exam_id, actor_id = exam.id, learner(session, now=here.now()).id
        attempt = sitting.start(session, exam, learner(session, now=here.now()), pools=here.pools, **tools)
        sitting.open_paper(session, attempt, **tools)
        key, claim = attempt.key, Claim(attempt.person_id, attempt.person.stamp)
        answers.save(session, key, claim, [Incoming(1, 1, 1, "Much.")], **tools)

    def pause_or_resume(session: Session) -> object:
        found, actor = exams.get_exam(session, exam_id), session.get_one(Person, actor_id)
        if act == "pause":
            return invigilation.pause(session, found, reason="A power cut", actor=actor, now=here.now())
        return invigilation.resume(session, found, actor=actor, now=here.now())

    def hand_in(session: Session) -> Callable[[], object]:
        held = sitting.hold(session, key, session.get_one(Person, claim.person_id))
        return lambda: sitting.submit(session, held, **tools)

    if act == "resume":
        with here.database.writing() as session:
            invigilation.pause(session, exams.get_exam(session, exam_id), reason="A power cut",
                               actor=session.get_one(Person, actor_id), now=here.now())  # fmt: skip
    _meet(here, hand_in, pause_or_resume)
    with here.database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert attempt.state is AttemptState.SUBMITTED
        assert sitting.rebuild(session, attempt) == {}


@POSTGRES
def test_an_appeal_and_a_paper_entered_for_the_same_person_follow_each_other(app: Flask) -> None:
    """A paper that was sat before renumbers the attempt that is objected to."""
    given = stage(app, attempts_allowed=2, appeal_days=7, show_key=Shown.NOW)
    here = learn(app)
    tools = {"now": here.now(), "grace": here.grace, "versions": here.versions}
    with here.database.writing() as session:
        person, exam = session.get_one(Person, given.person_id), exams.get_exam(session, given.exam_id)
        attempt = sitting.start(session, exam, person, pools=here.pools, **tools)
        sitting.close(session, attempt, StepKind.SUBMITTED, now=here.now(), versions=here.versions)
        key, actor_id = attempt.key, learner(session, now=here.now()).id

    def appeal(session: Session) -> Callable[[], object]:
        held = appeals.hold(session, key, session.get_one(Person, given.person_id))
        return lambda: appeals.make(session, held, 1, "Both are right.", now=here.now(), grace=here.grace)

    def enter(session: Session) -> object:
        result = offline.Result(here.now() - timedelta(hours=1), "", "", retake=False, points=Decimal(60))
        return offline.enter(session, exams.get_exam(session, given.exam_id), session.get_one(Person, given.person_id),
                             result, actor=session.get_one(Person, actor_id), now=here.now(),
                             versions=here.versions)  # fmt: skip

    _meet(here, appeal, enter)
    with here.database.reading() as session:
        assert session.scalars(select(Attempt.key).where(Attempt.number == 2)).all() == [key]
        assert session.scalar(select(func.count()).select_from(Appeal)) == 1


def test_checking_out_fifty_times_at_once_brings_the_hours_once(app: Flask, clock: FrozenClock) -> None:
    """Somebody presses the button on two phones; beside it the organizer settles the same attendance."""
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Mill", parent=None, now=here.now())
        boss = manager(session, Role.ORGANIZER, unit, now=here.now())
        person = learner(session, now=here.now(), unit=unit)
        wanted = events.Wanted("A lecture", here.now(), here.now() + timedelta(hours=2), Decimal(2), unit_id=unit.id)
        given = {"actor": boss, "now": here.now(), "zone": here.zone, "rules": here.credit}
        key = events.create(session, wanted, **given).key
        ids = (person.id, boss.id)
    came = here.now()

    def come(_number: int) -> None:
        with here.database.writing() as session:
            attendance.check_in(session, events.find(session, key), session.get_one(Person, ids[0]), at=came, now=came)

    _all_at_once(10, come)
    clock.advance(minutes=100)
    terms = attendance.Terms(here.now(), here.zone, here.credit)

    def leave(number: int) -> None:
        with here.database.writing() as session:
            event, row = events.find(session, key), session.scalars(select(Attendance)).one()
            if number == 7:
                attendance.correct(
                    session, event, attendance.one_of(session, event, row.id), came_at=came, reason="Said so",
                    left_at=came + timedelta(minutes=45), actor=session.get_one(Person, ids[1]), terms=terms,
                )  # fmt: skip
            else:
                attendance.check_out(session, event, session.get_one(Person, ids[0]), at=terms.now, terms=terms)

    _all_at_once(20, leave)
    with here.database.reading() as session:
        row = session.scalars(select(Attendance)).one()
        hours = session.scalars(select(HoursEntry.hours).order_by(HoursEntry.id)).all()
        assert sum(hours) == row.hours == 1
        assert list(hours) in ([1], [2, -2, 1])


def test_a_view_kept_twice_at_once_is_one_view(app: Flask) -> None:
    here = learn(app)
    with here.database.writing() as session:
        person = learner(session, now=here.now()).id

    def keep(number: int) -> None:
        with here.database.writing() as session:
            record_views.save(session, session.get_one(Person, person), "Overdue" if number % 2 else "Late",
                              filters={"unit": [str(number)]}, columns=["name"], first=True, unit=None,
                              now=here.now())  # fmt: skip

    _all_at_once(20, keep)
    with here.database.reading() as session:
        views = session.scalars(select(RecordView).where(RecordView.person_id == person)).all()
    assert sorted(one.name for one in views) == ["Late", "Overdue"]
    assert sum(one.first for one in views) == 1
