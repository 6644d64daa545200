"""The unit tree: what a change does to paths, members, roles and records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import AuditEntry, Grant, Membership, Person, Role, Unit, UnitChange, UnitKind
from suyu_learn.services import grants, people, persons, units
from tests.clock import START, FrozenClock
from tests.factories import learner, manager


@dataclass
class City:
    city: Unit
    bureau: Unit
    department: Unit
    town: Unit
    admin: Person


@pytest.fixture
def city(session: Session) -> City:
    top = people.add_unit(session, "Pine City", parent=None, kind=UnitKind.CITY, now=START)
    bureau = people.add_unit(session, "Bureau", parent=top, now=START)
    department = people.add_unit(session, "Department", parent=bureau, now=START)
    town = people.add_unit(session, "Town", parent=top, now=START)
    return City(top, bureau, department, town, manager(session, Role.ADMIN, None, now=START, home=top))


def _refused(code: str, session: Session, call: object, *args: object, **more: object) -> None:
    with pytest.raises(Problem) as refusal:
        call(session, *args, **more)  # type: ignore[operator]
    assert refusal.value.code == code


def test_a_move_takes_the_whole_subtree_along(session: Session, city: City) -> None:
    office = people.add_unit(session, "Office", parent=city.department, now=START)
    units.move(session, city.bureau, city.town, actor=city.admin, now=START, reason="reform")
    assert city.bureau.path == f"{city.town.path}{city.bureau.id}/"
    assert city.department.path == f"{city.bureau.path}{city.department.id}/"
    assert office.path == f"{city.department.path}{office.id}/"
    assert people.path_names(session, office) == "Pine City / Town / Bureau / Department / Office"
    change = session.scalars(select(UnitChange).where(UnitChange.unit_id == city.bureau.id)).one()
    assert (change.kind, change.old, change.new, change.reason) == (
        "moved", "Pine City", "Pine City / Town", "reform",
    )  # fmt: skip
    assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "unit.moved")).all()


def test_a_path_that_only_begins_alike_stays(session: Session, city: City) -> None:
    """`/1/2/` is no part of `/1/22/`."""
    others = [people.add_unit(session, f"Village {number}", parent=city.city, now=START) for number in range(30)]
    before = [one.path for one in others]
    units.move(session, city.bureau, city.town, actor=city.admin, now=START, reason="reform")
    session.expire_all()
    assert [one.path for one in others] == before


@pytest.mark.parametrize("below", ["department", "bureau"])
def test_a_unit_is_never_hung_below_itself(session: Session, city: City, below: str) -> None:
    _refused("unit.circle", session, units.move, city.bureau, getattr(city, below), actor=city.admin, now=START,
             reason="reform")  # fmt: skip


def test_two_open_units_of_one_place_have_different_names(session: Session, city: City) -> None:
    twin = people.add_unit(session, "Department", parent=city.town, now=START)
    _refused("unit.name_taken", session, units.move, twin, city.bureau, actor=city.admin, now=START, reason="reform")
    _refused("unit.name_taken", session, units.rename, city.bureau, "Town", actor=city.admin, now=START)


def test_a_rename_keeps_what_was_recorded(session: Session, city: City, clock: FrozenClock) -> None:
    person = learner(session, now=START, unit=city.bureau)
    before = people.unit_of_the_day(session, person.id, at=clock()).names
    units.rename(session, city.bureau, "  New  bureau ", actor=city.admin, now=clock.advance(days=1), reason="decree 5")
    assert before == "Pine City / Bureau"
    assert people.unit_of_the_day(session, person.id, at=clock()).names == "Pine City / New bureau"
    [(change, who)] = units.changes(session, city.bureau)
    assert (change.kind, change.old, change.new, who) == ("renamed", "Bureau", "New bureau", city.admin.name)


def test_a_merge_moves_people_units_and_roles(session: Session, city: City, clock: FrozenClock) -> None:
    person = learner(session, now=START, unit=city.bureau)
    gone = learner(session, now=START, unit=city.bureau)
    people.move_person(session, gone, city.city, now=START + timedelta(days=1))
    lead = manager(session, Role.ORGANIZER, city.bureau, now=START)
    later = clock.advance(days=10)
    units.merge(session, city.bureau, city.town, actor=city.admin, now=later, reason="merged by decree")
    assert (city.bureau.closed_at, city.bureau.merged_into_id) == (later, city.town.id)
    periods = [(one.unit_id, one.since, one.until) for one in persons.memberships(session, person)]
    assert periods == [(city.town.id, later, None), (city.bureau.id, START, later)]
    assert persons.home_unit(session, gone) == city.city
    assert persons.home_unit(session, lead) == city.town
    assert city.department.parent_id == city.town.id
    assert city.department.path == f"{city.town.path}{city.department.id}/"
    assert city.bureau.path.startswith(city.town.path)
    [held] = grants.live(session, lead)
    assert (held.role, held.unit_id) == (Role.ORGANIZER, city.town.id)
    assert {change.kind for change, _ in units.changes(session, city.town)} == {"took_in"}


def test_a_merge_gives_nobody_more_than_the_actor_could(session: Session, city: City) -> None:
    """HR merges two units; the organizer of one does not become organizer of both."""
    hr = manager(session, Role.HR, city.city, now=START)
    lead = manager(session, Role.ORGANIZER, city.bureau, now=START)
    units.merge(session, city.bureau, city.town, actor=hr, now=START, reason="decree")
    assert not grants.reach(session, lead, Role.ORGANIZER).covers(city.town.path)


def test_nobody_widens_their_own_right_to_identity_numbers_by_a_merge_of_units(session: Session, city: City) -> None:
    """The role that nobody gives to themself stays where somebody else gave it; a colleague's goes over."""
    reader = manager(session, Role.IDENTITY, city.bureau, now=START)
    grants.grant(session, city.admin, Role.IDENTITY, city.bureau, actor=None, now=START)
    units.merge(session, city.bureau, city.town, actor=city.admin, now=START, reason="decree")
    assert grants.reach(session, reader, Role.IDENTITY).paths == (city.town.path,)
    assert grants.reach(session, city.admin, Role.IDENTITY).paths == (city.bureau.path,)


def test_only_an_empty_unit_closes_and_opens_again(session: Session, city: City, clock: FrozenClock) -> None:
    person = learner(session, now=START, unit=city.town)
    now = clock.advance(days=10)
    close = {"actor": city.admin, "now": now, "reason": "dissolved"}
    _refused("unit.not_empty", session, units.close, city.town, at=now, **close)
    _refused("unit.not_empty", session, units.close, city.bureau, at=now, **close)
    people.move_person(session, person, city.city, now=now - timedelta(days=3))
    _refused("unit.close_too_early", session, units.close, city.town, at=now - timedelta(days=4), **close)
    _refused("unit.close_in_future", session, units.close, city.town, at=now + timedelta(days=1), **close)
    _refused("reason.missing", session, units.close, city.town, at=now, **{**close, "reason": "  "})
    units.close(session, city.town, at=now - timedelta(days=2), **close)
    assert city.town.closed_at == now - timedelta(days=2)
    assert "Town" not in [node.unit.name for node in units.tree(session, grants.Reach(everywhere=True))]
    people.add_unit(session, "Town", parent=city.city, now=now)
    _refused("unit.name_taken", session, units.reopen, city.town, actor=city.admin, now=now, reason="mistake")
    people.find_unit(session, "Town", parent=city.city).name = "Town 2"  # type: ignore[union-attr]
    units.reopen(session, city.town, actor=city.admin, now=now, reason="mistake")
    assert city.town.closed_at is None


def test_the_tree_counts_people_of_today(session: Session, city: City, clock: FrozenClock) -> None:
    for unit in (city.department, city.department, city.bureau):
        learner(session, now=START, unit=unit)
    learner(session, now=START, unit=city.department).disabled_at = START
    session.flush()
    nodes = {node.unit.name: node for node in units.tree(session, grants.Reach(everywhere=True))}
    assert [(nodes[name].depth, nodes[name].members, nodes[name].members_below) for name in
            ("Pine City", "Bureau", "Department", "Town")] == [(0, 1, 4), (1, 1, 3), (2, 2, 2), (1, 0, 0)]  # fmt: skip
    inside = units.tree(session, grants.Reach(paths=(city.bureau.path,)))
    assert [(node.unit.name, node.depth) for node in inside] == [("Bureau", 0), ("Department", 1)]


def test_numbers_stay_unique_when_a_unit_changes_its_organization(session: Session, city: City) -> None:
    other = people.add_unit(session, "Mill", parent=None, now=START)
    hall = people.add_unit(session, "Hall", parent=other, now=START)
    worker = people.add_person(session, "Wu", unit=hall, staff_number="007", now=START)
    people.add_person(session, "Zhao", unit=city.town, staff_number="007", now=START)
    _refused("person.number_taken", session, units.move, hall, city.city, actor=city.admin, now=START, reason="sold")
    session.refresh(hall)
    assert hall.path == f"{other.path}{hall.id}/" or hall.parent_id is not None
    worker.staff_number = "008"
    session.flush()
    hall.parent_id = other.id
    units.move(session, hall, city.city, actor=city.admin, now=START, reason="sold")
    session.refresh(worker)
    assert worker.top_unit_id == city.city.id


@pytest.mark.parametrize("act", ["move", "merge", "close", "reopen", "add"])
def test_a_foreign_unit_is_not_to_be_changed(session: Session, city: City, act: str) -> None:
    hr = manager(session, Role.HR, city.bureau, now=START)
    calls = {
        "move": lambda: units.move(session, city.town, city.bureau, actor=hr, now=START, reason="mine"),
        "merge": lambda: units.merge(session, city.town, city.bureau, actor=hr, now=START, reason="mine"),
        "close": lambda: units.close(session, city.town, at=START, actor=hr, now=START, reason="mine"),
        "reopen": lambda: units.reopen(session, city.town, actor=hr, now=START, reason="mine"),
        "add": lambda: units.add(session, "New", parent=None, kind=UnitKind.OTHER, actor=hr, now=START),
    }
    with pytest.raises(Problem, match=r"page\.refused"):
        calls[act]()
    assert session.scalars(select(Membership).where(Membership.until.is_not(None))).all() == []
    assert session.scalars(select(Grant).where(Grant.revoked_at.is_not(None))).all() == []
