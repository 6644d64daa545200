"""Events to come, as a learner finds them: on the home page within a week, with their programmes, and all in a list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.models import Event, HoursScope, Person, Programme, ProgrammeMember, Unit
from suyu_learn.models.base import new_key
from suyu_learn.services import people
from suyu_learn.services.events import Wanted
from tests.browser_without_script import Visitor
from tests.clock import START, FrozenClock
from tests.factories import a_part, given_programme, learn, learner
from tests.web.test_budgets import counted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = timedelta(days=1)


@dataclass
class Town:
    """A mill with a saw hall, and Lin at the saws, who has a programme with a part for a lecture."""

    app: Flask
    clock: FrozenClock
    mill: int
    saws: int
    office: int
    part: int

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with learn(self.app).database.writing() as session:
            yield session

    def arrange(self, title: str, *, unit: int | None, at: timedelta, part: int | None = None, **said: object) -> str:
        wanted = Wanted(title, START + at, START + at + timedelta(hours=2), Decimal(2), place="Hall 2", unit_id=unit,
                        part_id=part)  # fmt: skip
        values = {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}
        with self.writing() as session:
            event = Event(key=new_key(), secret="s", created_at=START, **values, **said)
            session.add(event)
            return event.key

    def lin(self) -> Visitor:
        return Visitor(self.app).sign_in("lin")


@pytest.fixture
def town(app: Flask, clock: FrozenClock) -> Town:
    with learn(app).database.writing() as session:
        mill = people.add_unit(session, "Mill", parent=None, now=START)
        saws = people.add_unit(session, "Saws", parent=mill, now=START)
        office = people.add_unit(session, "Office", parent=None, now=START)
        lin = learner(session, now=START, unit=saws, name="Lin", username="lin")
        part = a_part(session, mill, lin, now=START)
        return Town(app, clock, mill.id, saws.id, office.id, part.id)


def test_the_home_page_names_what_is_within_a_week_and_the_list_all(town: Town) -> None:
    own = town.arrange("Dust and fire", unit=town.mill, at=DAY)
    town.arrange("Of all units", unit=None, at=3 * DAY)
    town.arrange("Of the programme", unit=town.mill, at=4 * DAY, part=town.part)
    town.arrange("Far away", unit=town.saws, at=20 * DAY)
    town.arrange("Over", unit=town.saws, at=-DAY)
    town.arrange("Of others", unit=town.office, at=DAY)
    lin = town.lin()
    lin.get("/")
    assert "Coming events All coming events 1 more Dust and fire Tomorrow 3 Mar 2026" in lin.words
    assert "09:00 to 11:00 Hall 2" in lin.words
    assert "Of all units" in lin.words
    assert f'href="/events/{own}"' in lin.text
    for unseen in ("Of the programme", "Far away", "Over", "Of others"):
        assert unseen not in lin.words
    lin.get("/programmes")
    for seen in ("Dust and fire", "Of all units", "Of the programme", "Hall 2 Safety", "Far away"):
        assert seen in lin.words
    assert "Of others" not in lin.words
    lin.get("/programmes/p")
    assert "Of the programme · 6 Mar 2026, 09:00 to 11:00 · Hall 2" in lin.words


def test_the_home_page_is_calm_where_nothing_is_near(town: Town) -> None:
    town.arrange("Far away", unit=town.saws, at=8 * DAY)
    lin = town.lin()
    lin.get("/")
    assert "Coming events" not in lin.words


def test_what_was_called_off_is_said_and_what_runs_now_too(town: Town) -> None:
    town.arrange("No lecture", unit=town.mill, at=2 * DAY, cancelled_at=START, cancel_reason="Snow")
    town.arrange("Runs", unit=town.mill, at=timedelta(minutes=-30))
    lin = town.lin()
    lin.get("/")
    assert "Runs Now" in lin.words
    assert "No lecture Called off" in lin.words


def test_members_of_a_programme_find_its_events_elsewhere_until_they_have_completed_it(town: Town) -> None:
    town.arrange("Of the programme", unit=town.office, at=DAY, part=town.part)
    lin = town.lin()
    lin.get("/")
    assert "Of the programme" in lin.words
    with town.writing() as session:
        session.scalars(select(ProgrammeMember)).one().completed_at = START
    lin.get("/")
    assert "Of the programme" not in lin.words


def test_what_was_held_for_a_programme_in_the_bin_is_an_event_of_its_unit(town: Town) -> None:
    own = town.arrange("Dust and fire", unit=town.mill, at=DAY, part=town.part)
    town.arrange("Of others", unit=town.office, at=DAY, part=town.part)
    with town.writing() as session:
        session.scalars(select(Programme)).one().deleted_at = START
    lin = town.lin()
    lin.get("/programmes")
    assert "Dust and fire" in lin.words
    assert "Safety" not in lin.words
    assert "Of others" not in lin.words
    assert lin.get(f"/events/{own}").status_code == 200


def test_where_all_hours_count_the_programme_names_what_brings_some(town: Town) -> None:
    town.arrange("Dust and fire", unit=town.mill, at=10 * DAY)
    lin = town.lin()
    lin.get("/programmes/p")
    assert "Dust and fire" not in lin.words
    with town.writing() as session:
        session.scalars(select(Programme)).one().counts = HoursScope.ALL
    lin.get("/programmes/p")
    assert "Coming events Dust and fire" in lin.words


def test_guests_and_people_without_a_unit_find_what_is_theirs(town: Town) -> None:
    town.arrange("Dust and fire", unit=town.mill, at=DAY)
    town.arrange("Of all units", unit=None, at=DAY)
    with town.writing() as session:
        learner(session, now=START, unit=None, name="Nomad", username="nomad")
    nomad = Visitor(town.app).sign_in("nomad")
    nomad.get("/")
    assert "Of all units" in nomad.words
    assert "Dust and fire" not in nomad.words


def test_fifty_programmes_ask_no_more_of_the_database_than_two(town: Town) -> None:
    cost = []
    for count in (2, 48):
        with town.writing() as session:
            mill, lin = session.get_one(Unit, town.mill), session.scalars(select(Person)).first()
            assert lin is not None
            for _number in range(count):
                given_programme(session, mill, now=START, counts=HoursScope.ALL).to(session, lin, now=START)
                given = given_programme(session, mill, now=START)
                given.to(session, lin, now=START)
        visitor = town.lin()
        for path in ("/programmes", "/"):
            visitor.get(path)
            with counted(town.app) as counts:
                visitor.get(path)
            cost.append(counts["statements"])
    assert cost[:2] == cost[2:], cost
