"""Typing for somebody by pages: marked plainly, two statements a save, taken over by the person, closed afterwards."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.attempts import StepKind
from suyu_learn.models import Attempt, AuditEntry, Delivery, Exam, Step
from suyu_learn.services import sitting, typing_for
from tests.browser_without_script import Paper, Visitor
from tests.clock import FrozenClock
from tests.factories import learn
from tests.web.test_budgets import counted
from tests.web.test_offline import Hall, opened

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def hall(app: Flask, clock: FrozenClock) -> Hall:
    return opened(app, clock)


class TypedPaper(Paper):
    """The paper as who types for somebody has it."""

    @property
    def path(self) -> str:
        return f"/typing/{self.key}"


def begin(hall: Hall, name: str = "Ann", by: Visitor | None = None) -> TypedPaper:
    visitor = by or hall.organizer
    address = f"/manage/exams/{hall.exam_id}/typing/{hall.ids[name]}"
    visitor.get(address)
    visitor.post(address, reason="Cannot hold a pen")
    return TypedPaper(visitor)


def test_the_paper_is_marked_and_the_result_stays_closed(hall: Hall) -> None:
    paper = begin(hall)
    page = hall.organizer
    assert "You type for Ann." in page.words
    assert paper.save(1, "right").json == {"saved": 1, "remaining": 3600}
    assert paper.flush([{"slot": 2, "epoch": paper.epoch, "seq": 1, "response": "right", "age": 0}]).status_code == 200
    page.get(f"/typing/{paper.key}/review")
    assert "3 questions have no answer yet" in page.words
    page.post(f"/typing/{paper.key}/submit", epoch=paper.epoch)
    assert "Handed in for Ann." in page.words
    assert "Typed by" in page.words
    assert page.get(f"/attempts/{paper.key}/result").status_code == 404
    assert page.get(f"/attempts/{paper.key}").status_code == 404
    assert "/board/attempts/" in page.get(f"/typing/{paper.key}", follow=False).headers["Location"]
    own = Visitor(hall.app).sign_in("ann")
    own.get(f"/attempts/{paper.key}/result")
    assert "typed for you. Reason: Cannot hold a pen" in own.words
    assert "40 out of 100" in own.words
    attempt = hall.attempts()["Ann"]
    with learn(hall.app).database.reading() as session:
        actors = session.scalars(
            select(Step.actor_id).where(Step.attempt_id == attempt.id, Step.kind == StepKind.SAVED).distinct()
        )
        assert list(actors) == [attempt.typed_by_id]


def test_a_save_costs_as_little_as_ones_own(hall: Hall) -> None:
    paper = begin(hall)
    paper.save(1, "right")
    with counted(hall.app) as counts:
        assert paper.save(2, "right").status_code == 200
    assert counts == {"statements": 2, "commits": 1}


def test_the_person_takes_over_and_no_answer_of_the_helper_counts_any_more(hall: Hall) -> None:
    paper = begin(hall)
    paper.save(1, "right")
    own = Visitor(hall.app).sign_in("ann").start(hall.exam_id)
    assert own.key == paper.key
    assert paper.save(2, "right").json["reason"] == "continued_elsewhere"
    assert own.save(2, "wrong1").status_code == 200
    own.submit()
    assert paper.save(3, "right").json["reason"] == "closed"


def test_without_script_a_page_saves_stops_and_hands_in(hall: Hall) -> None:
    paper = begin(hall)
    page = hall.organizer
    page.post(f"/typing/{paper.key}/page", epoch=paper.epoch, action="save", q1="right")
    again = TypedPaper(page)
    page.post(f"/typing/{paper.key}/page", epoch=again.epoch, action="save", q1="right", q2="right")
    again = TypedPaper(page)
    page.post(f"/typing/{paper.key}/stop")
    assert "You type no more for Ann, who can go on with what was saved." in page.words
    assert paper.save(3, "right", epoch=again.epoch).status_code == 401
    assert "/typing/" in page.get(f"/typing/{paper.key}", follow=False).headers["Location"]
    with learn(hall.app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        truth = sitting.projected(session, attempt)
    assert truth.responses == {1: "right", 2: "right"}


def test_a_permission_kept_from_before_stopping_opens_and_saves_nothing(hall: Hall) -> None:
    paper, page = begin(hall), hall.organizer
    kept = page.client.get_cookie("session")
    assert kept is not None
    page.post(f"/typing/{paper.key}/stop")
    page.client.set_cookie("session", kept.value)
    assert paper.save(1, "right").status_code == 404
    answer = page.get(f"/typing/{paper.key}", follow=False)
    assert answer.headers["Location"].startswith(f"/manage/exams/{hall.exam_id}/typing/")
    with learn(hall.app).database.reading() as session:
        assert sitting.projected(session, session.scalars(select(Attempt)).one()).responses == {}


def test_without_script_letting_go_saves_what_the_form_has(hall: Hall) -> None:
    paper, page = begin(hall), hall.organizer
    assert f'formaction="/typing/{paper.key}/stop"' in page.text
    page.post(f"/typing/{paper.key}/page", epoch=paper.epoch, action="save", q1="right")
    again = TypedPaper(page)
    sent = page.post(f"/typing/{paper.key}/stop", epoch=again.epoch, q1="right", q2="no such option")
    assert sent.status_code == 422
    assert "You type for Ann." in page.words
    [epoch] = re.findall(r'data-epoch="(\d+)"', page.text)
    page.post(f"/typing/{paper.key}/stop", epoch=epoch, q1="right", q2="right", q3="wrong1")
    assert "You type no more for Ann, who can go on with what was saved." in page.words
    with learn(hall.app).database.reading() as session:
        truth = sitting.projected(session, session.scalars(select(Attempt)).one())
    assert (truth.responses, truth.typing) == ({1: "right", 2: "right", 3: "wrong1"}, None)


def test_a_page_that_was_taken_over_hands_nothing_in(hall: Hall) -> None:
    paper = begin(hall)
    own = Visitor(hall.app).sign_in("ann").start(hall.exam_id)
    hall.organizer.post(f"/typing/{paper.key}/submit", epoch=paper.epoch, because="time")
    assert "Ann has gone on elsewhere, so nothing was handed in here." in hall.organizer.words
    assert own.save(1, "right").status_code == 200


def test_only_who_looks_after_the_person_begins_and_only_who_began_types(hall: Hall) -> None:
    north, south = Visitor(hall.app).sign_in(hall.north), Visitor(hall.app).sign_in(hall.south)
    address = f"/manage/exams/{hall.exam_id}/typing/{hall.ids['Ann']}"
    assert south.get(address).status_code == 404
    assert south.post(address, reason="Let me in").status_code == 404
    paper = begin(hall, by=north)
    for path in ("", "/review"):
        assert south.get(f"/typing/{paper.key}{path}").status_code == 404
        assert hall.organizer.get(f"/typing/{paper.key}{path}").status_code == 404
    body = {"epoch": paper.epoch, "seq": 1, "response": "right"}
    assert hall.organizer.put(f"/typing/{paper.key}/answers/1", body).status_code == 401
    assert south.post(f"/typing/{paper.key}/submit").status_code == 404
    assert Visitor(hall.app).sign_in("ben").get(f"/typing/{paper.key}").status_code == 403
    assert paper.save(1, "right").status_code == 200


def test_a_reason_is_asked_and_nothing_begins_without(hall: Hall) -> None:
    address = f"/manage/exams/{hall.exam_id}/typing/{hall.ids['Ann']}"
    hall.organizer.get(address)
    assert hall.organizer.post(address, reason=" ").status_code == 422
    assert hall.attempts() == {}


def test_the_permission_ends_by_itself_and_with_the_sign_in(hall: Hall, clock: FrozenClock) -> None:
    paper = begin(hall)
    with learn(hall.app).database.writing() as session:
        attempt = session.scalars(select(Attempt)).one()
        attempt.deadline = clock() + 2 * typing_for.LONGEST
        session.flush()
    assert paper.save(1, "right").status_code == 200
    clock.advance(hours=5)
    assert paper.save(2, "right").status_code == 401
    again = hall.organizer
    assert "/manage/exams/" in again.get(f"/typing/{paper.key}", follow=False).headers["Location"]
    fresh = begin(hall)
    assert fresh.save(2, "right").status_code == 200
    again.post("/logout")
    assert fresh.save(3, "right").status_code == 401


def test_the_board_offers_typing_and_says_who_types(hall: Hall) -> None:
    page = hall.organizer
    page.get(f"{hall.address}/people/{hall.ids['Ann']}")
    assert f"/manage/exams/{hall.exam_id}/typing/{hall.ids['Ann']}" in page.text
    begin(hall)
    page.get(f"/manage/exams/{hall.exam_id}/board")
    row = re.search(r"<b>Ann</b>.*?</li>", page.text, re.DOTALL)
    assert row
    assert "typed by somebody else" in row[0]


@pytest.fixture
def stepwise(app: Flask, clock: FrozenClock) -> Hall:
    """The same exam, one question at a time."""
    made = opened(app, clock)
    with learn(app).database.writing() as session:
        exam = session.get_one(Exam, made.exam_id)
        exam.delivery, exam.question_seconds = Delivery.STEPWISE, 60
    return made


def leave(visitor: Visitor, key: str, slot: int, **fields: Any) -> None:
    """Press “Next” on the page last seen."""
    epoch = re.search(r'name="epoch" value="(\d+)"', visitor.text)
    assert epoch
    visitor.post(f"/typing/{key}/next", **{"epoch": epoch[1], "slot": slot, **fields})


def test_one_question_at_a_time_is_typed_too_and_names_who_typed(stepwise: Hall) -> None:
    hall, page = stepwise, stepwise.organizer
    paper = begin(hall)
    assert "You type for Ann." in page.words
    assert "Question 1 of 5" in page.words
    assert paper.save(1, "right").json["saved"] == 1
    for slot in range(1, 5):
        leave(page, paper.key, slot, **{f"q{slot}": "right"})
        assert f"Question {slot + 1} of 5" in page.words
    leave(page, paper.key, 5, q5="right")
    assert "Handed in for Ann." in page.words
    attempt = hall.attempts()["Ann"]
    with learn(hall.app).database.reading() as session:
        found = session.get_one(Attempt, attempt.id)
        assert sitting.rebuild(session, found) == {}
        assert (found.points, found.closed_by_id) == (100, found.typed_by_id)
        kinds = (StepKind.SAVED, StepKind.SHOWN, StepKind.SUBMITTED)
        actors = select(Step.actor_id).where(Step.attempt_id == found.id, Step.kind.in_(kinds)).distinct()
        assert session.scalars(actors).all() == [found.typed_by_id]
        said = select(AuditEntry.action).where(AuditEntry.action.startswith("typing.")).order_by(AuditEntry.id)
        assert session.scalars(said).all() == ["typing.started", "typing.ended"]
    own = Visitor(hall.app).sign_in("ann")
    own.get(f"/attempts/{paper.key}/result")
    assert "typed for you. Reason: Cannot hold a pen" in own.words


def test_one_question_at_a_time_the_person_takes_over_and_the_helper_stops(stepwise: Hall) -> None:
    hall, page = stepwise, stepwise.organizer
    paper = begin(hall)
    page.post(f"/typing/{paper.key}/page", epoch=paper.epoch, q1="right")
    assert "Question 1 of 5" in page.words
    page.get(f"/typing/{paper.key}/review")
    assert "Question 1 of 5" in page.words
    leave(page, paper.key, 1, q1="no such option")
    assert "You type for Ann." in page.words
    own = Visitor(hall.app).sign_in("ann").start(hall.exam_id)
    assert own.key == paper.key
    leave(page, paper.key, 1, q1="right")
    with learn(hall.app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert (attempt.shown_slot, sitting.projected(session, attempt).responses) == (1, {})
    again = begin(hall)
    page.post(f"/typing/{again.key}/stop", epoch=again.epoch, q1="right")
    assert "You type no more for Ann" in page.words
    page.post(f"/typing/{again.key}/next", epoch=again.epoch, slot=1, q1="wrong1")
    with learn(hall.app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert (attempt.shown_slot, sitting.projected(session, attempt).responses) == (1, {1: "right"})
