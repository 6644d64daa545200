"""What is said before an exam is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from suyu_learn import defaults
from suyu_learn.db import Database
from suyu_learn.domain.problems import Problem
from suyu_learn.models import ExamState, Grant, Question, QuestionVersion, Role, Shown
from suyu_learn.plugins import Plugins
from suyu_learn.services import exam_checks, exam_plans, people
from suyu_learn.services.exam_checks import Facts, Severity, judge
from suyu_learn.services.versions import Versions
from tests.clock import START
from tests.factories import learner, multiple, single, stored_bank

WEEK = timedelta(days=7)
SOUND = Facts(
    opens_at=START, closes_at=START + WEEK, freeze_at=None, minutes=60, questions=20, points=Decimal(100),
    pass_share=Decimal("0.6"), shortage=None, unsound=0, due=12, entry_account=True, entry_number=False,
    entry_open=False, contact="0453-3920000",
)  # fmt: skip


def test_nothing_is_said_of_a_sound_exam() -> None:
    assert list(judge(SOUND, now=START)) == []


@pytest.mark.parametrize(
    ("values", "code", "severity"),
    [
        ({"closes_at": START - WEEK, "opens_at": None}, "check.window_past", "stop"),
        ({"opens_at": START + WEEK, "closes_at": START}, "check.closes_before_opening", "stop"),
        ({"closes_at": START + timedelta(minutes=30)}, "check.window_shorter_than_minutes", "warning"),
        ({"closes_at": None}, "check.never_closes", "warning"),
        ({"due": 0}, "check.nobody_due", "stop"),
        ({"due": 0, "entry_open": True}, "check.nobody_due_open", "warning"),
        ({"points": Decimal(98)}, "check.points_not_hundred", "warning"),
        ({"unsound": 2}, "check.unsound_questions", "stop"),
        ({"questions": 0, "points": Decimal(0)}, "check.no_questions", "stop"),
        ({"minutes": 6}, "check.too_few_minutes", "warning"),
        ({"shortage": Problem("paper.empty")}, "paper.empty", "stop"),
        ({"entry_account": False, "entry_open": True}, "check.open_entry_only", "warning"),
        ({"entry_account": False}, "check.no_way_in", "stop"),
        ({"pass_share": Decimal(1)}, "check.pass_mark_odd", "warning"),
        ({"pass_share": Decimal("0.3")}, "check.pass_mark_odd", "warning"),
        ({"pass_share": Decimal("0.01")}, "check.pass_mark_odd", "warning"),
        ({"pass_share": Decimal("0.006")}, "check.pass_mark_none", "warning"),
        ({"pass_share": Decimal(0)}, "check.pass_mark_none", "warning"),
        ({"points": Decimal(0)}, "check.points_not_hundred", "warning"),
        ({"freeze_at": START + WEEK * 2}, "check.freeze_after_closing", "stop"),
        ({"failing_hidden": True}, "check.failing_hidden", "warning"),
        ({"explained_before_key": True}, "check.explained_before_key", "warning"),
        ({"contact": ""}, "check.no_contact", "warning"),
    ],
)
def test_one_fault_one_finding(values: dict[str, Any], code: str, severity: str) -> None:
    [found] = judge(replace(SOUND, **values), now=START)
    assert (found.problem.code, found.severity.value) == (code, severity)


def test_suggested_rules_share_questions_in_proportion() -> None:
    rules = exam_plans.suggested_rules({1: {"single": 30, "multiple": 10}, 2: {"single": 10}})
    assert [(one.bank_id, one.type, one.count) for one in rules] == [
        (1, "single", 12), (1, "multiple", 4), (2, "single", 4)]  # fmt: skip
    assert sum(one.count * one.points for one in rules) == 100
    assert exam_plans.suggested_rules({1: {}}) == ()
    assert sum(one.count for one in exam_plans.suggested_rules({1: {"single": 3}})) == 3


def test_publishing_stops_warns_and_goes_on(database: Database) -> None:
    versions = Versions(Plugins([defaults]).question_types)
    with database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=START)
        boss = learner(session, now=START, unit=unit)
        session.add(Grant(person_id=boss.id, role=Role.ORGANIZER, unit_id=unit.id, granted_at=START))
        source = stored_bank(session, now=START, unit=unit, questions=[single(1), single(2), single(3), multiple(4)])
        session.flush()
        plan = exam_plans.suggested(session, [source], actor=boss, unit=unit, contact=("Wu", "110"), now=START)
        assert plan.entry_open  # nobody but the organizer is there
        exam = exam_plans.store(session, replace(plan, entry_open=False), unit=unit, actor=boss, now=START)
        assert exam_plans.plan_of(session, exam) == replace(plan, entry_open=False)

        broken = session.get_one(QuestionVersion, session.query(Question).first().published_version_id)
        body, broken.body = broken.body, {**broken.body, "answer": []}
        session.flush()
        found = exam_checks.publish(session, exam, actor=boss, now=START, versions=versions, confirmed=True)
        assert [(one.problem.code, one.severity) for one in found] == [
            ("check.unsound_questions", Severity.STOP)]  # fmt: skip
        broken.body = body
        exam.show_explanation = Shown.NOW
        session.flush()
        found = exam_checks.publish(session, exam, actor=boss, now=START, versions=versions)
        assert [one.problem.code for one in found] == ["check.explained_before_key"]
        assert exam.state is ExamState.DRAFT
        assert exam_checks.publish(session, exam, actor=boss, now=START, versions=versions, confirmed=True) == []
        assert (exam.state, exam.frozen_at) == (ExamState.PUBLISHED, START)
        with pytest.raises(Problem, match="not_a_draft"):
            exam_plans.store(session, plan, unit=unit, actor=boss, now=START, exam=exam)
