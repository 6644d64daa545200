"""What a page without script sends when its sign-in has ended or it is an older one: kept, and asked about."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt
from suyu_learn.services import sitting
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import learn, learner, stage


def _agrees(app: Flask) -> None:
    with learn(app).database.reading() as session:
        for attempt in session.scalars(select(Attempt)):
            assert sitting.rebuild(session, attempt) == {}


@pytest.mark.parametrize("action", ["take", "leave"])
def test_what_is_sent_after_the_sign_in_has_ended_is_still_there_after_signing_in(app: Flask, action: str) -> None:
    given = stage(app)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    visitor.client.delete_cookie("session")
    visitor.client.delete_cookie("suyu_remember")
    answer = visitor.post(f"{paper.path}/page", epoch=paper.epoch, q1="right", q2="wrong1", action="save")
    assert answer.status_code == 401
    assert "Your answers are kept with your paper" in visitor.words
    visitor.sign_in("lin")
    visitor.get(paper.path)
    assert "Answers were not counted" in visitor.words
    assert "Questions: 1, 2" in visitor.words
    assert 'value="right" checked' not in visitor.text
    visitor.post(f"{paper.path}/kept", action=action)
    assert ('value="right" checked' in visitor.text) is (action == "take")
    assert "Answers were not counted" not in visitor.words
    visitor.post(f"{paper.path}/submit")
    assert ("20 out of" in visitor.words) is (action == "take")
    _agrees(app)


def test_what_is_sent_after_somebody_else_has_signed_in_is_kept_for_its_owner(app: Flask) -> None:
    given = stage(app)
    with learn(app).database.writing() as session:
        learner(session, now=learn(app).now(), name="Wu Next", username="wu")
    phone = Visitor(app).sign_in("lin")
    paper = phone.start(given.exam_id)
    phone.post("/logout")
    phone.sign_in("wu")
    answer = phone.post(f"{paper.path}/page", epoch=paper.epoch, q1="right", action="save")
    assert answer.status_code == 403
    assert "The answers are kept with it" in phone.words
    assert phone.get(paper.path).status_code == 404
    own = Visitor(app).sign_in("lin")
    own.get(paper.path)
    own.post(f"{paper.path}/kept", action="take")
    assert 'value="right" checked' in own.text
    assert phone.post("/attempts/of-nobody/page", epoch=1, q1="right", action="save").status_code == 404
    _agrees(app)


@pytest.mark.parametrize(("late", "counts"), [(-1, True), (1, False)])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_taken_over_is_judged_by_when_it_came(app: Flask, clock: FrozenClock, late: int, counts: bool) -> None:
    """Not by when the paper was opened again, though that is the last contact."""
    given = stage(app, minutes=60)
    visitor = Visitor(app).sign_in("lin")
    paper, token = visitor.start(given.exam_id), visitor.token
    visitor.client.delete_cookie("session")
    visitor.client.delete_cookie("suyu_remember")
    clock.advance(minutes=60, seconds=late)
    visitor.post(f"{paper.path}/page", epoch=paper.epoch, q1="right", action="save", csrf_token=token)
    clock.advance(minutes=2)
    visitor.sign_in("lin")
    visitor.get(paper.path)
    visitor.post(f"{paper.path}/kept", action="take")
    assert ('value="right" checked' in visitor.text) is counts
    _agrees(app)


@pytest.mark.parametrize("epoch", ["1", "", "99", "nonsense"], ids=["stale", "none", "never given", "no number"])
def test_a_page_of_another_epoch_loses_nothing(app: Flask, epoch: str) -> None:
    given = stage(app)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    paper.save(1, "wrong1")
    visitor.get(paper.path)
    visitor.post(f"{paper.path}/page", epoch=epoch, q1="right", action="save")
    assert "Questions: 1" in visitor.words
    assert 'value="wrong1" checked' in visitor.text
    visitor.post(f"{paper.path}/page", epoch=epoch, q1="wrong2", action="save")
    visitor.post(f"{paper.path}/kept", action="take")
    assert 'value="wrong2" checked' in visitor.text
    _agrees(app)


def test_a_stale_token_loses_nothing(app: Flask) -> None:
    given = stage(app)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    visitor.post(f"{paper.path}/page", csrf_token="stale", epoch=paper.epoch, q1="right", action="save")
    assert "Questions: 1" in visitor.words


def test_strangers_learn_and_store_nothing(app: Flask) -> None:
    given = stage(app)
    Visitor(app).sign_in("lin").start(given.exam_id)
    assert Visitor(app).post("/attempts/unknown/page", q1="right").status_code == 401
