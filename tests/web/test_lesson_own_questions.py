"""An organizer brings questions of their own for a lesson, and comes back to it with them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import AuditEntry, Bank, Lesson
from tests.factories import learn
from tests.web.test_course_writing import COVER, Writing

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PASTED = """1. How steep does a ladder stand? （B）
A. One to one
B. Four to one

2. A ladder may stand on ice. （错）
"""


@pytest.fixture
def writing(app: Flask) -> Writing:
    return Writing(app)


def _address(found: Any) -> str:
    return found.headers["Location"].removeprefix("http://localhost")


def test_pasted_questions_lead_back_to_the_lesson(writing: Writing) -> None:
    path, boss = writing.begun(), writing.boss
    lesson = writing.lesson()
    choosing = f"{path}/lessons/{lesson}/questions"
    boss.get(choosing)
    assert "Bring questions of my own" in boss.words
    bringing = _address(boss.post(f"{path}/lessons/{lesson}/own-questions", follow=False))
    boss.get(bringing)
    assert "For the lesson: Before you climb" in boss.words
    preview = _address(boss.post(bringing, follow=False, text=PASTED, encoding=""))
    boss.get(preview)
    assert "Choose them for" not in boss.words  # nothing is in the bank yet
    boss.post(f"{preview}/apply", choice="all")
    assert "Choose them for “Before you climb”" in boss.words
    back = re.findall(rf'href="({re.escape(choosing)}[^"]*)"', boss.text)[0].replace("&amp;", "&")
    boss.get(back)
    assert "2 questions" in boss.words
    query = dict(re.findall(r'<input type="hidden" name="(bank|page)" value="([^"]*)"', boss.text))
    boss.post(choosing, action="all", **query)
    assert "2 questions added." in boss.words
    with learn(writing.app).database.reading() as session:
        assert len(session.get_one(Lesson, lesson).checkpoints) == 2
        own = session.scalars(select(Bank).where(Bank.name == COVER["title"])).one()
        assert own.unit_id == writing.units[0]
        made = session.scalars(select(AuditEntry).where(AuditEntry.action == "bank.created")).one()
        assert made.actor_id is not None


def test_the_bank_is_made_once_and_the_way_is_for_who_writes_the_course(writing: Writing) -> None:
    path = writing.begun()
    lesson = writing.lesson()
    writing.boss.get(f"{path}/lessons/{lesson}/questions")
    first = _address(writing.boss.post(f"{path}/lessons/{lesson}/own-questions", follow=False))
    assert _address(writing.boss.post(f"{path}/lessons/{lesson}/own-questions", follow=False)) == first
    writing.stranger.get("/manage/courses")
    assert writing.stranger.post(f"{path}/lessons/{lesson}/own-questions").status_code == 404
    plain = first.partition("?")[0]
    for nobody in ("", "?lesson=0", "?lesson=99999", "?lesson=x"):
        writing.boss.get(plain + nobody)
        assert "For the lesson" not in writing.boss.words
    writing.press("publish")
    writing.boss.get(first)  # what is published has no lesson to be written any more
    assert "For the lesson" not in writing.boss.words
