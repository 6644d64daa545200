"""Until when appeals are taken, and what is told of a changed result."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from suyu_learn.db import Database
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Appeal, Attempt, Exam, Person, Purpose, Shown
from suyu_learn.services import appeals, exam_appeals, exam_changes, exam_plans, exam_presets, people, steps
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.conftest import MakeApp
from tests.factories import learn, learner, published_exam, stage

DAY = timedelta(days=1)
CLOSES = START + timedelta(hours=3)


def _attempt(*, trial: bool = False, marked_at: datetime | None = START, **policy: Any) -> Any:
    shown = dict.fromkeys(("show_score", "show_key", "show_explanation"), Shown.NOW)
    values = {"appeal_days": 7, "results_at": None, "closes_at": CLOSES, "retake_for": None, "retake_closes_at": None,
              **shown, **policy}  # fmt: skip
    return SimpleNamespace(exam=SimpleNamespace(**values), trial=trial, marked_at=marked_at, closed_at=START)


@pytest.mark.parametrize(
    ("attempt", "until"),
    [
        (_attempt(), START + 7 * DAY),
        (_attempt(marked_at=None), START + 7 * DAY),
        (_attempt(marked_at=START + 2 * DAY), START + 9 * DAY),
        (_attempt(results_at=START + 3 * DAY), START + 10 * DAY),
        (_attempt(show_key=Shown.AFTER_CLOSE), CLOSES + 7 * DAY),
        (_attempt(show_score=Shown.AFTER_CLOSE), CLOSES + 7 * DAY),
        (_attempt(show_key=Shown.AFTER_CLOSE, closes_at=None), START + 7 * DAY),
        (_attempt(show_key=Shown.AFTER_CLOSE, retake_for="failed", retake_closes_at=CLOSES + DAY), CLOSES + 8 * DAY),
        (_attempt(appeal_days=None), None),
        (_attempt(trial=True), None),
        (_attempt(show_score=Shown.NEVER), None),
    ],
    ids=["at once", "not marked", "marked later", "results later", "key after closing", "score after closing",
         "no closing", "after the retake", "off", "a trial", "no score"],
)  # fmt: skip
def test_until_when(attempt: Any, until: datetime | None) -> None:
    assert exam_appeals.last_moment(attempt) == until


@pytest.mark.parametrize(
    ("purpose", "days"),
    [(Purpose.EXAM, 7), (Purpose.TRAINING, 7), (Purpose.ASSESSMENT, None), (Purpose.PRACTICE, None)],
)
def test_the_usual_days_of_each_kind(purpose: Purpose, days: int | None) -> None:
    assert exam_presets.PRESETS[purpose]["appeal_days"] == days


@pytest.mark.parametrize("days", [0, -1, 366])
def test_days_that_make_no_sense(days: int) -> None:
    with pytest.raises(Problem, match=r"exam\.appeal_days"):
        exam_appeals.check(SimpleNamespace(appeal_days=days))


def test_changed_while_it_runs_with_the_reason_on_record(database: Database) -> None:
    with database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=START)
        boss = learner(session, now=START, unit=unit)
        exam = published_exam(session, now=START, unit=unit, closes_at=CLOSES)
        wanted = exam_changes.wanted_now(session, exam)
        changed = exam_changes.Wanted(**{**_values(wanted), "appeal_days": 14})
        exam_changes.change(session, exam, changed, reason="More time", actor=boss, now=START, grace=DAY)
        assert exam.appeal_days == 14
        [(row, _name)] = exam_changes.changes(session, exam)
        assert (row.field, row.old, row.new) == ("appeal_days", "", "14")


def _values(wanted: exam_changes.Wanted) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}


def test_a_suggested_exam_takes_appeals_for_a_week(database: Database) -> None:
    with database.writing() as session:
        boss = learner(session, now=START)
        plan = exam_plans.suggested(session, [], actor=boss, unit=None, contact=("", ""), now=START)
        assert plan.appeal_days == 7


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_two_at_once_make_one_appeal(make_app: MakeApp) -> None:
    """Also from two attempts that ask the same question."""
    app: Flask = make_app()
    given = stage(app, attempts_allowed=2, appeal_days=7, show_key=Shown.NOW)
    visitor = Visitor(app).sign_in("lin")
    keys = []
    for _number in range(2):
        paper = visitor.start(given.exam_id)
        paper.submit()
        keys.append(paper.key)
    here, start, outcomes = learn(app), threading.Barrier(2), []

    def appeal(key: str) -> None:
        start.wait()
        try:
            with here.database.writing() as session:
                person = session.get_one(Person, given.person_id)
                attempt = appeals.hold(session, key, person)
                slot = _slot_of(session, attempt, "Question 1?", here)
                appeals.make(session, attempt, slot, "Wrong.", now=here.now(), grace=here.grace)
            outcomes.append("made")
        except Problem as problem:
            outcomes.append(problem.code)

    threads = [threading.Thread(target=appeal, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["appeal.twice", "made"]
    with here.database.reading() as session:
        assert session.query(Appeal).count() == 1
        assert session.get_one(Exam, given.exam_id).appeal_days == 7


def _slot_of(session: Any, attempt: Attempt, stem: str, here: Any) -> int:
    slots = steps.slots_of(session, attempt)
    return next(one.number for one in slots if here.versions.get(session, one.version_id).stem == stem)
