"""Which training records are wanted, as queries that give the same columns for each status."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
)

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import (
    Attempt,
    Completion,
    CompletionKind,
    CourseVersion,
    Enrolment,
    Exam,
    Membership,
    Person,
    PersonAudience,
    PersonKind,
    Unit,
)
from suyu_learn.models.base import Exact
from suyu_learn.services.grants import Reach

EVERYWHERE = Reach(everywhere=True)
OFFLINE, BOTH = "offline", "both"
"""How an exam was sat; empty for online."""


class Status(StrEnum):
    """Which records: completed ones, those under way, exams sat and not passed, records taken back, or one after
    the other all of these."""

    COMPLETED = "completed"
    LEARNING = "learning"
    NOT_PASSED = "not_passed"
    VOIDED = "voided"
    ALL = "all"


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


def parts_of(wanted: Filter) -> tuple[Filter, ...]:
    """The same by each status it stands for; a part is what one query can give."""
    if wanted.status is not Status.ALL:
        return (wanted,)
    return tuple(replace(wanted, status=one) for one in Status if one is not Status.ALL)


def query_of(wanted: Filter) -> Select[Any]:
    """The records of one status, in the order of time: columns that `record_rows` turns into cells."""
    make = {Status.LEARNING: _learning, Status.NOT_PASSED: _not_passed}.get(wanted.status)
    query, path, ordered_at = make(wanted) if make else _completions(wanted)
    if not wanted.reach.everywhere:
        query = query.where(or_(literal(False), *(path.startswith(one, autoescape=True) for one in wanted.reach.paths)))
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
    found: Select[Any] = query
    return found


_MILLION = literal_column("1000000", BigInteger)
"""Exact numbers are stored as whole millionths."""


def _raw(column: Any, name: str) -> ColumnElement[Any]:
    """A column as the driver gives it, so that a big export pays for no conversion it does not need."""
    return type_coerce(column, String).label(name)


# Every query has the same columns in the same order: COLUMNS in words, then what the filters need.
_PERSON = (
    Person.id.label("person_id"),
    Person.name.label("name"),
    Person.staff_number,
    _raw(Person.sex, "sex"),
    Person.phone,
    Person.job,
)
Part: TypeAlias = tuple[Any, ColumnElement[str], ColumnElement[datetime]]


def _completions(wanted: Filter) -> Part:
    query = (
        select(
            Completion.id, *_PERSON, Completion.unit_path, Completion.unit_names, Completion.title,
            _raw(Completion.kind, "kind"), Completion.subject_id, _raw(Completion.started_at, "started_at"),
            _raw(Completion.completed_at, "ordered_at"), Completion.rule["hours"].as_string().label("hours_due"),
            Completion.evidence["number"].as_string().label("attempts"),
            Completion.evidence["points"].as_string().label("points"),
            Completion.evidence["pass_points"].as_string().label("pass_points"),
            Completion.key, Completion.void_reason,
            case((Completion.evidence["offline"].as_boolean(), OFFLINE), else_=literal("")).label("medium"),
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


_EMPTY = (literal("").label("key"), literal("").label("void_reason"))
_ON_PAPER = func.sum(case((Attempt.offline, 1), else_=0))


def _learning(wanted: Filter) -> Part:
    """Courses begun and not completed; the unit is where the person belongs now."""
    path = func.coalesce(Unit.path, "")
    query = (
        select(
            Enrolment.id, *_PERSON, path.label("unit_path"), literal("").label("unit_names"), CourseVersion.title,
            literal(CompletionKind.COURSE.value).label("kind"), Enrolment.course_id.label("subject_id"),
            _raw(Enrolment.started_at, "started_at"), _raw(Enrolment.started_at, "ordered_at"),
            *(null().label(name) for name in ("hours_due", "attempts", "points", "pass_points")), *_EMPTY,
            literal("").label("medium"),
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
    """Exams sat and not passed: a row a person and exam, with the best attempt; none while an attempt is unmarked."""
    last = func.max(Attempt.closed_at)
    query = (
        select(
            func.max(Attempt.id).label("id"), *_PERSON, func.max(Attempt.unit_path).label("unit_path"),
            func.max(Attempt.unit_names).label("unit_names"), Exam.title,
            literal(CompletionKind.EXAM.value).label("kind"), Exam.id.label("subject_id"),
            _raw(func.min(Attempt.started_at), "started_at"), _raw(last, "ordered_at"), null().label("hours_due"),
            func.count().label("attempts"), type_coerce(func.max(Attempt.points), Exact).label("points"),
            type_coerce(_int(Exam.pass_share) * _int(func.max(Attempt.full_points)) // _MILLION, Exact).label(
                "pass_points"
            ),
            *_EMPTY,
            case((func.count() == _ON_PAPER, OFFLINE), (_ON_PAPER > 0, BOTH), else_=literal("")).label("medium"),
        )
        .join(Person, Person.id == Attempt.person_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.state.in_((AttemptState.SUBMITTED, AttemptState.TIMED_OUT)), Attempt.trial.is_(False))
        .where(or_(Attempt.passed.is_(False), Attempt.passed.is_(None)), Person.kind == PersonKind.MEMBER)
        .where(~_completed(CompletionKind.EXAM, _int(Attempt.exam_id), _int(Attempt.person_id)))
        .group_by(Person.id, Exam.id)
        .having(func.count() == func.count(Attempt.points))
        .order_by(last, func.max(Attempt.id))
    )  # fmt: skip
    if wanted.kind not in (None, CompletionKind.EXAM):
        query = query.where(literal(False))
    if wanted.subject_id is not None:
        query = query.where(Exam.id == wanted.subject_id)
    return query, type_coerce(Attempt.unit_path, String), type_coerce(last, UtcDateTime)


def _int(column: Any) -> ColumnElement[int]:
    return type_coerce(column, BigInteger)
