"""The courses somebody took, each as often as they took it: when every lesson really began and ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.courses import LessonProgress, StepKind, StepRecord, project
from suyu_learn.models import Completion, CompletionKind, CourseVersion, Enrolment, Lesson, Person, ProgressStep


@dataclass(frozen=True, slots=True)
class LessonTimes:
    """One lesson as it was read: opened and finished at, and the seconds spent in it."""

    title: str
    began_at: datetime | None
    ended_at: datetime | None
    seconds: int


@dataclass(frozen=True, slots=True)
class Round:
    """One taking of a course; without a completion it is under way, or was given up."""

    title: str
    version: int
    began_at: datetime
    last_at: datetime
    completion: Completion | None
    lessons: Sequence[LessonTimes]
    """Those that were opened, in the order of the course."""
    lessons_in_all: int

    @property
    def finished(self) -> int:
        """How many lessons are finished."""
        return sum(one.ended_at is not None for one in self.lessons)


@dataclass(slots=True)
class _Taken:
    """The steps of one course with its completions, the earliest first."""

    completions: list[Completion]
    steps: dict[int, list[tuple[int, StepRecord]]]
    """By round: the version read, and what was done."""


def of_person(session: Session, person: Person, *, zone: tzinfo) -> list[Round]:
    """Every taking of every course, in the order of time; four statements.

    What was read in the year of a completion, or before it, belongs to that completion, as when hours are counted.
    """
    courses = _read(session, person, zone=zone)
    versions = {version for taken in courses.values() for some in taken.steps.values() for version, _step in some}
    titles, lessons, counts = _contents(session, versions)
    found = []
    for taken in courses.values():
        for place, some in taken.steps.items():
            completion = taken.completions[place] if place < len(taken.completions) else None
            version = some[-1][0]
            progress = project([step for _version, step in some], zone=zone)
            read = sorted((lessons[number], one) for number, one in progress.items() if number in lessons)
            title, number = titles[version]
            found.append(Round(
                title=completion.title if completion is not None else title, version=number,
                began_at=some[0][1].at, last_at=max(step.at for _version, step in some), completion=completion,
                lessons=[_times(name, one) for (_place, _id, name), one in read], lessons_in_all=counts[version],
            ))  # fmt: skip
    return sorted(found, key=lambda one: one.began_at)


def _read(session: Session, person: Person, *, zone: tzinfo) -> dict[int, _Taken]:
    completions: dict[int, list[Completion]] = defaultdict(list)
    for row in session.scalars(
        select(Completion)
        .where(Completion.person_id == person.id, Completion.kind == CompletionKind.COURSE,
               Completion.voided_at.is_(None))
        .order_by(Completion.completed_at, Completion.id)
    ):  # fmt: skip
        completions[row.subject_id].append(row)
    courses: dict[int, _Taken] = {}
    for course_id, version, kind, lesson, at, seconds, detail in session.execute(
        select(Enrolment.course_id, Enrolment.course_version_id, ProgressStep.kind, ProgressStep.lesson_id,
               ProgressStep.at, ProgressStep.seconds, ProgressStep.detail)
        .join(ProgressStep, ProgressStep.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id == person.id).order_by(ProgressStep.id)
    ):  # fmt: skip
        taken = courses.setdefault(course_id, _Taken(completions[course_id], {}))
        year = at.astimezone(zone).year
        years = [one.completed_at.astimezone(zone).year for one in taken.completions]
        place = next((place for place, of in enumerate(years) if year <= of), len(years))
        record = StepRecord(StepKind(kind), lesson, at, seconds, detail if isinstance(detail, dict) else {})
        taken.steps.setdefault(place, []).append((version, record))
    return courses


def _contents(
    session: Session, versions: set[int]
) -> tuple[dict[int, tuple[str, int]], dict[int, tuple[int, int, str]], dict[int, int]]:
    """Titles with numbers of versions, the place and title of lessons, and how many lessons a version has."""
    if not versions:
        return {}, {}, {}
    titles = {
        row.id: (row.title, row.number)
        for row in session.execute(
            select(CourseVersion.id, CourseVersion.title, CourseVersion.number).where(CourseVersion.id.in_(versions))
        )
    }
    lessons = {
        row.id: (row.position, row.id, row.title)
        for row in session.execute(
            select(Lesson.id, Lesson.position, Lesson.title).where(Lesson.course_version_id.in_(versions))
        )
    }
    counts = dict(session.execute(
        select(Lesson.course_version_id, func.count()).where(Lesson.course_version_id.in_(versions))
        .group_by(Lesson.course_version_id)
    ).all())  # fmt: skip
    return titles, lessons, counts


def _times(title: str, progress: LessonProgress) -> LessonTimes:
    return LessonTimes(title, progress.opened_at, progress.finished_at, progress.spent)
