"""Who was due at an exam that is over and did not come, as records; the unit is the one in which they counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, exists, func, literal, null, select, type_coerce
from sqlalchemy.orm import aliased

from suyu_learn.db import UtcDateTime
from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import (
    Attempt,
    CompletionKind,
    Exam,
    ExamState,
    Membership,
    Person,
    PersonKind,
    RosterChange,
    RosterChangeKind,
    RosterMember,
    Unit,
)
from suyu_learn.services.record_filters import Filter
from suyu_learn.services.record_parts import NO_RECORD, NOT_DUE, NOTHING_SAT, PERSON, Part, only, raw


def part(wanted: Filter) -> Part:
    """Those on the stored list, in the order of exams."""
    path = type_coerce(RosterMember.unit_path, String)
    exempt = _latest(RosterMember.exam_id, RosterMember.person_id, RosterChangeKind.EXEMPTION)
    query = (
        _absent(RosterMember.person_id, path, RosterMember.unit_names)
        .select_from(RosterMember)
        .join(Exam, Exam.id == RosterMember.exam_id)
        .join(Person, Person.id == RosterMember.person_id)
        .where(*_over(wanted), ~_sat(RosterMember.exam_id, RosterMember.person_id), ~exempt)
        .order_by(RosterMember.exam_id, RosterMember.person_id)
    )
    query = only(query, wanted, CompletionKind.EXAM, RosterMember.exam_id)
    return Part(
        query, path, type_coerce(Exam.closes_at, UtcDateTime), person=RosterMember.person_id,
        key=(RosterMember.exam_id, RosterMember.person_id),
    )  # fmt: skip


def added(wanted: Filter) -> Part:
    """Those added by hand, who are not on the stored list; the unit is where they belong now."""
    latest = _latest(RosterChange.exam_id, RosterChange.person_id, RosterChangeKind.ADDITION, RosterChange.id)
    on_list = exists().where(
        RosterMember.exam_id == RosterChange.exam_id, RosterMember.person_id == RosterChange.person_id
    )
    query = (
        _absent(RosterChange.person_id, func.coalesce(Unit.path, ""), literal(""))
        .select_from(RosterChange)
        .join(Exam, Exam.id == RosterChange.exam_id)
        .join(Person, Person.id == RosterChange.person_id)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.home, Membership.until.is_(None)))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(*_over(wanted), ~_sat(RosterChange.exam_id, RosterChange.person_id), latest, ~on_list)
        .order_by(RosterChange.exam_id, RosterChange.person_id)
    )
    query = only(query, wanted, CompletionKind.EXAM, RosterChange.exam_id)
    return Part(
        query, type_coerce(Unit.path, String), type_coerce(Exam.closes_at, UtcDateTime),
        person=RosterChange.person_id, key=(RosterChange.id,),
    )  # fmt: skip


def _absent(person: Any, path: Any, names: Any) -> Select[Any]:
    return select(
        person.label("id"), *PERSON, path.label("unit_path"), names.label("unit_names"), Exam.title,
        literal(CompletionKind.EXAM.value).label("kind"), Exam.id.label("subject_id"),
        null().label("started_at"), raw(Exam.closes_at, "ordered_at"), *NOTHING_SAT, *NO_RECORD, *NOT_DUE,
    )  # fmt: skip


def _over(wanted: Filter) -> list[ColumnElement[bool]]:
    """Exams whose list stands and whose time is up, and the people who still have a file of their own."""
    return [
        Exam.closes_at < wanted.moment, Exam.frozen_at.is_not(None), Exam.state == ExamState.PUBLISHED,
        Exam.deleted_at.is_(None), Person.merged_into_id.is_(None), Person.kind == PersonKind.MEMBER,
    ]  # fmt: skip


def _sat(exam: Any, person: Any) -> ColumnElement[bool]:
    return exists().where(
        Attempt.exam_id == exam, Attempt.person_id == person, Attempt.trial.is_(False),
        Attempt.state != AttemptState.VOIDED,
    )  # fmt: skip


def _latest(exam: Any, person: Any, kind: RosterChangeKind, number: Any = None) -> ColumnElement[bool]:
    """Whether the latest change for somebody that was not taken back is of a kind; `number` where it is the row."""
    one, later = aliased(RosterChange), aliased(RosterChange)
    newer = exists().where(
        later.exam_id == exam, later.person_id == person, later.taken_back_at.is_(None), later.id > one.id
    )
    found = select(1).where(
        one.exam_id == exam, one.person_id == person, one.taken_back_at.is_(None), one.kind == kind, ~newer
    )
    return exists(found.where(one.id == number) if number is not None else found)
