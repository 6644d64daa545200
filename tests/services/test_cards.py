"""Personal cards: one live card a person, only hashes kept, PINs that cannot be tried out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.models import AuditEntry, Card, Grant, Person, Role, Unit
from suyu_learn.services import cards, people
from suyu_learn.services.cards import Holder
from suyu_learn.services.delays import Caller
from tests.clock import START
from tests.factories import learner
from tests.refusals import code_of

NOW = START
SECRET = "only for tests"


def caller(browser: str = "b", *, known: int = 0, address: str = "10.0.0.1") -> Caller:
    return Caller(browser, timedelta(minutes=1), frozenset({known}), address, "phone")


class World:
    """A city with an organizer of one town, and people there."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.city = people.add_unit(session, "City", parent=None, now=NOW)
        self.town = people.add_unit(session, "Town", parent=self.city, now=NOW)
        self.helper = learner(session, now=NOW, unit=self.town)
        self.grant(self.helper, Role.ORGANIZER, self.town)
        self.wang = people.add_person(session, "Wang", now=NOW, unit=self.town, staff_number="007")

    def grant(self, person: Person, role: Role, unit: Unit | None) -> None:
        self.session.add(Grant(person_id=person.id, role=role, unit_id=unit.id if unit else None, granted_at=NOW))
        self.session.flush()

    def holder(self, person: Person | None = None) -> Holder:
        return cards.holder(self.session, self.helper, (person or self.wang).id, now=NOW)

    def issue(self, **more: Any) -> cards.Issued:
        return cards.issue(self.session, self.holder(), secret=SECRET, now=NOW, actor=self.helper, **more)


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def test_the_token_is_long_and_only_its_hash_is_kept(world: World) -> None:
    issued = world.issue()
    assert len(issued.token) >= 32  # 24 random bytes
    row = world.session.scalars(select(Card)).one()
    assert issued.token not in {str(value) for value in vars(row).values()}
    assert cards.find(world.session, issued.token).person_id == world.wang.id
    assert world.session.scalars(select(AuditEntry.action)).all() == ["card.issued"]


def test_a_new_card_kills_the_old_one_at_once(world: World) -> None:
    old, new = world.issue(), world.issue()
    assert code_of(lambda: cards.find(world.session, old.token)) == "card.replaced"
    assert cards.find(world.session, new.token)


def test_a_blocked_card_an_unknown_one_and_a_closed_account(world: World) -> None:
    token = world.issue().token
    assert code_of(lambda: cards.find(world.session, "x" + token)) == "card.unknown"
    world.wang.disabled_at = NOW
    assert code_of(lambda: cards.find(world.session, token)) == "card.person_gone"
    world.wang.disabled_at = None
    cards.revoke(world.session, world.holder(), now=NOW, actor=world.helper)
    assert code_of(lambda: cards.find(world.session, token)) == "card.revoked"


def test_nobody_issues_beyond_their_units(world: World) -> None:
    stranger = people.add_person(world.session, "Li", now=NOW, unit=world.city)
    assert code_of(lambda: world.holder(stranger)) == "card.person_unknown"
    assert code_of(lambda: cards.unit_for(world.session, world.helper, world.city.id)) == "card.unit_unknown"
    assert [unit.name for unit in cards.units(world.session, world.helper)] == ["Town"]


@pytest.mark.parametrize("role", [Role.HR, Role.UNIT_MANAGER, Role.ADMIN], ids=str)
def test_other_roles_issue_too(world: World, role: Role) -> None:
    world.session.scalars(select(Grant)).one().role = role
    assert world.issue().token


@pytest.mark.parametrize("role", [Role.MARKER, Role.REVIEWER, Role.AUDITOR], ids=str)
def test_some_roles_do_not(world: World, role: Role) -> None:
    world.session.scalars(select(Grant)).one().role = role
    assert code_of(world.holder) == "card.person_unknown"


def test_a_card_cannot_give_its_maker_more_than_they_hold(world: World) -> None:
    world.grant(world.wang, Role.ADMIN, None)
    assert code_of(world.issue) == "card.holds_more"
    sheet = cards.issue_many(
        world.session, cards.holders(world.session, world.town), secret=SECRET, now=NOW, actor=world.helper
    )
    assert [one.person.id for one in sheet.issued] == [world.helper.id]
    assert sheet.passed_over == (world.wang,)


def test_a_sheet_for_those_without_a_card(world: World) -> None:
    world.issue()
    missing = cards.without_card(cards.holders(world.session, world.town))
    assert [one.person.id for one in missing] == [world.helper.id]
    assert [one.person.name for one in cards.holders(world.session, world.town, search=" wａng ")] == ["Wang"]
    assert [one.person.name for one in cards.holders(world.session, world.town, search="007")] == ["Wang"]
    sheet = cards.issue_many(world.session, missing, secret=SECRET, now=NOW, actor=world.helper, with_pins=True)
    assert len(sheet.issued[0].pin or "") == 4


class TestPin:
    def test_a_card_with_a_pin_asks_for_it(self, world: World) -> None:
        token = world.issue(pin="4711").token
        stored = world.session.scalars(select(Card.pin_hash)).one()
        assert "4711" not in stored
        assert len(stored) == 64
        use = {"secret": SECRET, "caller": caller(), "now": NOW}
        assert code_of(lambda: cards.use(world.session, token, pin="4712", **use)) == "card.pin_wrong"
        assert cards.use(world.session, token, pin=" ４711", **use).last_used_at == NOW

    @pytest.mark.parametrize("pin", ["471", "47111", "47a1", "٤٧١١"])
    def test_a_pin_has_four_digits(self, world: World, pin: str) -> None:
        assert code_of(lambda: world.issue(pin=pin)) == "card.pin_shape"

    def test_trying_pins_out_takes_for_ever(self, world: World) -> None:
        """A finder with ever new browsers gets 3 guesses, then one a minute at the most."""
        token = world.issue(pin="4711").token
        guesses, now = 0, NOW
        for number in range(3600):
            now += timedelta(seconds=1)
            use = {"secret": SECRET, "caller": caller(f"b{number}"), "now": now}
            guesses += code_of(lambda use=use: cards.use(world.session, token, pin="0000", **use)) == "card.pin_wrong"
        assert guesses <= 3 + 6 + 60
        mine = {"secret": SECRET, "caller": caller("own", known=world.wang.id), "now": now}
        assert cards.use(world.session, token, pin="4711", **mine)
