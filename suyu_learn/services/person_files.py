"""One person's whole file: where they belonged, what they completed, their hours, every exam they sat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attempt,
    Completion,
    CourseVersion,
    Enrolment,
    Exam,
    HoursEntry,
    Membership,
    Person,
    PersonKind,
    Unit,
)
from suyu_learn.services import unread
from suyu_learn.services.exam_standings import CLOSED
from suyu_learn.services.grants import Reach


@dataclass(frozen=True, slots=True)
class PersonFile:
    """Everything that stands of one person, the newest first."""

    person: Person
    unit_names: str
    memberships: Sequence[tuple[str, datetime, datetime | None]]
    """Home units with from and to."""
    completions: Sequence[Completion]
    hours: Sequence[HoursEntry]
    hours_by_year: dict[int, Decimal]
    attempts: Sequence[tuple[str, Attempt]]
    """Closed ones, each with the title of its exam."""
    learning: Sequence[tuple[str, datetime]]
    """Courses begun."""
    unshown: Sequence[tuple[str, Attempt]] = ()
    """Closed attempts whose result their person may not read."""
    untold: frozenset[int] = frozenset()
    """Programmes of which their person may not read whether they are completed."""


def find(session: Session, key: str, *, reach: Reach) -> Person:
    """A person who belongs, or belonged, within reach; raises Problem for every other, known or not."""
    person = session.scalar(select(Person).where(Person.key == key, Person.kind == PersonKind.MEMBER))
    if person is None:
        raise Problem("record.unknown_person")
    paths = session.scalars(
        select(Unit.path).join(Membership, Membership.unit_id == Unit.id).where(Membership.person_id == person.id)
    ).all()
    if not reach.everywhere and not any(reach.covers(path) for path in paths):
        raise Problem("record.unknown_person")
    return person


def file_of(session: Session, person: Person, *, reach: Reach | None = None) -> PersonFile:
    """The file: all of it for the unit where the person belongs now; for a former one what was recorded there."""
    memberships = session.execute(
        select(Unit.path, Unit.name, Membership.since, Membership.until)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == person.id, Membership.home)
        .order_by(Membership.since.desc())
    ).all()
    now_at = next((row.path for row in memberships if row.until is None), None)
    narrow = _narrow(now_at, reach)

    def seen(path: str) -> bool:
        return narrow is None or narrow.covers(path)

    completions = session.scalars(
        select(Completion).where(Completion.person_id == person.id).order_by(Completion.completed_at.desc())
    ).all()
    hours = session.scalars(
        select(HoursEntry)
        .where(HoursEntry.person_id == person.id)
        .order_by(HoursEntry.day.desc(), HoursEntry.id.desc())
    ).all()
    hours = [one for one in hours if seen(one.unit_path)]
    by_year: dict[int, Decimal] = {}
    for one in hours:
        by_year[one.day.year] = by_year.get(one.day.year, Decimal(0)) + one.hours
    attempts = session.execute(
        select(Exam.title, Attempt)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.person_id == person.id, Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
        .order_by(Attempt.closed_at.desc())
    ).all()
    learning = session.execute(
        select(CourseVersion.title, Enrolment.started_at)
        .join(CourseVersion, CourseVersion.id == Enrolment.course_version_id)
        .where(Enrolment.person_id == person.id)
        .order_by(Enrolment.started_at.desc())
    ).all()
    return PersonFile(
        person=person,
        unit_names=_names(session, now_at),
        memberships=[(row.name, row.since, row.until) for row in memberships],
        completions=[one for one in completions if seen(one.unit_path)],
        hours=hours,
        hours_by_year=by_year,
        attempts=[(title, one) for title, one in attempts if seen(one.unit_path)],
        learning=[(title, at) for title, at in learning] if narrow is None else [],
    )


def narrowed(session: Session, person: Person, reach: Reach | None) -> Reach | None:
    """How far one may look: None for everything, since the person belongs within reach now; else what was there."""
    return _narrow(_path_now(session, person), reach)


def unit_id_of(session: Session, person: Person) -> int | None:
    """Where somebody belongs, or belonged last, for the audit trail."""
    return session.scalar(
        select(Membership.unit_id).where(Membership.person_id == person.id, Membership.home)
        .order_by(Membership.since.desc()).limit(1)
    )  # fmt: skip


def _narrow(path: str | None, reach: Reach | None) -> Reach | None:
    return reach if reach is not None and not reach.covers(path) else None


def _path_now(session: Session, person: Person) -> str | None:
    return session.scalar(
        select(Unit.path).join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == person.id, Membership.home, Membership.until.is_(None))
    )  # fmt: skip


def without_hidden(session: Session, found: PersonFile, *, now: datetime, grace: timedelta) -> PersonFile:
    """The file as its own person may read it: without results that their exams do not show, and what tells them."""
    hidden = unread.of(session, found.person.id, now=now, grace=grace)
    if hidden is None:
        return found
    return replace(
        found,
        attempts=[(title, one) for title, one in found.attempts if one.exam_id not in hidden.exam_ids],
        unshown=[(title, one) for title, one in found.attempts if one.exam_id in hidden.exam_ids],
        completions=[one for one in found.completions if one.id not in hidden.completion_ids],
        untold=hidden.programme_ids,
    )


def _names(session: Session, path: str | None) -> str:
    if not path:
        return ""
    ids = [int(part) for part in path.split("/") if part]
    names = dict(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids))).all())
    return " / ".join(names[one] for one in ids if one in names)
