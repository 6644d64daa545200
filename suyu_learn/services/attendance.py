"""Who came to an event: by the code on its screen, or from the signed sheet; the hours, and what was corrected.

Hours are settled when both ends are known: at most the event's, at most the time that somebody was there while it
ran, and at most what their day has room for. Whoever changes an attendance holds the person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import CreditRules, most
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.rotating_codes import step_of
from suyu_learn.models import Attendance, AttendanceChange, AttendanceWay, Event, Person, PersonKind, Role, Unit
from suyu_learn.services import audit, bulk, events, grants, hours, locks, people, programme_progress
from suyu_learn.services.exam_scope import Placed
from suyu_learn.services.name_order import by_name

OPENS_BEFORE = timedelta(hours=1)
"""So long before its beginning one can come."""
CLOSES_AFTER = timedelta(hours=2)
"""So long after its end one can still say that one leaves."""
MOST_AT_ONCE = 500
MOST_LISTED = 2000


@dataclass(frozen=True, slots=True)
class Terms:
    """By what hours are settled."""

    now: datetime
    zone: tzinfo
    rules: CreditRules


@dataclass(frozen=True, slots=True)
class Present:
    """An attendance with its person."""

    attendance: Attendance
    person: Person

    @property
    def forgot(self) -> bool:
        """Whether nobody knows when the person left."""
        return self.attendance.voided_at is None and self.attendance.left_at is None


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody who may have come, with the names of their unit."""

    person: Person
    unit: str


def own(session: Session, event: Event, person: Person) -> Attendance | None:
    """Somebody's attendance of an event as it stands, also one that was voided."""
    return session.scalar(
        select(Attendance).where(Attendance.event_id == event.id, Attendance.person_id == person.id)
        .execution_options(populate_existing=True)
    )  # fmt: skip


def of_event(session: Session, event: Event) -> list[Present]:
    """Who was there, by name; those taken back too."""
    rows = session.execute(
        select(Attendance, Person).join(Person, Person.id == Attendance.person_id)
        .where(Attendance.event_id == event.id).order_by(by_name(session), Person.id)
    )  # fmt: skip
    return [Present(attendance, person) for attendance, person in rows]


def one_of(session: Session, event: Event, attendance_id: int) -> Present:
    """One attendance of an event; raises Problem for others."""
    found = session.get(Attendance, attendance_id)
    if found is None or found.event_id != event.id:
        raise Problem("attendance.unknown")
    return Present(found, session.get_one(Person, found.person_id))


def changes(session: Session, event: Event) -> Sequence[tuple[AttendanceChange, str, str]]:
    """What was corrected at an event, the latest first: the change, whose, and by whom."""
    rows = session.scalars(
        select(AttendanceChange).join(Attendance, Attendance.id == AttendanceChange.attendance_id)
        .where(Attendance.event_id == event.id).order_by(AttendanceChange.id.desc())
    ).all()  # fmt: skip
    actors = select(Person.id, Person.name).where(Person.id.in_({row.actor_id for row in rows}))
    names = dict(session.execute(actors).all()) if rows else {}
    whose = {one.attendance.id: one.person.name for one in of_event(session, event)} if rows else {}
    return [(row, whose[row.attendance_id], names.get(row.actor_id or 0, "")) for row in rows]


def counts(session: Session, event_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each event how many came, and how many of them have not left; those taken back do not count."""
    rows = session.execute(
        select(Attendance.event_id, func.count(), func.count(Attendance.left_at))
        .where(Attendance.event_id.in_(event_ids), Attendance.voided_at.is_(None)).group_by(Attendance.event_id)
    )  # fmt: skip
    return {event_id: (came, came - left) for event_id, came, left in rows}


def candidates(
    session: Session, event: Event, *, actor: Person, now: datetime, unit: Unit | None = None
) -> tuple[list[Seen], int]:
    """Who is expected and not entered yet, by unit and name, and how many there are; nobody enters themself."""
    there = set(session.scalars(select(Attendance.person_id).where(Attendance.event_id == event.id))) | {actor.id}
    placed = [one for one in events.expected(session, event, at=now, unit=unit) if one.person_id not in there]
    return seen(session, placed), len(placed)


def seen(session: Session, placed: Sequence[Placed]) -> list[Seen]:
    """People, each with the names of a unit, by unit and name; of very many the first units."""
    some = sorted(placed, key=lambda one: (one.unit_names, one.person_id))[:MOST_LISTED]
    units = {one.person_id: one.unit_names for one in some}
    rows = session.scalars(select(Person).where(Person.id.in_(units))).all() if units else []
    return sorted(
        (Seen(row, units[row.id]) for row in rows), key=lambda one: (one.unit, one.person.name_key, one.person.id)
    )


def named(session: Session, event: Event, ids: Collection[int], *, actor: Person, now: datetime) -> list[Seen]:
    """Those people whom a form has named and whom the actor could enter, without their units."""
    some = sorted(ids)[:MOST_AT_ONCE]
    rows = session.scalars(select(Person).where(Person.id.in_(some)).order_by(Person.id)).all() if some else []
    able = _enterable(session, event, rows, actor=actor, now=now) if rows else set()
    return [Seen(row, "") for row in rows if row.id in able]


# On the spot, by the code on the screen


def is_open(event: Event, *, at: datetime) -> None:
    """Raise Problem unless people come and go at this moment."""
    if event.cancelled_at is not None:
        raise Problem("event.cancelled")
    if at < event.starts_at - OPENS_BEFORE:
        raise Problem("attendance.too_early", opens=event.starts_at - OPENS_BEFORE)
    if at > event.ends_at + CLOSES_AFTER:
        raise Problem("attendance.too_late")


def refuse_organizer(session: Session, event: Event, person: Person) -> None:
    """Raise Problem for who sees every code on the screen: nobody enters their own attendance."""
    if events.manages(session, event, person):
        raise Problem("attendance.organizer")


def check_in(session: Session, event: Event, person: Person, *, at: datetime, now: datetime) -> Attendance:
    """Note that a person came, at the moment in which they scanned the code; a second time changes nothing."""
    _hold(session, event, [person])
    if not events.may_attend(session, event, person, at=now):
        raise Problem("attendance.not_for_you")
    refuse_organizer(session, event, person)
    found = own(session, event, person)
    if found is not None and found.voided_at is not None:
        raise Problem("attendance.voided")
    if found is not None:
        return found
    is_open(event, at=at)
    if at > event.ends_at:
        raise Problem("attendance.over")
    [made] = _new(session, event, [person], came_at=at, way=AttendanceWay.CODE, actor=person, now=now)
    return made


def check_out(session: Session, event: Event, person: Person, *, at: datetime, terms: Terms) -> Attendance:
    """Note that a person left, at the moment of the scan, and settle the hours; a second time changes nothing.

    The code by which somebody came says nothing of when they leave, so it does nothing either.
    """
    _hold(session, event, [person])
    refuse_organizer(session, event, person)
    found = own(session, event, person)
    if found is None:
        raise Problem("attendance.not_come")
    if found.voided_at is not None:
        raise Problem("attendance.voided")
    if found.left_at is not None or step_of(at) <= step_of(found.came_at):
        return found
    is_open(event, at=at)
    found.left_at = at
    _settle(session, event, [(found, person)], actor=None, terms=terms)
    programme_progress.settle(session, [person.id], now=terms.now, zone=terms.zone)
    return found


def brings(event: Event, row: Attendance, *, left_at: datetime, zone: tzinfo, rules: CreditRules) -> Decimal:
    """The hours that leaving at a moment would settle, as far as the time decides; a full day may bring fewer."""
    there = (max(row.came_at, event.starts_at), min(left_at, event.ends_at))
    return min(event.hours, most([there], zone=zone, rules=rules)) if there[0] < there[1] else Decimal(0)


# Afterwards, from the sheet


def type_in(
    session: Session,
    event: Event,
    person_ids: Collection[int],
    *,
    came_at: datetime,
    left_at: datetime,
    actor: Person,
    terms: Terms,
    way: AttendanceWay = AttendanceWay.SHEET,
) -> list[Attendance]:
    """Enter who came from when to when; all of them, or nobody."""
    if event.cancelled_at is not None:
        raise Problem("event.cancelled")
    if not person_ids:
        raise Problem("attendance.nobody", place=Place(field="people"))
    if len(person_ids) > MOST_AT_ONCE:
        raise Problem("attendance.too_many", place=Place(field="people"), most=MOST_AT_ONCE)
    _check_times(event, came_at, left_at, now=terms.now)
    found = session.scalars(select(Person).where(Person.id.in_(person_ids)).order_by(Person.id)).all()
    _hold(session, event, found)
    there = set(session.scalars(select(Attendance.person_id).where(Attendance.event_id == event.id)))
    able = _enterable(session, event, found, actor=actor, now=terms.now)
    for person in found:
        grants.require_another(actor, person.id)
        if person.id not in able:
            raise Problem("attendance.not_expected", place=Place(field="people"))  # whose name stays unsaid
        if person.id in there:
            raise Problem("attendance.there_already", place=Place(field="people"), name=person.name)
    made = _new(session, event, found, came_at=came_at, left_at=left_at, way=way, actor=actor, now=terms.now)
    _settle(session, event, list(zip(made, found, strict=True)), actor=actor, terms=terms)
    audit.record(session, "attendance.entered", now=terms.now, actor=actor, on=event, unit_id=event.unit_id,
                 people=len(made))  # fmt: skip
    session.flush()
    programme_progress.settle(session, [one.id for one in found], now=terms.now, zone=terms.zone)
    return made


def correct(
    session: Session,
    event: Event,
    present: Present,
    *,
    came_at: datetime,
    left_at: datetime,
    reason: str,
    actor: Person,
    terms: Terms,
) -> None:
    """Say when somebody came and left after all: also for who forgot to say it, and for what was taken back."""
    said = audit.required(reason)
    row, person = present.attendance, present.person
    grants.require_another(actor, person.id)
    _check_times(event, came_at, left_at, now=terms.now)
    _hold(session, event, [person])
    if event.cancelled_at is not None:
        raise Problem("event.cancelled")
    session.refresh(row, with_for_update=True)
    if row.voided_at is None and (row.came_at, row.left_at) == (came_at, left_at):
        raise Problem("attendance.same", place=Place(field="left_at"))
    before = _state(row)
    _take_back(session, event, person, why="corrected", reason=said, actor=actor, now=terms.now)
    row.came_at, row.left_at, row.voided_at = came_at, left_at, None
    session.flush()
    _settle(session, event, [(row, person)], actor=actor, terms=terms)
    _changed(session, row, before, reason=said, actor=actor, now=terms.now)
    audit.record(session, "attendance.corrected", now=terms.now, actor=actor, on=event, unit_id=event.unit_id,
                 reason=said, person_id=person.id)  # fmt: skip
    session.flush()
    programme_progress.reconsider(session, [person.id], reason=said, actor=actor, now=terms.now, zone=terms.zone)
    programme_progress.settle(session, [person.id], now=terms.now, zone=terms.zone)


def void(session: Session, event: Event, present: Present, *, reason: str, actor: Person, terms: Terms) -> None:
    """Let an attendance count no more, and take back its hours and what it completed."""
    said, now = audit.required(reason), terms.now
    row, person = present.attendance, present.person
    grants.require_another(actor, person.id)
    _hold(session, event, [person])
    session.refresh(row, with_for_update=True)
    if row.voided_at is not None:
        raise Problem("attendance.voided_already")
    before = _state(row)
    _take_back(session, event, person, why="voided", reason=said, actor=actor, now=now)
    row.voided_at, row.hours = now, None
    session.flush()
    _changed(session, row, before, reason=said, actor=actor, now=now)
    audit.record(session, "attendance.voided", now=now, actor=actor, on=event, unit_id=event.unit_id, reason=said,
                 person_id=person.id)  # fmt: skip
    session.flush()
    programme_progress.reconsider(session, [person.id], reason=said, actor=actor, now=now, zone=terms.zone)


def _hold(session: Session, event: Event, who: Sequence[Person]) -> None:
    """People first, then the event, whose times nobody changes meanwhile."""
    locks.hold_people(session, [one.id for one in who])
    session.refresh(event, with_for_update={"read": True})


def _enterable(
    session: Session, event: Event, some: Sequence[Person], *, actor: Person, now: datetime
) -> set[int]:  # fmt: skip
    """Who of these is at home within the actor's reach, or whom the event is for."""
    reach = grants.reach(session, actor, Role.ORGANIZER)
    able = [one for one in some if one.kind is PersonKind.MEMBER and one.merged_into_id is None]
    homes = people.homes(session, [one.id for one in able])
    found = {one.id for one in able if reach.covers(homes[one.id].path if one.id in homes else None)}
    return found | events.who_may_attend(session, event, [one for one in able if one.id not in found], at=now)


def _check_times(event: Event, came_at: datetime, left_at: datetime, *, now: datetime) -> None:
    if left_at <= came_at:
        raise Problem("attendance.left_first", place=Place(field="left_at"))
    if left_at > now:
        raise Problem("attendance.to_come", place=Place(field="left_at"))
    if came_at >= event.ends_at or left_at <= event.starts_at:
        raise Problem("attendance.elsewhen", place=Place(field="came_at"), starts=event.starts_at, ends=event.ends_at)
    if came_at < event.starts_at - OPENS_BEFORE or left_at > event.ends_at + CLOSES_AFTER:
        raise Problem("attendance.elsewhen", place=Place(field="came_at"), starts=event.starts_at, ends=event.ends_at)


def _new(
    session: Session, event: Event, who: Sequence[Person], *, came_at: datetime, way: AttendanceWay, actor: Person,
    now: datetime, left_at: datetime | None = None,
) -> list[Attendance]:  # fmt: skip
    units = people.units_at(session, [(one.id, at) for one in who for at in (came_at, now)])
    values: list[dict[str, Any]] = []
    for person in who:
        unit = units[person.id, came_at]
        if unit.unit_id is None:
            unit = units[person.id, now]
        values.append({
            "event_id": event.id, "person_id": person.id, "came_at": came_at, "left_at": left_at, "way": way,
            "actor_id": actor.id, "at": now, "unit_id": unit.unit_id, "unit_path": unit.path, "unit_names": unit.names,
        })  # fmt: skip
    return bulk.stored(session, Attendance, values)


def _settle(
    session: Session, event: Event, who: Sequence[tuple[Attendance, Person]], *, actor: Person | None, terms: Terms
) -> None:
    """Give the hours that follow from when people were there while the event ran, all of them alike."""
    row = who[0][0]
    assert row.left_at is not None
    entries = hours.credit_together(
        session, [(person, event.id) for _row, person in who], kind=hours.EVENT, title=event.title,
        began_at=max(row.came_at, event.starts_at), ended_at=min(row.left_at, event.ends_at), hours=event.hours,
        evidence={"came_at": row.came_at.isoformat(), "left_at": row.left_at.isoformat(), "way": row.way.value,
                  "place": event.place, "trainer": event.trainer},
        now=terms.now, zone=terms.zone, rules=terms.rules, actor=actor,
    )  # fmt: skip
    for one, person in who:
        one.hours = sum((entry.hours for entry in entries[person.id]), Decimal(0))
    session.flush()


def _take_back(
    session: Session, event: Event, person: Person, *, why: str, reason: str, actor: Person, now: datetime
) -> None:
    for entry in hours.of_subject(session, person, kind=hours.EVENT, subject_id=event.id):
        hours.take_back(session, entry, why=why, reason=reason, actor=actor, now=now)


def _state(row: Attendance) -> dict[str, Any]:
    return {
        "came_at": row.came_at.isoformat(),
        "left_at": row.left_at.isoformat() if row.left_at is not None else None,
        "hours": f"{row.hours:.2f}" if row.hours is not None else None,
        "voided": row.voided_at is not None,
    }


def _changed(
    session: Session, row: Attendance, before: Mapping[str, Any], *, reason: str, actor: Person, now: datetime
) -> None:
    session.add(AttendanceChange(attendance_id=row.id, old=dict(before), new=_state(row), reason=reason,
                                 actor_id=actor.id, at=now))  # fmt: skip
    session.flush()
