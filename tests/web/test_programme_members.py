"""Giving a programme to people in the browser, who has it, and how the learner finds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from suyu_learn.models import (
    Course,
    Person,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    Repeats,
    Role,
    SignOff,
    Unit,
)
from suyu_learn.services import people
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.factories import (
    course_part,
    learn,
    learner,
    manager,
    programme_plan,
    sign_off_part,
    stored_course,
    stored_programme,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Works:
    """A works with two workshops, and a published programme of a course and teaching at work."""

    app: Flask
    key: str
    unit_id: int
    saws_id: int

    def visit(self, username: str) -> Visitor:
        return Visitor(self.app).sign_in(username)

    def give(self, **said: Any) -> Visitor:
        """Give it as the boss does, after having seen whom it reaches."""
        form = {"unit": str(self.unit_id), "starts_on": "2026-03-02", "due_on": "2026-06-30", "audience": ""} | said
        boss = self.visit("boss")
        boss.get(f"/manage/programmes/{self.key}/assign")
        boss.post(f"/manage/programmes/{self.key}/assign", action="give", **form)
        return boss

    def person_id(self, name: str) -> int:
        with learn(self.app).database.reading() as session:
            return session.scalars(select(Person.id).where(Person.name == name)).one()

    def member_id(self, name: str) -> int:
        with learn(self.app).database.reading() as session:
            return session.scalars(
                select(ProgrammeMember.id).join(Person, Person.id == ProgrammeMember.person_id)
                .where(Person.name == name)
            ).one()  # fmt: skip


@pytest.fixture
def works(app: Flask) -> Works:
    here = learn(app)
    with here.database.writing() as session:
        people.install_audiences(session)
        unit = people.add_unit(session, "Pine Works", parent=None, now=here.now())
        saws = people.add_unit(session, "Saws", parent=unit, now=here.now())
        course = stored_course(session, now=here.now())
        stages = ("Works", (course_part(course),)), ("Workshop", (sign_off_part("4"),))
        plan = programme_plan(*stages, title="New workers", in_order=True)
        programme = stored_programme(session, plan, now=here.now(), unit=unit)
        manager(session, Role.UNIT_MANAGER, unit, now=here.now()).username = "boss"
        manager(session, Role.ORGANIZER, saws, now=here.now()).username = "foreman"
        elsewhere = people.add_unit(session, "Elsewhere", parent=None, now=here.now())
        manager(session, Role.ORGANIZER, elsewhere, now=here.now()).username = "stranger"
        learner(session, now=here.now(), name="Lin", unit=saws, username="lin")
        learner(session, now=here.now(), name="Mei", unit=unit, username="mei")
        return Works(app, programme.key, unit.id, saws.id)


def test_before_it_is_given_the_page_says_whom_it_reaches(works: Works) -> None:
    boss = works.visit("boss")
    boss.get(f"/manage/programmes/{works.key}/assign")
    boss.post(f"/manage/programmes/{works.key}/assign", action="look", unit=str(works.saws_id), audience="",
              starts_on="2026-03-02", due_on="2026-06-30")  # fmt: skip
    assert "It reaches 2 people today." in boss.words
    assert "Lin" in boss.words
    assert "Mei" not in boss.words
    assert 'value="2026-06-30"' in boss.text


def test_what_was_given_stands_on_the_home_page_with_its_deadline(works: Works) -> None:
    boss = works.give()
    assert "Given. It stands on the home page of those people now." in boss.words
    lin = works.visit("lin")
    lin.get("/")
    assert "Due next All my programmes New workers until 30 Jun 2026: 120 days left" in lin.words
    lin.get(f"/programmes/{works.key}")
    assert "0 of 2 parts done" in lin.words
    assert "After the stage before" in lin.words
    assert 'href="/courses/soil"' in lin.text


def test_who_comes_into_the_unit_later_finds_it_on_the_home_page(works: Works) -> None:
    works.give()
    here = learn(works.app)
    with here.database.writing() as session:
        unit = session.get(people.Unit, works.saws_id)
        learner(session, now=here.now(), name="New", unit=unit, username="new")
    new = works.visit("new")
    new.get("/")
    assert "New workers" in new.words


def test_what_a_year_asked_for_that_is_over_is_not_due_any_more(works: Works, clock: FrozenClock) -> None:
    here = learn(works.app)
    with here.database.writing() as session:
        programme = session.scalars(select(Programme)).one()
        programme.repeats = Repeats.YEARLY
    works.give(due_on="")
    clock.set(datetime(2027, 1, 3, tzinfo=UTC))
    lin = works.visit("lin")
    lin.get("/")
    assert "until 31 Dec 2027" in lin.words
    assert "overdue" not in lin.words
    lin.get("/programmes")
    assert "no longer asked of you" in lin.words


def test_nothing_is_said_of_programmes_where_there_are_none(works: Works) -> None:
    lin = works.visit("lin")
    lin.get("/")
    assert "Due next" not in lin.words
    assert lin.get(f"/programmes/{works.key}").status_code == 404
    lin.get("/programmes")
    assert "Nothing is due" in lin.words


def test_the_list_states_its_denominators_and_filters(works: Works) -> None:
    boss = works.give()
    boss.get(f"/manage/programmes/{works.key}/people")
    # boss, foreman, Lin, Mei, and whoever the programme was made by
    assert "Given to 5 people" in boss.words
    assert "0 of 5 due: 0.0%" in boss.words
    boss.get(f"/manage/programmes/{works.key}/people?standing=completed")
    assert "Nobody here has it yet." in boss.words
    boss.get(f"/manage/programmes/{works.key}/people?search=Lin&standing=missing")
    assert "Lin" in boss.words
    assert "Mei" not in boss.words


def test_the_list_offers_sign_offs_only_where_something_is_signed(works: Works) -> None:
    boss = works.give()
    boss.get(f"/manage/programmes/{works.key}/people")
    assert f"/manage/programmes/{works.key}/sign-offs" in boss.text
    here = learn(works.app)
    with here.database.writing() as session:
        unit = session.get_one(Unit, works.unit_id)
        course = session.scalars(select(Course)).one()
        key = stored_programme(session, programme_plan(("One", (course_part(course),))), now=here.now(), unit=unit).key
    boss.get(f"/manage/programmes/{key}/people")
    assert "sign-offs" not in boss.text


def test_what_the_city_gave_is_not_a_lower_organizers_to_take_back(works: Works) -> None:
    works.give()
    foreman = works.visit("foreman")
    foreman.get(f"/manage/programmes/{works.key}/people")
    assert "/assignments/" not in foreman.text


def test_a_lower_organizer_gives_and_sees_within_their_own_unit(works: Works) -> None:
    works.give()
    foreman = works.visit("foreman")
    foreman.get(f"/manage/programmes/{works.key}/people")
    assert "Given to 2 people" in foreman.words
    assert "Mei" not in foreman.words
    assert foreman.get(f"/manage/programmes/{works.key}/people/{works.member_id('Mei')}").status_code == 404
    foreman.get(f"/manage/programmes/{works.key}/assign")
    refused = foreman.post(f"/manage/programmes/{works.key}/assign", action="give", unit=str(works.unit_id),
                           audience="", starts_on="2026-03-02")  # fmt: skip
    assert refused.status_code == 422


def test_a_stranger_does_not_find_it(works: Works) -> None:
    stranger = works.visit("stranger")
    assert stranger.get(f"/manage/programmes/{works.key}/people").status_code == 404


def test_exempting_asks_for_a_reason_and_the_learner_reads_it(works: Works) -> None:
    boss, page = works.give(), f"/manage/programmes/{works.key}/people/{works.member_id('Lin')}"
    boss.get(f"{page}/exempt")
    assert boss.post(f"{page}/exempt", reason="").status_code == 422
    boss.post(f"{page}/exempt", reason="Has been trained elsewhere")
    assert "Lin need not complete it." in boss.words
    boss.get(f"/manage/programmes/{works.key}/people")
    assert "0 of 4 due" in boss.words
    lin = works.visit("lin")
    lin.get("/")
    assert "Due next" not in lin.words
    lin.get(f"/programmes/{works.key}")
    assert "You need not complete it: Has been trained elsewhere" in lin.words
    boss.get(f"{page}/exempt/end")
    boss.post(f"{page}/exempt/end", reason="Papers were missing")
    lin.get("/")
    assert "Due next" in lin.words


def test_one_person_is_found_by_name_and_gets_it_with_the_reason(works: Works) -> None:
    boss, page = works.visit("boss"), f"/manage/programmes/{works.key}/assign-person"
    boss.get(page)
    said = {"starts_on": "2026-03-02", "due_on": "2026-04-01", "reason": "Back after a year"}
    assert boss.post(page, person="Nobody", **said).status_code == 422
    assert "Nobody of that name or number lies within your units." in boss.words
    assert 'value="Nobody"' in boss.text
    boss.post(page, person="Lin", **said)
    assert "Lin until 1 Apr 2026: 30 days left" in boss.words
    assert "Back after a year" in boss.words


def test_taking_it_back_takes_it_from_the_home_page(works: Works) -> None:
    boss = works.give()
    boss.get(f"/manage/programmes/{works.key}/people")
    end = re.search(r'href="([^"]+/assignments/\d+/end)"', boss.text)[1]  # type: ignore[index]
    boss.get(end)
    boss.post(end, reason="Next year")
    lin = works.visit("lin")
    lin.get("/")
    assert "Due next" not in lin.words


def test_a_deadline_that_has_passed_is_said_at_its_field(works: Works) -> None:
    boss = works.visit("boss")
    boss.get(f"/manage/programmes/{works.key}/assign")
    refused = boss.post(f"/manage/programmes/{works.key}/assign", action="look", unit=str(works.unit_id), audience="",
                        starts_on="2026-03-02", due_on="2026-03-01")  # fmt: skip
    assert refused.status_code == 422
    assert "The deadline has passed by then." in boss.words
    assert 'value="2026-03-01"' in boss.text


def test_who_comes_moves_or_is_kept_out_has_the_programmes_of_the_unit_at_once(works: Works) -> None:
    works.give(unit=str(works.saws_id), audience="workers")
    boss = works.visit("boss")

    def standing() -> str:
        boss.get(f"/manage/programmes/{works.key}/people?search=Neu")
        found = re.search(r"Neu .*?(Not yet completed|Left)", boss.words)
        return found[1] if found else ""

    boss.get("/manage/people/new")
    boss.post("/manage/people/new", name="Neu", unit_id=str(works.saws_id), audiences_in=["farmers"])
    assert "Neu has been added." in boss.words
    assert standing() == ""
    page = f"/manage/people/{works.person_id('Neu')}"
    boss.get(f"{page}/edit")
    boss.post(f"{page}/edit", name="Neu", audiences_in=["workers"])
    assert standing() == "Not yet completed"
    boss.get(f"/manage/programmes/{works.key}/sign-offs")
    assert "Neu" in boss.words
    boss.get(f"{page}/move")
    boss.post(f"{page}/move", unit=str(works.unit_id), since="", reason="To the yard")
    assert standing() == "Left"
    boss.get(f"{page}/move")
    boss.post(f"{page}/move", unit=str(works.saws_id), since="", reason="Back")
    assert standing() == "Not yet completed"
    boss.get(f"{page}/disable")
    boss.post(f"{page}/disable", reason="Gone to sea")
    assert standing() == "Left"
    boss.get(f"{page}/enable")
    boss.post(f"{page}/enable", reason="Back from sea")
    assert standing() == "Not yet completed"
    assert works.member_id("Neu")  # one turn all along


def test_what_is_signed_is_shown_of_one_unit_and_all_of_it_ticked(works: Works) -> None:
    works.give()
    with learn(works.app).database.reading() as session:
        parts = select(ProgrammePart.id).join(ProgrammeStage, ProgrammeStage.id == ProgrammePart.stage_id)
        part = session.scalars(parts.where(ProgrammeStage.title == "Workshop")).one()
    with learn(works.app).database.writing() as session:
        session.scalars(select(Programme)).one().in_order = False
    boss, page = works.visit("boss"), f"/manage/programmes/{works.key}/sign-offs/{part}"
    boss.get(page)
    ticks = {name: f'name="people" value="{works.member_id(name)}"' for name in ("Lin", "Mei")}
    assert all(tick in boss.text for tick in ticks.values())
    boss.post(page, action="show", unit="Pine Works / Saws", trainer="Old Pine")
    assert ticks["Lin"] in boss.text
    assert ticks["Mei"] not in boss.text
    assert 'value="Old Pine"' in boss.text
    boss.post(page, action="all", unit="Pine Works / Saws", people=[str(works.member_id("Mei"))])
    assert all(f"{tick} checked" in boss.text for tick in ticks.values())  # who was ticked before stays
    with learn(works.app).database.reading() as session:
        assert session.scalars(select(SignOff)).all() == []
