"""Roles: passing on inside a subtree, taking back, handing over, and the last admin."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import AuditEntry, Person, Role, Unit
from suyu_learn.services import grants, people, persons
from tests.clock import START
from tests.factories import learner, manager


@pytest.fixture
def top(session: Session) -> Unit:
    return people.add_unit(session, "Pine City", parent=None, now=START)


@pytest.fixture
def town(session: Session, top: Unit) -> Unit:
    return people.add_unit(session, "Town", parent=top, now=START)


@pytest.fixture
def village(session: Session, town: Unit) -> Unit:
    return people.add_unit(session, "Village", parent=town, now=START)


PASSED_ON = [
    (Role.ADMIN, Role.AUDITOR, True),
    (Role.ADMIN, Role.ADMIN, True),
    (Role.ORGANIZER, Role.ORGANIZER, True),
    (Role.ORGANIZER, Role.HR, False),
    (Role.ORGANIZER, Role.UNIT_MANAGER, False),
    (Role.UNIT_MANAGER, Role.UNIT_MANAGER, True),
    (Role.UNIT_MANAGER, Role.MARKER, True),
    (Role.UNIT_MANAGER, Role.AUDITOR, False),
    (Role.UNIT_MANAGER, Role.ADMIN, False),
    (Role.HR, Role.ADMIN, False),
]


@pytest.mark.parametrize("held, wanted, allowed", PASSED_ON)
@pytest.mark.parametrize("where", ["inside", "itself", "above", "everywhere"])
def test_a_role_is_passed_on_inside_its_subtree_only(
    session: Session, top: Unit, town: Unit, village: Unit, held: Role, wanted: Role, allowed: bool, where: str
) -> None:
    actor = manager(session, held, town, now=START)
    person = learner(session, now=START, unit=village)
    unit = {"inside": village, "itself": town, "above": top, "everywhere": None}[where]
    if allowed and where in ("inside", "itself"):
        made = grants.grant(session, person, wanted, unit, actor=actor, now=START)
        assert made.granted_by_id == actor.id
    else:
        with pytest.raises(Problem, match=r"grant\.not_yours"):
            grants.grant(session, person, wanted, unit, actor=actor, now=START)


def test_giving_and_taking_are_in_the_audit_trail(session: Session, town: Unit) -> None:
    admin = manager(session, Role.ADMIN, None, now=START, home=town)
    person = learner(session, now=START, unit=town)
    made = grants.grant(session, person, Role.HR, town, actor=admin, now=START)
    with pytest.raises(Problem, match=r"grant\.held"):
        grants.grant(session, person, Role.HR, town, actor=admin, now=START)
    with pytest.raises(Problem, match=r"reason\.missing"):
        grants.revoke(session, made, actor=admin, now=START, reason=" ")
    grants.revoke(session, made, actor=admin, now=START, reason="left the office")
    assert not grants.roles_of(session, person)
    told = session.execute(
        select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.reason).where(AuditEntry.object_id == person.id)
        .order_by(AuditEntry.id)
    ).all()  # fmt: skip
    assert [tuple(row) for row in told] == [
        ("role.granted", admin.id, ""), ("role.revoked", admin.id, "left the office"),
    ]  # fmt: skip


def test_nobody_takes_what_they_could_not_give(session: Session, top: Unit, town: Unit) -> None:
    actor = manager(session, Role.HR, town, now=START)
    other = manager(session, Role.HR, top, now=START)
    with pytest.raises(Problem, match=r"grant\.not_yours"):
        grants.revoke(session, grants.live(session, other)[0], actor=actor, now=START, reason="no")
    grants.revoke(session, grants.live(session, actor)[0], actor=actor, now=START, reason="I give it back")


def test_all_of_one_goes_to_another_in_one_act(session: Session, top: Unit, town: Unit, village: Unit) -> None:
    admin = manager(session, Role.ADMIN, None, now=START, home=top)
    giver = manager(session, Role.ORGANIZER, town, now=START)
    grants.grant(session, giver, Role.HR, village, actor=admin, now=START)
    receiver = manager(session, Role.HR, village, now=START)
    new = grants.hand_over(session, giver, receiver, actor=admin, now=START, reason="maternity leave")
    assert [(one.role, one.unit_id) for one in new] == [(Role.ORGANIZER, town.id)]
    assert grants.live(session, giver) == []
    assert {(one.role, one.unit_id) for one in grants.live(session, receiver)} == {
        (Role.ORGANIZER, town.id), (Role.HR, village.id),
    }  # fmt: skip
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "grants.handed_over")).one()
    assert (entry.reason, entry.detail["giver"], entry.detail["roles"]) == ("maternity leave", giver.id, 2)


def test_one_may_hand_over_what_is_ones_own(session: Session, town: Unit, village: Unit) -> None:
    giver = manager(session, Role.REVIEWER, town, now=START)
    receiver = learner(session, now=START, unit=village)
    assert len(grants.hand_over(session, giver, receiver, actor=giver, now=START, reason="retiring")) == 1


def test_handing_over_needs_the_right_to_all_of_it(session: Session, top: Unit, town: Unit) -> None:
    actor = manager(session, Role.UNIT_MANAGER, town, now=START)
    giver = manager(session, Role.ORGANIZER, town, now=START)
    grants.grant(session, giver, Role.AUDITOR, town, actor=None, now=START)
    with pytest.raises(Problem, match=r"person\.holds_more"):
        grants.hand_over(session, giver, actor, actor=actor, now=START, reason="mine now")


@pytest.mark.parametrize("way", ["revoke", "disable", "merge"])
def test_the_last_admin_cannot_go(session: Session, top: Unit, way: str) -> None:
    admin = manager(session, Role.ADMIN, None, now=START, home=top)
    below = manager(session, Role.ADMIN, top, now=START)
    second = manager(session, Role.ADMIN, None, now=START, home=top)
    second.disabled_at = START
    session.flush()
    if way == "revoke":
        with pytest.raises(Problem, match=r"grant\.last_admin"):
            grants.revoke(session, grants.live(session, admin)[0], actor=admin, now=START, reason="tired")
    elif way == "disable":
        with pytest.raises(Problem, match=r"person\.holds_more"):
            persons.disable(session, admin, actor=below, now=START, reason="left")
        with pytest.raises(Problem, match=r"person\.yourself"):
            persons.disable(session, admin, actor=admin, now=START, reason="left")
        with pytest.raises(Problem, match=r"grant\.last_admin"):
            grants.keep_an_admin(session, without=admin)
    else:
        grants.hand_over(session, admin, below, actor=admin, now=START, reason="to the next one")
        assert grants.reach(session, below, Role.ADMIN).everywhere
        with pytest.raises(Problem, match=r"grant\.last_admin"):
            grants.revoke(session, grants.live(session, below)[-1], actor=below, now=START, reason="tired")


def test_a_disabled_person_gets_no_role(session: Session, town: Unit) -> None:
    person = learner(session, now=START, unit=town)
    person.disabled_at = START
    session.flush()
    with pytest.raises(Problem, match=r"grant\.not_active"):
        grants.grant(session, person, Role.HR, town, actor=None, now=START)


def test_two_admins_who_go_at_once_leave_one(database: Any) -> None:
    with database.writing() as session:
        top = people.add_unit(session, "Pine City", parent=None, now=START)
        ids = [manager(session, Role.ADMIN, None, now=START, home=top).id for _ in range(2)]
    barrier = threading.Barrier(2)
    refused = []

    def go(number: int) -> None:
        barrier.wait()
        try:
            with database.writing() as session:
                admin = session.get_one(Person, number)
                grants.revoke(session, grants.live(session, admin)[0], actor=admin, now=START, reason="tired")
        except Problem as problem:
            refused.append(problem.code)

    threads = [threading.Thread(target=go, args=[number]) for number in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["grant.last_admin"]
    with database.reading() as session:
        assert sum(bool(grants.live(session, session.get_one(Person, number))) for number in ids) == 1
