"""Personal cards: a QR code on paper that signs one person in. Only the hash of what it says is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.names import chinese_order, name_key, tidy, tidy_number
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Card, Grant, Import, Membership, Person, PersonKind, Role, Unit
from suyu_learn.services import audit, delays, grants, locks, people
from suyu_learn.services.delays import Account, Caller
from suyu_learn.services.grants import Reach
from suyu_learn.services.signing_in import token_hash

HELPERS = (Role.ORGANIZER, Role.HR)
"""Who may issue cards on their units; a unit manager and an administrator hold these roles too."""
MOST_CARDS = 300
TOKEN_BYTES = 24
PIN_DIGITS = 4

_HOLDERS = (
    select(Person, Unit, Card)
    .join(Membership, Membership.person_id == Person.id)
    .join(Unit, Unit.id == Membership.unit_id)
    .outerjoin(Card, (Card.person_id == Person.id) & Card.revoked_at.is_(None))
    .where(Membership.home, Membership.until.is_(None))
    .where(Person.disabled_at.is_(None), Person.merged_into_id.is_(None), Person.kind == PersonKind.MEMBER)
)
"""Active people with their home unit and live card."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with a place for a card."""

    person: Person
    unit: Unit | None
    card: Card | None
    """The live one."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new card; its token is known here once and never again."""

    person: Person
    unit: Unit | None
    token: str
    pin: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What issuing cards for many gave: the new ones, and whom it passed over because of their roles."""

    issued: tuple[Issued, ...]
    passed_over: tuple[Person, ...]


def reach(session: Session, actor: Person) -> Reach:
    """Where a person may issue cards."""
    found = [grants.reach(session, actor, role) for role in HELPERS]
    return Reach(any(one.everywhere for one in found), tuple(sorted({path for one in found for path in one.paths})))


def units(session: Session, actor: Person) -> list[Unit]:
    """The open units on which a person may issue cards, from the top down."""
    allowed = reach(session, actor)
    rows = session.scalars(select(Unit).where(Unit.closed_at.is_(None)).order_by(Unit.path)).all()
    return [unit for unit in rows if allowed.covers(unit.path)]


def unit_for(session: Session, actor: Person, unit_id: int) -> Unit:
    """The unit, if the person may issue cards there; else there is no such unit for them."""
    unit = session.get(Unit, unit_id)
    if unit is None or not reach(session, actor).covers(unit.path):
        raise Problem("card.unit_unknown")
    return unit


def holders(session: Session, unit: Unit, *, search: str = "") -> list[Holder]:
    """The active people of a unit and those below it, by unit and name, with their live cards."""
    query = _HOLDERS.where(Unit.path.startswith(unit.path, autoescape=True))
    if tidy(search):
        query = query.where(
            Person.name_key.contains(name_key(search), autoescape=True)
            | (Person.staff_number == tidy_number(search))
            | (Person.phone == tidy_number(search))
        )
    return _in_order(session.execute(query))


def newcomers(session: Session, actor: Person, batch: Import) -> list[Holder]:
    """The active people whom an import brought, who have neither card nor password, as far as the actor reaches."""
    allowed = reach(session, actor)
    query = _HOLDERS.where(Person.import_id == batch.id, Card.id.is_(None), Person.password_hash.is_(None))
    return [one for one in _in_order(session.execute(query)) if allowed.covers(one.unit.path if one.unit else None)]


def record_newcomers(session: Session, batch: Import, sheet: Sheet, *, now: datetime, actor: Person) -> None:
    """Log that the cards of those whom an import brought were taken along together."""
    audit.record(session, "roster.cards_made", now=now, actor=actor, on=batch, unit_id=batch.unit_id,
                 people=len(sheet.issued))  # fmt: skip


def _in_order(rows: Iterable[Any]) -> list[Holder]:
    found = [Holder(*row) for row in rows]
    return sorted(found, key=lambda one: (one.unit.path if one.unit else "", chinese_order(one.person.name)))


def holder(session: Session, actor: Person, person_id: int, *, now: datetime) -> Holder:
    """One person with their card; raises Problem when the actor has no say over the person's unit."""
    person = session.get(Person, person_id)
    if person is None or not person.active or person.kind is not PersonKind.MEMBER:
        raise Problem("card.person_unknown")
    membership = people.home_membership(session, person_id, at=now)
    unit = membership.unit if membership else None
    if not reach(session, actor).covers(unit.path if unit else None):
        raise Problem("card.person_unknown")
    return Holder(person, unit, _live(session, person_id))


def may_issue(session: Session, actor: Person, person: Person) -> bool:
    """Whether the actor holds all that the person holds: a card gives away everything its owner may do."""
    if actor.id == person.id:
        return True
    held = session.execute(
        select(Grant.role, Unit.path)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .where(Grant.person_id == person.id, Grant.revoked_at.is_(None))
    )
    return all(grants.reach(session, actor, row.role).covers(row.path) for row in held)


def issue(
    session: Session, whom: Holder, *, secret: str, now: datetime, actor: Person, pin: str | None = None
) -> Issued:
    """A new card for a person; the one before is dead from this moment."""
    if not may_issue(session, actor, whom.person):
        raise Problem("card.holds_more", name=whom.person.name)
    if pin is not None and not (len(pin) == PIN_DIGITS and pin.isascii() and pin.isdigit()):
        raise Problem("card.pin_shape", place=Place(field="pin"), digits=PIN_DIGITS)
    return _issue(session, whom, secret=secret, now=now, actor=actor, pin=pin)


def issue_many(
    session: Session,
    whom: Sequence[Holder],
    *,
    secret: str,
    now: datetime,
    actor: Person,
    with_pins: bool = False,
) -> Sheet:
    """New cards for all of them at once; people who hold more than the actor are passed over and named."""
    if not whom:
        raise Problem("card.nobody")
    if len(whom) > MOST_CARDS:
        raise Problem("card.too_many", asked=len(whom), most=MOST_CARDS)
    with_grants = set(
        session.scalars(
            select(Grant.person_id).where(
                Grant.person_id.in_([one.person.id for one in whom]), Grant.revoked_at.is_(None)
            )
        )
    )
    issued, passed_over = [], []
    for one in whom:
        if one.person.id in with_grants and not may_issue(session, actor, one.person):
            passed_over.append(one.person)
            continue
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}" if with_pins else None
        issued.append(_issue(session, one, secret=secret, now=now, actor=actor, pin=pin))
    return Sheet(tuple(issued), tuple(passed_over))


def revoke(session: Session, whom: Holder, *, now: datetime, actor: Person) -> None:
    """End a person's card without a new one; nothing happens when there is none."""
    card = _live(session, whom.person.id)
    if card is None:
        return
    card.revoked_at = now
    audit.record(session, "card.revoked", now=now, actor=actor, on=card, unit_id=whom.unit.id if whom.unit else None,
                 person=whom.person.id)  # fmt: skip
    session.flush()


def find(session: Session, token: str, *, lock: bool = False) -> Card:
    """The live card that says this; raises Problem with the reason when there is none."""
    query = select(Card).where(Card.token_hash == token_hash(token))
    card = session.scalar(query.with_for_update() if lock else query)
    if card is None:
        raise Problem("card.unknown")
    if card.revoked_at is not None:
        raise Problem("card.replaced" if _live(session, card.person_id) else "card.revoked")
    if not card.person.active:
        raise Problem("card.person_gone")
    return card


def use(session: Session, token: str, *, pin: str, secret: str, caller: Caller, now: datetime) -> Card:
    """The card, when its PIN (if it has one) is right; a wrong one is counted, and more of them must wait.

    A wrong PIN raises after it was counted: let the transaction commit.
    """
    card = find(session, token, lock=True)
    if card.pin_hash is not None:
        account = Account(f"card:{card.id}", card.person_id)
        delays.refuse_while_shared_delay(session, caller, account, now=now)
        if not hmac.compare_digest(pin_hash(secret, card.id, tidy_number(pin)), card.pin_hash):
            delays.note_failure(session, caller, [account], now=now)
            raise Problem("card.pin_wrong", place=Place(field="pin"))
        delays.note_success(session, caller, account)
    card.last_used_at = now
    return card


def pin_hash(secret: str, card_id: int, pin: str) -> str:
    """HMAC-SHA256 of a PIN under the app's secret, so that the table alone does not give the four digits away."""
    return hmac.new(secret.encode(), f"card {card_id} {pin}".encode(), hashlib.sha256).hexdigest()


def without_card(among: Iterable[Holder]) -> list[Holder]:
    """Those who have no live card."""
    return [one for one in among if one.card is None]


def _issue(session: Session, whom: Holder, *, secret: str, now: datetime, actor: Person, pin: str | None) -> Issued:
    locks.hold_people(session, [whom.person.id])
    before = _live(session, whom.person.id)
    if before is not None:
        before.revoked_at = now
        session.flush()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    card = Card(person_id=whom.person.id, token_hash=token_hash(token), issued_at=now, issued_by_id=actor.id)
    session.add(card)
    session.flush()
    if pin is not None:
        card.pin_hash = pin_hash(secret, card.id, pin)
    audit.record(session, "card.issued", now=now, actor=actor, on=card, unit_id=whom.unit.id if whom.unit else None,
                 person=whom.person.id, replaced=before is not None, pin=pin is not None)  # fmt: skip
    session.flush()
    return Issued(whom.person, whom.unit, token, pin)


def _live(session: Session, person_id: int) -> Card | None:
    return session.scalar(select(Card).where(Card.person_id == person_id, Card.revoked_at.is_(None)))
