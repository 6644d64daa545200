"""Completions: recorded once, with rule, evidence and the unit of that day; and the rows that HR takes along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import hooks
from suyu_learn.db import after_commit
from suyu_learn.models import Attempt, Completion, CompletionKind, Person, PersonKind, Unit, new_key

EXAM_RULE = {"name": "exam passed", "version": 1}


@dataclass(frozen=True, slots=True)
class CompletionRow:
    """One completion as it leaves the house."""

    number: int
    name: str
    staff_number: str
    unit: str
    job: str
    title: str
    kind: str
    started_at: datetime | None
    completed_at: datetime
    points: str
    full_points: str
    pass_points: str
    attempts: int
    key: str


def complete_exam(session: Session, attempt: Attempt, *, now: datetime) -> Completion | None:
    """Record that a person has passed an exam; None when that stands already, or for guests."""
    person = attempt.person
    if person.kind is PersonKind.GUEST:
        return None
    known = session.scalar(
        select(Completion.id).where(
            Completion.person_id == person.id, Completion.kind == CompletionKind.EXAM,
            Completion.subject_id == attempt.exam_id, Completion.occasion == "",
        )
    )  # fmt: skip
    if known is not None:
        return None
    exam = attempt.exam
    completion = Completion(
        key=new_key(), person_id=person.id, kind=CompletionKind.EXAM, subject_id=exam.id, title=exam.title,
        rule={**EXAM_RULE, "pass_share": str(exam.pass_share)},
        evidence={"attempt": attempt.key, "number": attempt.number, "points": str(attempt.points),
                  "full_points": str(attempt.full_points), "pass_points": str(exam.pass_share * attempt.full_points)},
        started_at=attempt.started_at, completed_at=attempt.closed_at or now, unit_id=attempt.unit_id,
        unit_path=attempt.unit_path, unit_names=attempt.unit_names,
    )  # fmt: skip
    session.add(completion)
    session.flush()
    key = completion.key
    after_commit(session, lambda: hooks.completion_recorded.send("suyu_learn", completion=key))
    return completion


def completions(
    session: Session,
    *,
    unit: Unit | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[CompletionRow]:
    """Standing completions in the order of time: those of a unit's subtree, from `since`, before `until`."""
    query = (
        select(Completion, Person)
        .join(Person, Person.id == Completion.person_id)
        .where(Completion.voided_at.is_(None))
        .order_by(Completion.completed_at, Completion.id)
    )
    if unit is not None:
        query = query.where(Completion.unit_path.startswith(unit.path, autoescape=True))
    if since is not None:
        query = query.where(Completion.completed_at >= since)
    if until is not None:
        query = query.where(Completion.completed_at < until)
    for number, (done, person) in enumerate(session.execute(query.execution_options(yield_per=1000)), start=1):
        yield CompletionRow(
            number=number,
            name=person.name,
            staff_number=person.staff_number or "",
            unit=done.unit_names,
            job=person.job or "",
            title=done.title,
            kind=done.kind.value,
            started_at=done.started_at,
            completed_at=done.completed_at,
            points=done.evidence.get("points", ""),
            full_points=done.evidence.get("full_points", ""),
            pass_points=done.evidence.get("pass_points", ""),
            attempts=done.evidence.get("number", 0),
            key=done.key,
        )
