"""The demo city: small here, but made by the same steps."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from suyu_learn.models import Attempt, Completion, Event, Exam, Person, Programme, ProgrammeMember, Purpose, Unit
from suyu_learn.services import exams, reports, sitting
from tests.browser_without_script import Visitor
from tests.factories import learn

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _demo(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["suyu", "demo", "--people", "60", "--attempts", "10", *words])


def _counts(app: Flask) -> list[int]:
    with learn(app).database.reading() as session:
        return [session.scalar(select(func.count()).select_from(one)) or 0 for one in (Person, Unit, Exam, Attempt)]


def test_a_city_to_look_around_in(app: Flask) -> None:
    here = learn(app)
    made = _demo(app)
    assert made.exit_code == 0, made.output
    passwords = dict(re.findall(r"^    (\w+) +(\S+)", made.output, re.MULTILINE))
    assert list(passwords) == ["admin", "organizer", "hr", "manager", "learner"]
    assert len(set(passwords.values())) == 5
    with here.database.reading() as session:
        closed, running, rumours = session.scalars(select(Exam).order_by(Exam.id)).all()
        assert exams.standing(closed, now=here.now()) is exams.Standing.CLOSED
        assert exams.standing(running, now=here.now()) is exams.Standing.OPEN
        assert rumours.purpose == Purpose.PRACTICE
        assert reports.exam_report(session, closed, now=here.now()).total.tally.sat == 8  # type: ignore[union-attr]
        attempts = session.scalars(select(Attempt)).all()
        assert all(one.closed_at and one.closed_at < here.now() for one in attempts)
        assert all(sitting.rebuild(session, one) == {} for one in attempts)
        assert session.scalar(select(func.count()).select_from(Completion))
        assert session.scalar(select(func.count()).select_from(Programme)) == 4
        assert session.scalar(select(func.count()).select_from(ProgrammeMember))
        assert session.scalar(select(func.count()).select_from(Event)) == 1
    for username, page in (("admin", "/manage/audit"), ("organizer", "/manage/reports"), ("hr", "/manage/people"),
                           ("manager", "/manage/"), ("learner", "/courses")):  # fmt: skip
        visitor = Visitor(app).sign_in(username, passwords[username])
        assert visitor.get(page).status_code == 200
    home = visitor.get("/").get_data(as_text=True)
    assert "木材加工企业安全知识考试" in home
    assert "真的假的？流言二十问" in home
    assert len(visitor.start(rumours.id).slots) == 20

    counts = _counts(app)
    again = _demo(app).output
    assert "已经存在" in again
    assert f"SUYU_LEARN_INSTANCE={app.instance_path} " in again
    assert "python -m flask --app app suyu demo --new-passwords" in again
    assert _counts(app) == counts
    fresh = dict(re.findall(r"^    (\w+) +(\S+)", _demo(app, "--new-passwords").output, re.MULTILINE))
    assert fresh["hr"] != passwords["hr"]
    Visitor(app).sign_in("hr", fresh["hr"])


def test_it_is_not_made_where_people_are(app: Flask) -> None:
    here = learn(app)
    with here.database.writing() as session:
        session.add(Unit(name="A real town", created_at=here.now()))
    made = _demo(app)
    assert made.exit_code == 2
    assert "instance/demo" in made.output
    assert _counts(app) == [0, 1, 0, 0]
