"""Giving a programme to a unit's subtree and an audience, or to one person, and taking it back; exemptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.programmes import Terms
from suyu_learn.models import (
    Assignment,
    Person,
    Programme,
    ProgrammeExemption,
    ProgrammeMember,
    ProgrammeState,
    Repeats,
    Role,
    Unit,
)
from suyu_learn.services import audit, grants, persons, programme_members
from suyu_learn.services.programme_members import Covered, local_day, people_in, turn_for

GIVERS = (Role.ORGANIZER,)
LONGEST_DAYS = 3650
MOST_YEARS = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an organizer fills in to give a programme to somebody."""

    unit: Unit | None
    audience: str | None
    starts_on: date
    due_on: date | None = None
    due_days: int | None = None
    newcomers_only: bool = False
    person: Person | None = None
    reason: str = ""


def assign(
    session: Session, programme: Programme, wanted: Wanted, *, actor: Person, now: datetime, zone: tzinfo
) -> Assignment:
    """Give a published programme to people, and make them members; refuses what the actor may not reach."""
    _check(session, programme, wanted, actor=actor, now=now, zone=zone)
    twin = _twin(session, programme, wanted)
    if twin is not None:
        return twin
    assignment = Assignment(
        programme_id=programme.id, unit_id=wanted.unit.id if wanted.unit else None, audience=wanted.audience or None,
        person_id=wanted.person.id if wanted.person else None, newcomers_only=wanted.newcomers_only,
        starts_on=wanted.starts_on, due_on=wanted.due_on, due_days=wanted.due_days, reason=wanted.reason.strip(),
        created_by_id=actor.id, created_at=now,
    )  # fmt: skip
    session.add(assignment)
    session.flush()
    audit.record(
        session, "programme.assigned", now=now, actor=actor, on=programme, reason=assignment.reason,
        unit_id=assignment.unit_id, title=programme.title, unit=wanted.unit.name if wanted.unit else "",
        audience=wanted.audience or "", person=wanted.person.name if wanted.person else "",
        starts_on=wanted.starts_on.isoformat(), due_on=wanted.due_on.isoformat() if wanted.due_on else "",
    )  # fmt: skip
    programme_members.sync(session, live(session, programme.id), now=now, zone=zone, programme_ids=[programme.id])
    return assignment


def _twin(session: Session, programme: Programme, wanted: Wanted) -> Assignment | None:
    """The same assignment, made before: a form that is sent twice, or two organizers at once, make one."""
    session.refresh(programme, with_for_update={"key_share": True})
    return session.scalar(
        select(Assignment).where(
            Assignment.programme_id == programme.id, Assignment.ended_at.is_(None),
            Assignment.unit_id == (wanted.unit.id if wanted.unit else None),
            Assignment.person_id == (wanted.person.id if wanted.person else None),
            Assignment.audience == (wanted.audience or None), Assignment.starts_on == wanted.starts_on,
            Assignment.due_on == wanted.due_on, Assignment.due_days == wanted.due_days,
            Assignment.newcomers_only == wanted.newcomers_only,
        ).limit(1)
    )  # fmt: skip


def covered_by(
    session: Session, programme: Programme, wanted: Wanted, *, actor: Person, now: datetime, zone: tzinfo
) -> list[Covered]:
    """Whom an assignment would reach today, without making it; refuses as `assign` does."""
    _check(session, programme, wanted, actor=actor, now=now, zone=zone)
    terms = Terms(wanted.starts_on, wanted.due_on, wanted.due_days, programme.repeats is Repeats.YEARLY)
    people = people_in(
        session, unit_path=wanted.unit.path if wanted.unit else None, audience=wanted.audience,
        only=[wanted.person.id] if wanted.person else None, now=now,
    )  # fmt: skip
    return [
        one
        for one in people
        if turn_for(terms, one, newcomers_only=wanted.newcomers_only, today=max(local_day(now, zone), wanted.starts_on),
                 zone=zone)
    ]  # fmt: skip


def end(session: Session, assignment: Assignment, *, reason: str, actor: Person, now: datetime, zone: tzinfo) -> None:
    """Take a programme back from those who have it by this assignment alone and have not completed it."""
    reason = audit.required(reason)
    programme = session.get_one(Programme, assignment.programme_id)
    _require(session, actor, _unit_of(session, assignment))
    if assignment.ended_at is not None:
        return
    assignment.ended_at, assignment.ended_by_id, assignment.end_reason = now, actor.id, reason
    session.flush()
    audit.record(session, "programme.taken_back", now=now, actor=actor, on=programme, reason=reason,
                 unit_id=assignment.unit_id, title=programme.title)  # fmt: skip
    programme_members.sync(session, live(session, programme.id), now=now, zone=zone, programme_ids=[programme.id])


def exempt(session: Session, member: ProgrammeMember, *, reason: str, actor: Person, now: datetime) -> None:
    """Say why a member need not complete the programme; nobody exempts themself."""
    reason = audit.required(reason)
    person = _reached(session, member, actor)
    standing = exemption_of(session, member)
    if standing is None:
        session.add(ProgrammeExemption(member_id=member.id, reason=reason, actor_id=actor.id, at=now))
        session.flush()
        audit.record(session, "programme.exempted", now=now, actor=actor, on=person, reason=reason,
                     title=session.get_one(Programme, member.programme_id).title)  # fmt: skip


def end_exemption(session: Session, member: ProgrammeMember, *, reason: str, actor: Person, now: datetime) -> None:
    """The member has to complete the programme after all."""
    reason = audit.required(reason)
    person = _reached(session, member, actor)
    standing = exemption_of(session, member)
    if standing is not None:
        standing.ended_at, standing.ended_by_id, standing.end_reason = now, actor.id, reason
        session.flush()
        audit.record(session, "programme.exemption_ended", now=now, actor=actor, on=person, reason=reason,
                     title=session.get_one(Programme, member.programme_id).title)  # fmt: skip


def exemption_of(session: Session, member: ProgrammeMember) -> ProgrammeExemption | None:
    """The exemption that stands."""
    return session.scalar(
        select(ProgrammeExemption).where(
            ProgrammeExemption.member_id == member.id, ProgrammeExemption.ended_at.is_(None)
        )
    )


def live(session: Session, programme_id: int) -> Sequence[Assignment]:
    """The assignments of a programme that stand, the latest first."""
    return session.scalars(
        select(Assignment).where(Assignment.programme_id == programme_id, Assignment.ended_at.is_(None))
        .order_by(Assignment.id.desc())
    ).all()  # fmt: skip


def _check(
    session: Session, programme: Programme, wanted: Wanted, *, actor: Person, now: datetime, zone: tzinfo
) -> None:
    if programme.state is not ProgrammeState.PUBLISHED or programme.deleted_at is not None:
        raise Problem("programme.publish_first", title=programme.title)
    if wanted.unit is None and wanted.person is None:
        raise Problem("programme.for_whom", place=Place(field="unit"))
    if wanted.person is not None:
        grants.require_another(actor, wanted.person.id)
        audit.required(wanted.reason)
        _require(session, actor, persons.home_unit(session, wanted.person))
    else:
        _require(session, actor, wanted.unit)
    for field, day in (("starts_on", wanted.starts_on), ("due_on", wanted.due_on)):
        if day is not None and abs(day.year - now.year) > MOST_YEARS:
            raise Problem("programme.far_day", place=Place(field=field), most=MOST_YEARS)
    if wanted.due_on is not None and wanted.due_on < max(wanted.starts_on, local_day(now, zone)):
        raise Problem("programme.due_before", place=Place(field="due_on"))
    if wanted.due_days is not None and not 1 <= wanted.due_days <= LONGEST_DAYS:
        raise Problem("programme.due_days", place=Place(field="due_days"), most=LONGEST_DAYS)


def _reached(session: Session, member: ProgrammeMember, actor: Person) -> Person:
    """The member's person, once the actor may decide about them."""
    person = session.get_one(Person, member.person_id)
    grants.require_another(actor, person.id)
    _require(session, actor, persons.home_unit(session, person))
    return person


def _require(session: Session, actor: Person, unit: Unit | None) -> None:
    grants.require(session, actor, GIVERS, unit)


def _unit_of(session: Session, assignment: Assignment) -> Unit | None:
    if assignment.person_id is not None:
        return persons.home_unit(session, session.get_one(Person, assignment.person_id))
    return session.get(Unit, assignment.unit_id) if assignment.unit_id else None
