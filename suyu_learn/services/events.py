"""Lectures, drills, visits and field schools: arranged, changed, called off; and for whom they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules, most
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Attendance,
    Course,
    CourseVersion,
    Event,
    EventKind,
    Exam,
    PartKind,
    Person,
    PersonKind,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    Role,
    Unit,
    new_key,
)
from suyu_learn.services import audit, exam_lists, exam_scope, grants, people, programme_progress
from suyu_learn.services.exam_scope import Placed, Scope
from suyu_learn.services.grants import Reach

LONGEST = timedelta(days=31)
LONGEST_LINE = 200
LONGEST_TEXT = 20_000
PAGE = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an event shall be; course and exam are its material and its paper."""

    title: str
    starts_at: datetime
    ends_at: datetime
    hours: Decimal
    kind: EventKind = EventKind.LECTURE
    place: str = ""
    trainer: str = ""
    plan: str = ""
    summary: str = ""
    unit_id: int | None = None
    part_id: int | None = None
    course_id: int | None = None
    exam_id: int | None = None


@dataclass(frozen=True, slots=True)
class HeldFor:
    """The part of a programme that an event is held for."""

    part: ProgrammePart
    programme: Programme


def create(
    session: Session, wanted: Wanted, *, actor: Person, now: datetime, zone: tzinfo, rules: CreditRules
) -> Event:
    """Arrange an event for a unit of the actor's reach."""
    grants.require(session, actor, Role.ORGANIZER, _unit(session, wanted.unit_id))
    _check(session, wanted, actor=actor, zone=zone, rules=rules)
    event = Event(key=new_key(), secret=new_key(), created_by_id=actor.id, created_at=now, **_values(wanted))
    session.add(event)
    session.flush()
    audit.record(session, "event.created", now=now, actor=actor, on=event, unit_id=event.unit_id, title=event.title)
    session.flush()
    return event


def change(
    session: Session, event: Event, wanted: Wanted, *, actor: Person, now: datetime, zone: tzinfo, rules: CreditRules,
    reason: str = "",
) -> Sequence[str]:  # fmt: skip
    """Store what an event is now; says what changed. Its times and hours stay once hours were given for them.

    With a reason it can be held for another part then; what was complete by it is looked at again.
    """
    session.refresh(event, with_for_update=True)
    if event.cancelled_at is not None:
        raise Problem("event.cancelled")
    wanted = replace(wanted, unit_id=event.unit_id)
    if wanted.part_id != event.part_id:
        _check_part(session, wanted, actor=actor)
    _check(session, wanted, actor=actor, zone=zone, rules=rules, kept=event)
    values = _values(wanted)
    changed = [name for name, value in values.items() if getattr(event, name) != value]
    if {"starts_at", "ends_at", "hours"} & set(changed) and has_settled(session, event):
        raise Problem("event.settled")
    taken_from = "part_id" in changed and event.part_id is not None and has_settled(session, event)
    said = audit.required(reason) if taken_from else ""
    for name in changed:
        setattr(event, name, values[name])
    if changed:
        audit.record(session, "event.changed", now=now, actor=actor, on=event, unit_id=event.unit_id, fields=changed,
                     reason=said)  # fmt: skip
    session.flush()
    if "part_id" in changed:
        came = session.scalars(
            select(Attendance.person_id).where(Attendance.event_id == event.id, Attendance.voided_at.is_(None))
        ).all()
        if taken_from:
            programme_progress.reconsider(session, came, reason=said, actor=actor, now=now, zone=zone)
        programme_progress.settle(session, came, now=now, zone=zone)
    return changed


def cancel(session: Session, event: Event, *, reason: str, actor: Person, now: datetime) -> None:
    """Call an event off; not once people have come."""
    said = audit.required(reason)
    session.refresh(event, with_for_update=True)
    if event.cancelled_at is not None:
        raise Problem("event.cancelled")
    if session.scalar(select(exists().where(Attendance.event_id == event.id, Attendance.voided_at.is_(None)))):
        raise Problem("event.people_came")
    event.cancelled_at, event.cancel_reason = now, said
    audit.record(session, "event.cancelled", now=now, actor=actor, on=event, unit_id=event.unit_id, reason=said)
    session.flush()


def find(session: Session, key: str) -> Event:
    """The event of an address; raises Problem where there is none."""
    event = session.scalar(select(Event).where(Event.key == key))
    if event is None:
        raise Problem("event.unknown")
    return event


def managed(session: Session, key: str, *, actor: Person) -> Event:
    """An event of the actor's units; raises Problem for every other, as for those that do not exist."""
    event = find(session, key)
    if not manages(session, event, actor):
        raise Problem("event.unknown")
    return event


def manages(session: Session, event: Event, person: Person) -> bool:
    """Whether an event lies within a person's reach as an organizer."""
    unit = _unit(session, event.unit_id)
    return grants.reach(session, person, Role.ORGANIZER).covers(unit.path if unit is not None else None)


def seen(session: Session, key: str, person: Person, *, now: datetime) -> Event:
    """An event for a person whom it is for, or who was there."""
    event = find(session, key)
    there = exists().where(Attendance.event_id == event.id, Attendance.person_id == person.id)
    if may_attend(session, event, person, at=now) or session.scalar(select(there)):
        return event
    return managed(session, key, actor=person)


def within(session: Session, reach: Reach, *, past: bool, now: datetime, page: int = 1) -> tuple[list[Event], int]:
    """The events of one's units: those to come, the next first, or those that are over, the latest first."""
    fits = [Event.ends_at < now if past else Event.ends_at >= now]
    if not reach.everywhere:
        fits.append(reach.includes(Unit.path))
    joined = select(Event).outerjoin(Unit, Unit.id == Event.unit_id).where(*fits)
    total = session.scalar(select(func.count()).select_from(joined.with_only_columns(Event.id).subquery())) or 0
    order = (Event.starts_at.desc(), Event.id.desc()) if past else (Event.starts_at, Event.id)
    rows = session.scalars(joined.order_by(*order).offset((max(page, 1) - 1) * PAGE).limit(PAGE)).all()
    return list(rows), total


def held_for(session: Session, event: Event) -> HeldFor | None:
    """The programme and its part that an event is held for."""
    row = session.execute(_PARTS.where(ProgrammePart.id == event.part_id)).first() if event.part_id else None
    return HeldFor(row[0], row[1]) if row is not None else None


def parts_for(session: Session, actor: Person) -> list[HeldFor]:
    """The parts that events can be held for: of programmes within reach, and of units above one's own."""
    own = grants.reach(session, actor, Role.ORGANIZER)
    rows = session.execute(
        _PARTS.add_columns(Unit.path).outerjoin(Unit, Unit.id == Programme.unit_id)
        .where(ProgrammePart.kind == PartKind.EVENT, Programme.deleted_at.is_(None))
        .where(Programme.state != ProgrammeState.CLOSED)
        .order_by(Programme.title, Programme.id, ProgrammeStage.position, ProgrammePart.position)
    )  # fmt: skip
    return [
        HeldFor(part, programme)
        for part, programme, path in rows
        if own.covers(path) or path is None or any(one.startswith(path) for one in own.paths)
    ]


def materials(session: Session) -> list[tuple[int, str]]:
    """The courses that learners find, by title, to teach from."""
    rows = session.execute(
        select(Course.id, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Course.published_version_id)
        .where(Course.deleted_at.is_(None)).order_by(CourseVersion.title, Course.id)
    )  # fmt: skip
    return [(number, title) for number, title in rows]


def may_attend(session: Session, event: Event, person: Person, *, at: datetime) -> bool:
    """Whether an event is for a person: of its unit's subtree, or a member of its programme. Never for guests."""
    return person.id in who_may_attend(session, event, [person], at=at)


def who_may_attend(session: Session, event: Event, persons: Sequence[Person], *, at: datetime) -> set[int]:
    """The same of some hundred people, by their ids."""
    able = {one.id for one in persons if one.kind is not PersonKind.GUEST and one.active}
    unit = _unit(session, event.unit_id)
    if unit is None:
        return able
    homes = people.units_at(session, [(one, at) for one in able])
    found = {one for one in able if homes[one, at].path.startswith(unit.path)}
    if event.part_id is not None and able - found:
        found |= set(session.scalars(_members(event).where(ProgrammeMember.person_id.in_(able - found))))
    return found


def expected(session: Session, event: Event, *, at: datetime, unit: Unit | None = None) -> list[Placed]:
    """Who may be expected: the programme's members in the event's unit, else everybody there; or of one below."""
    where = unit or _unit(session, event.unit_id)
    found = exam_scope.members(session, Scope((where.path,) if where is not None else ()), at=at)
    if event.part_id is None:
        return found
    wanted = set(session.scalars(_members(event)))
    return [one for one in found if one.person_id in wanted]


_PARTS = (
    select(ProgrammePart, Programme)
    .join(ProgrammeStage, ProgrammeStage.id == ProgrammePart.stage_id)
    .join(Programme, Programme.id == ProgrammeStage.programme_id)
)


def _members(event: Event) -> Select[int]:
    return (
        select(ProgrammeMember.person_id)
        .join(ProgrammeStage, ProgrammeStage.programme_id == ProgrammeMember.programme_id)
        .join(ProgrammePart, ProgrammePart.stage_id == ProgrammeStage.id)
        .where(ProgrammePart.id == event.part_id, ProgrammeMember.left_at.is_(None))
    )


def _unit(session: Session, unit_id: int | None) -> Unit | None:
    return session.get(Unit, unit_id) if unit_id is not None else None


def has_settled(session: Session, event: Event) -> bool:
    """Whether anybody was given hours for it."""
    settled = exists().where(
        Attendance.event_id == event.id, Attendance.voided_at.is_(None), Attendance.hours.is_not(None)
    )
    return bool(session.scalar(select(settled)))


def _values(wanted: Wanted) -> dict[str, object]:
    return {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}


def _check(
    session: Session, wanted: Wanted, *, actor: Person, zone: tzinfo, rules: CreditRules, kept: Event | None = None
) -> None:
    if not wanted.title or len(wanted.title) > LONGEST_LINE:
        raise Problem("event.title", place=Place(field="title"), limit=LONGEST_LINE)
    if wanted.ends_at <= wanted.starts_at:
        raise Problem("event.ends_first", place=Place(field="ends_at"))
    if wanted.ends_at - wanted.starts_at > LONGEST:
        raise Problem("event.too_long", place=Place(field="ends_at"), most=LONGEST.days)
    can_bring = most([(wanted.starts_at, wanted.ends_at)], zone=zone, rules=rules)
    if not 0 <= wanted.hours <= can_bring:
        raise Problem("event.hours", place=Place(field="hours"), most=can_bring, minutes=rules.minutes)
    if kept is None:
        _check_part(session, wanted, actor=actor)
    if wanted.course_id is not None and (kept is None or kept.course_id != wanted.course_id):
        course = session.get(Course, wanted.course_id)
        if course is None or course.deleted_at is not None or course.published_version_id is None:
            raise Problem("event.no_course", place=Place(field="course"))
    if wanted.exam_id is not None and (kept is None or kept.exam_id != wanted.exam_id):
        exam = session.get(Exam, wanted.exam_id)
        if exam is None or exam.id not in {one.id for one in exam_lists.within(session, actor)}:
            raise Problem("event.no_exam", place=Place(field="exam"))


def _check_part(session: Session, wanted: Wanted, *, actor: Person) -> None:
    if wanted.part_id is not None and wanted.part_id not in {one.part.id for one in parts_for(session, actor)}:
        raise Problem("event.no_part", place=Place(field="part"))
