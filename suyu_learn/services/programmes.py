"""Finding programmes, and reading one with its stages and parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, not_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.domain.programmes import Part, PartKind, Plan, Stage
from suyu_learn.models import (
    Course,
    CourseVersion,
    Exam,
    ExamState,
    Lesson,
    LessonMedia,
    Media,
    Person,
    Programme,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    Role,
    Unit,
)
from suyu_learn.services import grants
from suyu_learn.services.programme_people import of_former_years
from suyu_learn.services.unread import Unread, but_own_turns


@dataclass(frozen=True, slots=True)
class Listed:
    """A programme with how many people have it and how many have completed it, each counted once."""

    programme: Programme
    unit: Unit | None
    members: int = 0
    completed: int = 0


def find(session: Session, key: str) -> Programme:
    """A programme as learners may see it: published, or closed after that; raises Problem for every other."""
    programme = session.scalar(select(Programme).where(Programme.key == key))
    if programme is None or programme.deleted_at is not None or programme.state is ProgrammeState.DRAFT:
        raise Problem("programme.unknown")
    return programme


def managed(
    session: Session, actor: Person, key: str, *, deleted: bool | None = False, hold: bool = False
) -> Programme:
    """A programme within an organizer's reach; raises Problem for every other.

    `deleted` asks for one in the recycle bin, None for either; `hold` keeps others off.
    """
    wanted = select(Programme).where(Programme.key == key)
    if hold:
        wanted = wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
    programme = session.scalar(wanted)
    if programme is None or deleted not in (None, programme.deleted_at is not None):
        raise Problem("programme.unknown")
    unit = unit_of(session, programme)
    if not grants.reach(session, actor, Role.ORGANIZER).covers(unit.path if unit is not None else None):
        raise Problem("programme.unknown")
    return programme


def unit_of(session: Session, programme: Programme) -> Unit | None:
    """The unit that keeps a programme."""
    return session.get(Unit, programme.unit_id) if programme.unit_id is not None else None


def plan_of(session: Session, programme: Programme) -> Plan:
    """All that a programme asks for, in a few statements whatever its size."""
    return plans_of(session, [programme])[programme.id]


def plans_of(session: Session, programmes: Sequence[Programme]) -> dict[int, Plan]:
    """The same for several, by their numbers, in no more statements than for one."""
    stages = session.scalars(
        select(ProgrammeStage).where(ProgrammeStage.programme_id.in_([one.id for one in programmes]))
        .order_by(ProgrammeStage.position)
    ).all()  # fmt: skip
    parts = session.scalars(
        select(ProgrammePart).where(ProgrammePart.stage_id.in_([one.id for one in stages]))
        .order_by(ProgrammePart.position)
    ).all()  # fmt: skip
    below: dict[int, list[Part]] = {}
    for part, row in zip(_looked_up(session, [_part(row) for row in parts]), parts, strict=True):
        below.setdefault(row.stage_id, []).append(part)
    read: dict[int, list[Stage]] = {}
    for one in stages:
        stage = Stage(one.title, one.hours, one.electives, tuple(below.get(one.id, ())), id=one.id)
        read.setdefault(one.programme_id, []).append(stage)
    return {one.id: _plan(one, read.get(one.id, ())) for one in programmes}


def looked_up(session: Session, plan: Plan) -> Plan:
    """The plan with what its courses and exams are today: whether they can be opened, and how long they take."""
    known = iter(_looked_up(session, list(plan.parts)))
    stages = (replace(stage, parts=tuple(next(known) for _part in stage.parts)) for stage in plan.stages)
    return replace(plan, stages=tuple(stages))


def overview(
    session: Session, actor: Person, *, today: date, deleted: bool = False, unread: Unread | None = None
) -> list[Listed]:
    """The programmes within an organizer's reach, the newest first; counts leave out what `unread` says."""
    reach = grants.reach(session, actor, Role.ORGANIZER)
    state = Programme.deleted_at.is_not(None) if deleted else Programme.deleted_at.is_(None)
    rows = session.execute(
        select(Programme, Unit).outerjoin(Unit, Unit.id == Programme.unit_id).where(state).order_by(Programme.id.desc())
    )
    found = [(programme, unit) for programme, unit in rows if reach.covers(unit.path if unit is not None else None)]
    counts = counted(session, [programme.id for programme, _unit in found], today=today, unread=unread)
    return [Listed(programme, unit, *counts.get(programme.id, (0, 0))) for programme, unit in found]


def counted(
    session: Session, programme_ids: Iterable[int], *, today: date, unread: Unread | None = None
) -> dict[int, tuple[int, int]]:
    """How many people have each programme, and how many of them have completed it; who has left is not counted, nor
    what a year asked for that is over."""
    people = func.count(ProgrammeMember.person_id.distinct())
    rows = session.execute(
        select(
            ProgrammeMember.programme_id, people,
            people.filter(ProgrammeMember.completed_at.is_not(None)),
        )
        .where(ProgrammeMember.programme_id.in_(set(programme_ids)), ProgrammeMember.left_at.is_(None),
               not_(of_former_years(today)), *but_own_turns(unread))
        .group_by(ProgrammeMember.programme_id)
    )  # fmt: skip
    return {programme_id: (members, completed) for programme_id, members, completed in rows}


def shown_courses(session: Session) -> list[tuple[Course, CourseVersion]]:
    """The courses that learners find, by title."""
    rows = session.execute(
        select(Course, CourseVersion).join(CourseVersion, CourseVersion.id == Course.published_version_id)
        .where(Course.deleted_at.is_(None)).order_by(CourseVersion.title, Course.id)
    )  # fmt: skip
    return [(course, version) for course, version in rows]


def _plan(row: Programme, stages: Iterable[Stage]) -> Plan:
    return Plan(
        title=row.title, stages=tuple(stages), summary=row.summary, legal_basis=row.legal_basis,
        basis_day=row.basis_day, hours=row.hours, counts=row.counts, repeats=row.repeats,
        window_years=row.window_years, valid_months=row.valid_months, in_order=row.in_order,
        rule_version=row.rule_version,
    )  # fmt: skip


def _part(row: ProgrammePart) -> Part:
    return Part(
        kind=row.kind, title=row.title, hours=row.hours, required=row.required, content=row.content,
        course_id=row.course_id, exam_id=row.exam_id, id=row.id,
    )  # fmt: skip


def _looked_up(session: Session, parts: Sequence[Part]) -> list[Part]:
    courses = _courses(session, {part.course_id for part in parts if part.course_id is not None})
    exams = _open_exams(session, {part.exam_id for part in parts if part.exam_id is not None})
    return [_with_facts(part, courses, exams) for part in parts]


def _with_facts(part: Part, courses: Mapping[int, tuple[str, int]], exams: frozenset[int]) -> Part:
    if part.kind is PartKind.EXAM:
        return replace(part, available=part.exam_id in exams)
    if part.kind is not PartKind.COURSE:
        return part
    course = courses.get(part.course_id or 0)
    if course is None:
        return replace(part, available=False, slug="", seconds=0)
    slug, seconds = course
    return replace(part, available=True, slug=slug, seconds=seconds)


def _courses(session: Session, ids: set[int]) -> dict[int, tuple[str, int]]:
    """The slug of each course that can be opened, and the seconds it plausibly takes."""
    if not ids:
        return {}
    reading = (
        select(func.coalesce(func.sum(Lesson.reading_seconds), 0))
        .where(Lesson.course_version_id == Course.published_version_id).scalar_subquery()
    )  # fmt: skip
    playing = (
        select(func.coalesce(func.sum(Media.seconds), 0))
        .join(LessonMedia, LessonMedia.media_id == Media.id).join(Lesson, Lesson.id == LessonMedia.lesson_id)
        .where(Lesson.course_version_id == Course.published_version_id).scalar_subquery()
    )  # fmt: skip
    rows = session.execute(
        select(Course.id, Course.slug, reading, playing).where(
            Course.id.in_(ids), Course.deleted_at.is_(None), Course.published_version_id.is_not(None)
        )
    )
    return {course_id: (slug, int(read) + int(played)) for course_id, slug, read, played in rows}


def _open_exams(session: Session, ids: set[int]) -> frozenset[int]:
    if not ids:
        return frozenset()
    return frozenset(
        session.scalars(
            select(Exam.id).where(Exam.id.in_(ids), Exam.deleted_at.is_(None), Exam.state == ExamState.PUBLISHED)
        )
    )
