"""The save by one statement: it stores what is usual, and leaves everything else to the save that can say why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, Delivery, Person, Slot, Step
from suyu_learn.services import prompt_saves, sitting
from suyu_learn.services.answers import Claim, Incoming, SaveReply
from tests.browser_without_script import Paper, Visitor
from tests.clock import FrozenClock
from tests.factories import learn, stage

USUAL = Incoming(slot=1, epoch=1, seq=1, raw="right")


@pytest.fixture
def paper(app: Flask) -> Paper:
    given = stage(app)
    return Visitor(app).sign_in(given.username).start(given.exam_id)


def claim_of(app: Flask) -> Claim:
    with learn(app).database.reading() as session:
        lin = session.scalars(select(Person).where(Person.username == "lin")).one()
        return Claim(lin.id, lin.stamp)


def save(app: Flask, paper: Paper, claim: Claim, one: Incoming = USUAL) -> SaveReply | None:
    here = learn(app)
    with here.database.statement_by_statement() as connection:
        return prompt_saves.save(connection, paper.key, claim, one, now=here.now(), versions=here.versions,
                                 papers=here.asked_papers)  # fmt: skip


def saved(app: Flask) -> int:
    with learn(app).database.reading() as session:
        return session.scalar(select(func.count()).where(Step.kind == "saved")) or 0


def test_a_live_answer_is_stored_and_durable(app: Flask, paper: Paper) -> None:
    reply = save(app, paper, claim_of(app))
    assert reply is not None
    assert (reply.results[0].seq, reply.results[0].error, reply.closed) == (1, "", False)
    assert 0 < reply.remaining <= 60 * 60
    assert paper.submit().status_code == 200
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert sitting.rebuild(session, attempt) == {}
        assert session.scalars(select(Slot.response).where(Slot.number == 1)).one() == "right"


@pytest.mark.parametrize("change", [
    {"slot": 99}, {"epoch": 2}, {"epoch": 0}, {"seq": 0}, {"raw": [{"no": "answer"}]}, {"raw": "unheard-of"},
    {"age": timedelta(seconds=1)},
])  # fmt: skip
def test_an_unusual_answer_is_left_alone(app: Flask, paper: Paper, change: dict[str, Any]) -> None:
    assert save(app, paper, claim_of(app), replace(USUAL, **change)) is None
    assert saved(app) == 0


def test_the_same_number_again_is_left_to_be_compared(app: Flask, paper: Paper) -> None:
    claim = claim_of(app)
    assert save(app, paper, claim) is not None
    assert save(app, paper, claim) is None
    assert save(app, paper, claim, replace(USUAL, raw="wrong1")) is None
    assert saved(app) == 1
    assert paper.save(1, "right", seq=1).get_json()["saved"] == 1
    assert paper.save(1, "wrong1", seq=1).get_json()["reason"] == "seq_conflict"


@pytest.mark.parametrize("change", [
    lambda attempt, now: setattr(attempt, "paused_at", now),
    lambda attempt, now: setattr(attempt, "deadline", now - timedelta(microseconds=1)),
    lambda attempt, now: setattr(attempt, "state", AttemptState.VOIDED),
    lambda attempt, now: setattr(attempt.exam, "delivery", Delivery.STEPWISE),
    lambda attempt, now: setattr(attempt.person, "stamp", "another"),
    lambda attempt, now: setattr(attempt.person, "disabled_at", now),
], ids=["paused", "over", "voided", "stepwise", "signed out", "disabled"])  # fmt: skip
def test_an_unusual_state_is_left_alone(
    app: Flask, paper: Paper, clock: FrozenClock, change: Callable[[Attempt, Any], None]
) -> None:
    claim = claim_of(app)
    with learn(app).database.writing() as session:
        change(session.scalars(select(Attempt)).one(), clock())
    assert save(app, paper, claim) is None
    assert saved(app) == 0


def test_only_ones_own_paper(app: Flask, paper: Paper) -> None:
    own = claim_of(app)
    others = (
        replace(own, person_id=own.person_id + 1), replace(own, stamp="another"), replace(own, exam_id=999),
        replace(own, typing_key=paper.key),
    )  # fmt: skip
    assert [save(app, paper, one) for one in others] == [None] * 4
    with learn(app).database.reading() as session:
        entered = replace(own, exam_id=session.scalars(select(Attempt.exam_id)).one())
    assert save(app, paper, entered) is not None
    assert save(app, paper, own, replace(USUAL, seq=2)) is not None
    assert saved(app) == 2
