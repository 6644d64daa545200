"""One session's file: what was planned and taught, who came, which paper was sat and with what result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.statistics import Standing
from suyu_learn.models import Course, CourseVersion, Event, Exam, Lesson, Person
from suyu_learn.services import attendance, exams, grants, people, reports
from suyu_learn.services.attendance import Present
from suyu_learn.services.exam_standings import standings_of
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
    standings: Mapping[int, Standing]
    """Of those who came and sat it, by person: by the attempts that count."""

    told: frozenset[int]
    """Whose result the reader may see by name: people of their units, but not their own."""

    own_left_out: bool = False
    """Whether the reader's own result, which the exam does not show to them, is not told in any figure."""

    @property
    def sat(self) -> int:
        """How many sat it."""
        return len(self.standings)

    @property
    def passed(self) -> int:
        """How many passed."""
        return sum(one.passed is True for one in self.standings.values())

    @property
    def unmarked(self) -> int:
        """How many wait for a marker."""
        return sum(one.passed is None for one in self.standings.values()) - self.own_left_out


@dataclass(frozen=True, slots=True)
class EventFile:
    """All that stands of one event."""

    came: Sequence[Present]
    """Those who were there; not those taken back."""

    taught: Taught | None
    sat: Sat | None


def file_of(session: Session, event: Event, *, reader: Person, unread: Unread | None = None) -> EventFile:
    """The file of an event as it stands now, without what its reader may not read of themself."""
    came = [one for one in attendance.of_event(session, event) if one.attendance.voided_at is None]
    return EventFile(came, _taught(session, event), _sat(session, event, came, reader, unread))


def _taught(session: Session, event: Event) -> Taught | None:
    course = session.get(Course, event.course_id) if event.course_id is not None else None
    if course is None or course.published_version is None:
        return None
    lessons = session.scalars(
        select(Lesson.title).where(Lesson.course_version_id == course.published_version.id).order_by(Lesson.position)
    ).all()
    return Taught(course.published_version, lessons)


def _sat(
    session: Session, event: Event, came: Sequence[Present], reader: Person, unread: Unread | None
) -> Sat | None:  # fmt: skip
    exam = session.get(Exam, event.exam_id) if event.exam_id is not None else None
    if exam is None:
        return None
    size, reach = exams.size(session, exam), grants.reach(session, reader, reports.NAMES)
    standings = _standings(session, exam, {one.person.id for one in came})
    hidden = unread is not None and exam.id in unread.exam_ids and unread.person_id in standings
    if hidden:
        standings[reader.id] = reports.without_result(standings[reader.id])
    return Sat(
        exam=exam, questions=size.questions, points=size.points, came=len(came), standings=standings,
        told=frozenset(one.person.id for one in came
                       if one.person.id != reader.id and reach.covers(one.attendance.unit_path or None)),
        own_left_out=hidden,
    )  # fmt: skip


def _standings(session: Session, exam: Exam, person_ids: Collection[int]) -> dict[int, Standing]:
    """What these people came to, those merged into them included."""
    merged = (one for one, kept in people.survivors(session).items() if kept in person_ids)
    found = standings_of(session, [exam], among=[*person_ids, *merged])[exam.id]
    return {person_id: one.standing for person_id, one in found.items()}
