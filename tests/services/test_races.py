"""Fifty threads at once: one attempt each, and every acknowledged answer stored."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from suyu_learn.models import Attempt, Person, Slot, Step
from suyu_learn.services import answers, exams, sitting
from suyu_learn.services.answers import Claim, Incoming
from tests.factories import learn, learner, stage

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
