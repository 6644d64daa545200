"""Changing many questions at once: chosen, counted, confirmed; refused where an open exam would lack them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from suyu_learn.models import AuditEntry, Bank, Question, QuestionVersion, Role, Unit
from suyu_learn.services import bank_search, people, topics
from suyu_learn.services.bank_search import QuestionFilter
from tests.browser_without_script import Visitor
from tests.factories import learn, manager, published_exam, single, stored_bank

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def town(app: Flask) -> dict[str, Any]:
    here = learn(app)
    now = here.now()
    with here.database.writing() as session:
        people.install_audiences(session)
        city = people.add_unit(session, "City", parent=None, now=now)
        mill = people.add_unit(session, "Mill", parent=city, now=now)
        farm = people.add_unit(session, "Farm", parent=city, now=now)
        row = stored_bank(session, now=now, unit=mill, name="Of the mill", questions=[single(one) for one in range(6)])
        target = stored_bank(session, now=now, unit=mill, name="Second", questions=[])
        foreign = stored_bank(session, now=now, unit=farm, name="Foreign", questions=[])
        topic = topics.at_the_top(session, ["Safety"])["Safety"]
        keeper = manager(session, Role.ORGANIZER, mill, now=now)
        ids = list(session.scalars(select(Question.id).where(Question.bank_id == row.id).order_by(Question.id)))
        return {"bank": row.id, "target": target.id, "foreign": foreign.id, "topic": topic, "ids": ids,
                "keeper": keeper.username, "mill": mill.id}  # fmt: skip


def bulk(visitor: Visitor, town: dict[str, Any], what: str, value: str = "", **which: Any) -> str:
    """Choose, look at what would change, confirm; the effect as it was told."""
    where = f"/manage/bank/{town['bank']}/bulk"
    which = which or {"question": [str(one) for one in town["ids"]], "which": "chosen"}
    visitor.get(f"/manage/bank/{town['bank']}")
    visitor.post(where, **which)
    assert f'value="{what}"' in visitor.text
    visitor.post(f"{where}/check", **which, what=what, **{f"value-{what}": value})
    told = re.search(r"\d+ of \d+ questions change", visitor.words)
    if told is None:
        return visitor.words
    number = re.search(r'name="number" value="(\d+)"', visitor.text)
    assert number
    visitor.post(f"{where}/apply", **which, what=what, value=value, number=number[1])
    return told[0]


def found(app: Flask, town: dict[str, Any], **wanted: Any) -> int:
    with learn(app).database.reading() as session:
        return bank_search.count(session, session.get_one(Bank, town["bank"]), QuestionFilter(**wanted))


def test_what_is_known_changes_as_new_versions(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keeper"])
    assert bulk(keeper, town, "topic_add", str(town["topic"])) == "6 of 6 questions change"
    assert "Done: 6 of 6 questions." in keeper.words
    assert found(app, town, topic=town["topic"]) == 6
    two = {"question": [str(one) for one in town["ids"][:2]], "which": "chosen"}
    assert bulk(keeper, town, "difficulty", "hard", **two) == "2 of 2 questions change"
    assert bulk(keeper, town, "difficulty", "hard") == "4 of 6 questions change"
    assert bulk(keeper, town, "tags_add", "粉尘，old", which="all", difficulty="hard") == "6 of 6 questions change"
    assert bulk(keeper, town, "tags_remove", "old", **two) == "2 of 2 questions change"
    assert found(app, town, tag="old") == 4
    for what, value in (("criterion", "7"), ("dimension", "methods"), ("source", "GB 1"),
                        ("audience_add", "audience:workers"), ("topic_remove", str(town["topic"]))):  # fmt: skip
        assert bulk(keeper, town, what, value) == "6 of 6 questions change", what
    assert found(app, town, criterion=7, dimension="methods", source="GB", audience="audience:workers") == 6
    assert found(app, town, topic=town["topic"]) == 0
    with learn(app).database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Question)) == 6
        numbers = session.scalars(select(func.max(QuestionVersion.number)).group_by(QuestionVersion.question_id))
        assert max(numbers) == 10
        told = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "questions.difficulty")).all()
        assert [one["rows"] for one in told] == [2, 4]
        assert session.scalar(select(AuditEntry.id).where(AuditEntry.action == "question.edited")) is None


def test_looking_changes_nothing_and_nonsense_is_refused(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keeper"])
    where = f"/manage/bank/{town['bank']}/bulk"
    keeper.post(where)
    assert "Choose questions first." in keeper.words
    which = {"question": [str(one) for one in town["ids"]]}
    keeper.post(f"{where}/check", **which, what="difficulty", value="hard")
    assert found(app, town, difficulty="hard") == 0
    for what, value in (("difficulty", "odd"), ("criterion", "99"), ("nothing", ""), ("tags_add", " "),
                        ("tags_add", "x" * 80), ("move", "x"), ("move", str(town["bank"]))):  # fmt: skip
        assert keeper.post(f"{where}/check", **which, what=what, value=value).status_code == 422, what
    assert keeper.post(f"{where}/check", **which, what="move", value=str(town["foreign"])).status_code == 404
    assert keeper.post(f"{where}/apply", **which, what="retire", number="5").status_code == 422
    assert "Other questions are found by now" in keeper.words


def test_status_move_and_copy_and_the_exam_that_needs_them(app: Flask, town: dict[str, Any]) -> None:
    keeper = Visitor(app).sign_in(town["keeper"])
    one, two = ({"question": [str(town["ids"][place])], "which": "chosen"} for place in (0, 1))
    assert bulk(keeper, town, "retire", **one) == "1 of 1 questions change"
    assert bulk(keeper, town, "publish") == "1 of 6 questions change"
    assert bulk(keeper, town, "copy", str(town["target"]), **one) == "1 of 1 questions change"
    assert bulk(keeper, town, "copy", str(town["target"]), **one) == "0 of 1 questions change"
    assert bulk(keeper, town, "move", str(town["target"]), **two) == "1 of 1 questions change"
    with learn(app).database.writing() as session:
        assert bank_search.count(session, session.get_one(Bank, town["target"]), QuestionFilter()) == 2
        now, mill = learn(app).now(), session.get_one(Unit, town["mill"])
        published_exam(session, now=now, source=session.get_one(Bank, town["bank"]), unit=mill, title="Needs five")
    three = {"question": [str(town["ids"][2])], "which": "chosen"}
    for what, value in (("retire", ""), ("move", str(town["target"]))):
        assert "too few questions: Needs five" in bulk(keeper, town, what, value, **three)
