"""The events that somebody may come to: for their unit, and of the programmes that they have still to complete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from suyu_learn.models import (
    Event,
    Membership,
    Person,
    PersonKind,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    Unit,
)

SOON = timedelta(days=7)
"""So far ahead the home page looks."""


@dataclass(frozen=True, slots=True)
class Coming:
    """An event to come, or under way; `programme` is the title of the one it is held for, else empty."""

    event: Event
    programme: str


def to(
    session: Session, person: Person, *, now: datetime, within: timedelta | None = None, most: int = 50
) -> tuple[list[Coming], int]:
    """At most so many of them, the first first, and how many there are; those called off too, so that nobody goes.

    One statement. Of a long list, as in a programme of a whole city, those of one's own unit come before others. What
    was held for a programme that lies in the recycle bin is an event of its unit.
    """
    if person.kind is PersonKind.GUEST:
        return [], 0
    home = (
        select(Unit.path).join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == person.id, Membership.home, Membership.since <= now,
               or_(Membership.until.is_(None), Membership.until > now))
        .order_by(Membership.since.desc()).limit(1).scalar_subquery()
    )  # fmt: skip
    member = (
        select(ProgrammeMember.id)
        .where(ProgrammeMember.programme_id == Programme.id, ProgrammeMember.person_id == person.id,
               ProgrammeMember.left_at.is_(None), ProgrammeMember.completed_at.is_(None))
        .exists()
    )  # fmt: skip
    own = or_(Event.unit_id.is_(None), home.startswith(Unit.path))
    wanted = (
        select(Event, Programme.title, func.count().over())
        .outerjoin(Unit, Unit.id == Event.unit_id)
        .outerjoin(ProgrammePart, ProgrammePart.id == Event.part_id)
        .outerjoin(ProgrammeStage, ProgrammeStage.id == ProgrammePart.stage_id)
        .outerjoin(Programme, and_(Programme.id == ProgrammeStage.programme_id, Programme.deleted_at.is_(None)))
        .where(Event.ends_at >= now, or_(and_(Programme.id.is_(None), own), member))
        .order_by(own.desc(), Event.starts_at, Event.id).limit(most)
    )  # fmt: skip
    if within is not None:
        wanted = wanted.where(Event.starts_at <= now + within)
    rows = session.execute(wanted).all()
    found = [Coming(event, title or "") for event, title, _count in rows]
    return sorted(found, key=lambda one: (one.event.starts_at, one.event.id)), rows[0][2] if rows else 0
