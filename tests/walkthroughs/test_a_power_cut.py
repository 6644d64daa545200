"""A day with a power cut: pause, a wrong end mended, handing in, voiding, a forgotten unit; at the end all agrees."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, ExamUnit, Person, Role, Unit
from suyu_learn.services import exam_changes, exam_plans, exam_rosters, exams, people, reports, sitting
from tests.browser_without_script import Paper, Visitor
from tests.clock import FrozenClock
from tests.factories import learn, learner, manager, published_exam, stored_bank


def test_a_power_cut(app: Flask, clock: FrozenClock) -> None:
    here, began = learn(app), clock()
    with here.database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=clock())
        office = people.add_unit(session, "Office", parent=None, now=clock())
        north = people.add_unit(session, "North", parent=city, now=clock())
        south = people.add_unit(session, "South", parent=city, now=clock())
        names = [f"north{number}" for number in range(30)]
        for name in names:
            learner(session, now=clock(), unit=north, username=name, name=name)
        learner(session, now=clock(), unit=south, username="forgotten", name="forgotten")
        source = stored_bank(session, now=clock(), unit=city)
        chief = manager(session, Role.ORGANIZER, city, now=clock(), home=office)
        exam = published_exam(session, now=clock(), source=source, unit=city, minutes=30,
                              closes_at=began + timedelta(minutes=20))  # fmt: skip
        session.add(ExamUnit(exam_id=exam.id, unit_id=north.id))
        session.flush()
        exam_id, chief_name, chief_id, south_id, north_id = exam.id, chief.username or "", chief.id, south.id, north.id
    with here.database.writing() as session:  # the list was taken at publishing, with everybody below the city
        exam = exams.get_exam(session, exam_id)
        for member in session.scalars(select(Person).where(Person.username == "forgotten")):
            exam_rosters.exempt(session, exam, member, reason="Not meant", actor=None, now=clock())
    invigilator = Visitor(app).sign_in(chief_name)
    visitors = {name: Visitor(app).sign_in(name) for name in names}
    papers: dict[str, Paper] = {name: visitor.start(exam_id) for name, visitor in visitors.items()}
    assert papers["north0"].save(1, "right").json["remaining"] == 20 * 60

    # the end was typed wrongly: it is moved, and everybody gets the full half hour
    with here.database.writing() as session:
        exam, actor = exams.get_exam(session, exam_id), session.get_one(Person, chief_id)
        wanted = exam_changes.wanted_now(session, exam)
        mended = replace(wanted, closes_at=began + timedelta(hours=2))
        exam_changes.change(session, exam, mended, reason="Typed wrongly", actor=actor, now=clock(), grace=here.grace)
    assert papers["north0"].save(2, "right").json["remaining"] == 30 * 60

    # the power is cut for 12 minutes
    clock.advance(minutes=5)
    board = f"/manage/exams/{exam_id}/board"
    invigilator.get(board)
    invigilator.post(f"{board}/pause", reason="Power cut")
    clock.advance(minutes=12)
    assert papers["north1"].save(1, "right").json == {"saved": 1, "remaining": 25 * 60, "paused": True}
    invigilator.post(f"{board}/resume")
    assert "got 12 min 0 s back" in invigilator.words
    assert all(papers[name].flush([]).json["remaining"] == 25 * 60 for name in names)

    # one is handed in for, one is voided and sits again
    def seat(name: str) -> str:
        invigilator.get(f"{board}?search={name}")
        found = [
            one for one in re.findall(r'href="([^"]+/attempts/\d+)" id="[^"]+"><b>([^<]+)</b>', invigilator.text)
            if one[1] == name
        ]  # fmt: skip
        return str(found[0][0])

    invigilator.post(f"{seat('north2')}/hand-in", reason="Had to leave")
    invigilator.post(f"{seat('north3')}/void", reason="Sat in another's place")
    papers["north3"] = visitors["north3"].start(exam_id)

    # a unit that was forgotten comes in while the exam runs
    with here.database.writing() as session:
        exam, actor = exams.get_exam(session, exam_id), session.get_one(Person, chief_id)
        change = exam_rosters.live_changes(session, exam)
        for one in change.values():
            exam_rosters.take_back(session, exam, one.id, reason="Forgotten", actor=actor, now=clock())
        exam_plans.set_scope(session, exam, (north_id, south_id), ())
        assert session.get_one(Unit, south_id).name == "South"
    papers["forgotten"] = (late := Visitor(app).sign_in("forgotten")).start(exam_id)
    for slot in range(1, 6):
        assert papers["forgotten"].save(slot, "right").status_code == 200
    late.post(f"{papers['forgotten'].path}/submit")
    for name in names:
        if name != "north2":
            for slot in range(1, 6):
                papers[name].save(slot, "right")
            papers[name].submit()

    with here.database.reading() as session:
        exam = exams.get_exam(session, exam_id)
        found = reports.exam_report(session, exam, now=clock())
        assert found.total is not None
        tally = found.total.tally
        assert (tally.due, tally.sat, tally.passed) == (31, 31, 30)
        roster = exam_rosters.reconciliation(session, exam, now=clock())
        assert len(roster.listed) - len(roster.exempt) + len(roster.added) == len(roster.due) == 31
        attempts = session.scalars(select(Attempt)).all()
        assert len(attempts) == 32
        assert sum(one.state is AttemptState.VOIDED for one in attempts) == 1
        assert all(sitting.rebuild(session, one) == {} for one in attempts)
        assert exam.closes_at == began + timedelta(hours=2, minutes=12)
