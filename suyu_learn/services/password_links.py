"""One-time links with which somebody sets a new password: made by HR, handed over, used once within seven days."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import OneTimeLink, Person, PersonKind
from suyu_learn.services import audit, grants, persons, signing_in

PURPOSE = "password"


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh token, shown once, and until when it works."""

    token: str
    expires_at: datetime


def issue(session: Session, person: Person, *, actor: Person, now: datetime) -> Issued:
    """A link for one person; older unused ones die. Not for those who may do more than the actor: who has the link can
    sign in as them."""
    if not person.active or person.kind is PersonKind.GUEST:
        raise Problem("grant.not_active", name=person.name)
    grants.require_equal(session, actor, person)
    grants.require_no_more(session, actor, person)
    _end_others(session, person.id, now=now)
    token = secrets.token_urlsafe(24)
    link = OneTimeLink(purpose=PURPOSE, token_hash=signing_in.token_hash(token), person_id=person.id, created_at=now,
                       expires_at=now + signing_in.LINK_LIFETIME)  # fmt: skip
    session.add(link)
    unit = persons.home_unit(session, person)
    audit.record(session, "password.link_made", now=now, actor=actor, on=person, unit_id=unit.id if unit else None)
    session.flush()
    return Issued(token, link.expires_at)


def person_of(session: Session, token: str, *, now: datetime) -> Person:
    """Whose link it is; raises Problem when it does not work, or they may not come in."""
    link = signing_in.usable_link(session, token, purpose=PURPOSE, now=now)
    person = session.get(Person, link.person_id)
    if person is None or not person.active:
        raise Problem("link.dead")
    return person


def use(session: Session, token: str, password_hash: str, *, now: datetime) -> Person:
    """Set the password and use the link up; all older sign-ins end."""
    link = session.scalar(
        select(OneTimeLink).where(OneTimeLink.token_hash == signing_in.token_hash(token)).with_for_update()
    )
    person = person_of(session, token, now=now)
    assert link is not None  # person_of has just found it
    link.used_at = now
    signing_in.set_password(session, person, password_hash, actor=person, now=now)
    return person


def _end_others(session: Session, person_id: int, *, now: datetime) -> None:
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.purpose == PURPOSE, OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
