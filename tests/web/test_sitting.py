"""The exam protocol over HTTP, as docs/protocol.md states it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt, Completion, Shown, Step
from suyu_learn.services import sitting, steps
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import Stage, fill_in, learn, multiple, single, stage, true_false


@pytest.fixture
def given(app: Flask) -> Stage:
    return stage(app)


def _attempt(app: Flask) -> Attempt:
    with learn(app).database.reading() as session:
        return session.scalars(select(Attempt)).one()


def _rows_agree_with_steps(app: Flask) -> None:
    with learn(app).database.reading() as session:
        for attempt in session.scalars(select(Attempt)):
            assert sitting.rebuild(session, attempt) == {}


def test_an_exam_from_sign_in_to_result(app: Flask) -> None:
    drafts = [single(1), multiple(2), true_false(3), fill_in(4, "oxygen", "O2"), single(5)]
    given = stage(app, questions=drafts, show_key=Shown.NOW, show_explanation=Shown.NOW)
    learner = Visitor(app).sign_in("lin")
    paper = learner.start(given.exam_id)
    answers = {"single": "right", "multiple": ["a", "c"], "true_false": True, "fill_in": ["  Ｏ２ "]}
    with learn(app).database.reading() as session:
        slots = steps.slots_of(session, _attempt(app))
        kinds = {slot.number: slot.version.type for slot in slots}
    wrong = max(number for number, kind in kinds.items() if kind == "single")
    for slot in paper.slots:
        reply = paper.save(slot, "wrong1" if slot == wrong else answers[kinds[slot]])
        assert reply.status_code == 200, reply.json
        assert reply.json == {"saved": 1, "remaining": 3600}
    assert paper.submit().status_code == 200
    assert "80" in learner.words
    assert "Because of" in learner.words
    attempt = _attempt(app)
    assert (attempt.points, attempt.full_points, attempt.passed) == (80, 100, True)
    _rows_agree_with_steps(app)
    with learn(app).database.reading() as session:
        record = session.scalars(select(Completion)).one()
        assert (record.title, record.unit_names) == ("An exam", "Pine City")


def test_no_key_mark_or_explanation_is_on_the_paper(app: Flask, given: Stage) -> None:
    learner = Visitor(app).sign_in("lin")
    learner.start(given.exam_id)
    assert "Because" not in learner.text
    assert "answer" in learner.text


def test_the_same_number_with_the_same_answer_repeats_the_reply(app: Flask, given: Stage) -> None:
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    first = paper.save(1, "right", seq=1)
    again = paper.save(1, "right", seq=1)
    other = paper.save(1, "wrong1", seq=1)
    assert first.json == again.json
    assert (other.status_code, other.json["reason"]) == (409, "seq_conflict")
    with learn(app).database.reading() as session:
        assert len(session.scalars(select(Step).where(Step.slot == 1)).all()) == 1


def test_the_highest_number_wins_whatever_comes_last(app: Flask, given: Stage, clock: FrozenClock) -> None:
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    paper.save(1, "right", seq=2)
    clock.advance(seconds=5)
    assert paper.save(1, "wrong1", seq=1).status_code == 200
    paper.submit()
    assert _attempt(app).points == 20
    _rows_agree_with_steps(app)


def test_an_older_tab_is_told_and_does_not_win(app: Flask, given: Stage) -> None:
    visitor = Visitor(app).sign_in("lin")
    older = visitor.start(given.exam_id)
    older.save(1, "right")
    newer = visitor.start(given.exam_id)
    assert newer.epoch == older.epoch + 1
    late = older.save(1, "wrong1")
    assert (late.status_code, late.json["reason"]) == (409, "continued_elsewhere")
    newer.submit()
    assert _attempt(app).points == 20
    with learn(app).database.reading() as session:
        stored = session.scalars(select(Step).where(Step.slot == 1, Step.kind == "saved")).all()
        assert [step.detail for step in stored] == [None, {"refused": "continued_elsewhere"}]
    _rows_agree_with_steps(app)


def test_the_paper_comes_back_with_what_was_saved(app: Flask, given: Stage) -> None:
    visitor = Visitor(app).sign_in("lin")
    visitor.start(given.exam_id).save(2, "wrong2")
    visitor.get(f"/exams/{given.exam_id}")
    assert "Continue" in visitor.words
    again = visitor.start(given.exam_id)
    assert 'value="wrong2" checked' in visitor.text
    assert again.seq[2] == 0


@pytest.mark.parametrize(
    ("raw", "status", "reason"),
    [
        ("no such key", 422, "unreadable"),
        (["right"], 200, None),
        ({"x": 1}, 422, "unreadable"),
        ("x" * 5000, 422, "unreadable"),
        (None, 200, None),
    ],
    ids=["unknown key", "as a form sends it", "object", "huge", "taken back"],
)
def test_answers_are_read_or_refused(app: Flask, given: Stage, raw: object, status: int, reason: str | None) -> None:
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    reply = paper.save(1, raw)
    assert reply.status_code == status
    assert reply.json.get("reason") == reason


@pytest.mark.parametrize(
    "body",
    [[], "text", {"epoch": 1}, {"epoch": "1", "seq": 1}, {"epoch": 1, "seq": -1}, {"epoch": True, "seq": 1},
     {"epoch": 2, "seq": 1, "response": "right"}, {"epoch": 10**12, "seq": 1}],
)  # fmt: skip
def test_a_malformed_save_is_refused(app: Flask, given: Stage, body: object) -> None:
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    reply = paper.visitor.put(f"{paper.path}/answers/1", body)
    assert 400 <= reply.status_code < 500
    assert reply.json["reason"]


def test_a_queue_is_stored_answer_by_answer(app: Flask, given: Stage) -> None:
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    reply = paper.flush([
        {"slot": 1, "epoch": 1, "seq": 1, "response": "right", "age": 20_000},
        {"slot": 99, "epoch": 1, "seq": 1, "response": "right", "age": 0},
        {"slot": 2, "epoch": 1, "seq": 1, "response": "nonsense", "age": 0},
        {"slot": 3, "epoch": 1, "seq": 4, "response": "right", "age": 10},
    ])  # fmt: skip
    results = reply.json["results"]
    assert [one.get("saved") for one in results] == [1, None, None, 4]
    assert [one["error"]["reason"] for one in results if "error" in one] == ["unknown_slot", "unreadable"]
    paper.submit()
    assert _attempt(app).points == 40


def test_an_empty_queue_asks_how_things_stand(app: Flask, given: Stage, clock: FrozenClock) -> None:
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    clock.advance(minutes=10)
    assert paper.flush([]).json == {"results": [], "remaining": 3000, "until": "Hand in by 2 Mar 2026, 10:00"}
    paper.submit()
    reply = paper.flush([])
    assert (reply.status_code, reply.json["reason"]) == (409, "closed")


class TestTime:
    """An attempt is due at its deadline and closed at deadline + grace."""

    def test_made_before_the_deadline_and_arrived_in_grace_counts_and_is_flagged(
        self, app: Flask, given: Stage, clock: FrozenClock
    ) -> None:
        paper = Visitor(app).sign_in("lin").start(given.exam_id)
        clock.advance(minutes=60, seconds=30)
        reply = paper.flush([{"slot": 1, "epoch": 1, "seq": 1, "response": "right", "age": 31_000}])
        assert reply.json == {"results": [{"slot": 1, "seq": 1, "saved": 1}], "remaining": 0}
        paper.submit()
        assert (_attempt(app).points, _attempt(app).late_answers) == (20, 1)
        _rows_agree_with_steps(app)

    def test_made_after_the_deadline_does_not_count_but_is_kept(
        self, app: Flask, given: Stage, clock: FrozenClock
    ) -> None:
        paper = Visitor(app).sign_in("lin").start(given.exam_id)
        clock.advance(minutes=60, seconds=30)
        reply = paper.save(1, "right")
        assert (reply.status_code, reply.json["reason"]) == (409, "time_over")
        paper.submit()
        assert _attempt(app).points == 0
        with learn(app).database.reading() as session:
            assert session.scalars(select(Step).where(Step.slot == 1, Step.kind == "saved")).one().response == "right"

    def test_an_age_cannot_reach_behind_the_last_contact(self, app: Flask, given: Stage, clock: FrozenClock) -> None:
        paper = Visitor(app).sign_in("lin").start(given.exam_id)
        clock.advance(minutes=60, seconds=10)
        paper.save(1, "right")
        reply = paper.flush([{"slot": 2, "epoch": 1, "seq": 1, "response": "right", "age": 3_000_000}])
        assert reply.json["results"][0]["error"]["reason"] == "time_over"

    def test_after_the_grace_it_is_closed_by_the_next_touch(self, app: Flask, given: Stage, clock: FrozenClock) -> None:
        visitor = Visitor(app).sign_in("lin")
        paper = visitor.start(given.exam_id)
        paper.save(1, "right")
        clock.advance(minutes=65, seconds=1)
        reply = paper.flush([{"slot": 2, "epoch": 1, "seq": 1, "response": "right", "age": 3_000_000}])
        assert reply.json["results"][0]["error"]["reason"] == "closed"
        visitor.get(paper.path)
        attempt = _attempt(app)
        assert (attempt.state, attempt.points) == ("timed_out", 20)
        _rows_agree_with_steps(app)

    def test_the_exam_closes_before_the_minutes_are_over(self, app: Flask, clock: FrozenClock) -> None:
        given = stage(app, closes_at=clock() + timedelta(minutes=10))
        paper = Visitor(app).sign_in("lin").start(given.exam_id)
        assert paper.save(1, "right").json["remaining"] == 600

    def test_before_the_window_there_is_no_start(self, app: Flask, clock: FrozenClock) -> None:
        given = stage(app, opens_at=clock() + timedelta(minutes=10))
        visitor = Visitor(app).sign_in("lin")
        visitor.get(f"/exams/{given.exam_id}")
        reply = visitor.post(f"/exams/{given.exam_id}/attempts")
        assert reply.status_code == 400
        assert "opens at" in visitor.words


def test_handing_in_twice_shows_the_same_result(app: Flask, given: Stage) -> None:
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    paper.save(1, "right")
    first = paper.submit().request.path
    assert paper.submit().request.path == first
    with learn(app).database.reading() as session:
        assert len(session.scalars(select(Step).where(Step.kind == "submitted")).all()) == 1


@pytest.mark.parametrize(("response", "first"), [("right", "To the start page"), ("wrong", "Try again")])
def test_who_has_passed_is_led_home_before_being_led_to_try_again(app: Flask, response: str, first: str) -> None:
    given = stage(app, questions=[single(1)], attempts_allowed=2)
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    paper.save(1, response)
    paper.submit()
    visitor = paper.visitor
    main = re.search(r'class="sl-button sl-button--main" href="[^"]+"><span>([^<]+)', visitor.text)
    assert main
    assert main[1] == first


def test_handing_in_carries_what_waited(app: Flask, given: Stage) -> None:
    paper = Visitor(app).sign_in("lin").start(given.exam_id)
    paper.submit([{"slot": 4, "epoch": 1, "seq": 1, "response": "right", "age": 5}])
    assert _attempt(app).points == 20


def test_no_attempt_is_left_after_the_last(app: Flask, given: Stage) -> None:
    visitor = Visitor(app).sign_in("lin")
    visitor.start(given.exam_id).submit()
    visitor.get(f"/exams/{given.exam_id}")
    reply = visitor.post(f"/exams/{given.exam_id}/attempts")
    assert reply.status_code == 400
    assert "used all your attempts" in visitor.words


class TestWithoutScript:
    """The whole paper is one form."""

    def test_saving_reviewing_and_handing_in(self, app: Flask) -> None:
        given = stage(app, questions=[single(1), multiple(2), fill_in(3)], points=20)
        visitor = Visitor(app).sign_in("lin")
        paper = visitor.start(given.exam_id)
        with learn(app).database.reading() as session:
            kinds = {slot.version.type: slot.number for slot in steps.slots_of(session, _attempt(app))}
        answers = {f"q{kinds['single']}": "right", f"q{kinds['multiple']}": ["a", "c"]}
        visitor.post(f"{paper.path}/page", epoch=paper.epoch, action="review", **answers)
        assert visitor.page.request.path == f"{paper.path}/review"
        assert "1 question has no answer yet" in visitor.words
        visitor.post(f"{paper.path}/submit")
        assert _attempt(app).points == 40
        _rows_agree_with_steps(app)

    def test_an_unticked_answer_is_taken_back(self, app: Flask, given: Stage) -> None:
        visitor = Visitor(app).sign_in("lin")
        paper = visitor.start(given.exam_id)
        visitor.post(f"{paper.path}/page", epoch=paper.epoch, action="save", q1="right", q2="right")
        again = visitor.start(given.exam_id)
        visitor.post(f"{again.path}/page", epoch=again.epoch, action="save", q1="right")
        visitor.get(again.path)
        again.submit()
        assert _attempt(app).points == 20


class TestOthers:
    """Nobody reaches another's attempt."""

    def test_another_learner_finds_nothing(self, app: Flask, given: Stage) -> None:
        from tests.factories import learner

        paper = Visitor(app).sign_in("lin").start(given.exam_id)
        with learn(app).database.writing() as session:
            learner(session, now=learn(app).now(), username="other")
        stranger = Visitor(app).sign_in("other")
        stranger.get("/")
        assert stranger.get(paper.path).status_code == 404
        assert stranger.get(f"{paper.path}/result").status_code == 404
        assert stranger.put(f"{paper.path}/answers/1", {"epoch": 1, "seq": 1, "response": "right"}).status_code == 404
        assert stranger.post(f"{paper.path}/submit").status_code == 404

    def test_signed_out_a_save_is_401_and_keeps_nothing(self, app: Flask, given: Stage) -> None:
        visitor = Visitor(app).sign_in("lin")
        paper = visitor.start(given.exam_id)
        visitor.client.delete_cookie("session")
        visitor.client.delete_cookie("suyu_remember")
        reply = visitor.put(f"{paper.path}/answers/1", {"epoch": 1, "seq": 1, "response": "right"}, token=paper.token)
        assert reply.status_code == 401

    def test_a_save_without_token_is_refused_and_given_a_fresh_one(self, app: Flask, given: Stage) -> None:
        paper = Visitor(app).sign_in("lin").start(given.exam_id)
        reply = paper.visitor.put(f"{paper.path}/answers/1", {"epoch": 1, "seq": 1, "response": "right"}, token="none")
        assert (reply.status_code, reply.json["reason"]) == (400, "csrf")
        again = paper.visitor.put(
            f"{paper.path}/answers/1", {"epoch": 1, "seq": 1, "response": "right"}, token=reply.json["csrf_token"]
        )
        assert again.status_code == 200
