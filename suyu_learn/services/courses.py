"""Courses as one person finds them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from suyu_learn.domain.courses import (
    UNREAD,
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
    Person,
    PersonAudience,
    PersonKind,
    ProgressStep,
    Question,
    QuestionVersion,
)
from suyu_learn.services import being_sat, course_rules
from suyu_learn.services.course_contents import LessonEntry, contents_of
from suyu_learn.services.course_rules import Required

_step = ProgressStep.__table__
_STEPS = (
    select(*(_step.c[name] for name in ("enrolment_id", "kind", "lesson_id", "at", "seconds", "detail")))
    .where(_step.c.enrolment_id.in_(bindparam("enrolments", expanding=True))).order_by(_step.c.id)
)  # fmt: skip
_COURSE = (
    select(Course).options(joinedload(Course.published_version, innerjoin=True))
    .where(Course.slug == bindparam("slug"), Course.deleted_at.is_(None))
)  # fmt: skip
_begun, _done = Enrolment.__table__, Completion.__table__
_BEGUN = (
    select(*(_begun.c[name] for name in ("id", "course_id", "course_version_id", "started_at")),
           being_sat.sits(bindparam("person")).label("sitting"))
    .where(_begun.c.person_id == bindparam("person"), _begun.c.course_id.in_(bindparam("courses", expanding=True)))
    .order_by(_begun.c.started_at, _begun.c.id)
)  # fmt: skip
_COMPLETED = (
    select(_done.c.id)
    .where(_done.c.person_id == bindparam("person"), _done.c.kind == CompletionKind.COURSE,
           _done.c.subject_id.in_(bindparam("courses", expanding=True)),
           _done.c.voided_at.is_(None) | _done.c.voided_by_hand)
)  # fmt: skip
"""Made once and asked without the session's objects, since every page of a course asks them."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An enrolment as it is stored."""

    id: int
    course_id: int
    course_version_id: int
    started_at: datetime
    sitting: bool = False
    """Whether the person has a paper of an exam open."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A course as one person finds it now.

    `version` is the one they began and have not completed, else the published one. Progress counts from the year
    after the last completion of an earlier one on, so that a course can be taken again in each and nothing counts
    twice; what brought a completion that was taken back by hand counts no more.
    """

    course: Course
    version: CourseVersion
    lessons: tuple[LessonEntry, ...]
    now: datetime
    enrolment: Begun | None = None
    progress: Mapping[int, LessonProgress] = field(default_factory=dict)
    done: Completion | None = None
    """The completion of this calendar year."""
    earlier: Completion | None = None
    """The latest completion of an earlier year."""
    missing: tuple[Required, ...] = ()
    """What is to be completed before it opens; nothing once the person has begun."""
    withheld: frozenset[str] = frozenset()
    """The questions of its lessons that a paper asks which the person is sitting: whether an answer is right is told
    once it is handed in, and counts from then on."""

    @property
    def order(self) -> list[int]:
        return [lesson.id for lesson in self.lessons]

    @property
    def begun(self) -> bool:
        return bool(self.progress)

    @property
    def finished(self) -> int:
        """How many lessons are finished."""
        return len(self.read.intersection(self.order))

    @property
    def read(self) -> frozenset[int]:
        """The lessons that are finished."""
        return frozenset(number for number, one in self.progress.items() if one.finished_at is not None)

    @property
    def opens_at(self) -> datetime | None:
        """When the course opens, if that is still to come; who has begun it goes on."""
        begun = self.enrolment or self.done or self.earlier
        return None if begun else _to_come(self.course.opens_at, self.now)

    @property
    def closed(self) -> bool:
        """Whether nobody in the person's place may begin it yet."""
        return bool(self.missing) or self.opens_at is not None

    @property
    def openable(self) -> frozenset[int]:
        """The lessons that may be read: in order until the course is completed, unless it lets one choose, and not
        before their day."""
        if self.closed:
            return frozenset()
        free = self.done is not None or not self.course.in_order
        opened = frozenset(self.order) if free else may_open(self.order, self.progress)
        return opened.difference(one.id for one in self.lessons if one.opens_at is not None and self.waits(one))

    def waits(self, lesson: LessonEntry) -> datetime | None:
        """When a lesson opens, if that is still to come; what is finished stays open."""
        if lesson.opens_at is None or self.of(lesson).finished_at is not None:
            return None
        return _to_come(lesson.opens_at, self.now)

    @property
    def first_unfinished(self) -> LessonEntry | None:
        """The first lesson that is not finished; None when all are."""
        number = next_to_read(self.order, self.progress)
        return next((lesson for lesson in self.lessons if lesson.id == number), None)

    @property
    def next(self) -> LessonEntry | None:
        """The lesson to go on with, the one last looked at before others; None when all are finished."""
        openable = self.openable
        unread = [one for one in self.lessons if one.id in openable and self.of(one).finished_at is None]
        begun = [(at, one.position, one) for one in unread if (at := self.of(one).last_at) is not None]
        return max(begun)[2] if begun else next(iter(unread), self.first_unfinished)

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


def enrolment_in(session: Session, course: Course, person: Person) -> Begun:
    """The latest enrolment of a person in a course, who has one."""
    return _enrolments(session, [course.id], person)[course.id]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The courses for one audience; `mine` when the person belongs to it."""

    audience: Audience
    mine: bool
    courses: tuple[Situation, ...]


def find(session: Session, slug: str) -> Course:
    """The course that learners can open; raises Problem for one that is hidden, a draft, or not there."""
    course = session.scalar(_COURSE, {"slug": slug})
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
    wanted = set(uids)
    if not wanted:
        return {}
    rows = session.execute(
        select(Question.uid, Question.published_version_id)
        .join(QuestionVersion, QuestionVersion.id == Question.published_version_id)
        .where(Question.uid.in_(wanted), QuestionVersion.type != Group.code)
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


def _situations(
    session: Session, courses: Sequence[Course], person: Person, *, now: datetime, zone: tzinfo
) -> list[Situation]:
    ids = [course.id for course in courses]
    if not ids:
        return []
    session.flush()  # what is read below goes past the session
    enrolments = _enrolments(session, ids, person)
    completed, fallen = _completions(session, ids, person)
    completions = {course_id: rows[-1] for course_id, rows in completed.items()}
    versions = _versions(session, courses, enrolments, completions)
    lessons = contents_of(session, versions.values())
    missing = course_rules.missing(session, set(ids) - enrolments.keys() - completions.keys(), person)
    steps = _steps(session, [one.id for one in enrolments.values()])
    sitting = any(one.sitting for one in enrolments.values())
    asked = {uid for entries in lessons.values() for one in entries for uid in one.checkpoints} if sitting else ()
    withheld = being_sat.asked_of(session, person, asked)
    return [
        _situation(
            course, versions[course.id], lessons.get(versions[course.id].id, ()), enrolments.get(course.id),
            steps, completed.get(course.id, ()), missing.get(course.id, ()), fallen.get(course.id, ()), withheld,
            now=now, zone=zone,
        )
        for course in courses
    ]  # fmt: skip


def _enrolments(session: Session, ids: Sequence[int], person: Person) -> dict[int, Begun]:
    """The latest enrolment in each course."""
    rows = session.connection().execute(_BEGUN, {"person": person.id, "courses": ids})
    return {row.course_id: Begun(**row._mapping) for row in rows}


def _completions(
    session: Session, ids: Sequence[int], person: Person
) -> tuple[dict[int, list[Completion]], dict[int, list[Completion]]]:
    """The completions of each course that stand, the latest last; and those that were taken back by hand."""
    known = [row.id for row in session.connection().execute(_COMPLETED, {"person": person.id, "courses": ids})]
    if not known:
        return {}, {}
    rows = session.scalars(
        select(Completion).where(Completion.id.in_(known)).order_by(Completion.completed_at, Completion.id)
    )
    found: dict[int, list[Completion]] = {}
    fallen: dict[int, list[Completion]] = {}
    for row in rows:
        (found if row.voided_at is None else fallen).setdefault(row.subject_id, []).append(row)
    return found, fallen


def _versions(
    session: Session, courses: Sequence[Course], enrolments: dict[int, Begun], completions: Mapping[int, Completion]
) -> dict[int, CourseVersion]:
    """The version of each course to read; an enrolment whose round is over gives way to a newer version."""
    published = {course.id: course.published_version for course in courses}
    older = {
        one.course_id: one
        for one in enrolments.values()
        if (latest := published[one.course_id]) is not None and one.course_version_id != latest.id
    }
    over = {
        one.course_id: one
        for one in older.values()
        if (done := completions.get(one.course_id)) is not None and done.completed_at >= one.started_at
    }
    for course_id in over.keys() - _resumed(session, over, completions):
        del enrolments[course_id], older[course_id]
    begun = {}
    if older:
        wanted = select(CourseVersion).where(CourseVersion.id.in_({one.course_version_id for one in older.values()}))
        begun = {version.course_id: version for version in session.scalars(wanted)}
    return {**{key: version for key, version in published.items() if version is not None}, **begun}


def _resumed(session: Session, over: Mapping[int, Begun], completions: Mapping[int, Completion]) -> set[int]:
    """The courses of which a lesson of this enrolment was finished after the completion."""
    if not over:
        return set()
    rows = session.execute(
        select(ProgressStep.enrolment_id, func.max(ProgressStep.at).label("at"))
        .where(ProgressStep.enrolment_id.in_({one.id for one in over.values()}),
               ProgressStep.kind == StepKind.FINISHED.value)
        .group_by(ProgressStep.enrolment_id)
    )  # fmt: skip
    latest: dict[int, datetime] = {one.enrolment_id: one.at for one in rows}
    return {
        course_id
        for course_id, one in over.items()
        if one.id in latest and latest[one.id] > completions[course_id].completed_at
    }


def _situation(
    course: Course,
    version: CourseVersion,
    lessons: Sequence[LessonEntry],
    enrolment: Begun | None,
    steps: Mapping[int, Sequence[StepRecord]],
    completed: Sequence[Completion],
    missing: tuple[Required, ...],
    fallen: Sequence[Completion],
    withheld: frozenset[str],
    *,
    now: datetime,
    zone: tzinfo,
) -> Situation:
    completion = completed[-1] if completed else None
    this_year = completion is not None and completion.occasion == str(now.astimezone(zone).year)
    taken = steps.get(enrolment.id, ()) if enrolment is not None else ()
    over = completed[:-1] if this_year else completed
    if over:  # what was read in the year of a completion belongs to that one
        year = over[-1].completed_at.astimezone(zone).year
        taken = [step for step in taken if step.at.astimezone(zone).year > year]
    for one in fallen:
        taken = [step for step in taken if not _brought(step, one, zone=zone)]
    progress = project(taken, zone=zone)
    for lesson in progress.values():
        lesson.withhold(withheld)
    return Situation(
        course=course,
        version=version,
        lessons=tuple(lessons),
        now=now,
        enrolment=enrolment,
        progress=progress,
        done=completion if this_year else None,
        earlier=None if this_year else completion,
        missing=missing,
        withheld=withheld.intersection(uid for one in lessons for uid in one.checkpoints),
    )


def _brought(step: StepRecord, fallen: Completion, *, zone: tzinfo) -> bool:
    """Whether a step was made up to the year of a completion, and before it was taken back."""
    year = fallen.completed_at.astimezone(zone).year
    return fallen.voided_at is not None and step.at <= fallen.voided_at and step.at.astimezone(zone).year <= year


def _to_come(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment is not None and moment > now else None


def _steps(session: Session, enrolment_ids: Iterable[int]) -> dict[int, list[StepRecord]]:
    steps: dict[int, list[StepRecord]] = {}
    ids = sorted(set(enrolment_ids))
    rows = session.connection().execute(_STEPS, {"enrolments": ids}) if ids else ()
    for enrolment_id, kind, lesson_id, at, seconds, said in rows:
        record = StepRecord(StepKind(kind), lesson_id, at, seconds, said if isinstance(said, dict) else {})
        steps.setdefault(enrolment_id, []).append(record)
    return steps
