"""Who still lacks what: by team, within reach, each person once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from suyu_learn.models import (
    Membership,
    Person,
    ProgrammeExemption,
    ProgrammeMember,
    ProgrammeState,
    Repeats,
    Role,
    Unit,
)
from suyu_learn.services import people, reminders
from suyu_learn.services.grants import Reach
from suyu_learn.services.reminders import Counts, Deadline, Missing
from tests.clock import START
from tests.factories import Given, given_programme, learner, manager
from tests.refusals import code_of

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 2)
EVERYWHERE = Reach(everywhere=True)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Works:
    """A wood-works with two workshops, a programme given to it, and a foreign mill."""

    session: Session
    works: Unit
    saws: Unit
    glue: Unit
    mill: Unit
    given: Given

    def member(self, name: str, unit: Unit, **member: Any) -> ProgrammeMember:
        person = learner(self.session, now=START, unit=unit, name=name)
        return self.given.to(self.session, person, now=START, **member)

    def missing(self, reach: Reach = EVERYWHERE, *, now: datetime = START, **wanted: Any) -> Missing:
        return reminders.missing(self.session, self.given.programme, reach=reach, now=now, zone=ZONE, **wanted)


@pytest.fixture
def here(session: Session) -> Works:
    city = people.add_unit(session, "City", parent=None, now=START)
    works, mill = (people.add_unit(session, name, parent=city, now=START) for name in ("Works", "Mill"))
    saws, glue = (people.add_unit(session, name, parent=works, now=START) for name in ("Saws", "Glue"))
    return Works(session, works, saws, glue, mill, given_programme(session, works, now=START))


def crowd(here: Works, *, teams: int, of: int) -> None:
    """Teams of the saws, each with so many people who lack the programme."""
    rows = [people.add_unit(here.session, f"Team {number}", parent=here.saws, now=START) for number in range(teams)]
    ids = [1000 + number for number in range(teams * of)]
    here.session.execute(insert(Person), [
        {"id": one, "key": f"k{one}", "stamp": "", "name": f"P{one}", "name_key": f"p{one}", "created_at": START}
        for one in ids
    ])  # fmt: skip
    here.session.execute(insert(Membership), [
        {"person_id": one, "unit_id": rows[one % teams].id, "home": True, "since": START} for one in ids
    ])  # fmt: skip
    here.session.execute(insert(ProgrammeMember), [
        {"programme_id": here.given.programme.id, "person_id": one, "starts_on": TODAY, "added_at": START,
         "assignment_id": here.given.assignment.id}
        for one in ids
    ])  # fmt: skip


def exempted(session: Session, member: ProgrammeMember, *, ended_at: datetime | None = None) -> None:
    session.add(ProgrammeExemption(member_id=member.id, reason="On leave", at=START, ended_at=ended_at))
    session.flush()


def test_each_member_is_counted_once_as_what_they_are(here: Works) -> None:
    here.member("Late", here.saws, due_on=TODAY - timedelta(days=1))
    here.member("Today", here.saws, due_on=TODAY)
    here.member("Done", here.saws, completed_at=START)
    exempted(here.session, here.member("Exempt", here.glue))
    exempted(here.session, here.member("No more exempt", here.glue), ended_at=START)
    here.member("Gone", here.glue, left_at=START)
    here.member("Later", here.glue, starts_on=TODAY + timedelta(days=1))
    found = here.missing()
    assert found.counts == Counts(given=5, exempt=1, completed=1, missing=3, overdue=1)
    assert found.deadlines == (TODAY - timedelta(days=1), TODAY)
    assert [(team.label, team.counts.given, [one.name for one in team.missing]) for team in found.teams] == [
        ("Glue", 2, ["No more exempt"]), ("Saws", 3, ["Late", "Today"]),
    ]  # fmt: skip


def test_who_is_disabled_or_has_no_unit(here: Works) -> None:
    here.member("Disabled", here.saws)
    here.session.get_one(Person, here.session.query(Person).one().id).disabled_at = START
    nomad = here.member("Nomad", here.saws)
    here.session.query(Membership).filter_by(person_id=nomad.person_id).update({"until": START})
    here.session.flush()
    assert [(team.label, team.unit_id) for team in here.missing().teams] == [("", None)]
    assert here.missing(Reach(paths=(here.works.path,))).counts == Counts()


def test_a_team_is_where_one_is_at_home_today(here: Works) -> None:
    moved = here.member("Mover", here.saws)
    here.member("Stays", here.saws)
    person = here.session.get_one(Person, moved.person_id)
    people.move_person(here.session, person, here.glue, now=START + timedelta(days=3))
    after = here.missing(now=START + timedelta(days=4))
    assert [(team.label, len(team.missing)) for team in after.teams] == [("Glue", 1), ("Saws", 1)]


def test_a_reach_and_a_unit_narrow_it_to_a_subtree(here: Works) -> None:
    for unit in (here.works, here.saws, here.glue, here.mill):
        here.member(f"Of {unit.name}", unit)
    assert here.missing().counts.given == 4
    assert here.missing(Reach(paths=(here.works.path,))).counts.given == 3
    assert here.missing(Reach(paths=(here.mill.path, here.glue.path))).counts.given == 2
    assert here.missing(Reach(paths=(here.works.path,)), unit=here.saws).counts.given == 1
    assert here.missing(Reach(paths=(here.mill.path,)), unit=here.saws).counts.given == 0


def test_units_of_one_name_are_told_apart(here: Works) -> None:
    twin = people.add_unit(here.session, "Saws", parent=here.mill, now=START)
    here.member("One", here.saws)
    here.member("Two", twin)
    assert [team.label for team in here.missing().teams] == ["Mill / Saws", "Works / Saws"]


def test_two_occasions_of_one_person_are_one_person(here: Works) -> None:
    first = here.member("Twice", here.saws, completed_at=START)
    person = here.session.get_one(Person, first.person_id)
    here.given.to(here.session, person, now=START, occasion="a-7", due_on=TODAY - timedelta(days=2))
    here.given.to(here.session, person, now=START, occasion="a-8", due_on=TODAY + timedelta(days=2))
    found = here.missing()
    assert found.counts == Counts(given=1, missing=1, overdue=1)
    assert found.deadlines == (TODAY - timedelta(days=2),)


def test_years_that_are_over_are_asked_for_no_more(here: Works) -> None:
    here.given.programme.repeats = Repeats.YEARLY
    here.member("Old", here.saws, occasion="2025", due_on=date(2025, 12, 31), starts_on=date(2025, 1, 1))
    here.member("New", here.saws, occasion="2026", due_on=date(2026, 12, 31))
    here.member("Transferred", here.saws, occasion="#123")
    assert [one.name for one in here.missing().teams[0].missing] == ["New", "Transferred"]
    asked = here.missing(deadline=Deadline(date(2025, 12, 31)))
    assert [one.name for one in asked.teams[0].missing] == ["Old"]
    [seen] = reminders.overview(here.session, reach=EVERYWHERE, now=START, zone=ZONE)
    assert (seen.given, seen.missing) == (2, 2)


def test_those_given_it_on_a_day_without_a_deadline(here: Works) -> None:
    here.member("Start", here.saws)
    here.member("Joined later", here.saws, added_at=datetime(2026, 3, 2, 16, 0, tzinfo=UTC))  # midnight in Shanghai
    found = here.missing(now=START + timedelta(days=1), deadline=Deadline(None, given_on=date(2026, 3, 3)))
    assert [one.name for one in found.teams[0].missing] == ["Joined later"]


def test_two_thousand_people_cost_two_statements(here: Works) -> None:
    crowd(here, teams=40, of=50)
    statements: list[str] = []
    bind = here.session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *given: statements.append(given[2]))
    found = here.missing(Reach(paths=(here.works.path,)), unit=here.saws)
    assert (found.counts.missing, len(found.teams), len(statements)) == (2000, 40, 2)


@pytest.mark.parametrize(("role", "unit"), [(Role.ORGANIZER, "works"), (Role.HR, "saws"), (Role.UNIT_MANAGER, "saws")])
def test_a_programme_is_seen_where_it_belongs_and_where_its_people_are(here: Works, role: Role, unit: str) -> None:
    here.member("Lin", here.saws)
    boss = manager(here.session, role, getattr(here, unit), now=START)
    programme = here.given.programme
    assert reminders.programme(here.session, programme.key, actor=boss, now=START) is programme


@pytest.mark.parametrize(("role", "unit"), [(Role.HR, "mill"), (Role.MARKER, "works")])
def test_a_programme_is_unknown_elsewhere(here: Works, role: Role, unit: str) -> None:
    here.member("Lin", here.saws)
    boss = manager(here.session, role, getattr(here, unit), now=START)
    asked = here.given.programme.key
    assert code_of(lambda: reminders.programme(here.session, asked, actor=boss, now=START)) == "programme.unknown"


def test_who_took_a_programme_along_to_another_unit_is_reminded_there(here: Works) -> None:
    moved = here.member("Mover", here.saws)
    people.move_person(here.session, here.session.get_one(Person, moved.person_id), here.mill, now=START)
    boss = manager(here.session, Role.HR, here.mill, now=START)
    found = reminders.programme(here.session, here.given.programme.key, actor=boss, now=START)
    reach = reminders.reach_of(here.session, boss)
    shown = reminders.missing(here.session, found, reach=reach, now=START, zone=ZONE)
    assert [one.name for team in shown.teams for one in team.missing] == ["Mover"]


def test_a_draft_and_a_deleted_programme_remind_nobody(here: Works) -> None:
    boss = manager(here.session, Role.ORGANIZER, here.works, now=START)
    here.given.programme.state = ProgrammeState.DRAFT
    here.session.flush()
    asked = here.given.programme.key
    assert code_of(lambda: reminders.programme(here.session, asked, actor=boss, now=START)) == "programme.unknown"
    here.given.programme.state, here.given.programme.deleted_at = ProgrammeState.PUBLISHED, START
    here.session.flush()
    assert code_of(lambda: reminders.programme(here.session, asked, actor=boss, now=START)) == "programme.unknown"
