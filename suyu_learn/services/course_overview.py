"""What organizers see of all courses: who has begun and completed them, and the recycle bin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Audience,
    Completion,
    CompletionKind,
    Course,
    CourseAudience,
    CourseVersion,
    Enrolment,
    Membership,
    Person,
    PersonKind,
    Role,
    Unit,
)
from suyu_learn.services import audit, grants
from suyu_learn.services.grants import Reach


@dataclass(frozen=True, slots=True)
class CourseCount:
    """A course with how many people within reach have begun and completed it, ever."""

    course: Course
    version: CourseVersion
    audiences: tuple[Audience, ...]
    started: int
    completed: int
    may_hide: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All courses, beside the number of people within reach; `hidden` is the recycle bin."""

    people: int
    courses: tuple[CourseCount, ...]
    hidden: tuple[CourseCount, ...]


def overview(session: Session, person: Person) -> Overview:
    """What an organizer sees of all courses, those that came as packs last and of others the newest first; people are
    counted where they belong today."""
    reach = grants.reach(session, person, Role.ORGANIZER)
    within = _people_within(reach)
    started = _counts(session.execute(
        select(Enrolment.course_id, func.count(Enrolment.person_id.distinct()))
        .where(Enrolment.person_id.in_(within)).group_by(Enrolment.course_id)
    ).all())  # fmt: skip
    completed = _counts(session.execute(
        select(Completion.subject_id, func.count(Completion.person_id.distinct()))
        .where(Completion.kind == CompletionKind.COURSE, Completion.voided_at.is_(None),
               Completion.person_id.in_(within))
        .group_by(Completion.subject_id)
    ).all())  # fmt: skip
    meant: dict[int, list[Audience]] = {}
    for course_id, audience in session.execute(
        select(CourseAudience.course_id, Audience).join(Audience, Audience.code == CourseAudience.audience)
    ):
        meant.setdefault(course_id, []).append(audience)
    rows = session.scalars(
        select(Course).options(selectinload(Course.published_version))
        .where(Course.published_version_id.is_not(None))
    ).all()  # fmt: skip
    rows = sorted(rows, key=lambda one: (one.pack is not None, one.id if one.pack is not None else -one.id))
    units = {unit.id: unit.path for unit in session.scalars(select(Unit).where(Unit.id.in_({r.unit_id for r in rows})))}
    counts = [
        CourseCount(row, row.published_version, tuple(meant.get(row.id, ())), started.get(row.id, 0),
                    completed.get(row.id, 0), reach.covers(units.get(row.unit_id) if row.unit_id else None))
        for row in rows
        if row.published_version is not None
    ]  # fmt: skip
    return Overview(
        people=session.scalar(select(func.count()).select_from(within.subquery())) or 0,
        courses=tuple(one for one in counts if one.course.deleted_at is None),
        hidden=tuple(one for one in counts if one.course.deleted_at is not None),
    )


def set_hidden(session: Session, slug: str, *, hidden: bool, actor: Person, now: datetime) -> CourseVersion:
    """Put a course into the recycle bin, or take it out again; what was learnt in it stays."""
    course = session.scalar(select(Course).where(Course.slug == slug))
    if course is None or course.published_version is None:
        raise Problem("course.unknown")
    grants.require(session, actor, Role.ORGANIZER, session.get(Unit, course.unit_id) if course.unit_id else None)
    if hidden is (course.deleted_at is None):
        course.deleted_at = now if hidden else None
        session.flush()
        audit.record(session, "course.hidden" if hidden else "course.shown", now=now, actor=actor, on=course,
                     unit_id=course.unit_id)  # fmt: skip
    return course.published_version


def _counts(rows: Iterable[Sequence[int]]) -> dict[int, int]:
    return {row[0]: row[1] for row in rows}


def _people_within(reach: Reach) -> Select[int]:
    people = select(Person.id).where(
        Person.disabled_at.is_(None), Person.merged_into_id.is_(None), Person.kind == PersonKind.MEMBER
    )
    if reach.everywhere:
        return people
    return (
        people.join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.home, Membership.until.is_(None))
        .where(or_(False, *(Unit.path.startswith(path, autoescape=True) for path in reach.paths)))
    )
