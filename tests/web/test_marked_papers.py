"""Papers that were sat, on A4 with lines for signatures."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt, AuditEntry, Exam, Role, Shown, Unit
from suyu_learn.services import marked_papers, people
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import essay, fill_in, learn, learner, manager, multiple, published_exam, single, stored_bank

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Hall:
    """Two people of two units who have sat an exam, its organizer, HR of one unit, and a stranger."""

    def __init__(self, app: Flask, **policy: Any) -> None:
        self.app = app
        with learn(app).database.writing() as session:
            mill = people.add_unit(session, "Mill", parent=None, now=START)
            yard = people.add_unit(session, "Yard", parent=mill, now=START)
            other = people.add_unit(session, "Elsewhere", parent=None, now=START)
            learner(session, now=START, name="Wang", username="wang", unit=mill)
            learner(session, now=START, name="Lin", username="lin", unit=yard)
            source = stored_bank(session, now=START, unit=mill, questions=[
                single(1), single(2), multiple(1), fill_in(1), essay(1)])  # fmt: skip
            exam = published_exam(session, now=START, unit=mill, source=source, shuffle_questions=False,
                                  **{"show_key": Shown.NOW, **policy})  # fmt: skip
            self.exam_id, self.yard_id, self.mill_id = exam.id, yard.id, mill.id
            names = [manager(session, role, unit, now=START).username
                     for role, unit in ((Role.ORGANIZER, mill), (Role.HR, yard), (Role.HR, other))]  # fmt: skip
        self.boss, self.hr, self.stranger = (Visitor(app).sign_in(str(name)) for name in names)
        self.path = f"/manage/exams/{self.exam_id}/marked-papers"

    def sit(self, name: str, *responses: Any) -> str:
        """Sit the exam and hand in; the key of the attempt."""
        paper = Visitor(self.app).sign_in(name).start(self.exam_id)
        for slot, response in enumerate(responses, start=1):
            paper.save(slot, response)
        paper.submit()
        return paper.key


@pytest.fixture
def hall(app: Flask) -> Hall:
    made = Hall(app)
    made.sit("wang", "right", "wrong1", ["a", "b"], ["nitrogen"], "It burns.")
    made.sit("lin", "wrong1", "right", ["a", "c"], ["oxygen"])
    return made


def test_every_question_with_what_was_answered_and_earned(hall: Hall) -> None:
    hall.boss.get(hall.path)
    words = hall.boss.words
    for said in ("Wang", "Lin", "Question 1?", "nitrogen", "It burns.", "Not answered", "20 of 20", "0 of 20",
                 "A person is still reading this answer.", "Not marked yet", "Signature of the examinee",
                 "Signature of the invigilator", "Receipt", "Pass mark"):  # fmt: skip
        assert said in words, said
    assert hall.boss.text.count('class="sl-marked"') == 2
    assert "paper.css" in hall.boss.text
    own = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", words)
    assert len(own) == 2
    hall.boss.get(f"{hall.path.replace('marked-papers', 'receipt')}?code={own[0]}")
    assert "The receipt is genuine" in hall.boss.words


def test_a_unit_and_a_name_choose_among_them(hall: Hall) -> None:
    hall.boss.get(f"{hall.path}?unit={hall.yard_id}")
    assert "Lin" in hall.boss.words
    assert "Wang" not in hall.boss.words
    hall.boss.get(f"{hall.path}?name=Wan")
    assert hall.boss.text.count('class="sl-marked"') == 1
    hall.boss.get(f"{hall.path}?name=Nobody")
    assert "Nobody has handed in a paper here." in hall.boss.words
    assert hall.boss.get(f"{hall.path}?unit=99999").status_code == 404


def test_hr_prints_those_of_their_unit_only(hall: Hall) -> None:
    hall.hr.get(hall.path)
    assert "Lin" in hall.hr.words
    assert "Wang" not in hall.hr.words
    assert hall.stranger.get(hall.path).status_code == 404


def test_hr_sees_no_key_before_the_exam_opens_it(app: Flask) -> None:
    hall = Hall(app, show_key=Shown.NEVER)
    hall.sit("lin", "wrong1")
    hall.hr.get(hall.path)
    assert "Right answers and the marks of single questions are left out" in hall.hr.words
    assert "Right answer " not in hall.hr.words
    hall.boss.get(hall.path)
    assert "Right answer" in hall.boss.words


def test_printing_is_on_record(hall: Hall) -> None:
    hall.boss.get(f"{hall.path}?unit={hall.yard_id}")
    with learn(hall.app).database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "attempts.printed")).one()
    assert (entry.object_id, entry.unit_id, entry.detail["people"]) == (hall.exam_id, hall.yard_id, 1)


def test_what_is_left_out_is_said(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marked_papers, "MOST", 1)
    hall.boss.get(hall.path)
    assert "1 more are left out" in hall.boss.words
    assert hall.boss.text.count('class="sl-marked"') == 1


@pytest.mark.parametrize(("counts", "number"), [("best", "1"), ("last", "2")])
def test_the_attempt_that_counts_is_printed(app: Flask, counts: str, number: str) -> None:
    hall = Hall(app, attempts_allowed=2, counts=counts)
    with learn(app).database.writing() as session:
        unit = session.get_one(Unit, hall.mill_id)
        source = stored_bank(session, now=START, unit=unit)
        row = published_exam(session, now=START, unit=unit, source=source, attempts_allowed=2, counts=counts)
        hall.exam_id = row.id
    for answers in (["right"] * 5, ["wrong1"] * 5):
        hall.sit("wang", *answers)
    hall.boss.get(f"/manage/exams/{hall.exam_id}/marked-papers")
    assert f"Attempt {number}" in hall.boss.words
    assert hall.boss.text.count('class="sl-marked"') == 1


def test_ones_own_paper_once_it_is_open(app: Flask, clock: FrozenClock) -> None:
    hall = Hall(app)
    key = hall.sit("lin", "wrong1", "right")
    lin, wang = Visitor(app).sign_in("lin"), Visitor(app).sign_in("wang")
    lin.get(f"/attempts/{key}/result")
    assert f"/attempts/{key}/print" in lin.text
    lin.get(f"/attempts/{key}/print")
    assert "Signature of the examinee" in lin.words
    assert wang.get(f"/attempts/{key}/print").status_code == 404


@pytest.mark.parametrize("policy", [{"show_key": Shown.NEVER}, {"show_score": Shown.NEVER}])
def test_ones_own_paper_waits_for_the_policy(app: Flask, policy: dict[str, Any]) -> None:
    hall = Hall(app, **policy)
    key = hall.sit("lin", "wrong1")
    lin = Visitor(app).sign_in("lin")
    lin.get(f"/attempts/{key}/result")
    assert "/print" not in lin.text
    assert lin.get(f"/attempts/{key}/print").status_code == 409
    assert "once the exam shows" in lin.words


def test_an_open_paper_is_not_printed(app: Flask) -> None:
    hall = Hall(app)
    paper = Visitor(app).sign_in("lin").start(hall.exam_id)
    assert Visitor(app).sign_in("lin").get(f"/attempts/{paper.key}/print").status_code == 409
    hall.boss.get(hall.path)
    assert "Nobody has handed in" in hall.boss.words
    with learn(app).database.reading() as session:
        assert session.scalars(select(Attempt.exam_id)).one() == session.get_one(Exam, hall.exam_id).id
