"""An organizer sets conditions on the whole paper, narrows rows, and reads how hard the papers are."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.papers.constraints import Quota
from suyu_learn.models import Attempt, Exam, ExamState, Grant, Question, QuestionVersion, Role, Slot
from suyu_learn.services import bank, people
from suyu_learn.services.paper_constraints import ConstraintPlan, plan_of
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import learn, learner, single, stored_bank, true_false
from tests.web.test_exam_managing import fields

DIMENSIONS = ("knowledge", "methods", "spirit", "application")


@pytest.fixture
def boss(app: Flask) -> Visitor:
    """Who organizes, in a unit with a learner, and a bank of 52 questions: two on each criterion."""
    with learn(app).database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=START)
        person = learner(session, now=START, name="Ms Organizer", username="boss", unit=city)
        session.add(Grant(person_id=person.id, role=Role.ORGANIZER, unit_id=city.id, granted_at=START))
        learner(session, now=START, name="Lin", username="lin", unit=city)
        questions = [
            replace(true_false(number) if number % 4 == 0 else single(number), criterion=1 + number % 26,
                    dimension=DIMENSIONS[number % 4], tags=("common",) if number < 3 else (), topics=("Water",),
                    difficulty="hard" if number % 2 else "easy")
            for number in range(52)
        ]  # fmt: skip
        source = stored_bank(session, now=START, unit=city, name="Literacy", questions=questions)
        bank_id = source.id
    visitor = Visitor(app).sign_in("boss")
    visitor.get(f"/manage/exams/new?bank={bank_id}")
    return visitor


def typed(boss: Visitor, **values: Any) -> dict[str, Any]:
    """One row over the bank, and what else is typed."""
    sent = fields(boss.text)
    row = {name: sent[name][0] for name in sent if name.startswith("rule_")}
    return {**sent, **row, "rule_type": "", "rule_count": "30", "rule_points": "2", **values}


def the_exam(app: Flask) -> tuple[ExamState, ConstraintPlan]:
    with learn(app).database.reading() as session:
        exam = session.scalars(select(Exam).order_by(Exam.id.desc())).first()
        return exam.state, plan_of(exam.paper.constraints)


def test_conditions_are_kept_and_met(app: Flask, boss: Visitor) -> None:
    sent = typed(boss, all_criteria="y", least_knowledge="10", most_knowledge="10", true_false="40", anchors="common")
    boss.post("/manage/exams/new", **sent, action="save")
    assert the_exam(app) == (
        ExamState.DRAFT,
        ConstraintPlan(all_criteria=True, quotas=(Quota("knowledge", 10, 10),), true_false=40, anchors="common"),
    )
    boss.get("/manage/exams/1/edit")
    again = fields(boss.text)
    assert (again["all_criteria"], again["least_knowledge"], again["true_false"]) == (["y"], ["10"], ["40"])
    boss.post("/manage/exams/1/trial")
    with learn(app).database.reading() as session:
        drawn = session.scalars(
            select(QuestionVersion).join(Slot, Slot.version_id == QuestionVersion.id).join(Attempt)
        ).all()
        assert {one.criterion for one in drawn} == set(range(1, 27))
        assert sum(one.dimension == "knowledge" for one in drawn) == 10


def test_the_form_counts_what_there_is(boss: Visitor) -> None:
    boss.post("/manage/exams/new", **typed(boss, anchors="common"), action="look")
    assert "The rows may draw questions on all 26 criteria." in boss.words
    assert "The rows may draw from 13 of them." in boss.words
    assert "3 questions have this tag." in boss.words
    boss.post("/manage/exams/new", **typed(boss, rule_difficulty="hard"), action="look")
    assert "The rows may draw questions on 13 of the 26 criteria." in boss.words
    assert "of 26" in boss.words


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"all_criteria": "y", "rule_count": "20"},
            "Only 20 of the 26 criteria can have a question. Without one are left, for example: ",
        ),
        ({"all_criteria": "y", "rule_count": "20"}, "It clashes with: row 1 (20 drawn)."),
        (
            {"least_spirit": "14"},
            "Only 13 questions of the dimension “Spirit” can be drawn, but 14 are wanted. Ask for less",
        ),
        (
            {"anchors": "comon"},
            "No published question of these banks has the tag “comon” for questions on every paper.",
        ),
        (
            {"rule_type": "true_false", "rule_count": "5", "true_false": "30"},
            "At least 5 of 5 questions would be true/",
        ),
    ],
)
def test_what_cannot_be_met_is_said_while_one_types_and_before_publishing(
    app: Flask, boss: Visitor, values: dict[str, str], said: str
) -> None:
    sent = typed(boss, **values)
    boss.post("/manage/exams/new", **sent, action="look")
    assert said in boss.words
    boss.post("/manage/exams/new", **sent, action="publish")
    assert "Before publishing" in boss.words
    assert said in boss.words
    assert "How hard the papers are" not in boss.words
    assert the_exam(app)[0] is ExamState.DRAFT


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"least_methods": "5", "most_methods": "3"}, "at most 3 is less than at least 5"),
        ({"true_false": "130"}, "between 0 and 100"),
        ({"most_spirit": "9" * 20}, "between 0 and 1000"),
        ({"least_spirit": "many"}, "Not a valid integer"),
    ],
)
def test_nothing_typed_is_lost_where_a_condition_is_no_sense(boss: Visitor, values: dict[str, str], said: str) -> None:
    boss.post("/manage/exams/new", **typed(boss, title="My title", anchors="common", **values), action="save")
    assert boss.page.status_code == 422
    assert said in boss.words
    boss.post("/manage/exams/new", **fields(boss.text), action="look")
    assert said in boss.words
    sent = fields(boss.text)
    assert sent["title"] == ["My title"]
    assert all(sent[name] == [value] for name, value in {**values, "anchors": "common"}.items())
    assert 'value="conditions" checked' in boss.text


def test_rows_are_narrowed(app: Flask, boss: Visitor) -> None:
    sent = typed(boss, rule_count="5", rule_topic="Water", rule_difficulty="easy", rule_criterion="3",
                 rule_dimension="spirit", rule_tag="common")  # fmt: skip
    boss.post("/manage/exams/new", **sent, action="look")
    assert "Row 1 asks for 5, but there are only 1." in boss.words
    boss.post("/manage/exams/new", **{**sent, "rule_count": "1"}, action="save")
    boss.get("/manage/exams/1/edit")
    again = fields(boss.text)
    assert [again[f"rule_{name}"] for name in ("topic", "difficulty", "criterion", "dimension", "tag")] == [
        ["Water"], ["easy"], ["3"], ["spirit"], ["common"],
    ]  # fmt: skip


def test_a_row_of_an_older_form_draws_as_before(app: Flask, boss: Visitor) -> None:
    newer = {f"rule_{name}" for name in ("topic", "difficulty", "criterion", "dimension", "tag")}
    sent = {name: value for name, value in typed(boss).items() if name not in newer}
    boss.post("/manage/exams/new", **sent, action="save")
    with learn(app).database.reading() as session:
        [rule] = session.scalars(select(Exam)).one().paper.rules
        assert set(rule.filter) == {"banks"}


def test_before_publishing_one_reads_how_hard_the_papers_are(boss: Visitor) -> None:
    boss.post("/manage/exams/new", **typed(boss, minutes="1"), action="publish")
    assert "How hard the papers are" in boss.words
    assert "By the authors 2 on average" in boss.words
    assert "nine papers of ten between" in boss.words
    assert "1 is easy, 2 medium, 3 hard. From 200 papers drawn on trial." in boss.words
    assert "By results so far" not in boss.words


def test_how_hard_the_papers_are_can_be_read_at_any_time(app: Flask, boss: Visitor) -> None:
    boss.post("/manage/exams/new", **typed(boss, contact_phone="13800000000", rule_count="50"), action="publish")
    assert "is published." in boss.words  # at once, so that nothing was read before
    address = re.search(r'href="(/manage/exams/\d+/difficulty)"', boss.text)
    assert address is not None
    boss.get(address[1])
    assert "By the authors 2 1 is easy" in boss.words  # 50 of 52 questions differ in nothing
    assert "From 200 papers drawn on trial." in boss.words
    with learn(app).database.writing() as session:
        for question in session.scalars(select(Question)):
            bank.retire(session, question, now=START)
    boss.get(address[1])
    assert "Nothing is known of it: no paper can be drawn now" in boss.words


def test_refusals_speak_chinese(app: Flask, boss: Visitor) -> None:
    chinese = Visitor(app, lang="zh-CN").sign_in("boss")
    chinese.get("/manage/exams/new")
    chinese.post(
        "/manage/exams/new",
        **typed(chinese, all_criteria="y", rule_count="20", least_knowledge="9", most_knowledge="9"),
        action="look",
    )
    assert "26 条基准中最多只能覆盖 20 条" in chinese.words
    assert "与之冲突的要求：第 1 行（共抽 20 题）。请放宽其中一项" in chinese.words
