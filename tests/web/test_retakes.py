"""A retake on the form, on covers, on the result page and in the report."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from suyu_learn.domain.attempts import RetakeFor
from suyu_learn.models import Unit
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import learn, learner
from tests.web.test_exam_managing import City, fields, made

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

RETAKE = {"retake_for": "failed", "retake_opens_at": "2026-03-03T09:00", "retake_closes_at": "2026-03-03T11:00",
          "closes_at": "2026-03-02T11:00"}  # fmt: skip


def _result(visitor: Visitor, exam_id: int) -> str:
    visitor.get(f"/exams/{exam_id}")
    visitor.get(re.search(r'href="(/attempts/[^"]+/result)"', visitor.text)[1])  # type: ignore[index]
    return visitor.words


def test_from_the_form_to_the_report(app: Flask, clock: FrozenClock) -> None:
    city = City(app)
    boss, lin = Visitor(app).sign_in("boss"), Visitor(app).sign_in("lin")
    made(boss, city, **{**RETAKE, "retake_opens_at": "2026-03-02T10:00"})
    assert "The retake would open before the exam has closed (2 Mar 2026, 11:00)." in boss.words
    made(boss, city, **RETAKE)
    window = "for those who have not passed, 3 Mar 2026, 09:00 to 3 Mar 2026, 11:00"
    assert f"Retake {window}" in boss.words
    exam_id = city.exam().id
    paper = lin.start(exam_id)
    paper.submit()
    assert "The right answers are shown after 3 Mar 2026, 11:00." in _result(lin, exam_id)
    lin.get(f"/exams/{exam_id}")
    assert "Done" in lin.words
    assert f"Retake {window}" in lin.words
    clock.set(START + timedelta(hours=3))
    lin.get(f"/exams/{exam_id}")
    assert "Not open yet" in lin.words
    assert "Opens 3 Mar 2026, 09:00 Closes 3 Mar 2026, 11:00" in lin.words
    result = _result(lin, exam_id)
    assert "Because of" not in result
    assert "You can sit the retake: 3 Mar 2026, 09:00 to 3 Mar 2026, 11:00." in result
    boss.get(f"/manage/exams/{exam_id}")
    assert "Closed, retake to come" in boss.words
    boss.get(f"/exams/{exam_id}")
    assert "Closed" in boss.words  # was absent, and this retake is for those who failed
    clock.set(START + timedelta(days=1))
    lin.get("/")
    assert "Retake" in lin.words
    assert "Begin the retake" in lin.words
    boss.get(f"/manage/exams/{exam_id}/board")
    assert "Closed, retake open" in boss.words
    again = lin.start(exam_id)
    again.save(1, "right")
    again.submit()
    clock.set(START + timedelta(days=1, hours=3))
    result = _result(lin, exam_id)
    assert "Because of" in result
    assert "You can sit the retake" not in result
    boss.get(f"/manage/exams/{exam_id}/report")
    assert "1 person sat the retake, 0 passed there" in boss.words
    boss.get(f"/manage/exams/{exam_id}/report/print")
    assert "1 person sat the retake" in boss.words


def test_added_after_the_closing(app: Flask, clock: FrozenClock) -> None:
    city = City(app)
    exam_id = city.published(closes_at=START + timedelta(hours=2))
    boss = Visitor(app).sign_in("boss")
    clock.set(START + timedelta(hours=3))
    path = f"/manage/exams/{exam_id}/change"
    boss.get(path)
    boss.post(path, **{**fields(boss.text), **RETAKE, "reason": "Many failed"})
    assert "Right answers or explanations could be seen already: who takes the retake may know them." in boss.words
    boss.post(path, **fields(boss.text))
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/exams/{exam_id}")
    assert "The retake was changed from “none” to “for those who have not passed”. Reason: Many failed" in lin.words


def test_keys_that_are_shown_at_once_are_warned_about(app: Flask) -> None:
    city = City(app)
    boss = Visitor(app).sign_in("boss")
    made(boss, city, **RETAKE, show_key="now")
    assert "so whoever takes the retake may know them" in boss.words


def test_before_the_results_nobody_learns_by_the_retake_who_failed(app: Flask, clock: FrozenClock) -> None:
    city = City(app)
    exam_id = city.published(
        closes_at=START + timedelta(hours=2), results_at=START + timedelta(days=2), retake_for=RetakeFor.FAILED,
        retake_opens_at=START + timedelta(days=3), retake_closes_at=START + timedelta(days=4), minutes=30, questions=1,
    )  # fmt: skip
    with learn(app).database.writing() as session:
        learner(session, now=START, username="wu", unit=session.get_one(Unit, city.water_id))
    sitters = {"lin": "wrong1", "wu": "right"}
    for name, answer in sitters.items():
        paper = Visitor(app).sign_in(name).start(exam_id)
        paper.save(1, answer)
        paper.submit()
    retake = "for those who have not passed, 5 Mar 2026, 09:00 to 6 Mar 2026, 09:00"

    def seen(name: str) -> tuple[str, str]:
        visitor = Visitor(app).sign_in(name)
        visitor.get("/")
        home = visitor.words.replace(name, "")
        visitor.get(f"/exams/{exam_id}")
        return re.sub(r"Learner \d+|Lin", "", home), re.sub(r"Learner \d+|Lin", "", visitor.words)

    clock.set(START + timedelta(days=1))
    assert seen("lin") == seen("wu")
    cover = seen("lin")[1]
    assert f"Retake {retake}" in cover
    assert "Result from 4 Mar 2026, 09:00 on" in cover
    clock.set(START + timedelta(days=2, hours=1))
    assert "Opens 5 Mar 2026, 09:00" in seen("lin")[1]
    assert "Closed" in seen("wu")[1]
    clock.set(START + timedelta(days=3))
    assert "Begin the retake" in seen("lin")[1]


def test_a_retake_for_those_who_failed_comes_behind_the_results(app: Flask) -> None:
    city = City(app)
    boss = Visitor(app).sign_in("boss")
    late = {**RETAKE, "show_score": "now", "results_at": "2026-03-03T10:00"}
    made(boss, city, **late)
    assert "The retake would open before the results are there (3 Mar 2026, 10:00)" in boss.words
    made(boss, city, **{**late, "retake_for": "absent"})
    assert "The retake would open before" not in boss.words
