"""The records of one status as a query; every status has the same columns in the same order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

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
    not_,
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
from suyu_learn.services import people, record_absent, record_lacking
from suyu_learn.services.record_filters import Filter, Source
from suyu_learn.services.record_parts import (
    NO_RECORD,
    NOT_DUE,
    NOTHING_SAT,
    PERSON,
    Part,
    bounds_of,
    completion_conditions,
    int_of,
    only,
    raw,
)

OFFLINE, BOTH = "offline", "both"
"""How an exam was sat; empty for online."""
_MILLION = literal_column("1000000", BigInteger)
"""Exact numbers are stored as whole millionths."""


def query_of(wanted: Filter) -> Select[Any]:
    """The records of one part in a lasting order: columns that `record_rows` turns into cells."""
    return filtered(part_of(wanted), wanted)


def part_of(wanted: Filter) -> Part:
    """The same query as it is before unit, audience and days narrow it."""
    return _MAKERS[wanted.source](wanted)


def filtered(part: Part, wanted: Filter, *, audience: ColumnElement[bool] | None = None) -> Select[Any]:
    """The query of a part under all conditions; `audience` is another way to say that somebody is in it."""
    query = part.query.where(*part.within(wanted))
    if wanted.audience:
        query = query.where(in_audience(wanted.audience, Person.id) if audience is None else audience)
    bounds = bounds_of(wanted, part.moment, by_day=part.by_day)
    return query.having(*bounds) if part.grouped and bounds else query.where(*bounds)


def in_audience(audience: str, person: Any) -> ColumnElement[bool]:
    """Whether somebody is in an audience."""
    return exists().where(PersonAudience.person_id == person, PersonAudience.audience == audience)


def _completions(wanted: Filter) -> Part:
    query = (
        select(
            Completion.id, *PERSON, Completion.unit_path, Completion.unit_names, Completion.title,
            raw(Completion.kind, "kind"), Completion.subject_id, raw(Completion.started_at, "started_at"),
            raw(Completion.completed_at, "ordered_at"), Completion.rule["hours"].as_string().label("hours_due"),
            Completion.evidence["number"].as_string().label("attempts"),
            Completion.evidence["points"].as_string().label("points"),
            Completion.evidence["pass_points"].as_string().label("pass_points"),
            Completion.key, Completion.void_reason,
            case((Completion.evidence["offline"].as_boolean(), OFFLINE), else_=literal("")).label("medium"),
            raw(Completion.changed_at, "changed_at"), *NOT_DUE,
        )
        .join(Person, Person.id == Completion.person_id)
        .where(*completion_conditions(wanted))
        .order_by(Completion.completed_at if wanted.changed_since is None else Completion.changed_at, Completion.id)
    )  # fmt: skip
    return Part(
        query, type_coerce(Completion.unit_path, String), type_coerce(Completion.completed_at, UtcDateTime),
        person=Completion.person_id, key=(Completion.id,),
    )  # fmt: skip


def _completed(kind: CompletionKind, subject: ColumnElement[int], person: ColumnElement[int]) -> ColumnElement[bool]:
    # One look into an index for each: of EXISTS, PostgreSQL makes a join that goes through all completions.
    one = select(Completion.id).where(
        Completion.kind == kind, Completion.subject_id == subject, Completion.person_id == person,
        Completion.voided_at.is_(None),
    ).limit(1)  # fmt: skip
    return one.scalar_subquery().is_not(None)


def _courses(wanted: Filter) -> Part:
    """Courses begun and not completed; the unit is where the person belongs now."""
    query = (
        select(
            Enrolment.id, *PERSON, func.coalesce(Unit.path, "").label("unit_path"), literal("").label("unit_names"),
            CourseVersion.title, literal(CompletionKind.COURSE.value).label("kind"),
            Enrolment.course_id.label("subject_id"), raw(Enrolment.started_at, "started_at"),
            raw(Enrolment.started_at, "ordered_at"), *NOTHING_SAT, *NO_RECORD, *NOT_DUE,
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.course_version_id)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.home, Membership.until.is_(None)))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(not_(_completed(CompletionKind.COURSE, int_of(Enrolment.course_id), int_of(Enrolment.person_id))),
               *people.current())
        .order_by(Enrolment.started_at, Enrolment.id)
    )  # fmt: skip
    query = only(query, wanted, CompletionKind.COURSE, Enrolment.course_id)
    return Part(
        query, type_coerce(Unit.path, String), type_coerce(Enrolment.started_at, UtcDateTime),
        person=Enrolment.person_id, key=(Enrolment.id,),
    )  # fmt: skip


_ON_PAPER = func.sum(case((Attempt.offline, 1), else_=0))


def _exams(wanted: Filter) -> Part:
    """Exams sat and not passed: a row a person and exam, with the best attempt; none while an attempt is unmarked."""
    last = func.max(Attempt.closed_at)
    query = (
        select(
            func.max(Attempt.id).label("id"), *PERSON, func.max(Attempt.unit_path).label("unit_path"),
            func.max(Attempt.unit_names).label("unit_names"), Exam.title,
            literal(CompletionKind.EXAM.value).label("kind"), Exam.id.label("subject_id"),
            raw(func.min(Attempt.started_at), "started_at"), raw(last, "ordered_at"), null().label("hours_due"),
            func.count().label("attempts"), type_coerce(func.max(Attempt.points), Exact).label("points"),
            type_coerce(int_of(Exam.pass_share) * int_of(func.max(Attempt.full_points)) // _MILLION, Exact).label(
                "pass_points"
            ),
            *NO_RECORD[:2],
            case((func.count() == _ON_PAPER, OFFLINE), (_ON_PAPER > 0, BOTH), else_=literal("")).label("medium"),
            *NO_RECORD[3:], *NOT_DUE,
        )
        .select_from(Attempt)
        .join(Person, Person.id == Attempt.person_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.state.in_((AttemptState.SUBMITTED, AttemptState.TIMED_OUT)), Attempt.trial.is_(False))
        .where(or_(Attempt.passed.is_(False), Attempt.passed.is_(None)), Person.kind == PersonKind.MEMBER)
        .where(not_(_completed(CompletionKind.EXAM, int_of(Attempt.exam_id), int_of(Attempt.person_id))))
        .group_by(Person.id, Exam.id)
        .having(func.count() == func.count(Attempt.points))
        .order_by(last, func.max(Attempt.id))
    )  # fmt: skip
    query = only(query, wanted, CompletionKind.EXAM, Exam.id)
    if wanted.unread is not None:
        own = Attempt.person_id == wanted.unread.person_id
        query = query.where(not_(and_(own, Attempt.exam_id.in_(wanted.unread.exam_ids))))
    return Part(
        query, type_coerce(Attempt.unit_path, String), type_coerce(last, UtcDateTime), person=Attempt.person_id,
        key=(Exam.id, Person.id), grouped=True,
    )  # fmt: skip


_MAKERS: Mapping[Source, Callable[[Filter], Part]] = {
    Source.COMPLETIONS: _completions,
    Source.COURSES: _courses,
    Source.EXAMS: _exams,
    Source.MEMBERS: record_lacking.part,
    Source.ROSTERS: record_absent.part,
    Source.ADDED: record_absent.added,
}
