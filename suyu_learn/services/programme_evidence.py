"""What the members of a programme have brought to its parts, read from the records for many at once.

Completions of courses and exams and attendances count from the calendar year in which the member began on, sign-offs
are the member's own, and the ledger is that of the period. A yearly programme looks at its own year alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.programmes import Evidence
from suyu_learn.models import (
    Attendance,
    Completion,
    CompletionKind,
    Event,
    HoursEntry,
    PartKind,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    Repeats,
    SignOff,
)
from suyu_learn.models.base import Exact


@dataclass(frozen=True, slots=True)
class Period:
    """The local days of which a member's records count; without an end where it is done once."""

    since: date
    until: date | None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def period_of(programme: Programme, member: ProgrammeMember) -> Period:
    """The days that count for a member: whole calendar years."""
    year = member.starts_on.year
    until = date(year, 12, 31) if programme.repeats is Repeats.YEARLY else None
    return Period(date(year - programme.window_years + 1, 1, 1), until)


def window_of(programme: Programme, member: ProgrammeMember, *, now: datetime, zone: tzinfo) -> Period:
    """The days whose hours count for a member where all of a person's hours do.

    A window of several calendar years rolls: its last year is the present one, and that of the completion once there
    is one (domain: 五年累计, by calendar years). A yearly programme has its own year for the last.
    """
    if programme.window_years == 1 or programme.repeats is Repeats.YEARLY:
        return period_of(programme, member)
    last = max((member.completed_at or now).astimezone(zone).year, member.starts_on.year)
    return Period(date(last - programme.window_years + 1, 1, 1), date(last, 12, 31))


Group: TypeAlias = tuple[Programme, Sequence[ProgrammeMember]]
"""A programme with its stages and parts, and some of its members."""


class Gathered:
    """What the parts of programmes have brought to some of their members, by member and part.

    The statements do not grow with the programmes.
    """

    def __init__(self, groups: Sequence[Group], zone: tzinfo) -> None:
        self.of: dict[int, dict[int, Evidence]] = {one.id: {} for _programme, members in groups for one in members}
        self._zone = zone
        self._parts = [part for programme, _members in groups for stage in programme.stages for part in stage.parts]
        self._owner = {
            part.id: programme.id for programme, _members in groups for stage in programme.stages
            for part in stage.parts
        }  # fmt: skip
        self._by_person: dict[int, list[tuple[ProgrammeMember, Period]]] = defaultdict(list)
        for programme, members in groups:
            for one in members:
                self._by_person[one.person_id].append((one, period_of(programme, one)))
        since = min((period.since for held in self._by_person.values() for _one, period in held), default=date.max)
        self._since = datetime.combine(since, time(), tzinfo=zone)

    def read(self, session: Session) -> Gathered:
        """Read all of it."""
        self.completions(session)
        self.attendances(session)
        self.sign_offs(session)
        return self

    def completions(self, session: Session) -> None:
        """Completed courses with the hours they brought, and passed exams; the first in the period counts."""
        kinds = ((CompletionKind.COURSE, "course_id"), (CompletionKind.EXAM, "exam_id"))
        for kind, column in kinds:
            parts: dict[int, list[ProgrammePart]] = defaultdict(list)
            for part in self._parts:
                if (subject := getattr(part, column)) is not None:
                    parts[subject].append(part)
            if parts:
                self._completed(session, kind, parts)

    def _completed(self, session: Session, kind: CompletionKind, parts: dict[int, list[ProgrammePart]]) -> None:
        hours = (
            select(func.sum(HoursEntry.hours, type_=Exact())).where(HoursEntry.completion_id == Completion.id)
            .scalar_subquery()
        )  # fmt: skip
        rows = session.execute(
            select(Completion.person_id, Completion.subject_id, Completion.started_at, Completion.completed_at, hours)
            .where(Completion.kind == kind, Completion.subject_id.in_(parts), Completion.voided_at.is_(None),
                   Completion.person_id.in_(self._by_person), Completion.completed_at >= self._since)
            .order_by(Completion.completed_at, Completion.id)
        )  # fmt: skip
        for person_id, subject, began, at, brought in rows:
            for part in parts[subject]:
                for member in self._counting(person_id, part.id, at):
                    self.of[member.id].setdefault(part.id, Evidence(brought or Decimal(0), began, at))

    def attendances(self, session: Session) -> None:
        """Hours at events that were held for a part."""
        parts = [part.id for part in self._parts if part.kind is PartKind.EVENT]
        if not parts:
            return
        rows = session.execute(
            select(Attendance.person_id, Event.part_id, Attendance.came_at, Attendance.left_at, Attendance.hours)
            .join(Event, Event.id == Attendance.event_id)
            .where(Event.part_id.in_(parts), Attendance.person_id.in_(self._by_person),
                   Attendance.hours.is_not(None), Attendance.voided_at.is_(None), Attendance.came_at >= self._since)
            .order_by(Attendance.came_at, Attendance.id)
        )  # fmt: skip
        for person_id, part_id, came, left, hours in rows:
            if part_id is None or hours is None:
                continue
            for member in self._counting(person_id, part_id, came):
                self._add(member.id, part_id, hours, came, left or came)

    def sign_offs(self, session: Session) -> None:
        """Hours taught in person, as signed."""
        if not any(part.kind is PartKind.SIGN_OFF for part in self._parts):
            return
        rows = session.execute(
            select(SignOff.member_id, SignOff.part_id, SignOff.began_at, SignOff.ended_at, SignOff.hours)
            .where(SignOff.member_id.in_(self.of), SignOff.voided_at.is_(None)).order_by(SignOff.began_at, SignOff.id)
        )  # fmt: skip
        for member_id, part_id, began, ended, hours in rows:
            self._add(member_id, part_id, hours, began, ended)

    def take_for_done(self, exam_ids: frozenset[int], *, at: datetime) -> None:
        """Let every member have passed these exams at a moment, whatever they have brought."""
        done = [part for part in self._parts if part.exam_id in exam_ids]
        for members in self._by_person.values():
            for member, _period in members:
                self.of[member.id] |= {
                    part.id: Evidence(at=at) for part in done if self._owner[part.id] == member.programme_id
                }

    def _counting(self, person_id: int, part_id: int, at: datetime) -> Iterator[ProgrammeMember]:
        """The turns of a person for which something counts that a part brought at a moment."""
        day, owner = at.astimezone(self._zone).date(), self._owner[part_id]
        return (
            member
            for member, period in self._by_person[person_id]
            if member.programme_id == owner and period.covers(day)
        )

    def _add(self, member_id: int, part_id: int, hours: Decimal, began: datetime, ended: datetime) -> None:
        """Add up what comes in several pieces; it is done with the latest."""
        held = self.of[member_id].get(part_id)
        self.of[member_id][part_id] = Evidence(
            hours + (held.hours if held else 0), held.began_at if held else began,
            max(ended, held.at) if held and held.at else ended,
        )  # fmt: skip


def ledger_of(session: Session, groups: Sequence[Group], *, now: datetime, zone: tzinfo) -> dict[int, Decimal]:
    """All hours of each member's window, corrections taken off, by member."""
    periods = {
        one.id: window_of(programme, one, now=now, zone=zone) for programme, members in groups for one in members
    }
    people = {one.id: one.person_id for _programme, members in groups for one in members}
    since = min((period.since for period in periods.values()), default=date.max)
    days: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for person_id, day, hours in session.execute(
        select(HoursEntry.person_id, HoursEntry.day, func.sum(HoursEntry.hours, type_=Exact()))
        .where(HoursEntry.person_id.in_(set(people.values())), HoursEntry.day >= since)
        .group_by(HoursEntry.person_id, HoursEntry.day)
    ) if periods else ():  # fmt: skip
        days[person_id].append((day, hours))
    return {
        member_id: sum((hours for day, hours in days[people[member_id]] if period.covers(day)), Decimal(0))
        for member_id, period in periods.items()
    }
