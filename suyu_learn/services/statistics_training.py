"""Who had something to learn in a period, how far they came, and how many hours they have, by unit.

Due is whoever was given a programme and had neither completed nor left it when the period began; the unit is the one
to which they belonged when it was given to them. Who belongs to several such units counts in each, and once above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
    union,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import FunctionElement

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.statistics import Group, Period, Trained, climbed
from suyu_learn.models import (
    Attempt,
    Attendance,
    Completion,
    CompletionKind,
    Enrolment,
    Event,
    HoursEntry,
    PersonAudience,
    Programme,
    ProgrammeExemption,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    SignOff,
    Unit,
)
from suyu_learn.services.grants import Reach
from suyu_learn.services.hours import CORRECTION
from suyu_learn.services.unread import Unread, but_own_completions, but_own_turns

_MILLION = 1_000_000
_COURSE_HOURS = "course"
AT_ONCE = 1_000
"""People who are named in one statement."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of whom and what figures are wanted; `kind` and `subject_id` name one programme, course or exam.

    `people` are the only ones of whom they are wanted, where not all are; `unread` is what the one who asks may not
    read of themself.
    """

    reach: Reach
    period: Period
    now: datetime
    zone: tzinfo
    unit: Unit | None = None
    audience: str = ""
    kind: CompletionKind | None = None
    subject_id: int | None = None
    people: tuple[int, ...] | None = None
    unread: Unread | None = None

    @property
    def begins_at(self) -> datetime:
        """The midnight with which the period begins."""
        return datetime.combine(self.period.first, time(), self.zone)

    @property
    def ends_at(self) -> datetime:
        """The midnight after its last day."""
        return datetime.combine(self.period.last + timedelta(days=1), time(), self.zone)

    @property
    def overdue_before(self) -> date:
        """A deadline before this day has passed: the day after the period, or today while the period lasts."""
        return min(self.now.astimezone(self.zone).date(), self.period.last + timedelta(days=1))

    def covers(self, path: InstrumentedAttribute[str] | ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a path lies within reach, and within the unit."""
        found: list[ColumnElement[bool]] = []
        if not self.reach.everywhere:
            found.append(or_(literal(False), *(path.startswith(one, autoescape=True) for one in self.reach.paths)))
        if self.unit is not None:
            found.append(path.startswith(self.unit.path, autoescape=True))
        return and_(true(), *found)

    def lies_within(self, path: str) -> bool:
        """The same of a path that is known."""
        return self.reach.covers(path) and (self.unit is None or path.startswith(self.unit.path))

    def among(self, person: Any) -> ColumnElement[bool]:
        """Whether a person is one of the people, where not all are wanted."""
        return person.in_(self.people) if self.people is not None else true()

    def wants(self, person: Any) -> ColumnElement[bool]:
        """Whether a person is among them, and belongs to the audience where one is asked for."""
        if not self.audience:
            return self.among(person)
        belongs = exists().where(PersonAudience.person_id == person, PersonAudience.audience == self.audience)
        return and_(self.among(person), belongs)


class Met(FunctionElement[datetime]):
    """A moment that SQLite compares on its way through an index that holds all that is asked; without statistics of
    times it would take any period for a short one, look it up in the index of times, and read a row for each."""

    inherit_cache = True
    name = "met"
    type = UtcDateTime()


@compiles(Met)
def _as_it_is(element: Met, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(Met, "sqlite")
def _unindexed(element: Met, compiler: Any, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"


def trained(session: Session, wanted: Wanted) -> dict[str, Trained]:
    """The figures of every unit with all below it, by path; "" is the total. Nobody is due for an exam alone here."""
    if wanted.kind is CompletionKind.EXAM:
        return {"": Trained()}
    by_person = _by_person(wanted)
    mover = _mover(by_person)
    hours = func.coalesce(func.sum(_hours(wanted, by_person.c.person_id)), 0)
    sums = session.execute(
        select(by_person.c.path, mover, func.count(), func.sum(by_person.c.started), func.sum(by_person.c.completed),
               func.sum(by_person.c.overdue), hours)
        .group_by(by_person.c.path, mover)
    )  # fmt: skip
    alone, movers = [], []
    for path, person_id, *counts in sums:
        if person_id is None:
            alone.append((path, _figures(*counts)))
        else:
            movers.append(person_id)
    return climbed(Trained, alone, _in_several(session, wanted, movers))


def trained_people(session: Session, wanted: Wanted, *, figure: str) -> dict[int, str]:
    """Who is counted as `due`, `started`, `completed` or `overdue`, with a unit in which they are due."""
    if wanted.kind is CompletionKind.EXAM:
        return {}
    by_person = _by_person(wanted)
    counted = true() if figure == "due" else by_person.c[figure] == 1
    return dict(session.execute(select(by_person.c.person_id, by_person.c.path).where(counted)).all())


def _by_person(wanted: Wanted) -> CTE:
    """What was owed in the period by person over all units: started if anything is, completed if all is."""
    owed = _owed(wanted).cte("owed")
    return (
        select(owed.c.person_id, func.min(owed.c.path).label("path"), func.max(owed.c.path).label("last"),
               func.max(owed.c.started).label("started"), func.min(owed.c.completed).label("completed"),
               func.max(owed.c.overdue).label("overdue"))
        .group_by(owed.c.person_id).cte("by_person")
    )  # fmt: skip


def _mover(by_person: CTE) -> ColumnElement[int | None]:
    """Who counts in more than one unit; they are told apart from the sums of the others in one reading of all."""
    return case((by_person.c.path < by_person.c.last, by_person.c.person_id))


def _in_several(session: Session, wanted: Wanted, movers: Sequence[int]) -> dict[int, dict[str, Trained]]:
    """The few who owe something in more than one unit, each with what they owe in which."""
    found: dict[int, dict[str, Trained]] = {}
    for these in _some_at_once(wanted, movers):
        owed = _owed(these).cte("owed")
        rows = session.execute(
            select(owed.c.person_id, owed.c.path, func.max(owed.c.started), func.min(owed.c.completed),
                   func.max(owed.c.overdue), func.coalesce(_hours(these, owed.c.person_id), 0))
            .group_by(owed.c.person_id, owed.c.path)
        )  # fmt: skip
        for person_id, path, *counts in rows:
            found.setdefault(person_id, {})[path] = _figures(1, *counts)
    return found


def _some_at_once(wanted: Wanted, movers: Sequence[int]) -> Iterator[Wanted]:
    """The same asked of these people alone, as many at once as a statement takes."""
    for start in range(0, len(movers), AT_ONCE):
        yield replace(wanted, people=tuple(movers[start : start + AT_ONCE]))


def _figures(due: int, started: int, completed: int, overdue: int, hours: Any) -> Trained:
    return Trained(due, int(started), int(completed), int(overdue), Decimal(int(hours)) / _MILLION)


def _owed(wanted: Wanted) -> Select[int, str, int, int, int]:
    """What was owed in the period: person, path, and 1 or 0 for started, completed, overdue."""
    if wanted.kind is CompletionKind.COURSE and wanted.subject_id is not None:
        return _owed_of_course(wanted, wanted.subject_id)
    begun = _begun(wanted).cte("begun")
    completed = and_(ProgrammeMember.completed_at.is_not(None), ProgrammeMember.completed_at < wanted.ends_at)
    overdue = and_(~completed, ProgrammeMember.due_on < wanted.overdue_before)
    return (
        select(
            ProgrammeMember.person_id, ProgrammeMember.unit_path.label("path"),
            _one(or_(completed, begun.c.person_id.is_not(None))).label("started"),
            _one(completed).label("completed"), _one(overdue).label("overdue"),
        )
        .join(Programme, Programme.id == ProgrammeMember.programme_id)
        .outerjoin(begun, and_(begun.c.person_id == ProgrammeMember.person_id,
                               begun.c.programme_id == ProgrammeMember.programme_id))
        .where(*_owing(wanted, completed), *but_own_turns(wanted.unread))
        .where(or_(ProgrammeMember.completed_at.is_(None), ProgrammeMember.completed_at >= wanted.begins_at))
        .where(ProgrammeMember.programme_id == wanted.subject_id if wanted.subject_id is not None else true())
    )  # fmt: skip


def _owed_of_course(wanted: Wanted, course_id: int) -> Select[int, str, int, int, int]:
    """The same of one course, which was due to whoever was due for a programme that asks for it."""
    done = (
        select(Completion.person_id, func.min(Completion.completed_at).label("at"))
        .where(Completion.kind == CompletionKind.COURSE, Completion.subject_id == course_id,
               Completion.voided_at.is_(None), Completion.completed_at < wanted.ends_at,
               Completion.occasion.in_(("", str(wanted.period.last.year))), wanted.among(Completion.person_id))
        .group_by(Completion.person_id).cte("done")
    )  # fmt: skip
    begun = (
        select(Enrolment.person_id).distinct()
        .where(Enrolment.course_id == course_id, Enrolment.started_at < wanted.ends_at,
               wanted.among(Enrolment.person_id)).cte("begun")
    )  # fmt: skip
    asking = (
        select(ProgrammeStage.programme_id)
        .join(ProgrammePart, ProgrammePart.stage_id == ProgrammeStage.id)
        .where(ProgrammePart.course_id == course_id, ProgrammePart.required)
    )
    completed = done.c.person_id.is_not(None)
    return (
        select(
            ProgrammeMember.person_id, ProgrammeMember.unit_path.label("path"),
            _one(or_(completed, begun.c.person_id.is_not(None))).label("started"),
            _one(completed).label("completed"),
            _one(and_(~completed, ProgrammeMember.due_on < wanted.overdue_before)).label("overdue"),
        )
        .join(Programme, Programme.id == ProgrammeMember.programme_id)
        .outerjoin(done, done.c.person_id == ProgrammeMember.person_id)
        .outerjoin(begun, begun.c.person_id == ProgrammeMember.person_id)
        .where(*_owing(wanted, completed), ProgrammeMember.programme_id.in_(asking))
        .where(or_(done.c.at.is_(None), done.c.at >= wanted.begins_at))
    )  # fmt: skip


def _owing(wanted: Wanted, completed: ColumnElement[bool]) -> Iterable[ColumnElement[bool]]:
    """Who was given something by the end of the period and neither left it nor is exempt, unless they completed it."""
    exempt = exists().where(ProgrammeExemption.member_id == ProgrammeMember.id, ProgrammeExemption.ended_at.is_(None))
    yearly = and_(func.length(ProgrammeMember.occasion) == 4, ProgrammeMember.occasion >= "1900",
                  ProgrammeMember.occasion <= "2199")  # fmt: skip
    first, last = str(wanted.period.first.year), str(wanted.period.last.year)
    yield Programme.deleted_at.is_(None)
    yield Programme.state != ProgrammeState.DRAFT
    yield ProgrammeMember.starts_on <= wanted.period.last
    yield or_(~yearly, ProgrammeMember.occasion.between(first, last))
    yield or_(completed, and_(ProgrammeMember.left_at.is_(None), ~exempt))
    yield wanted.covers(ProgrammeMember.unit_path)
    yield wanted.wants(ProgrammeMember.person_id)


def _begun(wanted: Wanted) -> Any:
    """Who had opened a course, sat an exam, come to an event or been taught something of which programme."""
    part = ProgrammePart.__table__.c
    stage = ProgrammeStage.programme_id
    parts = select(stage).select_from(ProgrammeStage).join(ProgrammePart, ProgrammePart.stage_id == ProgrammeStage.id)
    ends = wanted.ends_at
    return union(
        parts.join(Enrolment, Enrolment.course_id == part.course_id)
        .where(Enrolment.started_at < ends, wanted.among(Enrolment.person_id)).add_columns(Enrolment.person_id),
        parts.join(Attempt, Attempt.exam_id == part.exam_id)
        .where(Attempt.trial.is_(False), Attempt.started_at < ends, wanted.among(Attempt.person_id))
        .add_columns(Attempt.person_id),
        parts.join(Event, Event.part_id == part.id).join(Attendance, Attendance.event_id == Event.id)
        .where(Attendance.voided_at.is_(None), Attendance.came_at < ends, wanted.among(Attendance.person_id))
        .add_columns(Attendance.person_id),
        select(ProgrammeMember.programme_id, ProgrammeMember.person_id)
        .join(SignOff, SignOff.member_id == ProgrammeMember.id)
        .where(SignOff.voided_at.is_(None), SignOff.ended_at < ends, wanted.among(ProgrammeMember.person_id)),
    )  # fmt: skip


def _hours(wanted: Wanted, person: ColumnElement[int]) -> ScalarSelect[int | None]:
    """The credit hours of a person in the period, in millionths; with a course those that it brought."""
    query = select(func.sum(type_coerce(HoursEntry.hours, BigInteger))).where(
        HoursEntry.person_id == person, HoursEntry.day.between(wanted.period.first, wanted.period.last)
    )
    if wanted.kind is not CompletionKind.COURSE or wanted.subject_id is None:
        return query.scalar_subquery()
    brought = select(HoursEntry.id).where(HoursEntry.kind == _COURSE_HOURS, HoursEntry.subject_id == wanted.subject_id)
    return query.where(
        HoursEntry.subject_id == wanted.subject_id,
        or_(HoursEntry.kind == _COURSE_HOURS,
            and_(HoursEntry.kind == CORRECTION, HoursEntry.corrects_id.in_(brought))),
    ).scalar_subquery()  # fmt: skip


def trained_by_programme(session: Session, wanted: Wanted) -> dict[int, Trained]:
    """The figures of each programme by itself over all units that are wanted, without hours; each person once."""
    owed = _owed(wanted).add_columns(ProgrammeMember.programme_id).cte("owed")
    by_person = (
        select(owed.c.programme_id, func.max(owed.c.started).label("started"),
               func.min(owed.c.completed).label("completed"), func.max(owed.c.overdue).label("overdue"))
        .group_by(owed.c.programme_id, owed.c.person_id).cte("by_person")
    )  # fmt: skip
    rows = session.execute(
        select(by_person.c.programme_id, func.count(), func.sum(by_person.c.started),
               func.sum(by_person.c.completed), func.sum(by_person.c.overdue))
        .group_by(by_person.c.programme_id)
    )  # fmt: skip
    return {programme_id: _figures(due, started, completed, overdue, 0)
            for programme_id, due, started, completed, overdue in rows}  # fmt: skip


def completed_something(session: Session, wanted: Wanted) -> dict[str, Group]:
    """How many people completed a course, an exam or a programme in the period, due or not, by path.

    The unit is the one of the completion's day; voided completions do not count.
    """
    once = (
        select(Completion.unit_path, Completion.person_id).distinct()
        .where(*_completions(wanted), *_unit_by_unit(session, wanted)).cte("once")
    )  # fmt: skip
    by_person = (
        select(once.c.person_id, func.min(once.c.unit_path).label("path"), func.max(once.c.unit_path).label("last"))
        .group_by(once.c.person_id).cte("by_person")
    )  # fmt: skip
    mover = _mover(by_person)
    sums = session.execute(select(by_person.c.path, mover, func.count()).group_by(by_person.c.path, mover)).all()
    several: dict[int, dict[str, Group]] = {}
    for these in _some_at_once(wanted, [person_id for _path, person_id, _people in sums if person_id is not None]):
        rows = session.execute(
            select(Completion.person_id, Completion.unit_path).distinct().where(*_completions(these))
        )
        for person_id, path in rows:
            several.setdefault(person_id, {})[path] = Group(1)
    alone = [(path, Group(people)) for path, person_id, people in sums if person_id is None]
    return climbed(Group, alone, several)


def _unit_by_unit(session: Session, wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    """On SQLite, the way through the index of places by the days of each, instead of through all of it.

    The places are found one after the other, each as the next in the index, since SQLite would read the whole of it to
    tell them apart. https://wiki.postgresql.org/wiki/Loose_indexscan
    """
    if session.get_bind().dialect.name != "sqlite":
        return
    first = select(func.min(Completion.unit_path).label("path")).where(Completion.voided_at.is_(None))
    places = first.cte("places", recursive=True)
    following = first.where(Completion.unit_path > places.c.path).scalar_subquery()
    places = places.union_all(select(following).where(places.c.path.is_not(None)))
    yield Completion.unit_path.in_(select(places.c.path).where(wanted.covers(places.c.path)))
    yield Completion.completed_at >= wanted.begins_at
    yield Completion.completed_at < wanted.ends_at


def _completions(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    yield Completion.voided_at.is_(None)
    yield from but_own_completions(wanted.unread)
    at = Met(type_coerce(Completion.completed_at, UtcDateTime))
    yield at >= wanted.begins_at
    yield at < wanted.ends_at
    if wanted.kind is not None:
        yield Completion.kind == wanted.kind
    if wanted.subject_id is not None:
        yield Completion.subject_id == wanted.subject_id
    yield wanted.covers(Completion.unit_path)
    yield wanted.wants(Completion.person_id)


def completions(wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    """What a completion has to be to count in these figures."""
    return tuple(_completions(wanted))


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
