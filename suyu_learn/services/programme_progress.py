"""How far members of a programme have come, read for many at once, and the completion that follows, once.

What counts are records: completions of courses and exams and attendances from the calendar year in which the member
began on, sign-offs of the member, and the ledger of hours. A yearly programme looks at its own year alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from suyu_learn import hooks
from suyu_learn.db import after_commit, upsert
from suyu_learn.domain.programmes import Evidence, Needs, PartNeeds, Progress, StageNeeds, progress
from suyu_learn.models import (
    Attendance,
    Completion,
    CompletionKind,
    Course,
    Event,
    Exam,
    ExamState,
    HoursEntry,
    HoursScope,
    PartKind,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    Repeats,
    SignOff,
    new_key,
)
from suyu_learn.models.base import Exact
from suyu_learn.services import people

RULE = {"name": "programme done", "version": 1}
_AT_ONCE = 5000
_HELD = {PartKind.EVENT, PartKind.SIGN_OFF}
"""Parts that are done once they have brought their hours; a course and an exam are done when they are completed."""


@dataclass(frozen=True, slots=True)
class Period:
    """The local days of which a member's records count; without an end where it is done once."""

    since: date
    until: date | None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the parts of programmes are opened: slugs of shown courses, exams that are published, coming events."""

    courses: Mapping[int, str]
    exams: frozenset[int]
    events: Mapping[int, Sequence[Event]]


def ways_of(session: Session, programmes: Iterable[Programme], *, now: datetime) -> Ways:
    """The ways of all parts together, in three statements at most; programmes come from `plan_of`."""
    parts = [part for one in programmes for stage in one.stages for part in stage.parts]
    courses = {part.course_id for part in parts if part.course_id is not None}
    exams = {part.exam_id for part in parts if part.exam_id is not None}
    held = {part.id for part in parts if part.kind is PartKind.EVENT}
    slugs = session.execute(
        select(Course.id, Course.slug)
        .where(Course.id.in_(courses), Course.deleted_at.is_(None), Course.published_version_id.is_not(None))
    ).all() if courses else []  # fmt: skip
    open_exams = session.scalars(
        select(Exam.id).where(Exam.id.in_(exams), Exam.deleted_at.is_(None), Exam.state == ExamState.PUBLISHED)
    ).all() if exams else []  # fmt: skip
    coming: dict[int, list[Event]] = defaultdict(list)
    for event in session.scalars(
        select(Event).where(Event.part_id.in_(held), Event.cancelled_at.is_(None), Event.ends_at >= now)
        .order_by(Event.starts_at)
    ).all() if held else []:  # fmt: skip
        coming[event.part_id or 0].append(event)
    return Ways({row.id: row.slug for row in slugs}, frozenset(open_exams), coming)


def plans_of(session: Session, programme_ids: Iterable[int]) -> dict[int, Programme]:
    """Several programmes with stages and parts, by their ids, in as many statements as one."""
    rows = session.scalars(
        select(Programme).where(Programme.id.in_(set(programme_ids)))
        .options(selectinload(Programme.stages).selectinload(ProgrammeStage.parts))
    )  # fmt: skip
    return {row.id: row for row in rows}


def plan_of(session: Session, programme_id: int) -> Programme:
    """The programme with its stages and their parts, in three statements whatever its size."""
    return session.scalars(
        select(Programme).where(Programme.id == programme_id)
        .options(selectinload(Programme.stages).selectinload(ProgrammeStage.parts))
        .execution_options(populate_existing=True)
    ).one()  # fmt: skip


def needs_of(programme: Programme) -> Needs:
    """What the programme asks for now."""
    return Needs(
        stages=tuple(
            StageNeeds(
                stage.id,
                tuple(
                    PartNeeds(part.id, part.required, part.hours if part.kind in _HELD else Decimal(0))
                    for part in stage.parts
                ),
                stage.hours,
                stage.electives,
            )
            for stage in programme.stages
        ),
        hours=programme.hours,
        in_order=programme.in_order,
        all_hours=programme.counts is HoursScope.ALL,
    )


def period_of(programme: Programme, member: ProgrammeMember) -> Period:
    """The days that count for a member: whole calendar years."""
    year = member.starts_on.year
    until = date(year, 12, 31) if programme.repeats is Repeats.YEARLY else None
    return Period(date(year - programme.window_years + 1, 1, 1), until)


def read(
    session: Session, programme: Programme, members: Sequence[ProgrammeMember], *, zone: tzinfo
) -> dict[int, Progress]:
    """The progress of each member, by its id; the statements do not grow with the members, up to some thousand.

    `programme` comes from `plan_of`.
    """
    needs = needs_of(programme)
    found: dict[int, Progress] = {}
    for some in _batches(members):
        evidence = _Evidence(programme, some, zone)
        evidence.completions(session)
        evidence.attendances(session)
        evidence.sign_offs(session)
        ledger = _ledger(session, programme, some) if needs.all_hours else {}
        found.update({
            one.id: progress(needs, evidence.of[one.id], ledger=ledger.get(one.id, Decimal(0))) for one in some
        })  # fmt: skip
    return found


def settle(session: Session, person_ids: Iterable[int], *, now: datetime, zone: tzinfo) -> list[Completion]:
    """Record for whichever member among these people has become complete; safe to call twice and side by side."""
    waiting: dict[int, list[ProgrammeMember]] = defaultdict(list)
    for ids in _batches(sorted(set(person_ids))):
        for member in session.scalars(
            select(ProgrammeMember).join(Programme, Programme.id == ProgrammeMember.programme_id)
            .where(ProgrammeMember.person_id.in_(ids), ProgrammeMember.completed_at.is_(None),
                   ProgrammeMember.left_at.is_(None), Programme.deleted_at.is_(None),
                   Programme.state != ProgrammeState.DRAFT)
            .order_by(ProgrammeMember.id)
        ):  # fmt: skip
            waiting[member.programme_id].append(member)
    recorded = []
    for programme_id, members in waiting.items():
        programme = plan_of(session, programme_id)
        for member, how in zip(members, read(session, programme, members, zone=zone).values(), strict=True):
            if how.complete and (one := _complete(session, programme, member, how, now=now)) is not None:
                recorded.append(one)
    return recorded


def waiting_after(session: Session, key: str) -> int | None:
    """Whose completion this is, by its key, where they have a programme that it could complete."""
    return session.scalar(
        select(Completion.person_id)
        .join(ProgrammeMember, ProgrammeMember.person_id == Completion.person_id)
        .where(Completion.key == key, Completion.kind != CompletionKind.PROGRAMME,
               ProgrammeMember.completed_at.is_(None), ProgrammeMember.left_at.is_(None))
        .limit(1)
    )  # fmt: skip


def _complete(
    session: Session, programme: Programme, member: ProgrammeMember, how: Progress, *, now: datetime
) -> Completion | None:
    """Record the completion; None when it was recorded, and voided since, or by somebody else in this moment."""
    unit = people.unit_of_the_day(session, member.person_id, at=now)
    key = new_key()
    parts = [part for stage in how.stages for part in stage.parts]
    number = session.scalar(
        upsert(session, Completion)
        .values(
            key=key,
            person_id=member.person_id,
            kind=CompletionKind.PROGRAMME,
            subject_id=programme.id,
            occasion=member.occasion,
            title=programme.title,
            rule=_rule(programme),
            evidence=_written(programme, member, how),
            started_at=min((part.began_at for part in parts if part.began_at), default=member.added_at),
            completed_at=now,
            unit_id=unit.unit_id,
            unit_path=unit.path,
            unit_names=unit.names,
            void_reason="",
        )
        .on_conflict_do_nothing()
        .returning(Completion.id)
    )
    if number is None:
        return None
    completion = session.get_one(Completion, number)
    member.completed_at, member.completion_id = now, completion.id
    session.flush()
    after_commit(session, lambda: hooks.completion_recorded.send("suyu_learn", completion=key))
    return completion


def _rule(programme: Programme) -> dict[str, Any]:
    """The rule as it is now, for the record to keep."""
    return {
        **RULE,
        "published": programme.rule_version,
        "hours": str(programme.hours),
        "counts": programme.counts.value,
        "legal_basis": programme.legal_basis,
        "stages": [
            {"title": stage.title, "hours": str(stage.hours), "electives": stage.electives,
             "parts": [{"id": part.id, "kind": part.kind.value, "title": part.title, "required": part.required,
                        "hours": str(part.hours)} for part in stage.parts]}
            for stage in programme.stages
        ],
    }  # fmt: skip


def _written(programme: Programme, member: ProgrammeMember, how: Progress) -> dict[str, Any]:
    """What the completion rests on: each part that is done, with its hours and real times."""
    titles = {part.id: part.title for stage in programme.stages for part in stage.parts}
    return {
        "hours": f"{how.hours:.2f}",
        "starts_on": member.starts_on.isoformat(),
        "due_on": member.due_on.isoformat() if member.due_on else None,
        "stages": [
            {"title": stage.title, "hours": f"{found.hours:.2f}",
             "parts": [{"id": part.id, "title": titles[part.id], "hours": f"{part.hours:.2f}",
                        "began_at": part.began_at.isoformat() if part.began_at else None,
                        "at": part.at.isoformat() if part.at else None}
                       for part in found.parts if part.at is not None]}
            for stage, found in zip(programme.stages, how.stages, strict=True)
        ],
    }  # fmt: skip


class _Evidence:
    """What the parts of a programme have brought to some of its members, by member and part."""

    def __init__(self, programme: Programme, members: Sequence[ProgrammeMember], zone: tzinfo) -> None:
        self.of: dict[int, dict[int, Evidence]] = {one.id: {} for one in members}
        self._zone = zone
        self._parts = [part for stage in programme.stages for part in stage.parts]
        self._by_person: dict[int, list[tuple[ProgrammeMember, Period]]] = defaultdict(list)
        for one in members:
            self._by_person[one.person_id].append((one, period_of(programme, one)))
        since = min((period.since for held in self._by_person.values() for _one, period in held), default=date.max)
        self._since = datetime.combine(since, time(), tzinfo=zone)

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
            for member, _period in self._counting(person_id, at):
                for part in parts[subject]:
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
            for member, _period in self._counting(person_id, came):
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

    def _counting(self, person_id: int, at: datetime) -> Iterator[tuple[ProgrammeMember, Period]]:
        day = at.astimezone(self._zone).date()
        return ((member, period) for member, period in self._by_person[person_id] if period.covers(day))

    def _add(self, member_id: int, part_id: int, hours: Decimal, began: datetime, ended: datetime) -> None:
        """Add up what comes in several pieces; it is done with the latest."""
        held = self.of[member_id].get(part_id)
        self.of[member_id][part_id] = Evidence(
            hours + (held.hours if held else 0), held.began_at if held else began,
            max(ended, held.at) if held and held.at else ended,
        )  # fmt: skip


def _ledger(session: Session, programme: Programme, members: Sequence[ProgrammeMember]) -> dict[int, Decimal]:
    """All hours of each member's period, corrections taken off."""
    periods = {one.id: period_of(programme, one) for one in members}
    since = min((period.since for period in periods.values()), default=date.max)
    days: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for person_id, day, hours in session.execute(
        select(HoursEntry.person_id, HoursEntry.day, func.sum(HoursEntry.hours, type_=Exact()))
        .where(HoursEntry.person_id.in_({one.person_id for one in members}), HoursEntry.day >= since)
        .group_by(HoursEntry.person_id, HoursEntry.day)
    ):
        days[person_id].append((day, hours))
    return {
        one.id: sum((hours for day, hours in days[one.person_id] if periods[one.id].covers(day)), Decimal(0))
        for one in members
    }


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
