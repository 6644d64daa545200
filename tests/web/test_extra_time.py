"""Extra time on the roster, on the person's page and on the cover."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt, Person
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import learn
from tests.web.test_exam_managing import City

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def city(app: Flask) -> City:
    return City(app)


def _lin(app: Flask) -> int:
    with learn(app).database.reading() as session:
        return session.scalars(select(Person.id).where(Person.username == "lin")).one()


def _deadline(app: Flask) -> object:
    with learn(app).database.reading() as session:
        return session.scalars(select(Attempt.deadline)).one()


def test_from_the_roster_also_while_the_person_sits(app: Flask, city: City, clock: FrozenClock) -> None:
    exam_id, lin = city.published(minutes=60), _lin(app)
    boss, sitter = Visitor(app).sign_in("boss"), Visitor(app).sign_in("lin")
    sitter.start(exam_id)
    boss.get(f"/manage/exams/{exam_id}/roster")
    path = f"/manage/exams/{exam_id}/extra-time/{lin}"
    assert f'href="{path}"' in boss.text
    boss.get(path)
    boss.post(path, amount="minutes", minutes="", reason="Fire drill")
    assert "Say how many minutes more, from 1 to 600." in boss.words
    assert "Fire drill" in boss.text
    boss.post(path, amount="minutes", minutes="20", reason="Fire drill")
    assert "Lin has extra time, also in the exam being sat now." in boss.words
    assert "20 minutes more: Fire drill" in boss.words
    assert _deadline(app) == START.replace(hour=START.hour + 1, minute=20)
    boss.get(f"/manage/exams/{exam_id}/roster/print")
    assert "Fire drill" not in boss.words
    sitter.get(f"/exams/{exam_id}")
    assert "Time 80 minutes, 20 of them extra for you" in sitter.words
    assert "Fire drill" not in sitter.words
    boss.get(path)
    boss.post(path, amount="none", reason="A mistake")
    assert "Lin has no extra time any more. What runs is not cut short." in boss.words


def test_at_every_exam_seen_by_those_of_the_unit_alone(app: Flask, city: City) -> None:
    exam_id, lin = city.published(minutes=60), _lin(app)
    boss = Visitor(app).sign_in("boss")
    path = f"/manage/people/{lin}/extra-time"
    boss.get(f"/manage/people/{lin}")
    assert f'href="{path}"' in boss.text
    boss.get(path)
    boss.post(path, amount="1.5", reason="Sees badly")
    assert "Extra time 1.5 times the minutes, since 2 Mar 2026: Sees badly" in boss.words
    boss.get(f"/manage/exams/{exam_id}/roster")
    assert "1.5 times the minutes: at every exam" in boss.words
    assert "Sees badly" not in boss.words
    stranger = Visitor(app).sign_in("other")
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, amount="2", reason="x").status_code == 404
    assert stranger.get(f"/manage/exams/{exam_id}/extra-time/{lin}").status_code == 404
    sitter = Visitor(app).sign_in("lin")
    sitter.get("/")
    assert "90 minutes, 30 of them extra for you" in sitter.words
    assert Visitor(app).sign_in("lin").get(path).status_code == 403
