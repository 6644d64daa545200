"""Completions: recorded once, with rule, evidence and the unit of that day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import hooks
from suyu_learn.db import after_commit
from suyu_learn.models import Attempt, Completion, CompletionKind, PersonKind, Purpose, new_key

EXAM_RULE = {"name": "exam passed", "version": 1}


def complete_exam(session: Session, attempt: Attempt, *, now: datetime) -> Completion | None:
    """Record that a person has passed an exam; None when that stands already, for guests, and for assessments."""
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
    if exam.purpose == Purpose.ASSESSMENT:
        return None
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
