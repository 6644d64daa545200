"""Mock exams as an exam will be: allowed on its page, found under practice, drawn by its rules, with its points."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.domain.practice import Openness
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    AuditEntry,
    Bank,
    Exam,
    ExamState,
    PaperMode,
    Person,
    PracticeMock,
    Purpose,
    Question,
    Role,
    Unit,
)
from suyu_learn.services import bank as banks
from suyu_learn.services import exam_mocks, exam_plans, exams, fixed_papers, papers, people
from suyu_learn.services.practice_questions import Moment
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import essay, learn, learner, manager, multiple, published_exam, single, stored_bank, true_false
from tests.services.test_practice_questions import group

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Hall:
    """A published exam of 4 single choices at 10 points and 3 true or false at 20, and a bank to practise with."""

    app: Flask
    exam_id: int
    own_id: int
    """The exam's own bank, which it keeps to itself."""
    open_id: int
    boss: Visitor
    lin: Visitor

    def named(self, bank_id: int | str) -> None:
        self.boss.post(f"/manage/exams/{self.exam_id}/mock", bank=bank_id)

    def begun(self) -> PracticeMock:
        self.lin.post(f"/practice/exams/{self.exam_id}/mock")
        with learn(self.app).database.reading() as session:
            return session.scalars(select(PracticeMock).order_by(PracticeMock.id.desc())).first()


@pytest.fixture
def hall(app: Flask, clock: FrozenClock) -> Hall:
    here = learn(app)
    with here.database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=here.now())
        own = stored_bank(session, now=here.now(), unit=unit, name="Kept",
                          questions=[*map(single, range(1, 9)), *map(true_false, range(11, 17))])  # fmt: skip
        other = stored_bank(
            session, now=here.now(), unit=unit, name="To practise",
            questions=[*map(single, range(21, 29)), *map(true_false, range(31, 37)), essay(40), multiple(41)],
        )  # fmt: skip
        other.practice = Openness.OPEN
        exam = published_exam(session, now=here.now(), source=own, unit=unit, questions=4, points=10, title="Fire 2026",
                              closes_at=here.now() + timedelta(days=7), minutes=45)  # fmt: skip
        exam.paper.rules[0].filter = {"banks": [own.id], "types": ["single"]}
        papers.add_rule(exam.paper, count=3, points=Decimal(20), banks=[own.id], types=["true_false"])
        boss = manager(session, Role.ORGANIZER, unit, now=here.now())
        learner(session, now=here.now(), unit=unit, username="lin")
        made = (exam.id, own.id, other.id, boss.username)
    return Hall(app, *made[:3], Visitor(app).sign_in(made[3]), Visitor(app).sign_in("lin"))


def test_from_the_organizers_setting_to_the_result_in_points(hall: Hall, clock: FrozenClock) -> None:
    hall.lin.get("/practice")
    assert "Fire 2026" not in hall.lin.words
    hall.boss.get(f"/manage/exams/{hall.exam_id}")
    assert "To practise" in hall.boss.words
    assert "Kept" not in re.search(r'<select[^>]*name="bank".*?</select>', hall.boss.text, re.DOTALL)[0]  # type: ignore[index]
    hall.named(hall.open_id)
    assert "find a mock exam under practice" in hall.boss.words
    hall.lin.get("/practice")
    assert "Fire 2026" in hall.lin.words
    assert "as in the exam: 7 questions, 100 points" in hall.lin.words
    hall.lin.get(f"/practice/{hall.open_id}")
    assert f'action="/practice/exams/{hall.exam_id}/mock"' in hall.lin.text
    mock = hall.begun()
    assert "Mock exam: Fire 2026" in hall.lin.words
    assert "20 points" in hall.lin.words
    assert [Decimal(slot[4]) for slot in mock.slots] == [20, 20, 20, 10, 10, 10, 10]
    assert mock.deadline - mock.started_at == timedelta(minutes=45)
    with learn(hall.app).database.reading() as session:
        asked = [session.get_one(Question, slot[1]) for slot in mock.slots]
        assert {one.bank_id for one in asked} == {hall.open_id}
    hall.lin.get("/")
    assert "Go on with the mock exam" in hall.lin.words
    path = f"/practice/mocks/{mock.key}"
    hall.lin.post(path, page="1", action="page_2", q1="true", q2="false", q4="right", q5="wrong1")
    hall.lin.post(path, page="2", action="hand_in", q6="right", q7="right")
    assert "50 of 100 points" in hall.lin.words
    assert "Pass mark of the exam: 60 %" in hall.lin.words
    assert "4 of 7 right" in hall.lin.words
    hall.lin.get("/")
    assert "Go on with the mock exam" not in hall.lin.words
    with learn(hall.app).database.reading() as session:
        said = session.scalars(select(AuditEntry).where(AuditEntry.action == "exam.mock_opened")).one()
        assert said.detail == {"bank": "To practise"}


def test_what_is_taken_back_or_over_is_offered_no_more(hall: Hall, clock: FrozenClock) -> None:
    hall.named(hall.open_id)
    hall.named("")
    hall.lin.get("/practice")
    assert "Fire 2026" not in hall.lin.words
    assert hall.lin.post(f"/practice/exams/{hall.exam_id}/mock").status_code == 400
    hall.named(hall.open_id)
    with learn(hall.app).database.writing() as session:
        session.get_one(Bank, hall.open_id).practice = Openness.CLOSED
    hall.boss.get(f"/manage/exams/{hall.exam_id}")
    assert "The bank is closed for practice" in hall.boss.words
    assert hall.lin.post(f"/practice/exams/{hall.exam_id}/mock").status_code == 400
    with learn(hall.app).database.writing() as session:
        session.get_one(Bank, hall.open_id).practice = Openness.OPEN
    clock.advance(days=8)
    assert hall.lin.post(f"/practice/exams/{hall.exam_id}/mock").status_code == 400


@pytest.mark.parametrize("bank", ["closed", "999", "x"])
def test_only_a_bank_that_is_open_and_usable_can_be_named(hall: Hall, bank: str) -> None:
    chosen = hall.own_id if bank == "closed" else bank
    assert hall.boss.post(f"/manage/exams/{hall.exam_id}/mock", bank=chosen).status_code == 400
    with learn(hall.app).database.reading() as session:
        assert exam_mocks.bank_of(session, session.get_one(Exam, hall.exam_id)) is None


def test_it_is_for_those_alone_for_whom_the_exam_is(hall: Hall) -> None:
    with learn(hall.app).database.writing() as session:
        elsewhere = people.add_unit(session, "Elsewhere", parent=None, now=learn(hall.app).now())
        learner(session, now=learn(hall.app).now(), unit=elsewhere, username="guest")
        everybodys = session.get_one(Bank, hall.open_id)
        everybodys.unit_id = None
    hall.named(hall.open_id)
    other = Visitor(hall.app).sign_in("guest")
    other.get("/practice")
    assert "To practise" in other.words
    assert "Fire 2026" not in other.words
    assert other.post(f"/practice/exams/{hall.exam_id}/mock").status_code == 400


def test_what_an_assessment_may_ask_never_appears(hall: Hall) -> None:
    here = learn(hall.app)
    hall.named(hall.open_id)
    with here.database.writing() as session:
        of_bank = session.get_one(Bank, hall.open_id)
        measure = published_exam(session, now=here.now(), source=of_bank, questions=3, title="Measure")
        measure.purpose = Purpose.ASSESSMENT.value
        measure.paper.rules[0].filter = {"banks": [hall.open_id], "types": ["true_false"]}
    mock = hall.begun()
    assert [Decimal(slot[4]) for slot in mock.slots] == [10, 10, 10, 10]
    assert "The exam asks 7 questions; 4 of that kind can be practised here now." in hall.lin.words


def drawn(hall: Hall, seed: str = "x") -> list[tuple[int, str, Decimal]]:
    """Rule, type and points of what one mock exam asks."""
    here = learn(hall.app)
    with here.database.reading() as session:
        moment = Moment(here.now(), here.grace, here.versions, here.catalogues)
        exam, source = session.get_one(Exam, hall.exam_id), session.get_one(Bank, hall.open_id)
        found = exam_mocks.drawn_like(session, exam, source, Random(seed), moment)
        asked = here.versions.many(session, [one.version_id for one in found])
        assert len(asked) == len(found)
        return [(one.rule, asked[one.version_id].type.code, one.points) for one in found]


def test_the_draw_follows_rules_picks_and_conditions(hall: Hall) -> None:
    every = [(1, "single", Decimal(10))] * 4 + [(2, "true_false", Decimal(20))] * 3
    assert drawn(hall) == every
    assert drawn(hall, "y") == every
    with learn(hall.app).database.writing() as session:
        paper = session.get_one(Exam, hall.exam_id).paper
        paper.constraints = {"exclusions": ["none has this"], "anchors": ["nor this"]}
    assert drawn(hall) == every
    with learn(hall.app).database.writing() as session:
        session.get_one(Exam, hall.exam_id).paper.constraints = {"criteria": list(range(1, 27))}
    assert drawn(hall) == every  # conditions that the bank cannot meet are let go
    with learn(hall.app).database.writing() as session:
        exam = session.get_one(Exam, hall.exam_id)
        exam.paper.constraints = {}
        exam.paper.rules[0].filter = {"banks": [hall.own_id]}
        exam.paper.rules[0].count = 30
    found = drawn(hall)
    assert [one for one in found if one[0] == 2] == [(2, "true_false", Decimal(20))] * 3
    assert len(found) == 8 + 6 + 1  # no essay, and nothing twice


def test_of_a_paper_of_picked_questions_as_many_of_each_kind(app: Flask, hall: Hall) -> None:
    here = learn(app)
    with here.database.writing() as session:
        source = session.get_one(Bank, hall.own_id)
        exam = session.get_one(Exam, hall.exam_id)
        exam.paper.mode = PaperMode.DRAWN_ONCE
        papers.fix(session, exam.paper)
        exam.paper.mode = PaperMode.FIXED
        exam.paper.rules.clear()
        session.flush()
        kinds = [(rule.count, sorted(rule.types), rule.points) for rule in exam_mocks.blueprint(session, exam.paper)]
        assert kinds == [(4, ["single"], 10), (3, ["true_false"], 20)]
        assert source.id == hall.own_id


def _passages(hall: Hall, *drafts: QuestionDraft) -> int:
    """A bank of these questions that is open for practice and named for the mock exam."""
    here = learn(hall.app)
    with here.database.writing() as session:
        row = banks.add_bank(session, "Passages", unit=session.scalars(select(Unit)).first(), now=here.now())
        for draft in drafts:
            banks.store(session, row, draft, now=here.now(), reviewer="a test")
        row.practice = Openness.OPEN
        number = row.id
    hall.named(number)
    return number


def _asks_for_a_passage(hall: Hall) -> None:
    with learn(hall.app).database.writing() as session:
        paper = session.get_one(Exam, hall.exam_id).paper
        paper.rules[0].filter, paper.rules[0].count = {"banks": [hall.own_id], "types": ["group"]}, 1


def test_where_the_rules_ask_for_none_passages_stay_out_and_nothing_left_is_said(hall: Hall) -> None:
    _passages(hall, *group("p", replace(single(50), uid="a")), essay(51))
    assert hall.lin.post(f"/practice/exams/{hall.exam_id}/mock").status_code >= 400
    assert "no questions for a mock exam" in hall.lin.words


def test_a_passage_comes_whole_with_its_questions_and_its_text(hall: Hall) -> None:
    _asks_for_a_passage(hall)
    written = group("by hand", replace(single(60), uid="d"), replace(essay(61), uid="e"))
    _passages(hall, *group("p", *(replace(single(50 + place), uid=f"m{place}") for place in range(4))), *written,
              *(true_false(number) for number in range(71, 74)))  # fmt: skip
    mock = hall.begun()
    # Three statements first, then the passage, which page 2 shows again; the one with an essay is never drawn.
    assert [Decimal(slot[4]) for slot in mock.slots] == [20, 20, 20, 10, 10, 10, 10]
    text = "某木材厂的打磨车间积了厚厚一层木粉。"
    path = f"/practice/mocks/{mock.key}"
    for page in (1, 2):
        hall.lin.get(f"{path}?page={page}")
        assert hall.lin.words.count(text) == 1
    with learn(hall.app).database.reading() as session:
        members = [session.get_one(Question, slot[1]).uid for slot in mock.slots[3:]]
    assert members == ["p-m0", "p-m1", "p-m2", "p-m3"]
    hall.lin.post(path, page="1", action="page_2", q4="right", q5="wrong1")
    hall.lin.post(path, page="2", action="hand_in", q7="right")
    assert "20 of 100 points" in hall.lin.words
    assert hall.lin.words.count(text) == 1
    assert hall.lin.words.index(text) < hall.lin.words.index("Question 50?")
    with learn(hall.app).database.writing() as session:  # claimed since: an assessment may ask the passage
        measure = published_exam(session, now=learn(hall.app).now(), title="Measure", questions=1,
                                 source=session.get_one(Bank, mock.bank_id))  # fmt: skip
        measure.purpose = Purpose.ASSESSMENT.value
        measure.paper.rules[0].filter = {"banks": [mock.bank_id], "types": ["group"]}
    hall.lin.get(f"{path}/result")
    assert text not in hall.lin.words


@pytest.mark.parametrize("enough", [True, False], ids=["enough", "too little"])
def test_a_passage_that_was_picked_is_asked_as_a_passage(hall: Hall, enough: bool) -> None:
    members = [replace(single(60 + place), uid=f"k{place}") for place in range(3)]
    with learn(hall.app).database.writing() as session:
        unit = session.scalars(select(Unit)).first()
        kept = stored_bank(session, now=learn(hall.app).now(), unit=unit, name="Picked",
                           questions=[*group("kept", *members), true_false(80)])  # fmt: skip
        exam = session.get_one(Exam, hall.exam_id)
        exam.state, exam.paper.mode = ExamState.DRAFT, PaperMode.FIXED
        exam.paper.rules.clear()
        picked = session.scalars(select(Question.id).where(Question.bank_id == kept.id)).all()
        fixed_papers.add(session, exam, picked, banks=[kept.id], points=Decimal(10))
        exam.state = ExamState.PUBLISHED
        session.flush()
        kinds = [(rule.count, sorted(rule.types), rule.points) for rule in exam_mocks.blueprint(session, exam.paper)]
        assert kinds == [(1, ["group"], 10), (1, ["true_false"], 10)]
        assert exams.size(session, exam).questions == 4
    more = [true_false(81)] if enough else []
    _passages(hall, *group("p", *(replace(single(50 + place), uid=f"m{place}") for place in range(3))), *more)
    hall.lin.get("/practice")
    assert "as in the exam: 4 questions, 40 points" in hall.lin.words
    mock = hall.begun()
    assert [Decimal(slot[4]) for slot in mock.slots] == [10] * (3 + enough)
    assert hall.lin.words.count("某木材厂的打磨车间积了厚厚一层木粉。") == 1
    assert ("The exam asks 4 questions; 3 of that kind" in hall.lin.words) is not enough


def test_editing_a_draft_keeps_its_mock_exam(hall: Hall) -> None:
    here = learn(hall.app)
    with here.database.writing() as session:
        boss = session.scalars(select(Person).where(Person.username == "lin")).one()
        exam = session.get_one(Exam, hall.exam_id)
        exam.paper.constraints = exam_mocks.carried(exam.paper, {"true_false": 30})
        assert exam.paper.constraints == {"true_false": 30}
        exam.paper.constraints = {"mock": hall.open_id, "true_false": 30}
        assert exam_mocks.carried(exam.paper, {}) == {"mock": hall.open_id}
        assert exam_plans.plan_of(session, exam).conditions.true_false == 30
        with pytest.raises(Problem, match=r"practice\.no_such_mock_exam"):
            exam_mocks.start(session, boss, 999, Moment(here.now(), here.grace, here.versions, here.catalogues))
        assert exams.size(session, exam).questions == 7
