"""The waiting room: what its page is told, at what price, and what it says without script."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from suyu_learn.models import Exam, ExamState, Person
from suyu_learn.services import exam_changes, people
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import learn, learner, published_exam
from tests.web.test_budgets import counted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OPENS = START + timedelta(hours=1)
MARK = int(OPENS.timestamp())


@pytest.fixture
def exam_id(app: Flask) -> int:
    with learn(app).database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=START)
        learner(session, now=START, unit=city, username="lin")
        return published_exam(session, now=START, unit=city, opens_at=OPENS, closes_at=OPENS + timedelta(hours=3)).id


def _asked(visitor: Visitor, exam_id: int, opens: int = MARK) -> Any:
    answer = visitor.client.get(f"/exams/{exam_id}/opening?opens={opens}", headers=visitor.headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def test_how_long_it_takes_by_the_servers_clock(app: Flask, exam_id: int, clock: FrozenClock) -> None:
    lin = Visitor(app).sign_in("lin")
    clock.advance(minutes=59, seconds=30, milliseconds=1)
    assert _asked(lin, exam_id) == {"state": "waiting", "seconds": 30, "opens": MARK, "time": "2 Mar 2026, 10:00",
                                    "said": "", "spread": 0}  # fmt: skip
    clock.set(OPENS)
    said = _asked(lin, exam_id)
    assert (said["state"], said["seconds"], said["said"]) == ("open", 0, "")


def test_it_costs_one_statement(app: Flask, exam_id: int) -> None:
    lin = Visitor(app).sign_in("lin")
    with counted(app) as counts:
        _asked(lin, exam_id)
    assert counts["statements"] == 1


@pytest.mark.parametrize("later", [-30, 45], ids=["earlier", "later"])
def test_a_moved_opening_is_told(app: Flask, exam_id: int, later: int) -> None:
    lin = Visitor(app).sign_in("lin")
    _changed(app, exam_id, opens_at=OPENS + timedelta(minutes=later))
    said = _asked(lin, exam_id)
    assert said["seconds"] == (60 + later) * 60
    assert said["said"] == f"The opening was moved to {said['time']}."
    assert _asked(lin, exam_id, said["opens"])["said"] == "", "it is told once"


def _changed(app: Flask, exam_id: int, **values: Any) -> None:
    here = learn(app)
    with here.database.writing() as session:
        exam = session.get_one(Exam, exam_id)
        actor = session.query(Person).filter_by(username="lin").one()
        wanted = replace(exam_changes.wanted_now(session, exam), **values)
        exam_changes.change(session, exam, wanted, reason="Fog", actor=actor, now=here.now(), grace=here.grace)


@pytest.mark.parametrize(
    ("values", "state", "says"),
    [
        ({"state": ExamState.WITHDRAWN}, "withdrawn", "it was withdrawn"),
        ({"opens_at": START, "paused_at": START}, "paused", "The exam is paused"),
        ({"opens_at": START - timedelta(hours=2), "closes_at": START}, "closed", "The exam has closed"),
    ],
    ids=["withdrawn", "paused", "closed"],
)
def test_what_else_may_happen_is_said_in_words(
    app: Flask, exam_id: int, values: dict[str, Any], state: str, says: str
) -> None:
    lin = Visitor(app).sign_in("lin")
    with learn(app).database.writing() as session:
        for name, value in values.items():
            setattr(session.get_one(Exam, exam_id), name, value)
    said = _asked(lin, exam_id)
    assert said["state"] == state
    assert says in said["said"]


def test_only_for_those_who_are_signed_in_and_exams_that_are_there(app: Flask, exam_id: int) -> None:
    assert Visitor(app).client.get(f"/exams/{exam_id}/opening").status_code == 401
    lin = Visitor(app).sign_in("lin")
    assert lin.client.get("/exams/999/opening").status_code == 404
    with learn(app).database.writing() as session:
        session.query(Person).filter_by(username="lin").one().stamp = "another"
    assert lin.client.get(f"/exams/{exam_id}/opening").status_code == 401
    lin = Visitor(app).sign_in("lin")
    with learn(app).database.writing() as session:
        session.get_one(Exam, exam_id).state = ExamState.DRAFT
    assert lin.client.get(f"/exams/{exam_id}/opening").status_code == 404


@pytest.mark.parametrize("opens", ["", "x", "-1", "9" * 40, "1e3"])
def test_an_address_that_nobody_made_is_answered_all_the_same(app: Flask, exam_id: int, opens: str) -> None:
    lin = Visitor(app).sign_in("lin")
    assert lin.client.get(f"/exams/{exam_id}/opening?opens={opens}&retake=1").status_code == 200


def test_the_page_without_script(app: Flask, exam_id: int, clock: FrozenClock) -> None:
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/exams/{exam_id}")
    assert "The exam opens at 2 Mar 2026, 10:00. Load this page again then." in lin.words
    assert f'href="/exams/{exam_id}"' in lin.text
    assert 'type="submit" disabled' in lin.text
    assert 'rel="prefetch"' in lin.text
    assert "/sitting.js" in lin.text
    assert lin.post(f"/exams/{exam_id}/attempts").status_code == 400
    clock.set(OPENS)
    lin.get(f"/exams/{exam_id}")
    assert "disabled" not in lin.text
    assert "waiting.js" not in lin.text
    lin.start(exam_id)


def test_who_may_not_sit_waits_for_nothing(app: Flask, exam_id: int) -> None:
    with learn(app).database.writing() as session:
        learner(session, now=START, unit=people.add_unit(session, "Far", parent=None, now=START), username="wu")
    wu = Visitor(app).sign_in("wu")
    wu.get(f"/exams/{exam_id}")
    assert "You are not on the list of this exam." in wu.words
    assert "waiting.js" not in wu.text
    assert 'id="start"' not in wu.text
