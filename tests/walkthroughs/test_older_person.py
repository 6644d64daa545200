"""An older person who never types a password: a card, large letters, an exam, and the phone that remembers."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from suyu_learn.models import Grant, Role
from suyu_learn.services import cards, people
from tests.browser_without_script import Paper, Visitor
from tests.clock import FrozenClock
from tests.factories import learn, learner, published_exam

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_wang_guilan_and_her_card(app: Flask, clock: FrozenClock) -> None:
    here = learn(app)
    with here.database.writing() as session:
        city = people.add_unit(session, "City", parent=None, now=clock())
        village = people.add_unit(session, "Birch Village", parent=city, now=clock())
        helper = learner(session, now=clock(), unit=village, username="helper", name="Helper")
        session.add(Grant(person_id=helper.id, role=Role.HR, unit_id=village.id, granted_at=clock()))
        wang = people.add_person(session, "Wang Guilan", now=clock(), unit=village, audiences=[])
        exam = published_exam(session, now=clock(), unit=city).id
        holder = cards.holder(session, helper, wang.id, now=clock())
        token = cards.issue(session, holder, secret=app.secret_key, now=clock(), actor=helper).token  # type: ignore[arg-type]
        person_id = wang.id

    # She scans her card, makes the letters large and presses the one button.
    phone = Visitor(app)
    phone.get(f"/card/{token}")
    assert "Are you Wang Guilan of Birch Village" in phone.words
    phone.post("/elder", elder="1", next=f"/card/{token}")
    phone.post(f"/card/{token}")
    assert "Hello, Wang Guilan" in phone.words
    assert "data-elder" in phone.text

    # A month later, the browser closed many times, she is still known and sits her exam.
    clock.advance(days=30)
    phone.client.delete_cookie("session")
    phone.get("/")
    assert "Hello, Wang Guilan" in phone.words
    assert "An exam" in phone.words
    paper = phone.start(exam)
    for slot in paper.slots:
        assert paper.save(slot, "right").status_code == 200
    paper.submit()
    assert "Passed" in phone.words
    assert "Next person" not in phone.words

    # She loses the card; the helper shows her a new one to scan, and the old one is dead. Her phone stays signed in.
    helper_phone = Visitor(app).sign_in("helper")
    helper_phone.get(f"/manage/cards/{person_id}")
    app.extensions["suyu_learn"].settings = _reachable(app)
    helper_phone.post(f"/manage/cards/{person_id}/reissue", pin="")
    assert '<svg viewBox="0 0' in helper_phone.text
    assert Visitor(app).get(f"/card/{token}").status_code == 410
    clock.advance(days=170)
    phone.client.delete_cookie("session")
    phone.get("/")
    assert "Hello, Wang Guilan" in phone.words
    assert re.search(r"data-elder", phone.text)

    # On a new phone the letters are large again, though nobody asked for them there.
    with here.database.writing() as session:
        holder = cards.holder(session, session.get_one(type(helper), helper.id), person_id, now=clock())
        token = cards.issue(session, holder, secret=app.secret_key, now=clock(), actor=helper).token  # type: ignore[arg-type]
    new = Visitor(app)
    new.get(f"/card/{token}")
    assert "data-elder" not in new.text
    new.post(f"/card/{token}")
    new.get(f"/exams/{exam}")
    assert "data-elder" in new.text
    assert isinstance(paper, Paper)


def _reachable(app: Flask) -> object:
    from dataclasses import replace

    return replace(learn(app).settings, public_url="https://learn.example.org")
