"""Proving who one is: passwords and one-time links. Who must wait after failures is in `delays`."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, or_, select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.names import tidy, tidy_number, tidy_phone
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Grant, OneTimeLink, Person, PersonKind, Role, new_key
from suyu_learn.services import audit, passwords, people
from suyu_learn.services.delays import Account, name_account

LINK_LIFETIME = timedelta(days=7)
MOST_CANDIDATES = 8
"""People whose passwords are compared with one guess; each costs tens of milliseconds."""

_RANK = case((Person.username == bindparam("username"), 0), (Person.phone == bindparam("phone"), 1), else_=2).label(
    "rank"
)
_CANDIDATES = (
    select(Person.id, Person.stamp, Person.password_hash, _RANK)
    .where(
        or_(
            Person.username == bindparam("username"),
            Person.phone == bindparam("phone"),
            Person.staff_number == bindparam("staff_number"),
        ),
        Person.disabled_at.is_(None),
        Person.merged_into_id.is_(None),
        Person.kind == PersonKind.MEMBER,
        Person.password_hash.is_not(None),
    )
    .order_by(_RANK, Person.id)
    .limit(MOST_CANDIDATES + 1)
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a sign-in name may mean."""

    person_id: int
    stamp: str
    password_hash: str | None

    @property
    def account(self) -> Account:
        """What a guess at this person is a guess at."""
        return Account(f"person:{self.person_id}", self.person_id)


def candidates(session: Session, username: str) -> Sequence[Candidate]:
    """Active people with a password whose chosen name, phone or staff number this is, the chosen name first.

    Raises Problem when more share it than can be compared: staff numbers are unique only below one top unit.
    """
    rows = session.execute(
        _CANDIDATES,
        {"username": tidy(username), "phone": tidy_phone(username), "staff_number": tidy_number(username)},
    )
    found = [(row.rank, Candidate(row.id, row.stamp, row.password_hash)) for row in rows]
    if len(found) > MOST_CANDIDATES:
        found = [pair for pair in found if pair[0] == 0]
        if not found:
            raise Problem("sign_in.shared_number")
    return [one for _rank, one in found]


def verified(password: str, among: Sequence[Candidate]) -> Candidate | None:
    """The first candidate whose password this is; slow on purpose, so call it outside a transaction."""
    for one in among:
        if passwords.verify(password, one.password_hash):
            return one
    if not among:
        passwords.verify(password, None)
    return None


def accounts(username: str, among: Sequence[Candidate]) -> tuple[Account, ...]:
    """What a guess at a sign-in name is a guess at, by whichever of a person's names it is typed."""
    found = tuple(one.account for one in among)
    return found or (name_account(tidy(username).casefold()),)


def end_sign_ins(person: Person) -> None:
    """Make every sign-in of a person, on every device, end."""
    person.stamp = new_key()


def set_password(session: Session, person: Person, password_hash: str, *, actor: Person | None, now: datetime) -> None:
    """Store a hash made by `passwords.make_hash` and end all older sign-ins."""
    person.password_hash = password_hash
    end_sign_ins(person)
    audit.record(session, "password.set", now=now, actor=actor or person, on=person)
    session.flush()


def has_admin(session: Session) -> bool:
    """Whether an active administrator exists."""
    return (
        session.scalar(
            select(Grant.id)
            .join(Person, Person.id == Grant.person_id)
            .where(Grant.role == Role.ADMIN, Grant.revoked_at.is_(None), Person.disabled_at.is_(None))
            .limit(1)
        )
        is not None
    )


def first_admin_link(session: Session, *, now: datetime) -> str:
    """A fresh token for the first administrator; older unused ones die."""
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.purpose == "first_admin", OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    token = secrets.token_urlsafe(24)
    session.add(
        OneTimeLink(purpose="first_admin", token_hash=token_hash(token), created_at=now, expires_at=now + LINK_LIFETIME)
    )
    session.flush()
    return token


def usable_link(session: Session, token: str, *, purpose: str, now: datetime) -> OneTimeLink:
    """The link of that token; raises Problem when it is unknown, used or too old."""
    link = session.scalar(
        select(OneTimeLink).where(OneTimeLink.token_hash == token_hash(token), OneTimeLink.purpose == purpose)
    )
    if link is None or link.used_at is not None or link.expires_at < now:
        raise Problem("link.dead")
    return link


def create_admin(session: Session, *, name: str, username: str, password_hash: str, now: datetime) -> Person:
    """An administrator of everything, in no unit unless put into one."""
    if not tidy(username):
        raise Problem("person.no_username", place=Place(field="username"))
    person = people.add_person(session, name, username=username, now=now)
    person.password_hash = password_hash
    session.add(Grant(person_id=person.id, role=Role.ADMIN, granted_at=now))
    audit.record(session, "admin.created", now=now, actor=person, on=person)
    session.flush()
    return person


def token_hash(token: str) -> str:
    """What is stored of a random token: its SHA-256; a slow hash would add nothing to 128 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
