"""The figures of questions from stored attempts, on both databases."""

from __future__ import annotations

import time
from decimal import Decimal

from flask import Flask
from sqlalchemy import insert, select

from suyu_learn.models import Attempt, Bank, Exam, Question, QuestionVersion, Slot
from suyu_learn.models.base import new_key
from suyu_learn.services import bank_figures
from tests.factories import learn, learner, single, stage


def given(app: Flask, answers: list[tuple[int, str | None, str | None]], *, trial: bool = False) -> None:
    """Closed attempts of two slots each: person, response to the first and to the second question."""
    here = learn(app)
    with here.database.writing() as session:
        exam = session.scalars(select(Exam)).one()
        versions = session.scalars(select(QuestionVersion.id).order_by(QuestionVersion.id)).all()
        people = [learner(session, now=here.now()).id for _number in range(max(one[0] for one in answers) + 1)]
        for number, (who, *responses) in enumerate(answers, start=1):
            marks = [Decimal(one == "right") for one in responses]
            attempt = Attempt(
                key=new_key(), exam_id=exam.id, person_id=people[who], number=number, trial=trial, seed="s",
                started_at=here.now(), deadline=here.now(), closed_at=here.now(), state="submitted",
                points=Decimal(20) * sum(marks), full_points=Decimal(40), passed=True,
            )  # fmt: skip
            session.add(attempt)
            session.flush()
            session.execute(insert(Slot), [
                {"attempt_id": attempt.id, "number": place, "version_id": version, "points": Decimal(20),
                 "option_order": [], "response": response, "fraction": mark, "key_version_id": version}
                for place, (version, response, mark) in enumerate(zip(versions, responses, marks, strict=True), start=1)
            ])  # fmt: skip


def test_figures_by_hand(app: Flask) -> None:
    stage(app, questions=[single(1), single(2)])
    given(app, [(0, "right", "right"), (1, "right", "right"), (2, "wrong1", "right"), (3, "wrong1", "wrong1"),
                (3, None, "wrong2")])  # fmt: skip
    given(app, [(0, "wrong3", "wrong3")], trial=True)
    here = learn(app)
    with here.database.reading() as session:
        row = session.scalars(select(Bank)).one()
        found = bank_figures.of_bank(session, row, versions=here.versions)
        first, second = (found[question.id] for question in session.scalars(select(Question).order_by(Question.id)))
        assert bank_figures.of_bank(session, row, versions=here.versions, suppress=True) == {}
    assert (first.asked, first.people, first.omitted, first.marked) == (5, 4, 1, 5)
    assert first.share_right == Decimal("0.4")
    assert first.observed == "medium"
    assert [(right, count) for _text, right, count, _share in first.choices] == [
        (True, 2), (False, 2), (False, 0), (False, 0),
    ]  # fmt: skip
    assert first.exposure == 1
    # x = 1 1 0 0 0, rest = 1 1 1 0 0: covariance .16, spreads sqrt(.24) each -> .6667
    assert first.discrimination == second.discrimination == Decimal("0.6667")
    assert second.share_right == Decimal("0.6")


def test_many_responses_are_counted_by_the_database(app: Flask) -> None:
    stage(app, questions=[single(1), single(2)])
    given(app, [(number, "right" if number % 3 else "wrong1", "right") for number in range(200)])
    here = learn(app)
    began = time.monotonic()
    with here.database.reading() as session:
        question = session.scalars(select(Question).order_by(Question.id)).first()
        assert question is not None
        found = bank_figures.of_question(session, question, versions=here.versions)
    assert found is not None
    assert found.asked == 200
    assert time.monotonic() - began < 2
