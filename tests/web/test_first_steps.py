"""The order of first things, for who may make exams and has none."""

from __future__ import annotations

import pytest
from flask import Flask

from suyu_learn.models import Role, Unit
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import START
from tests.factories import learn, learner, manager, published_exam, single, stored_bank

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_new_administrator_sees_what_comes_first_until_there_is_an_exam(app: Flask) -> None:
    with learn(app).database.writing() as session:
        name = str(manager(session, Role.ADMIN, None, now=START).username)
    boss = Visitor(app).sign_in(name)
    boss.get("/manage/")
    for part in (
        "First steps 1. Units Add the top unit",
        "2. Rosters Import",
        "3. Question banks Import",
        "4. Exam Make it",
    ):
        assert part in boss.words
    for address in ("/manage/units/new", "/manage/imports/roster", "/manage/bank", "/manage/exams/new"):
        assert f'href="{address}"' in boss.text
    with learn(app).database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=START)
        learner(session, now=START, unit=unit)
        stored_bank(session, now=START, unit=unit, questions=[single(1)])
    boss.get("/manage/")
    assert "Done: There is 1 unit." in boss.words
    assert "Done: There is 1 person in them." in boss.words
    assert "Done: There is 1 bank to draw from" in boss.words
    with learn(app).database.writing() as session:
        published_exam(session, now=START)
    boss.get("/manage/")
    assert "First steps" not in boss.words


def test_an_empty_unit_leads_to_the_roster_and_a_new_person_to_a_password(app: Flask) -> None:
    with learn(app).database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=START)
        name = str(manager(session, Role.ADMIN, None, now=START).username)
        address = f"/manage/units/{unit.id}"
    boss = Visitor(app).sign_in(name)
    boss.get(address)
    assert "Import a roster" in boss.words
    with learn(app).database.writing() as session:
        person = people.add_person(session, "Li Mei", now=START, unit=session.get_one(Unit, unit.id)).id
    boss.get(address)
    assert "Import a roster" not in boss.words
    boss.get(f"/manage/people/{person}")
    assert "Link to set a password" in boss.words


@pytest.mark.parametrize(
    ("role", "said", "kept"),
    [(Role.ORGANIZER, "1. Question banks", "Rosters Import"), (Role.HR, "Rosters", "First steps"),
     (Role.UNIT_MANAGER, "2. Rosters", "Add the top unit")],
)  # fmt: skip
def test_only_what_the_person_may_do_is_named(app: Flask, role: Role, said: str, kept: str) -> None:
    with learn(app).database.writing() as session:
        unit = people.add_unit(session, "Pine City", parent=None, now=START)
        name = str(manager(session, role, unit, now=START, home=unit).username)
    visitor = Visitor(app).sign_in(name)
    visitor.get("/manage/")
    assert said in visitor.words
    assert kept not in visitor.words
