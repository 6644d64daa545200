"""Latest entry and earliest hand-in as organizers set them and learners read them."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import learn, learner, stage
from tests.web.test_exam_managing import City, fields, made

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_too_late_to_begin(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, opens_at=START, entry_minutes=15)
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/exams/{given.exam_id}")
    assert "Begin by 2 Mar 2026, 09:15" in lin.words
    clock.advance(minutes=16)
    lin.get(f"/exams/{given.exam_id}")
    assert "Too late to begin" in lin.words
    assert "Beginning was possible until 2 Mar 2026, 09:15. If you could not, call the organizer." in lin.words
    assert "attempt left" not in lin.words
    assert "<form" not in lin.text.partition("sl-cover__actions")[2].partition("</div>")[0]
    answer = lin.post(f"/exams/{given.exam_id}/attempts")
    assert answer.status_code == 400
    assert "Beginning was possible until 2 Mar 2026, 09:15." in lin.words
    lin.get("/")
    assert "too late to begin" in lin.words


def test_handing_in_too_early_keeps_what_was_answered(app: Flask, clock: FrozenClock) -> None:
    given = stage(app, hand_in_minutes=30)
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/exams/{given.exam_id}")
    assert "30 minutes after the start at the earliest" in lin.words
    paper = lin.start(given.exam_id)
    assert lin.words.count("2 Mar 2026, 09:30") == 2  # beside the deadline, and in the dialog
    waiting = {"slot": 1, "epoch": 1, "seq": 1, "response": "right", "age": 0}
    answer = paper.submit([waiting])
    assert "You can hand in from 2 Mar 2026, 09:30. Everything is saved" in lin.words
    assert 'value="right" checked' in lin.text
    assert answer.status_code == 200
    lin.get(f"{paper.path}/review")
    assert "You can hand in from 2 Mar 2026, 09:30." in lin.words
    assert f'action="{paper.path}/submit"' in lin.text
    assert "<span>Hand in</span>" not in lin.text
    clock.advance(minutes=30)
    lin.get(f"{paper.path}/review")
    assert "<span>Hand in</span>" in lin.text
    paper.submit()
    assert "/result" in lin.page.request.path  # type: ignore[union-attr]


def test_an_organizer_sets_and_changes_them(app: Flask, clock: FrozenClock) -> None:
    city = City(app)
    boss = Visitor(app).sign_in("boss")
    made(boss, city, entry_minutes="10", entry_until="2026-03-02T09:20")
    assert boss.page.status_code == 422  # type: ignore[union-attr]
    assert "either in minutes or as a moment, not both" in boss.words
    made(boss, city, entry_minutes="10", hand_in_minutes="20")
    exam = city.exam()
    assert (exam.entry_minutes, exam.entry_until, exam.hand_in_minutes) == (10, None, 20)
    assert "Latest entry 2 Mar 2026, 09:10" in boss.words
    assert "Hand in 20 minutes after the start at the earliest" in boss.words
    Visitor(app).sign_in("lin").start(exam.id)
    boss.get(f"/manage/exams/{exam.id}/change")
    sent = {**fields(boss.text), "entry_minutes": "", "entry_until": "2026-03-02T10:00", "hand_in_minutes": "40"}
    boss.post(f"/manage/exams/{exam.id}/change", **{**sent, "reason": "Snow"})
    assert "1 running attempt may be handed in only later than was said." in boss.words
    boss.post(f"/manage/exams/{exam.id}/change", **{**fields(boss.text), "reason": "Snow"})
    with learn(app).database.writing() as session:
        learner(session, now=START, username="li")
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/exams/{exam.id}")
    for said in (
        "The latest entry was changed from “10 minutes after the opening” to “no minutes”.",
        "The latest entry was changed from “not set” to “2 Mar 2026, 10:00”. Reason: Snow",
        "The earliest hand-in was changed from “20 minutes after the start” to “40 minutes after the start”.",
    ):
        assert said in lin.words
