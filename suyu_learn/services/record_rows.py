"""Training records as rows: what was completed, by whom, in which unit of that day.

A big export stays close to a raw cursor: Core rows in batches, one tuple a record, no ORM objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import (
    Attempt,
    Audience,
    Completion,
    CompletionKind,
    Course,
    CourseVersion,
    Enrolment,
    Exam,
    HoursEntry,
    Membership,
    Person,
    PersonAudience,
    PersonKind,
    Unit,
    UnitKind,
)
from suyu_learn.models.base import Exact, JsonColumn
from suyu_learn.services.grants import Reach

BATCH = 2000
DEPARTMENTS = frozenset({UnitKind.DEPARTMENT, UnitKind.WORKSHOP, UnitKind.VILLAGE})
EVERYWHERE = Reach(everywhere=True)


class Status(StrEnum):
    """Which records: completed ones, those under way, exams sat and not passed, records taken back."""

    COMPLETED = "completed"
    LEARNING = "learning"
    NOT_PASSED = "not_passed"
    VOIDED = "voided"


class Field(StrEnum):
    """What can be told of a record, in the order in which it is printed."""

    NUMBER = "number"
    NAME = "name"
    STAFF_NUMBER = "staff_number"
    SEX = "sex"
    PHONE = "phone"
    UNIT = "unit"
    DEPARTMENT = "department"
    JOB = "job"
    AUDIENCES = "audiences"
    TITLE = "title"
    KIND = "kind"
    FORM = "form"
    ORGANIZER = "organizer"
    STARTED = "started"
    ENDED = "ended"
    HOURS_DUE = "hours_due"
    HOURS = "hours"
    YEAR = "year"
    EXAM = "exam"
    EXAM_TIME = "exam_time"
    ATTEMPTS = "attempts"
    POINTS = "points"
    PASS_POINTS = "pass_points"
    RESULT = "result"
    STATUS = "status"
    COMPLETED = "completed"
    KEY = "key"
    REMARK = "remark"


FIELDS = tuple(Field)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are wanted; `reach` is how far the one who asks may look."""

    reach: Reach = EVERYWHERE
    unit: Unit | None = None
    audience: str = ""
    kind: CompletionKind | None = None
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    status: Status = Status.COMPLETED


@dataclass(frozen=True, slots=True)
class Words:
    """How closed sets are called in the language of the reader; the code itself where no word is given."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)
    sexes: Mapping[str, str] = field(default_factory=dict)
    audiences: Mapping[str, str] = field(default_factory=dict)
    online: str = "online"
    away: str = ""
    """A remark for who has left the unit; unused while empty."""


def count(session: Session, wanted: Filter) -> int:
    """How many records there are."""
    return session.scalar(select(func.count()).select_from(_query(wanted).order_by(None).subquery())) or 0


def rows(
    session: Session,
    wanted: Filter,
    fields: Sequence[Field] = FIELDS,
    *,
    zone: tzinfo,
    words: Words,
    offset: int = 0,
    limit: int | None = None,
) -> Iterator[tuple[Any, ...]]:
    """The records in the order of time, one tuple each with the fields asked for."""
    query = _query(wanted).offset(offset or None).limit(limit)
    result = session.execute(query.execution_options(yield_per=BATCH, stream_results=True))
    cells = _Cells(session, wanted.status, zone=zone, words=words)
    places = [FIELDS.index(one) for one in fields]
    pick: Callable[[tuple[Any, ...]], tuple[Any, ...]] = (
        itemgetter(*places) if len(places) > 1 else lambda row: tuple(row[place] for place in places)
    )
    number = offset
    for batch in result.partitions():
        hours = cells.hours(batch) if Field.HOURS in fields else {}
        audiences = cells.audiences(batch) if Field.AUDIENCES in fields else {}
        for row in batch:
            number += 1
            yield pick(cells.of(number, row, hours, audiences))


def keys_of_people(session: Session, wanted: Filter, *, offset: int = 0, limit: int) -> list[str]:
    """The keys of the people on one page of the records, in the same order."""
    found = _query(wanted).offset(offset).limit(limit).subquery()
    query = select(Person.key).join(found, found.c.person_id == Person.id)
    return list(session.scalars(query.order_by(found.c.ordered_at, found.c.id)))


def _query(wanted: Filter) -> Select[Any]:
    make = {Status.LEARNING: _learning, Status.NOT_PASSED: _not_passed}.get(wanted.status)
    query, path, ordered_at = make(wanted) if make else _completions(wanted)
    if not wanted.reach.everywhere:
        query = query.where(or_(*(path.startswith(one, autoescape=True) for one in wanted.reach.paths) or [literal(False)]))
    if wanted.unit is not None:
        query = query.where(path.startswith(wanted.unit.path, autoescape=True))
    if wanted.audience:
        query = query.where(
            exists().where(PersonAudience.person_id == Person.id, PersonAudience.audience == wanted.audience)
        )
    time = query.having if wanted.status is Status.NOT_PASSED else query.where
    if wanted.since is not None:
        query = time(ordered_at >= wanted.since)
        time = query.having if wanted.status is Status.NOT_PASSED else query.where
    if wanted.until is not None:
        query = time(ordered_at < wanted.until)
    return query


_PERSON = (Person.id.label("person_id"), Person.name, Person.staff_number, Person.sex, Person.phone, Person.job)
Part = tuple[Select[Any], ColumnElement[str], ColumnElement[datetime]]


def _completions(wanted: Filter) -> Part:
    query = (
        select(
            Completion.id, *_PERSON, Completion.unit_path, Completion.unit_names, Completion.title, Completion.kind,
            Completion.subject_id, Completion.started_at, Completion.completed_at.label("ordered_at"),
            Completion.rule, Completion.evidence, Completion.key, Completion.void_reason,
        )
        .join(Person, Person.id == Completion.person_id)
        .where(Completion.voided_at.is_not(None) if wanted.status is Status.VOIDED else Completion.voided_at.is_(None))
        .order_by(Completion.completed_at, Completion.id)
    )  # fmt: skip
    if wanted.kind is not None:
        query = query.where(Completion.kind == wanted.kind)
    if wanted.subject_id is not None:
        query = query.where(Completion.subject_id == wanted.subject_id)
    return query, type_coerce(Completion.unit_path, String), type_coerce(Completion.completed_at, UtcDateTime)


def _completed(kind: CompletionKind, subject: ColumnElement[int], person: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(
        Completion.kind == kind, Completion.subject_id == subject, Completion.person_id == person,
        Completion.voided_at.is_(None),
    )  # fmt: skip


_NOTHING = (
    type_coerce(null(), JsonColumn).label("rule"),
    type_coerce(null(), JsonColumn).label("evidence"),
    literal("").label("key"),
    literal("").label("void_reason"),
)


def _learning(wanted: Filter) -> Part:
    """Courses begun and not completed; the unit is where the person belongs now."""
    path = func.coalesce(Unit.path, "")
    query = (
        select(
            Enrolment.id, *_PERSON, path.label("unit_path"), literal("").label("unit_names"), CourseVersion.title,
            literal(CompletionKind.COURSE.value).label("kind"), Enrolment.course_id.label("subject_id"),
            Enrolment.started_at, Enrolment.started_at.label("ordered_at"), *_NOTHING,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.course_version_id)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.home, Membership.until.is_(None)))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(~_completed(CompletionKind.COURSE, _int(Enrolment.course_id), _int(Enrolment.person_id)))
        .order_by(Enrolment.started_at, Enrolment.id)
    )  # fmt: skip
    if wanted.kind not in (None, CompletionKind.COURSE):
        query = query.where(literal(False))
    if wanted.subject_id is not None:
        query = query.where(Enrolment.course_id == wanted.subject_id)
    return query, path, type_coerce(Enrolment.started_at, UtcDateTime)


def _not_passed(wanted: Filter) -> Part:
    """Exams sat, marked and not passed: one row a person and exam, with the best of the attempts."""
    last = func.max(Attempt.closed_at)
    query = (
        select(
            func.max(Attempt.id).label("id"), *_PERSON, func.max(Attempt.unit_path).label("unit_path"),
            func.max(Attempt.unit_names).label("unit_names"), Exam.title,
            literal(CompletionKind.EXAM.value).label("kind"), Exam.id.label("subject_id"),
            func.min(Attempt.started_at).label("started_at"), last.label("ordered_at"), *_NOTHING,
            func.count().label("attempts"), type_coerce(func.max(Attempt.points), Exact).label("points"),
            type_coerce(func.max(Attempt.full_points), Exact).label("full_points"), Exam.pass_share,
        )
        .join(Person, Person.id == Attempt.person_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.state.in_((AttemptState.SUBMITTED, AttemptState.TIMED_OUT)), Attempt.trial.is_(False))
        .where(Attempt.passed.is_(False), Person.kind == PersonKind.MEMBER)
        .where(~_completed(CompletionKind.EXAM, _int(Attempt.exam_id), _int(Attempt.person_id)))
        .group_by(Person.id, Exam.id)
        .order_by(last, func.max(Attempt.id))
    )  # fmt: skip
    if wanted.kind not in (None, CompletionKind.EXAM):
        query = query.where(literal(False))
    if wanted.subject_id is not None:
        query = query.where(Exam.id == wanted.subject_id)
    return query, type_coerce(Attempt.unit_path, String), type_coerce(last, UtcDateTime)


def _int(column: Any) -> ColumnElement[int]:
    return type_coerce(column, BigInteger)


def masked(phone: str | None) -> str:
    """A phone number by which its owner, but nobody else, knows it: 138****5678."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 8 else "*" * len(phone)


class _Cells:
    """What a row of the query becomes; remembers units, organizers and offsets between rows."""

    def __init__(self, session: Session, status: Status, *, zone: tzinfo, words: Words) -> None:
        self._session = session
        self._zone = zone
        self._words = words
        self._status = words.statuses.get(status, status.value)
        self._standing = status
        self._offsets: dict[tuple[int, int, int, int], timedelta] = {}
        self._split: dict[tuple[str, str], tuple[str, str]] = {}
        self._units = {row.id: row for row in session.execute(select(Unit.id, Unit.name, Unit.kind))}
        exams = session.execute(select(Exam.id, Exam.unit_id).where(Exam.unit_id.is_not(None)))
        courses = session.execute(select(Course.id, Course.unit_id).where(Course.unit_id.is_not(None)))
        self._organizers = {(CompletionKind.EXAM.value, row.id): self._units[row.unit_id].name for row in exams}
        self._organizers |= {(CompletionKind.COURSE.value, row.id): self._units[row.unit_id].name for row in courses}
        names = dict(session.execute(select(Audience.code, Audience.name)).tuples())
        self._audiences = {code: words.audiences.get(code, name) for code, name in names.items()}

    def of(
        self, number: int, row: Any, hours: Mapping[int, Decimal], audiences: Mapping[int, str]
    ) -> tuple[Any, ...]:
        """One record in all its fields, in the order of `FIELDS`."""
        kind = str(row.kind)
        evidence = row.evidence or {}
        unit, department = self._unit(row.unit_path, row.unit_names)
        ended = self._local(row.ordered_at) if self._standing is not Status.LEARNING else ""
        by_exam = kind == CompletionKind.EXAM
        if self._standing is Status.NOT_PASSED:
            points, attempts = _plain(row.points), row.attempts
            pass_points, result = _plain(row.pass_share * row.full_points), "failed"
        else:
            points, attempts = _plain(evidence.get("points")), evidence.get("number", "")
            pass_points, result = _plain(evidence.get("pass_points")), "passed" if by_exam else ""
        words = self._words
        return (
            number,
            row.name,
            row.staff_number or "",
            words.sexes.get(row.sex, row.sex.value) if row.sex else "",
            masked(row.phone),
            unit,
            department,
            row.job or "",
            audiences.get(row.person_id, ""),
            row.title,
            words.kinds.get(kind, kind),
            words.online,
            self._organizers.get((kind, row.subject_id), ""),
            self._local(row.started_at),
            ended,
            _plain((row.rule or {}).get("hours")),
            hours.get(row.id, ""),
            ended[:4],
            row.title if by_exam else "",
            ended if by_exam else "",
            attempts,
            points,
            pass_points,
            words.results.get(result, result),
            self._status,
            ended if row.key else "",
            row.key,
            row.void_reason,
        )

    def hours(self, batch: Sequence[Any]) -> dict[int, Decimal]:
        """The hours that the completions of a batch have earned."""
        if self._standing not in (Status.COMPLETED, Status.VOIDED):
            return {}
        ids = [row.id for row in batch]
        total = type_coerce(func.sum(HoursEntry.hours), Exact)
        found = self._session.execute(
            select(HoursEntry.completion_id, total)
            .where(HoursEntry.completion_id.between(min(ids), max(ids)), HoursEntry.completion_id.in_(ids))
            .group_by(HoursEntry.completion_id)
        ).tuples()
        return {completion_id: hours for completion_id, hours in found if completion_id is not None}

    def audiences(self, batch: Sequence[Any]) -> dict[int, str]:
        """The audiences of the people of a batch, as one text each."""
        found: dict[int, list[str]] = {}
        query = select(PersonAudience.person_id, PersonAudience.audience).order_by(PersonAudience.audience)
        for row in self._session.execute(query.where(PersonAudience.person_id.in_({row.person_id for row in batch}))):
            found.setdefault(row.person_id, []).append(self._audiences[row.audience])
        return {person_id: "、".join(names) for person_id, names in found.items()}

    def _local(self, value: datetime | None) -> str:
        """A moment in the zone of the pages, to the minute; the offset is looked up once an hour of the calendar."""
        if value is None:
            return ""
        hour = (value.year, value.month, value.day, value.hour)
        offset = self._offsets.get(hour)
        if offset is None:
            offset = self._offsets[hour] = value.astimezone(self._zone).utcoffset() or timedelta(0)
        return (value + offset).isoformat(" ", "minutes")[:16]

    def _unit(self, path: str, names: str) -> tuple[str, str]:
        """Unit and department: what lies at the end of the path and is a department, workshop or village is the latter."""
        known = self._split.get((path, names))
        if known is None:
            ids = [int(part) for part in path.split("/") if part]
            parts = names.split(" / ") if names else []
            if len(parts) != len(ids):
                parts = [self._units[one].name if one in self._units else "" for one in ids] if not names else [names]
            first = len(parts)
            while first > 1 and len(parts) == len(ids) and self._is_department(ids[first - 1]):
                first -= 1
            unit = parts[first - 1] if parts else ""
            known = self._split[path, names] = (unit, " / ".join(parts[first:]))
        return known

    def _is_department(self, unit_id: int) -> bool:
        return unit_id in self._units and self._units[unit_id].kind in DEPARTMENTS


def _plain(value: Any) -> Any:
    """A number as it is shown: 3 and 2.5, not 3.000000; what is no number stays empty."""
    if value in (None, "", "None"):
        return ""
    known = _NUMBERS.get(value)
    if known is None:
        exact = Decimal(str(value)).quantize(Decimal("0.01"))
        known = int(exact) if exact == exact.to_integral_value() else float(exact)
        if len(_NUMBERS) < 10_000:
            _NUMBERS[value] = known
    return known


_NUMBERS: dict[Any, int | float] = {}
