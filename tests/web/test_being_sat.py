"""What a paper asks is told nowhere else while it is sat: not by lessons, what is kept of them, or practice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.practice import Openness
from suyu_learn.models import Bank, Completion, CompletionKind, Question
from suyu_learn.services import bank_editing, bank_questions
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import Stage, course_draft, fill_in, learn, learner, single, stage, stored_bank, stored_course
from tests.web.test_practice import fields, say

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LESSON = "/courses/soil/lesson-1"
WHY = "A paper that you are sitting asks this question"


@pytest.fixture
def given(app: Flask) -> Stage:
    """A course of one lesson whose two questions an exam asks, which shows its key at once; a third it does not."""
    drafts, other = [single(1), fill_in(2, "oxygen")], single(3)
    made = stage(app, questions=drafts)
    with learn(app).database.writing() as session:
        stored_bank(session, now=learn(app).now(), questions=[other])
        uids = tuple(one.uid for one in (*drafts, other))
        stored_course(session, course_draft(uids), now=learn(app).now())
    return made


def test_a_lesson_keeps_an_answer_and_tells_of_it_once_the_paper_is_handed_in(given: Stage, clock: FrozenClock) -> None:
    lin = Visitor(given.app).sign_in("lin")
    paper = lin.start(given.exam_id)
    lin.get(LESSON)
    clock.advance(seconds=90)
    for right, wrong in (("right", "Oxygen"), ("wrong1", "coal")):
        reply = lin.post(LESSON, follow=False, action="check", q1=right, q2=wrong)
        assert reply.headers["Location"].endswith("#questions")  # which answer is wrong would be told by the way on
    lin.get(f"{LESSON}?again=1")
    assert lin.words.count(WHY) == 2
    assert 'name="q1"' not in lin.text
    for telling in ("Because of 1.", "oxygen", "Right", "Your answer, wrong", "Partly", "Wrong", "Try again"):
        assert telling not in lin.words, telling
    assert "is-right" not in lin.text
    assert "is-wrong" not in lin.text
    lin.post(LESSON, action="finish", q3="right")
    assert "2 questions still open" in lin.words
    with learn(given.app).database.reading() as session:
        assert session.scalars(select(Completion)).all() == []  # it would tell that all is right
    paper.submit()
    lin.get(LESSON)
    assert WHY not in lin.words
    assert "Because of 1." in lin.words
    with learn(given.app).database.reading() as session:
        assert len(session.scalars(select(Completion).where(Completion.kind == CompletionKind.COURSE)).all()) == 1
    lin.get("/courses/soil")
    assert "Completed on" in lin.words


def test_answers_given_before_and_other_versions_are_withheld_too(given: Stage) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get(LESSON)
    lin.post(LESSON, action="check", q1="wrong1", q3="wrong1")
    assert "Because of 1." in lin.words
    paper = lin.start(given.exam_id)
    here = learn(given.app)
    with here.database.writing() as session:
        row = session.scalars(select(Question).order_by(Question.id)).first()
        assert row is not None
        latest = bank_questions.latest_of(session, row)
        kept = bank_editing.edit_of(session, row, latest, base=latest.number)
        draft = replace(kept.draft, body={**kept.draft.body, "stem": "Reworded?"})
        bank_editing.edit(session, session.get_one(Bank, row.bank_id), row, replace(kept, draft=draft),
                          actor=learner(session, now=here.now()), now=here.now())  # fmt: skip
    lin.get(LESSON)
    assert "Because of 1." not in lin.words
    assert "Because of 3." in lin.words  # no paper asks it
    assert lin.words.count(WHY) == 1
    paper.submit()
    lin.get(LESSON)
    assert "Because of 1." in lin.words


def test_what_the_script_kept_is_taken_and_not_judged(given: Stage) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get(LESSON)
    person, ways = re.findall(r'data-person="([^"]+)"', lin.text)[0], set()
    lin.start(given.exam_id)
    for place, answer in enumerate(("right", "wrong1")):
        step = {"kind": "answered", "lesson": "lesson-1", "key": f"key-{place}-12345", "place": 1, "answer": [answer]}
        reply = lin.put("/courses/soil/progress", {
            "person": person, "version": 1, "from": "lesson-1", "action": "check", "steps": [step],
        })  # fmt: skip
        ways.add(reply.json["go"])
    assert len(ways) == 1


def test_a_kept_copy_of_a_lesson_holds_no_key(given: Stage) -> None:
    lin = Visitor(given.app).sign_in("lin")
    lin.get(LESSON)
    lin.post(LESSON, action="check", q1="right", q2="coal", q3="wrong1")
    assert "Because of 1." in lin.words
    lin.get(f"{LESSON}/kept")
    assert "Because of" not in lin.text
    assert "is-right" not in lin.text
    assert lin.words.count("stands here when there is a line") == 3


def test_practice_asks_and_tells_nothing_that_is_on_the_paper(given: Stage, clock: FrozenClock) -> None:
    with learn(given.app).database.writing() as session:
        bank = session.scalars(select(Bank).order_by(Bank.id)).first()
        assert bank is not None
        bank.practice = Openness.OPEN_WITH_EXAMS
        number = bank.id
    lin = Visitor(given.app).sign_in("lin")
    path = f"/practice/{number}/order"
    lin.get(path)
    key = fields(lin)["key"]
    say(lin, path, "wrong1")
    told = f"{path}/{key}"
    assert lin.get(told).status_code == 200
    paper = lin.start(given.exam_id)
    assert lin.get(told).status_code == 404
    for way in ("order", "random", "notebook", "favourites", "read"):
        lin.get(f"/practice/{number}/{way}")
        assert "Question 1?" not in lin.words, way
        assert "Sentence 2" not in lin.words, way
    paper.submit()
    clock.advance(seconds=timedelta(minutes=1).seconds)
    assert lin.get(told).status_code == 200
