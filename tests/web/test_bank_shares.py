"""A bank shared with another unit: looked into, drawn from, copied from, never changed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Bank, Person, Question, Role, Unit
from suyu_learn.services import bank_contents, exam_plans, people
from tests.browser_without_script import Visitor
from tests.factories import learn, manager, published_exam, stored_bank

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def town(app: Flask) -> dict[str, Any]:
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        city = people.add_unit(session, "City", parent=None, now=now)
        mill, farm, shop = (people.add_unit(session, name, parent=city, now=now) for name in ("Mill", "Farm", "Shop"))
        row = stored_bank(session, now=now, unit=mill, name="Of the mill")
        own = stored_bank(session, now=now, unit=farm, name="Of the farm", questions=[])
        people_ = {unit.name: manager(session, Role.ORGANIZER, unit, now=now) for unit in (mill, farm, shop)}
        question = session.scalars(select(Question.id).where(Question.bank_id == row.id)).first()
        return {"bank": row.id, "own": own.id, "farm": farm.id, "question": question,
                **{name: one.username for name, one in people_.items()}}  # fmt: skip


def test_a_share_is_given_used_and_taken_back(app: Flask, town: dict[str, Any]) -> None:
    keeper, farmer, shopkeeper = (Visitor(app).sign_in(town[name]) for name in ("Mill", "Farm", "Shop"))
    where = f"/manage/bank/{town['bank']}"
    assert farmer.get(where).status_code == 404
    keeper.get(f"{where}/shares")
    keeper.post(f"{where}/shares", unit=str(town["farm"]))
    assert "The bank is shared" in keeper.words
    assert keeper.post(f"{where}/shares", unit=str(town["farm"])).status_code == 422
    farmer.get("/manage/bank")
    assert "Shared by Mill" in farmer.words
    assert farmer.get(where).status_code == 200
    assert "Another unit shares this bank" in farmer.words
    assert farmer.get(f"{where}/questions/{town['question']}").status_code == 200
    assert shopkeeper.get(where).status_code == 404
    for path in ("rename", "delete", "review", "shares", f"questions/{town['question']}/retire",
                 f"questions/{town['question']}/edit", "filters"):  # fmt: skip
        assert farmer.post(f"{where}/{path}", name="mine").status_code == (403 if path != "filters" else 200), path
    which = {"question": str(town["question"]), "which": "chosen"}
    assert farmer.post(f"{where}/bulk/check", **which, what="retire").status_code == 403
    farmer.post(f"{where}/bulk/apply", **which, what="copy", value=str(town["own"]), number="1")
    assert "Done: 1 of 1 questions." in farmer.words
    with learn(app).database.writing() as session:
        person = session.scalars(select(Person).where(Person.username == town["Farm"])).one()
        assert [one.name for one in exam_plans.usable_banks(session, person)] == ["Of the farm", "Of the mill"]
        row, unit = session.get_one(Bank, town["bank"]), session.get_one(Unit, town["farm"])
        published_exam(session, now=learn(app).now(), source=row, unit=unit, title="Harvest", questions=5)
        with pytest.raises(Problem, match="needed"):
            bank_contents.retire(session, row, town["question"], actor=person, now=learn(app).now())
    keeper.get(f"{where}/shares")
    assert "1 open exam of theirs draws from it and goes on doing so" in keeper.words
    keeper.get(f"{where}/questions/{town['question']}")
    assert "An exam of another unit" in keeper.words
    assert "Harvest" not in keeper.words
    keeper.post(f"{where}/shares/{town['farm']}/withdraw")
    assert "Farm sees this bank no more." in keeper.words
    assert farmer.get(where).status_code == 404
    keeper.post(f"{where}/shares/{town['farm']}/withdraw")
    assert "no more already" in keeper.words


def test_a_topic_is_kept_on_its_pages(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["Mill"])
    keeper.get("/manage/topics")
    keeper.post("/manage/topics", name="Safety", parent="")
    keeper.post("/manage/topics", name="Fire", parent="1")
    assert keeper.post("/manage/topics", name="Safety", parent="").status_code == 422
    keeper.get("/manage/topics/2")
    keeper.post("/manage/topics/2/rename", name="Flames")
    assert "new name" in keeper.words
    keeper.post("/manage/topics/2/move", parent="")
    assert "stands in its new place" in keeper.words
    assert keeper.post("/manage/topics/2/merge", into="2").status_code == 422
    keeper.post("/manage/topics/2/merge", into="1")
    assert "The two topics are one." in keeper.words
    keeper.post("/manage/topics/1/remove")
    assert "The topic is gone." in keeper.words
    assert keeper.get("/manage/topics/1").status_code == 404
