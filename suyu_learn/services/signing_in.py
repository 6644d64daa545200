"""Proving who one is: passwords, one-time links, and the delay after failures."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from suyu_learn.db import upsert
from suyu_learn.domain.names import tidy, tidy_number, tidy_phone
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import FailedSignIn, Grant, OneTimeLink, Person, PersonKind, Role, new_key
from suyu_learn.services import audit, passwords, people

FREE_FAILURES = 3
LONGEST_DELAY = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(hours=1)
ADDRESS_LIMIT = 200
"""Failures a minute from one address: whole offices share one, so only a script reaches this."""
LINK_LIFETIME = timedelta(days=7)
MOST_CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a sign-in name may mean."""

    person_id: int
    stamp: str
    password_hash: str | None


def candidates(session: Session, username: str) -> Sequence[Candidate]:
    """Active people with a password whose chosen name, phone or staff number this is, the chosen name first."""
    columns = (Person.id, Person.stamp, Person.password_hash)
    usable = (
        Person.disabled_at.is_(None),
        Person.merged_into_id.is_(None),
        Person.kind == PersonKind.MEMBER,
        Person.password_hash.is_not(None),
    )
    found: dict[int, Candidate] = {}
    for fits in (
        Person.username == tidy(username),
        Person.phone == tidy_phone(username),
        Person.staff_number == tidy_number(username),
    ):
        for row in session.execute(select(*columns).where(fits, *usable).order_by(Person.id).limit(MOST_CANDIDATES)):
            found.setdefault(row.id, Candidate(row.id, row.stamp, row.password_hash))
    return list(found.values())[:MOST_CANDIDATES]


def verified(password: str, among: Sequence[Candidate]) -> Candidate | None:
    """The first candidate whose password this is; slow on purpose, so call it outside a transaction."""
    for one in among:
        if passwords.verify(password, one.password_hash):
            return one
    if not among:
        passwords.verify(password, None)
    return None


def refuse_while_delayed(session: Session, *, account: str, address: str, now: datetime) -> None:
    """Raise Problem when this account has just failed too often, or this address above what an office can reach.

    The account is delayed for the guesser's address only, so that a stranger cannot keep its owner out.
    """
    failed = {row.subject: row for row in session.scalars(
        select(FailedSignIn).where(FailedSignIn.subject.in_([_pair(account, address), _minute(address, now)]))
    )}  # fmt: skip
    per_address = failed.get(_minute(address, now))
    if per_address is not None and per_address.failures > ADDRESS_LIMIT:
        raise Problem("sign_in.address_busy", seconds=60)
    pair = failed.get(_pair(account, address))
    if pair is None or pair.failures < FREE_FAILURES or now - pair.last_at > FORGOTTEN_AFTER:
        return
    wait = min(LONGEST_DELAY, timedelta(seconds=2 ** (pair.failures - FREE_FAILURES)))
    left = (pair.last_at + wait - now).total_seconds()
    if left > 0:
        raise Problem("sign_in.wait", seconds=int(left) + 1)


def note_failure(session: Session, *, account: str, address: str, now: datetime) -> None:
    """Count one failure for the account from this address, and one for the address in this minute."""
    for subject in (_pair(account, address), _minute(address, now)):
        fresh = upsert(session, FailedSignIn).values(subject=subject, failures=1, last_at=now)
        session.execute(
            fresh.on_conflict_do_update(
                index_elements=["subject"],
                set_={
                    "failures": case(
                        (FailedSignIn.last_at < now - FORGOTTEN_AFTER, 1), else_=FailedSignIn.failures + 1
                    ),
                    "last_at": now,
                },
            )
        )


def note_success(session: Session, *, account: str, address: str) -> None:
    """Forget the failures of this account from this address."""
    session.execute(update(FailedSignIn).where(FailedSignIn.subject == _pair(account, address)).values(failures=0))


def forget_old_failures(session: Session, *, now: datetime) -> int:
    """Delete what no longer delays anybody; returns how many rows went."""
    rows = session.scalars(select(FailedSignIn).where(FailedSignIn.last_at < now - FORGOTTEN_AFTER)).all()
    for row in rows:
        session.delete(row)
    return len(rows)


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


def _pair(account: str, address: str) -> str:
    digest = hashlib.sha256(f"{tidy(account).casefold()}\0{address}".encode()).hexdigest()
    return f"account:{digest}"


def _minute(address: str, now: datetime) -> str:
    return f"address:{address[:64]}:{now:%Y%m%d%H%M}"
