"""One question at a time over HTTP, mostly without script, and as its organizer sets it up."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.models import Attempt, Delivery, Exam, Person, Step
from suyu_learn.services import invigilation, papers, sitting, steps
from suyu_learn.web.assets import ENTRIES
from tests.browser_without_script import Paper, Visitor
from tests.clock import FrozenClock
from tests.factories import Stage, learn, stage
from tests.walkthroughs.test_a_paper_with_groups import group, with_more
from tests.web.test_exam_managing import City, fields, made

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECONDS = 60
QUESTIONS = 20
BYTES_OF_A_QUESTION = 25_000


def _stage(app: Flask, **more: Any) -> Stage:
    return stage(app, **{"minutes": 10, "delivery": Delivery.STEPWISE, "question_seconds": SECONDS, **more})


@pytest.fixture
def given(app: Flask) -> Stage:
    return _stage(app)


@pytest.fixture
def paper(app: Flask, given: Stage) -> Paper:
    return Visitor(app).sign_in("lin").start(given.exam_id)


def _attempt(app: Flask) -> Attempt:
    with learn(app).database.reading() as session:
        found = session.scalars(select(Attempt)).one()
        assert sitting.rebuild(session, found) == {}
        return found


def _stems(app: Flask) -> dict[int, str]:
    with learn(app).database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        return {slot.number: slot.version.body["stem"] for slot in steps.slots_of(session, attempt)}


def _next(visitor: Visitor, slot: int, **fields: Any) -> Any:
    """Press the button of the page last seen, or say which epoch and question it was."""
    epoch = re.search(r'name="epoch" value="(\d+)"', visitor.text)
    key = re.search(r"/attempts/([^/\"]+)/next", visitor.text)
    assert epoch
    assert key
    return visitor.post(f"/attempts/{key[1]}/next", **{"epoch": epoch[1], "slot": slot, **fields})


class TestWithoutScript:
    """One form a question."""

    def test_from_the_first_question_to_the_result(self, app: Flask, paper: Paper) -> None:
        visitor, stems = paper.visitor, _stems(app)
        for slot in range(1, 6):
            assert f"Question {slot} of 5" in visitor.words
            assert stems[slot] in visitor.text
            assert not [number for number, stem in stems.items() if number != slot and stem in visitor.text]
            assert re.findall(r'data-slot="(\d+)"', visitor.text) == [str(slot)]
            assert "Because" not in visitor.text
            assert ("the paper is handed in" in visitor.words) is (slot == 5)
            _next(visitor, slot, **{f"q{slot}": "right"})
        assert "100" in visitor.words
        attempt = _attempt(app)
        assert (attempt.state, attempt.points, attempt.passed) == (AttemptState.SUBMITTED, 100, True)

    def test_nothing_chosen_is_no_answer(self, app: Flask, paper: Paper) -> None:
        for slot in range(1, 6):
            _next(paper.visitor, slot)
        assert _attempt(app).points == 0

    def test_a_late_answer_is_kept_on_record_and_the_paper_goes_on(
        self, app: Flask, paper: Paper, clock: FrozenClock
    ) -> None:
        clock.advance(seconds=66)
        _next(paper.visitor, 1, q1="right")
        assert "Question 2 of 5" in paper.visitor.words
        with learn(app).database.reading() as session:
            saved = session.scalars(select(Step).where(Step.kind == StepKind.SAVED)).one()
            assert (saved.response, saved.detail) == ("right", {"refused": "time_over"})
        assert _attempt(app).shown_slot == 2

    def test_the_page_of_a_question_that_was_left_changes_nothing(self, app: Flask, paper: Paper) -> None:
        visitor = paper.visitor
        _next(visitor, 1, q1="right")
        _next(visitor, 1, q1="wrong1", epoch=1)
        assert "Question 2 of 5" in visitor.words
        _next(visitor, 3, q3="right")
        assert "Question 2 of 5" in visitor.words
        with learn(app).database.reading() as session:
            answers = steps.projected(session, session.scalars(select(Attempt)).one()).responses
            assert answers == {1: "right"}
        assert visitor.get(f"{paper.path}/review").request.path == paper.path
        visitor.post(f"{paper.path}/page", epoch=9, action="save", q1="wrong1", q2="right")
        with learn(app).database.reading() as session:
            assert steps.projected(session, session.scalars(select(Attempt)).one()).responses == {1: "right"}

    def test_an_answer_that_cannot_be_read_stays_and_so_does_the_question(self, app: Flask, paper: Paper) -> None:
        answer = _next(paper.visitor, 1, q1="no such key")
        assert answer.status_code == 422
        assert "Question 1 of 5" in paper.visitor.words
        assert "not one of the choices" in paper.visitor.words
        assert _next(paper.visitor, 1, q1="right").status_code == 200
        assert "Question 2 of 5" in paper.visitor.words

    def test_unreadable_and_late_it_goes_on_all_the_same(self, app: Flask, paper: Paper, clock: FrozenClock) -> None:
        clock.advance(seconds=61)
        assert _next(paper.visitor, 1, q1="no such key").status_code == 200
        assert "Question 2 of 5" in paper.visitor.words

    def test_signed_out_the_answer_is_kept_and_offered_with_its_question(self, app: Flask, paper: Paper) -> None:
        visitor = paper.visitor
        token = visitor.token
        for cookie in ("session", "suyu_remember"):
            visitor.client.delete_cookie(cookie)
        assert _next(visitor, 1, q1="right", csrf_token=token).status_code == 401
        visitor.sign_in("lin").get(paper.path)
        assert "An answer to this question was not counted" in visitor.words
        visitor.post(f"{paper.path}/kept", action="take")
        assert 'value="right" checked' in visitor.text
        assert "was not counted" not in visitor.words

    @pytest.mark.parametrize("script", [False, True])
    @pytest.mark.parametrize(("passed", "kept"), [(30, True), (66, False)])
    def test_what_came_in_time_is_offered_when_its_question_is_over(
        self, app: Flask, paper: Paper, clock: FrozenClock, passed: int, kept: bool, script: bool
    ) -> None:
        visitor, token = paper.visitor, paper.visitor.token
        for cookie in ("session", "suyu_remember"):
            visitor.client.delete_cookie(cookie)
        clock.advance(seconds=passed)
        waiting = {"slot": 1, "epoch": 1, "seq": 1, "response": "right", "age": 0}
        sent = {"queue": json.dumps([waiting]), "keep": "1"} if script else {"q1": "right", "q2": "right"}
        assert _next(visitor, 1, csrf_token=token, **sent).status_code == 401
        clock.advance(seconds=90)
        visitor.sign_in("lin").get(paper.path)
        assert "Question 2 of 5" in visitor.words
        assert ("Questions: 1" in visitor.words) is kept
        if kept:
            visitor.post(f"{paper.path}/kept", action="take")
            assert "Question 2 of 5" in visitor.words
            assert "came in time" not in visitor.words
        with learn(app).database.reading() as session:
            attempt = session.scalars(select(Attempt)).one()
            assert steps.projected(session, attempt).responses == ({1: "right"} if kept else {})
            assert sitting.rebuild(session, attempt) == {}

    def test_what_was_left_with_another_answer_since_is_not_asked_about(self, app: Flask, paper: Paper) -> None:
        visitor, token = paper.visitor, paper.visitor.token
        for cookie in ("session", "suyu_remember"):
            visitor.client.delete_cookie(cookie)
        _next(visitor, 1, q1="wrong1", csrf_token=token)
        visitor.sign_in("lin").get(paper.path)
        _next(visitor, 1, q1="right")
        assert "was not counted" not in visitor.words
        visitor.post(f"{paper.path}/kept", action="take")
        with learn(app).database.reading() as session:
            attempt = session.scalars(select(Attempt)).one()
            assert steps.projected(session, attempt).responses == {1: "right"}


class TestWithScript:
    """The page sends what waits along, and is answered in JSON."""

    def _next(self, paper: Paper, queue: list[dict[str, Any]], *, slot: int = 1, because: str = "") -> Any:
        return paper.visitor.client.post(
            f"{paper.path}/next", headers={**paper.visitor.headers, "Accept": "application/json"},
            data={"csrf_token": paper.token, "epoch": paper.epoch, "slot": slot, "because": because,
                  "queue": json.dumps(queue)},
        )  # fmt: skip

    def test_what_was_saved_before_stays_though_nothing_is_sent(self, app: Flask, paper: Paper) -> None:
        assert paper.save(1, "right").json == {"saved": 1, "remaining": SECONDS}
        assert self._next(paper, []).status_code == 303
        assert _attempt(app).shown_slot == 2
        with learn(app).database.reading() as session:
            assert steps.projected(session, session.scalars(select(Attempt)).one()).responses == {1: "right"}

    def test_what_waited_is_stored(self, app: Flask, paper: Paper) -> None:
        entry = {"slot": 1, "epoch": 1, "seq": 1, "response": "right", "age": 9000}
        assert self._next(paper, [entry]).status_code == 303
        assert self._next(paper, [entry]).status_code == 303  # the reply was lost on the way
        assert _attempt(app).shown_slot == 2

    def test_what_cannot_be_read_is_told_and_it_stays(self, app: Flask, paper: Paper) -> None:
        reply = self._next(paper, [{"slot": 1, "epoch": 1, "seq": 1, "response": "none such", "age": 0}])
        assert (reply.status_code, reply.json["slot"], reply.json["reason"]) == (422, 1, "unreadable")
        assert "choices" in reply.json["message"]
        assert _attempt(app).shown_slot == 1

    @pytest.mark.parametrize(("passed", "slot"), [(40, 1), (56, 2), (90, 2)])
    def test_a_page_whose_clock_ran_out_goes_on_by_the_clock_of_the_server(
        self, app: Flask, paper: Paper, clock: FrozenClock, passed: int, slot: int
    ) -> None:
        clock.advance(seconds=passed)
        self._next(paper, [], because="time")
        assert _attempt(app).shown_slot == slot

    def test_only_the_question_that_is_asked_can_be_saved(self, app: Flask, paper: Paper) -> None:
        ahead = paper.visitor.put(f"{paper.path}/answers/2", {"epoch": 1, "seq": 1, "response": "right"})
        assert (ahead.status_code, ahead.json["reason"]) == (409, "not_asked_now")
        self._next(paper, [])
        paper.visitor.get(paper.path)
        back = paper.visitor.put(f"{paper.path}/answers/1", {"epoch": 2, "seq": 1, "response": "right"})
        assert (back.status_code, back.json["reason"]) == (409, "not_asked_now")

    @pytest.mark.parametrize("queue", ["nonsense", "{}", "[1]"])
    def test_nonsense_moves_nothing(self, app: Flask, paper: Paper, queue: str) -> None:
        reply = paper.visitor.client.post(
            f"{paper.path}/next", headers={"Accept": "application/json"},
            data={"csrf_token": paper.token, "epoch": 1, "slot": 1, "queue": queue},
        )  # fmt: skip
        assert (reply.status_code, _attempt(app).shown_slot) == (400, 1)


class TestIntegrity:
    """The rules hold from question to question as they do for a whole paper."""

    def test_leaves_count_over_all_questions_and_too_many_hand_in(self, app: Flask, clock: FrozenClock) -> None:
        given = _stage(app, count_leaves=True, warn_of_leaves=True, most_leaves=1, watermark=True)
        visitor = Visitor(app).sign_in("lin")
        visitor.post(f"/exams/{given.exam_id}/attempts", accepted="y")
        paper = Paper(visitor)
        for said in ("integrity.js", "integrity.css", 'data-mark="', "more than 1 time", f"{paper.path}/leaves"):
            assert said in visitor.text
        assert "/device" not in visitor.text

        def tell(epoch: int, **more: Any) -> Any:
            clock.advance(seconds=20)
            leave = {"epoch": epoch, "number": 1, "seconds": 10, "age": 0}
            return visitor.put(f"{paper.path}/leaves", {"leaves": [leave], **more}, token=paper.token).json

        assert tell(1) == {"count": 1, "seconds": 10}
        _next(visitor, 1, q1="right")
        waiting = {"slot": 2, "epoch": 2, "seq": 1, "response": "right", "age": 0}
        assert tell(2, answers=[waiting]) == {"count": 2, "seconds": 20, "closed": True}
        attempt = _attempt(app)
        assert (attempt.state, attempt.points, attempt.left_too_much) == (AttemptState.SUBMITTED, 40, True)
        visitor.get(paper.path)
        assert "was handed in because its page was left" in visitor.words

    @pytest.mark.parametrize("script", [False, True])
    def test_a_second_device_neither_opens_a_question_nor_goes_on(
        self, app: Flask, clock: FrozenClock, script: bool
    ) -> None:
        given = _stage(app, one_device=True)
        first, second = Visitor(app).sign_in("lin"), Visitor(app).sign_in("lin")
        paper = first.start(given.exam_id)
        assert "Let the paper go" in first.words
        assert second.get(paper.path).status_code == 409
        assert "The paper is open on another device" in second.words
        sent = {"queue": "[]"} if script else {"q1": "wrong1"}
        answer = second.post(f"{paper.path}/next", epoch=1, slot=1, csrf_token=second.token, **sent)
        assert answer.status_code == 409
        assert (answer.json == {"reason": "continued_elsewhere"}) if script else "another device" in second.words
        _next(first, 1, q1="right")
        assert "Question 2 of 5" in first.words
        first.post(f"{paper.path}/device")
        second.get(paper.path)
        assert "Question 2 of 5" in second.words
        _next(second, 2, q2="right")
        assert "Question 3 of 5" in second.words
        assert _attempt(app).shown_slot == 3

    def test_an_organizer_sets_both(self, app: Flask) -> None:
        city, boss = City(app), Visitor(app).sign_in("boss")
        made(boss, city, delivery="stepwise", question_seconds="60", count_leaves="y", watermark="y")
        exam = city.exam()
        assert (exam.delivery, exam.count_leaves, exam.watermark) == (Delivery.STEPWISE, True, True)


def test_a_passage_stands_with_each_of_its_questions(app: Flask, given: Stage) -> None:
    with_more(app, given, group("a", 2))
    with learn(app).database.writing() as session:
        drawn = session.get_one(Exam, given.exam_id).paper
        banks = list(papers.rules_of(drawn)[0].banks)
        drawn.rules.clear()
        session.flush()
        papers.add_rule(drawn, count=1, points=Decimal(10), banks=banks, types=["group"])
        learn(app).pools.forget(drawn.id)
    visitor = Visitor(app).sign_in("lin")
    visitor.start(given.exam_id)
    for slot in (1, 2):
        assert f"Question {slot} of 2" in visitor.words
        assert visitor.text.count("Passage a: dust") == 1
        _next(visitor, slot)


def test_behind_the_last_question_it_waits_until_one_may_hand_in(app: Flask, clock: FrozenClock) -> None:
    given = _stage(app, hand_in_minutes=5)
    visitor = Visitor(app).sign_in("lin")
    paper = visitor.start(given.exam_id)
    for slot in range(1, 6):
        _next(visitor, slot, **{f"q{slot}": "right"})
    assert "All questions are behind you" in visitor.words
    assert "You can hand in from" in visitor.words
    assert "/submit" not in visitor.text
    clock.advance(minutes=5)
    visitor.get(paper.path)
    visitor.post(f"{paper.path}/submit")
    assert _attempt(app).points == 100


def test_a_pause_is_told_and_nobody_goes_on(app: Flask, paper: Paper, given: Stage, clock: FrozenClock) -> None:
    def whole(act: Any, **more: Any) -> None:
        with learn(app).database.writing() as session:
            person = session.get_one(Person, given.person_id)
            act(session, session.get_one(Exam, given.exam_id), actor=person, now=clock(), **more)

    clock.advance(seconds=10)
    whole(invigilation.pause, reason="Power cut")
    assert paper.save(1, "right").json == {"saved": 1, "remaining": 50, "paused": True}
    _next(paper.visitor, 1, q1="right")
    assert "Question 1 of 5" in paper.visitor.words
    assert 'id="pause" hidden' not in paper.visitor.text
    assert "The exam is paused. Reason: Power cut" in paper.visitor.words
    assert paper.flush([]).json["why"] == "Reason: Power cut"
    clock.advance(minutes=20)
    whole(invigilation.resume)
    paper.visitor.get(paper.path)
    assert 'data-remaining="50"' in paper.visitor.text


def test_the_cover_tells_the_rule_and_what_is_extra(app: Flask, given: Stage) -> None:
    visitor = Visitor(app).sign_in("lin")
    visitor.get(f"/exams/{given.exam_id}")
    assert "one question at a time, 60 seconds each, no going back" in visitor.words
    assert "runs on" in visitor.words


def test_a_page_is_light_and_loads_a_script_of_its_own(app: Flask, paper: Paper) -> None:
    page = paper.visitor.client.get(paper.path, headers={"Accept-Encoding": "gzip"})
    assets = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', paper.visitor.text))
    names = {path.rpartition("/")[2] for path in assets}
    assert names == {"app.css", "stepwise.css", "stepwise.js", "favicon.svg"}
    assert names & set(ENTRIES) == {"stepwise.js"}
    bytes_ = sum(len(paper.visitor.client.get(one, headers={"Accept-Encoding": "gzip"}).data) for one in assets)
    assert bytes_ + len(page.data) < BYTES_OF_A_QUESTION


class TestOrganizing:
    """The form of an exam, its check, its change, its board."""

    def test_it_is_set_up_checked_changed_and_watched(self, app: Flask, clock: FrozenClock) -> None:
        city = City(app)
        boss = Visitor(app).sign_in("boss")
        made(boss, city, delivery="stepwise")
        assert boss.page.status_code == 422  # type: ignore[union-attr]
        assert "Say how many seconds each question is shown, from 10 to 3600." in boss.words
        made(boss, city, delivery="stepwise", question_seconds="600", minutes="20")
        assert f"{QUESTIONS} questions of 600 seconds take {QUESTIONS * 10} minutes, but the exam has 20." in boss.words
        assert 'value="600"' in boss.text
        made(boss, city, delivery="stepwise", question_seconds="60", minutes="30")
        exam = city.exam()
        assert (exam.delivery, exam.question_seconds) == (Delivery.STEPWISE, 60)
        assert "one question at a time, 60 seconds each, no going back" in boss.words
        learner = Visitor(app).sign_in("lin")
        learner.start(exam.id)
        _next(learner, 1)
        boss.get(f"/manage/exams/{exam.id}/board")
        assert f"question 2 of {QUESTIONS}" in boss.words
        boss.get(f"/manage/exams/{exam.id}/change")
        boss.post(
            f"/manage/exams/{exam.id}/change", **{**fields(boss.text), "question_seconds": "90", "reason": "Long"}
        )
        learner.get(f"/exams/{exam.id}")
        assert "changed from 60 to 90 seconds, for questions shown later. Reason: Long" in learner.words
        _next(learner.start(exam.id).visitor, 2)
        assert 'data-remaining="90"' in learner.text

    def test_seconds_mean_nothing_where_the_paper_is_shown_whole(self, app: Flask) -> None:
        city = City(app)
        boss = Visitor(app).sign_in("boss")
        made(boss, city, question_seconds="60")
        exam = city.exam()
        assert (exam.delivery, exam.question_seconds) == (Delivery.WHOLE, None)
        boss.get(f"/manage/exams/{exam.id}/change")
        assert 'name="question_seconds"' not in boss.text
