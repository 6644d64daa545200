"""Courses as one person finds them, and the overview that organizers have."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from suyu_learn.domain.courses import (
    UNREAD,
    Film,
    LessonProgress,
    StepKind,
    StepRecord,
    may_open,
    next_to_read,
    project,
)
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.group import Group
from suyu_learn.models import (
    Audience,
    Completion,
    CompletionKind,
    Course,
    CourseAudience,
    CourseVersion,
    Enrolment,
    HoursEntry,
    Lesson,
    Membership,
    Person,
    PersonAudience,
    PersonKind,
    ProgressStep,
    Question,
    QuestionVersion,
    Role,
    Unit,
)
from suyu_learn.services import audit, films, grants
from suyu_learn.services.grants import Reach


@dataclass(frozen=True, slots=True)
class LessonEntry:
    """A lesson in the contents of its course."""

    id: int
    slug: str
    title: str
    position: int
    reading_seconds: int
    checkpoints: tuple[str, ...]
    films: tuple[Film, ...] = ()
    """Its films and sounds."""

    @property
    def playing_seconds(self) -> int:
        """How long its films and sounds play."""
        return sum(film.seconds for film in self.films)

    @property
    def seconds(self) -> int:
        """The most that it can count: its plausible reading time, and all of its films and sounds."""
        return self.reading_seconds + self.playing_seconds


@dataclass(frozen=True, slots=True)
class Situation:
    """A course as one person finds it now.

    `version` is the one they began and have not completed, else the published one. Progress counts from the last
    completion of an earlier year on, so that a course can be taken again in each.
    """

    course: Course
    version: CourseVersion
    lessons: tuple[LessonEntry, ...]
    enrolment: Enrolment | None = None
    progress: Mapping[int, LessonProgress] = field(default_factory=dict)
    done: Completion | None = None
    """The completion of this calendar year."""
    earlier: Completion | None = None
    """The latest completion of an earlier year."""

    @property
    def order(self) -> list[int]:
        return [lesson.id for lesson in self.lessons]

    @property
    def begun(self) -> bool:
        return bool(self.progress)

    @property
    def finished(self) -> int:
        """How many lessons are finished."""
        return sum(self.of(lesson).finished_at is not None for lesson in self.lessons)

    @property
    def openable(self) -> frozenset[int]:
        """Lessons are read in order, until the course is completed."""
        return frozenset(self.order) if self.done is not None else may_open(self.order, self.progress)

    @property
    def next(self) -> LessonEntry | None:
        """The lesson to go on with; None when all are finished."""
        number = next_to_read(self.order, self.progress)
        return next((lesson for lesson in self.lessons if lesson.id == number), None)

    @property
    def last_at(self) -> datetime | None:
        """When the person last did something in it."""
        return max((lesson.last_at for lesson in self.progress.values() if lesson.last_at), default=None)

    @property
    def reading_seconds(self) -> int:
        """The plausible reading time of all lessons."""
        return sum(lesson.reading_seconds for lesson in self.lessons)

    @property
    def playing_seconds(self) -> int:
        """How long the films and sounds of all lessons play."""
        return sum(lesson.playing_seconds for lesson in self.lessons)

    def of(self, lesson: LessonEntry) -> LessonProgress:
        """The progress of one lesson."""
        return self.progress.get(lesson.id, UNREAD)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The courses for one audience; `mine` when the person belongs to it."""

    audience: Audience
    mine: bool
    courses: tuple[Situation, ...]


def find(session: Session, slug: str) -> Course:
    """The course that learners can open; raises Problem for one that is hidden, a draft, or not there."""
    course = session.scalar(
        select(Course).options(selectinload(Course.published_version))
        .where(Course.slug == slug, Course.deleted_at.is_(None), Course.published_version_id.is_not(None))
    )  # fmt: skip
    if course is None:
        raise Problem("course.unknown")
    return course


def situation(session: Session, course: Course, person: Person, *, now: datetime, zone: tzinfo) -> Situation:
    """One course as the person finds it."""
    return _situations(session, [course], person, now=now, zone=zone)[0]


def catalogue(session: Session, person: Person, *, now: datetime, zone: tzinfo) -> list[Shelf]:
    """Every open course on the shelf of its audience, the person's own audiences first."""
    mine = set(session.scalars(select(PersonAudience.audience).where(PersonAudience.person_id == person.id)))
    audiences = session.scalars(select(Audience)).all()
    shelves = sorted(audiences, key=lambda one: (one.code not in mine, not one.built_in))
    members: dict[str, set[int]] = {}
    for course_id, code in session.execute(select(CourseAudience.course_id, CourseAudience.audience)):
        members.setdefault(code, set()).add(course_id)
    open_courses = session.scalars(
        select(Course).options(selectinload(Course.published_version))
        .where(Course.deleted_at.is_(None), Course.published_version_id.is_not(None)).order_by(Course.id)
    ).all()  # fmt: skip
    found = {one.course.id: one for one in _situations(session, open_courses, person, now=now, zone=zone)}
    return [
        Shelf(audience, audience.code in mine, courses)
        for audience in shelves
        if (courses := tuple(one for key, one in found.items() if key in members.get(audience.code, ())))
    ]


def in_progress(session: Session, person: Person, *, now: datetime, zone: tzinfo) -> Situation | None:
    """The course that the person has begun, not completed, and last opened."""
    if person.kind is PersonKind.GUEST:
        return None
    begun = session.scalars(
        select(Course).options(selectinload(Course.published_version))
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.person_id == person.id, Course.deleted_at.is_(None), Course.published_version_id.is_not(None))
    ).unique().all()  # fmt: skip
    open_ones = [
        one
        for one in _situations(session, begun, person, now=now, zone=zone)
        if one.done is None and one.last_at is not None
    ]
    return max(open_ones, key=lambda one: one.last_at or now, default=None)


def askable(session: Session, uids: Iterable[str]) -> dict[str, int]:
    """The published version of each question; a retired one is missing and asks nothing, as does a passage."""
    rows = session.execute(
        select(Question.uid, Question.published_version_id)
        .join(QuestionVersion, QuestionVersion.id == Question.published_version_id)
        .where(Question.uid.in_(set(uids)), QuestionVersion.type != Group.code)
    )
    return {uid: version_id for uid, version_id in rows if version_id is not None}


def ids_of(session: Session, uids: Iterable[str]) -> frozenset[int]:
    """The questions of these uids."""
    return frozenset(session.scalars(select(Question.id).where(Question.uid.in_(set(uids)))))


def audiences_of(session: Session, course: Course) -> Sequence[Audience]:
    """Whom a course is for."""
    return session.scalars(
        select(Audience).join(CourseAudience, CourseAudience.audience == Audience.code)
        .where(CourseAudience.course_id == course.id).order_by(Audience.built_in.desc(), Audience.code)
    ).all()  # fmt: skip


def askable_in(session: Session, courses: Iterable[Situation]) -> dict[str, int]:
    """What can be asked in the lessons that were read in courses not completed."""
    uids = {
        uid
        for found in courses if found.done is None
        for lesson in found.lessons if found.of(lesson).finished_at is not None
        for uid in lesson.checkpoints
    }  # fmt: skip
    return askable(session, uids) if uids else {}


def open_questions(found: Situation, asked: Container[str]) -> int:
    """How many questions of the lessons already read still want a right answer; `asked` are those that can be asked."""
    if found.done is not None:
        return 0
    return sum(left_in(found, one, asked) for one in found.lessons if found.of(one).finished_at is not None)


def left_in(found: Situation, lesson: LessonEntry, asked: Container[str]) -> int:
    """How many questions of one lesson still want a right answer."""
    progress = found.of(lesson)
    return sum(uid in asked and not progress.right(uid) for uid in lesson.checkpoints)


def hours_of(session: Session, completion: Completion) -> Sequence[HoursEntry]:
    """What a completion brought into the ledger."""
    return session.scalars(select(HoursEntry).where(HoursEntry.completion_id == completion.id)).all()


def _situations(
    session: Session, courses: Sequence[Course], person: Person, *, now: datetime, zone: tzinfo
) -> list[Situation]:
    ids = [course.id for course in courses]
    if not ids:
        return []
    enrolments: dict[int, Enrolment] = {
        row.course_id: row  # the latest one stays
        for row in session.scalars(
            select(Enrolment).where(Enrolment.person_id == person.id, Enrolment.course_id.in_(ids))
            .order_by(Enrolment.started_at, Enrolment.id)
        )
    }  # fmt: skip
    completions: dict[int, Completion] = {
        row.subject_id: row
        for row in session.scalars(
            select(Completion).where(
                Completion.person_id == person.id, Completion.kind == CompletionKind.COURSE,
                Completion.subject_id.in_(ids), Completion.voided_at.is_(None),
            ).order_by(Completion.completed_at, Completion.id)
        )
    }  # fmt: skip
    versions: dict[int, CourseVersion] = {}
    for course in courses:
        versions[course.id] = _version(session, course, enrolments, completions)
    lessons = _contents(session, [version.id for version in versions.values()])
    steps = _steps(session, [one.id for one in enrolments.values()])
    return [
        _situation(
            course, versions[course.id], lessons.get(versions[course.id].id, ()), enrolments.get(course.id),
            steps, completions.get(course.id), year=now.astimezone(zone).year, zone=zone,
        )
        for course in courses
    ]  # fmt: skip


def _version(
    session: Session, course: Course, enrolments: dict[int, Enrolment], completions: Mapping[int, Completion]
) -> CourseVersion:
    """The version to read; an enrolment whose round is over gives way to a newer version."""
    published = course.published_version
    assert published is not None  # every caller selects published courses
    enrolled, done = enrolments.get(course.id), completions.get(course.id)
    if enrolled is None or enrolled.course_version_id == published.id:
        return published
    if done is not None and done.completed_at >= enrolled.started_at and not _resumed(session, enrolled, done):
        del enrolments[course.id]
        return published
    return session.get_one(CourseVersion, enrolled.course_version_id)


def _resumed(session: Session, enrolled: Enrolment, done: Completion) -> bool:
    """Whether a lesson of this enrolment was finished after the completion."""
    return session.scalar(
        select(ProgressStep.id).where(
            ProgressStep.enrolment_id == enrolled.id, ProgressStep.kind == StepKind.FINISHED.value,
            ProgressStep.at > done.completed_at,
        ).limit(1)
    ) is not None  # fmt: skip


def _situation(
    course: Course,
    version: CourseVersion,
    lessons: Sequence[LessonEntry],
    enrolment: Enrolment | None,
    steps: Mapping[int, Sequence[StepRecord]],
    completion: Completion | None,
    *,
    year: int,
    zone: tzinfo,
) -> Situation:
    this_year = completion is not None and completion.occasion == str(year)
    taken = steps.get(enrolment.id, ()) if enrolment is not None else ()
    if completion is not None and not this_year:
        taken = [step for step in taken if step.at > completion.completed_at]
    return Situation(
        course=course,
        version=version,
        lessons=tuple(lessons),
        enrolment=enrolment,
        progress=project(taken, zone=zone),
        done=completion if this_year else None,
        earlier=None if this_year else completion,
    )


def _contents(session: Session, version_ids: Iterable[int]) -> dict[int, list[LessonEntry]]:
    contents: dict[int, list[LessonEntry]] = {}
    rows: Sequence[Any] = session.execute(
        select(Lesson.course_version_id, Lesson.id, Lesson.slug, Lesson.title, Lesson.position,
               Lesson.reading_seconds, Lesson.checkpoints)
        .where(Lesson.course_version_id.in_(set(version_ids))).order_by(Lesson.position)
    ).all()  # fmt: skip
    played = films.of_lessons(session, [row.id for row in rows])
    for version_id, number, slug, title, position, seconds, checkpoints in rows:
        entry = LessonEntry(number, slug, title, position, seconds, tuple(checkpoints), played.get(number, ()))
        contents.setdefault(version_id, []).append(entry)
    return contents


def _steps(session: Session, enrolment_ids: Iterable[int]) -> dict[int, list[StepRecord]]:
    steps: dict[int, list[StepRecord]] = {}
    for row in session.scalars(
        select(ProgressStep).where(ProgressStep.enrolment_id.in_(set(enrolment_ids))).order_by(ProgressStep.id)
    ):
        detail = row.detail if isinstance(row.detail, dict) else {}
        record = StepRecord(StepKind(row.kind), row.lesson_id, row.at, row.seconds, detail)
        steps.setdefault(row.enrolment_id, []).append(record)
    return steps


# What organizers see.


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
    """What an organizer sees of all courses; people are counted where they belong today."""
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
        .where(Course.published_version_id.is_not(None)).order_by(Course.id)
    ).all()  # fmt: skip
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
