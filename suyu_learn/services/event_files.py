"""One session's file: what was planned and taught, who came, which paper was sat and with what result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.models import Attempt, Course, CourseVersion, Event, Exam, Lesson
from suyu_learn.services import attendance, exams
from suyu_learn.services.attendance import Present
from suyu_learn.services.exam_standings import CLOSED
from suyu_learn.services.unread import Unread


@dataclass(frozen=True, slots=True)
class Taught:
    """The course that was taught from, as published now, with the titles of its lessons."""

    version: CourseVersion
    lessons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sat:
    """The paper with what came of it among those who came: whoever sat more than once counts once."""

    exam: Exam
    questions: int
    points: Decimal
    came: int
    sat: int
    passed: int
    own_left_out: bool = False
    """Whether the reader's own result, which the exam does not show to them, is not among the passed."""


@dataclass(frozen=True, slots=True)
class EventFile:
    """All that stands of one event."""

    came: Sequence[Present]
    """Those who were there; not those taken back."""

    taught: Taught | None
    sat: Sat | None


def file_of(session: Session, event: Event, *, unread: Unread | None = None) -> EventFile:
    """The file of an event as it stands now, without what its reader may not read of themself."""
    came = [one for one in attendance.of_event(session, event) if one.attendance.voided_at is None]
    return EventFile(came, _taught(session, event), _sat(session, event, [one.person.id for one in came], unread))


def _taught(session: Session, event: Event) -> Taught | None:
    course = session.get(Course, event.course_id) if event.course_id is not None else None
    if course is None or course.published_version is None:
        return None
    lessons = session.scalars(
        select(Lesson.title).where(Lesson.course_version_id == course.published_version.id).order_by(Lesson.position)
    ).all()
    return Taught(course.published_version, lessons)


def _sat(session: Session, event: Event, person_ids: Sequence[int], unread: Unread | None) -> Sat | None:
    exam = session.get(Exam, event.exam_id) if event.exam_id is not None else None
    if exam is None:
        return None
    rows = session.execute(
        select(Attempt.person_id, Attempt.passed)
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
        .where(Attempt.person_id.in_(person_ids))
    ).all()
    size = exams.size(session, exam)
    hidden = unread.person_id if unread is not None and exam.id in unread.exam_ids else None
    sat = {person for person, _passed in rows}
    return Sat(
        exam=exam, questions=size.questions, points=size.points, came=len(person_ids),
        sat=len(sat), passed=len({person for person, passed in rows if passed} - {hidden}), own_left_out=hidden in sat,
    )  # fmt: skip
