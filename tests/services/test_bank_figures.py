"""The figures of questions from stored attempts, on both databases."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal

from flask import Flask
from sqlalchemy import insert, select

from suyu_learn.domain.statistics import Spent
from suyu_learn.models import Attempt, Bank, Exam, Question, QuestionVersion, Slot, Step
from suyu_learn.models.base import new_key
from suyu_learn.services import bank_figures, question_times
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


def walked(app: Flask, *attempts: list[tuple[float, int | None, str | None]], trial: bool = False) -> None:
    """Closed attempts with their steps: seconds after the start, slot (None opens the paper), why it does not count."""
    given(app, [(number, "right", "right") for number, _steps in enumerate(attempts)], trial=trial)
    with learn(app).database.writing() as session:
        rows = session.scalars(select(Attempt).order_by(Attempt.id.desc()).limit(len(attempts))).all()
        for attempt, steps in zip(reversed(rows), attempts, strict=True):
            session.execute(insert(Step), [
                {"attempt_id": attempt.id, "kind": "opened" if slot is None else "saved", "slot": slot, "epoch": 1,
                 "seq": number, "response": "right", "made_at": attempt.started_at + timedelta(seconds=after),
                 "received_at": attempt.started_at + timedelta(seconds=after),
                 "detail": {"refused": refused} if refused else {"late": True}}
                for number, (after, slot, refused) in enumerate(steps, start=1)
            ])  # fmt: skip


def test_times_come_from_the_steps(app: Flask) -> None:
    stage(app, questions=[single(1), single(2)])
    walked(app, *([(0, None, None), (10 * number, 1, None), (10 * number + 4, 2, "time_over"),
                   (10 * number + 5, 1, None)] for number in range(1, 6)))  # fmt: skip
    walked(app, [(0, None, None), (1, 1, None)], trial=True)
    walked(app, [(0, None, None), (700, 1, None)])
    here = learn(app)
    with here.database.reading() as session:
        row = session.scalars(select(Bank)).one()
        found = bank_figures.of_bank(session, row, versions=here.versions)
        questions = session.scalars(select(Question).order_by(Question.id)).all()
        alone = bank_figures.of_question(session, questions[0], versions=here.versions)
    first, second = (found[question.id] for question in questions)
    assert first.time == Spent(5, 21, 31, 41)  # 10 to 50 seconds, and one more after what did not count
    assert alone is not None
    assert alone.time == first.time
    assert (second.time, second.timed) == (None, 0)


def test_few_times_are_not_told(app: Flask) -> None:
    stage(app, questions=[single(1), single(2)])
    walked(app, *([(0, None, None), (9, 1, None)] for _number in range(4)))
    here = learn(app)
    with here.database.reading() as session:
        row = session.scalars(select(Bank)).one()
        first = min(bank_figures.of_bank(session, row, versions=here.versions).items())[1]
    assert (first.time, first.timed) == (None, 4)


def test_times_look_through_the_newest_attempts_only(app: Flask) -> None:
    stage(app, questions=[single(1), single(2)])
    walked(app, *([(0, None, None), (seconds, 1, None)] for seconds in (100, 100, 100, 10, 20, 30, 40)))
    with learn(app).database.reading() as session:
        found = question_times.times_of(session, Question.id > 0, newest=4)
    assert [(one.count, one.median) for one in found.values()] == [(4, 25)]
