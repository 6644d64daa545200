"""The page of a question: who sees it, what it tells."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Bank, Question, Role
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.factories import fill_in, learn, manager, multiple, published_exam, single, stored_bank, true_false

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def town(app: Flask) -> dict[str, Any]:
    """Two units under a city: a bank in the mill, people who keep, review and look from elsewhere."""
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        city = people.add_unit(session, "Pine City", parent=None, now=now)
        mill = people.add_unit(session, "Mill", parent=city, now=now)
        farm = people.add_unit(session, "Farm", parent=city, now=now)
        keeper = manager(session, Role.ORGANIZER, mill, now=now)
        reviewer = manager(session, Role.REVIEWER, mill, now=now)
        farmer = manager(session, Role.ORGANIZER, farm, now=now)
        bank = stored_bank(session, now=now, unit=mill, name="Of the mill",
                           questions=[single(1), multiple(2), true_false(3), fill_in(4)])  # fmt: skip
        exam = published_exam(session, now=now, source=bank, unit=mill, title="Fire exam", questions=2)
        ids = list(session.scalars(select(Question.id).where(Question.bank_id == bank.id).order_by(Question.id)))
        return {
            "bank": bank.id, "ids": ids, "exam": exam.id, "mill": mill.id, "farm": farm.id,
            "keeper": keeper.username, "reviewer": reviewer.username, "farmer": farmer.username,
        }  # fmt: skip


def test_a_question_tells_all_that_is_known_of_it(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keeper"])
    for number, says in zip(town["ids"], ("Because of 1.", "Which ones, 2?", "Statement 3.", "oxygen"), strict=True):
        assert keeper.get(f"/manage/bank/{town['bank']}/questions/{number}").status_code == 200
        assert says in keeper.words
        assert "Version 1 Published papers draw this one" in keeper.words
        assert "Fire exam Open now · the paper may draw it · 0 attempts" in keeper.words
    attempt = keeper.start(town["exam"])
    attempt.submit()
    keeper.get(f"/manage/bank/{town['bank']}")
    assert f"/manage/bank/{town['bank']}/questions/{town['ids'][0]}" in keeper.text
    told = []
    for number in town["ids"]:
        keeper.get(f"/manage/bank/{town['bank']}/questions/{number}")
        told.append("1 attempt has it, over 1 exams." in keeper.words)
        assert ("Time taken too few answers (0 with a known time, 5 needed)" in keeper.words) is told[-1]
        assert ("Pauses over 10 minutes are left out" in keeper.words) is told[-1]
    assert sum(told) == 2


def test_who_cannot_correct_a_question_reads_who_can(app: Flask, town: dict[str, Any]) -> None:
    where = f"/manage/bank/{town['bank']}/questions/{town['ids'][0]}"
    keeper, reviewer = (Visitor(app).sign_in(town[name]) for name in ("keeper", "reviewer"))
    keeper.get(where)
    assert "mark anew" not in keeper.words
    reviewer.get(where)
    assert "The organizers of Mill correct the questions of this bank" in reviewer.words
    with learn(app).database.writing() as session:
        session.get_one(Bank, town["bank"]).unit_id = None
    keeper.get(where)
    assert "an administrator corrects its questions and, where a key was wrong, marks anew." in keeper.words


def test_questions_of_other_units_and_banks_are_not_there(app: Flask, town: dict[str, Any]) -> None:
    where = f"/manage/bank/{town['bank']}/questions/{town['ids'][0]}"
    farmer = Visitor(app).sign_in(town["farmer"])
    assert farmer.get(where).status_code == 404
    reviewer = Visitor(app).sign_in(town["reviewer"])
    assert reviewer.get(where).status_code == 200
    assert "Retire" not in reviewer.words
    keeper = Visitor(app).sign_in(town["keeper"])
    assert keeper.get(f"/manage/bank/{town['bank']}/questions/999999").status_code == 404
    with learn(app).database.writing() as session:
        other = session.scalars(select(Bank.id).where(Bank.id != town["bank"])).first()
    assert other is None or keeper.get(f"/manage/bank/{other}/questions/{town['ids'][0]}").status_code == 404
