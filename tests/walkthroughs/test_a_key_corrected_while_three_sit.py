"""A wrong key is found while people sit the exam: who has handed in and who has not, all are marked by the new one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import select

from suyu_learn.models import (
    Attempt,
    Bank,
    Completion,
    PaperMode,
    Person,
    Question,
    QuestionVersion,
    Role,
    Slot,
    Step,
    Unit,
)
from suyu_learn.services import bank, people, regrading, sitting
from tests.browser_without_script import Visitor
from tests.factories import learn, learner, manager, single, stage

WRONG_KEY = replace(single(1), body={**single(1).body, "answer": ["wrong1"]})


def test_a_key_corrected_while_three_sit(app: Flask, clock: Any) -> None:
    here = learn(app)
    here.clock = clock
    made = stage(app, questions=[WRONG_KEY], points=100, pass_share=Decimal("0.6"), minutes=30)
    with here.database.writing() as session:
        unit = session.scalars(select(Unit)).one()
        people = {"lin": made.person_id} | {
            name: learner(session, now=here.now(), unit=unit, username=name).id for name in ("wang", "sun", "zhao")
        }
        keeper = manager(session, Role.ORGANIZER, unit, now=here.now()).username

    papers = {name: Visitor(app).sign_in(name).start(made.exam_id) for name in people}
    papers["zhao"].save(1, "wrong1")
    papers["zhao"].submit()
    papers["lin"].save(1, "right")
    papers["wang"].save(1, "wrong1")
    assert points(app) == {"zhao": 100, "lin": None, "wang": None, "sun": None}

    clock.advance(minutes=10)
    with here.database.writing() as session:
        question, row = session.scalars(select(Question)).one(), session.scalars(select(Bank)).one()
        draft = replace(WRONG_KEY, uid=question.uid, body={**WRONG_KEY.body, "answer": ["right"]})
        bank.store(session, row, draft, now=here.now(), reviewer="r")
        page = f"/manage/bank/{row.id}/questions/{question.id}/regrade"
    organizer = Visitor(app).sign_in(keeper)
    organizer.get(page)
    assert "Still being sat; marked by this key when they are handed in 3" in organizer.words
    organizer.post(page, reason="Option A was right.")
    assert "1 attempt was marked anew." in organizer.words
    assert "3 that are still being sat will be marked by this key." in organizer.words
    assert points(app) == {"zhao": 0, "lin": None, "wang": None, "sun": None}
    told_by_steps(app)
    assert organizer.get(page).status_code == 200
    assert "Still being sat" not in organizer.words

    clock.advance(minutes=5)
    papers["sun"].save(1, "right")
    papers["lin"].submit()
    papers["sun"].submit()
    clock.advance(hours=1)
    with here.database.writing() as session:
        assert sitting.close_overdue(session, now=here.now(), grace=here.grace, versions=here.versions) == 1
    assert points(app) == {"zhao": 0, "lin": 100, "wang": 0, "sun": 100}
    told_by_steps(app)
    with here.database.reading() as session:
        newest = session.scalars(select(QuestionVersion.id).order_by(QuestionVersion.id.desc())).first()
        marked = session.scalars(select(Step).where(Step.kind == "marked").order_by(Step.id)).all()
        assert [step.detail["version"] == newest for step in marked] == [False, True, True, True]  # type: ignore[index]
        assert set(session.scalars(select(Slot.key_version_id))) == {newest}
        passed = session.scalars(
            select(Person.username).join(Completion, Completion.person_id == Person.id)
            .where(Completion.voided_at.is_(None))
        )  # fmt: skip
        assert set(passed) == {"lin", "sun"}


def points(app: Flask) -> dict[str, Decimal | None]:
    with learn(app).database.reading() as session:
        rows = session.execute(select(Person.username, Attempt.points).join(Attempt, Attempt.person_id == Person.id))
        return dict(rows.all())


def told_by_steps(app: Flask) -> None:
    with learn(app).database.reading() as session:
        for attempt in session.scalars(select(Attempt)):
            assert sitting.rebuild(session, attempt) == {}


def test_who_starts_after_the_correction_is_asked_the_corrected_version(app: Flask) -> None:
    here = learn(app)
    made = stage(app, questions=[WRONG_KEY], points=100, mode=PaperMode.DRAWN_ONCE)
    with here.database.writing() as session:
        unit = session.scalars(select(Unit)).one()
        learner(session, now=here.now(), unit=unit, username="wang")
        keeper = manager(session, Role.ORGANIZER, unit, now=here.now()).username
        stranger = manager(session, Role.ORGANIZER, people.add_unit(session, "Far", parent=None, now=here.now()),
                           now=here.now()).id  # fmt: skip
    first = Visitor(app).sign_in("lin").start(made.exam_id)
    first.save(1, "right")
    first.submit()
    with here.database.writing() as session:
        question, row = session.scalars(select(Question)).one(), session.scalars(select(Bank)).one()
        draft = replace(WRONG_KEY, uid=question.uid, body={**WRONG_KEY.body, "answer": ["right"]})
        bank.store(session, row, draft, now=here.now(), reviewer="r")
        page = f"/manage/bank/{row.id}/questions/{question.id}/regrade"
        seen = regrading.plan(session, question, person=session.get_one(Person, stranger), versions=here.versions)
        assert (seen.changes, seen.picks) == ((), ()), "papers of others stay as they are"
    organizer = Visitor(app).sign_in(keeper)
    organizer.get(page)
    assert "Papers with fixed questions that ask the corrected version from now on 1" in organizer.words
    organizer.post(page, reason="Option A was right.")
    second = Visitor(app).sign_in("wang").start(made.exam_id)
    second.save(1, "right")
    second.submit()
    assert points(app) == {"lin": 100, "wang": 100}
    told_by_steps(app)
    with here.database.reading() as session:
        asked = session.scalars(select(Slot.version_id).order_by(Slot.attempt_id)).all()
        assert asked == [question.published_version_id - 1, question.published_version_id]
    organizer.get(page)
    assert "from now on" not in organizer.words
