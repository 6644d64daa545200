"""What the report of a year to the city holds: all figures of the year, by unit, audience, programme, course, exam,
event, and by the tasks of the action plan that these serve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import and_, func, or_, select, union
from sqlalchemy.orm import Session

from suyu_learn.content.plan_tasks import PlanTask
from suyu_learn.domain.names import chinese_order
from suyu_learn.domain.statistics import Period, Sat, Trained, hidden_lines, leaving_few
from suyu_learn.models import (
    Attendance,
    Completion,
    CompletionKind,
    Course,
    CourseVersion,
    Enrolment,
    Event,
    Membership,
    Programme,
    TaggedKind,
    Unit,
)
from suyu_learn.services import plan_tasks, record_choices, statistics_desk, statistics_exams, statistics_training
from suyu_learn.services.reports import Sight
from suyu_learn.services.statistics_desk import Asked, Dashboard
from suyu_learn.services.statistics_training import Wanted, completions
from suyu_learn.services.unread import Unread


@dataclass(frozen=True, slots=True)
class TrainedLine:
    """An audience or a programme with its figures; hidden where they tell of few people."""

    name: str
    trained: Trained
    code: str = ""
    hidden: bool = False
    programme_id: int = 0


@dataclass(frozen=True, slots=True)
class ExamLine:
    """An exam with its figures."""

    title: str
    opened: datetime | None
    sat: Sat
    hidden: bool = False
    exam_id: int = 0


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course: who began it in the year, who completed it in the year, due or not; each cell hidden by itself, the
    second also where less the first it tells of few who have not completed it."""

    title: str
    began: int
    completed: int
    began_hidden: bool = False
    completed_hidden: bool = False
    course_id: int = 0


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event with how many came."""

    title: str
    held_at: datetime
    came: int
    hidden: bool = False
    event_id: int = 0


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of the plan: how many of the things in the report serve it, by kind, and how many people these reached."""

    task: PlanTask
    things: Mapping[TaggedKind, int]
    people: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class CityReport:
    """Everything that the report of a year says; where that could be
    compared with units that are seen elsewhere, there are no lists."""

    year: int
    dashboard: Dashboard
    audiences: tuple[TrainedLine, ...] = ()
    programmes: tuple[TrainedLine, ...] = ()
    exams: tuple[ExamLine, ...] = ()
    courses: tuple[CourseLine, ...] = ()
    events: tuple[EventLine, ...] = ()
    tasks: tuple[TaskLine, ...] = ()


def city_report(
    session: Session, year: int, unit: Unit | None, *, sight: Sight, now: datetime, zone: tzinfo, suppress_below: int,
    unread: Unread | None = None,
) -> CityReport:  # fmt: skip
    """The report of a calendar year over a unit with all below it, or over all units within sight."""
    asked = Asked(Period(date(year, 1, 1), date(year, 12, 31), str(year)), unit)
    dashboard = statistics_desk.dashboard(
        session, asked, sight=sight, now=now, zone=zone, suppress_below=suppress_below, unread=unread
    )
    few = suppress_below if dashboard.suppressed else 0
    wanted = Wanted(sight.numbers, asked.period, now, zone, unit, unread=unread)
    total = dashboard.total
    if dashboard.in_part:
        return CityReport(year, dashboard)
    trained = Hiding(few, total.due_hidden or total.trained_hidden)
    sat = Hiding(few, total.exam_due_hidden or total.sat_hidden)
    reached = Hiding(few, total.finishers_hidden)
    found = CityReport(
        year=year,
        dashboard=dashboard,
        audiences=tuple(_audiences(session, wanted, trained, total.trained)),
        programmes=tuple(_programmes(session, wanted, trained)),
        exams=tuple(_exams(session, wanted, sat)),
        courses=tuple(_courses(session, wanted, reached)),
        events=tuple(_events(session, wanted, reached)),
    )
    return replace(found, tasks=tuple(_tasks(session, wanted, reached, found)))


@dataclass(frozen=True, slots=True)
class Hiding:
    """How few are hidden in a list of the report; `everything` where the figure of the whole unit is hidden itself."""

    few: int
    everything: bool = False

    def lines(self, counts: Sequence[Sequence[int]]) -> frozenset[int]:
        """The places of the lines that tell of few, or from which that could be worked out."""
        if self.everything:
            return frozenset(range(len(counts)))
        return hidden_lines(counts, below=self.few)


def _audiences(session: Session, wanted: Wanted, hiding: Hiding, total: Trained) -> Iterator[TrainedLine]:
    """Each audience; it tells of who is in it, and less the total of who is not."""
    found = [
        (code, name, statistics_training.trained(session, replace(wanted, audience=code))[""])
        for code, name in record_choices.audiences(session)
    ]
    found = [one for one in found if one[2].due]
    counts = [trained.telling for _code, _name, trained in found]
    gone = hiding.lines(counts) | leaving_few(total.telling, counts, below=hiding.few)
    for place, (code, name, trained) in enumerate(found):
        yield TrainedLine(name, trained, code, hidden=place in gone)


def _programmes(session: Session, wanted: Wanted, hiding: Hiding) -> Iterator[TrainedLine]:
    found = statistics_training.trained_by_programme(session, wanted)
    titles = session.execute(select(Programme.id, Programme.title).order_by(Programme.id))
    those = [(one, title, found[one]) for one, title in titles if one in found]
    gone = hiding.lines([trained.telling for _one, _title, trained in those])
    for place, (one, title, trained) in enumerate(those):
        yield TrainedLine(title, trained, hidden=place in gone, programme_id=one)


def _exams(session: Session, wanted: Wanted, hiding: Hiding) -> Iterator[ExamLine]:
    exams = statistics_exams.exams_of(session, wanted)
    found = [(exam, statistics_exams.sat(session, wanted, [exam])[""]) for exam in exams]
    found = [one for one in found if one[1].due]
    gone = hiding.lines([sat.telling for _exam, sat in found])
    for place, (exam, sat) in enumerate(found):
        yield ExamLine(exam.title, exam.opens_at or exam.published_at, sat, hidden=place in gone, exam_id=exam.id)


def _courses(session: Session, wanted: Wanted, hiding: Hiding) -> Iterator[CourseLine]:
    home = and_(Membership.person_id == Enrolment.person_id, Membership.home, Membership.until.is_(None))
    began: dict[int, int] = dict(
        session.execute(
            select(Enrolment.course_id, func.count(Enrolment.person_id.distinct()))
            .outerjoin(Membership, home).outerjoin(Unit, Unit.id == Membership.unit_id)
            .where(Enrolment.started_at >= wanted.begins_at, Enrolment.started_at < wanted.ends_at)
            .where(wanted.covers(func.coalesce(Unit.path, "")))
            .group_by(Enrolment.course_id)
        ).all()
    )  # fmt: skip
    completed: dict[int, int] = dict(
        session.execute(
            select(Completion.subject_id, func.count(Completion.person_id.distinct()))
            .where(*completions(replace(wanted, kind=CompletionKind.COURSE)))
            .group_by(Completion.subject_id)
        ).all()
    )
    titles = session.execute(
        select(Course.id, CourseVersion.title).join(CourseVersion, CourseVersion.id == Course.published_version_id)
    )
    those = [
        CourseLine(title, began.get(one, 0), completed.get(one, 0), course_id=one)
        for one, title in sorted(titles, key=lambda row: (chinese_order(row[1]), row[0]))
        if one in began or one in completed
    ]
    first_gone = hiding.lines([[one.began] for one in those])
    last_gone = hiding.lines([[one.completed, max(0, one.began - one.completed)] for one in those])
    for place, one in enumerate(those):
        yield replace(one, began_hidden=place in first_gone, completed_hidden=place in last_gone)


def _events(session: Session, wanted: Wanted, hiding: Hiding) -> Iterator[EventLine]:
    rows = session.execute(
        select(Event.id, Event.title, Event.starts_at, func.count(Attendance.person_id))
        .join(Attendance, Attendance.event_id == Event.id)
        .where(Event.cancelled_at.is_(None), Attendance.voided_at.is_(None))
        .where(Event.starts_at >= wanted.begins_at, Event.starts_at < wanted.ends_at)
        .where(wanted.covers(Attendance.unit_path))
        .group_by(Event.id, Event.title, Event.starts_at).order_by(Event.starts_at, Event.id)
    ).all()  # fmt: skip
    gone = hiding.lines([[came] for _one, _title, _held_at, came in rows])
    for place, (one, title, held_at, came) in enumerate(rows):
        yield EventLine(title, held_at, came, hidden=place in gone, event_id=one)


def _tasks(session: Session, wanted: Wanted, hiding: Hiding, report: CityReport) -> Iterator[TaskLine]:
    there: Mapping[TaggedKind, set[int]] = {
        TaggedKind.COURSE: {one.course_id for one in report.courses},
        TaggedKind.EXAM: {one.exam_id for one in report.exams},
        TaggedKind.EVENT: {one.event_id for one in report.events},
        TaggedKind.PROGRAMME: {one.programme_id for one in report.programmes},
    }
    tagged = plan_tasks.tagged(session)
    found = []
    for task in plan_tasks.plan().tasks:
        things = {kind: numbers & there[kind] for kind, numbers in tagged.get(task.code, {}).items()}
        if any(things.values()):
            found.append((task, things, _reached(session, wanted, things)))
    gone = hiding.lines([[people] for _task, _things, people in found])
    for place, (task, things, people) in enumerate(found):
        counts = {kind: len(numbers) for kind, numbers in things.items()}
        yield TaskLine(task, counts, people, hidden=place in gone)


def _reached(session: Session, wanted: Wanted, things: Mapping[TaggedKind, frozenset[int]]) -> int:
    """People who completed one of these courses, exams or programmes in the year, or came to one of the events."""
    subjects = [
        and_(Completion.kind == kind.value, Completion.subject_id.in_(numbers))
        for kind, numbers in things.items()
        if kind is not TaggedKind.EVENT
    ]
    came = (
        select(Attendance.person_id).join(Event, Event.id == Attendance.event_id)
        .where(Event.id.in_(things.get(TaggedKind.EVENT, frozenset())), Attendance.voided_at.is_(None))
        .where(Event.starts_at >= wanted.begins_at, Event.starts_at < wanted.ends_at)
        .where(Event.cancelled_at.is_(None), wanted.covers(Attendance.unit_path))
    )  # fmt: skip
    completed = select(Completion.person_id).where(*completions(wanted), or_(False, *subjects))
    people: Any = union(came, completed).subquery()
    return session.scalar(select(func.count()).select_from(people)) or 0
