"""Completions: recorded once, with rule, evidence and the unit of that day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import hooks
from suyu_learn.db import after_commit
from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, Completion, CompletionKind, Person, PersonKind, Purpose, new_key
from suyu_learn.services import audit, certificates

EXAM_RULE = {"name": "exam passed", "version": 1}


def complete_exam(session: Session, attempt: Attempt, *, now: datetime) -> Completion | None:
    """Record that a person has passed an exam; None when that stands already, for guests, and for assessments.

    One that was voided stays on record beside it, under an occasion of its own; after one that somebody took back by
    hand, only an attempt handed in later brings another.
    """
    person = attempt.person
    if person.kind is PersonKind.GUEST:
        return None
    known = session.scalar(
        select(Completion).where(
            Completion.person_id == person.id, Completion.kind == CompletionKind.EXAM,
            Completion.subject_id == attempt.exam_id, Completion.occasion == "",
        )
    )  # fmt: skip
    if known is not None and known.voided_at is None:
        return None
    if known is not None and known.voided_by_hand and (attempt.closed_at or now) <= (known.voided_at or now):
        return None
    if known is not None:
        known.occasion = f"void-{known.id}"
        session.flush()
    exam = attempt.exam
    if exam.purpose == Purpose.ASSESSMENT:
        return None
    completion = Completion(
        key=new_key(), person_id=person.id, kind=CompletionKind.EXAM, subject_id=exam.id, title=exam.title,
        rule={**EXAM_RULE, "pass_share": str(exam.pass_share)},
        evidence={"attempt": attempt.key, "number": attempt.number, "points": str(attempt.points),
                  "full_points": str(attempt.full_points), "pass_points": str(exam.pass_share * attempt.full_points),
                  **({"offline": True} if attempt.offline else {})},
        started_at=attempt.started_at, completed_at=attempt.closed_at or now, unit_id=attempt.unit_id,
        unit_path=attempt.unit_path, unit_names=attempt.unit_names,
    )  # fmt: skip
    session.add(completion)
    session.flush()
    certificates.issue(session, completion, now=now)
    key = completion.key
    after_commit(session, lambda: hooks.completion_recorded.send("suyu_learn", completion=key))
    return completion


def take_back_exam(session: Session, attempt: Attempt, *, reason: str, actor: Person, now: datetime) -> None:
    """Let the completion of an exam rest on another attempt that passed, once this one does not; else void it."""
    stands = session.scalar(
        select(Completion).where(Completion.person_id == attempt.person_id, Completion.kind == CompletionKind.EXAM,
                                 Completion.subject_id == attempt.exam_id, Completion.occasion == "")
    )  # fmt: skip
    if stands is None or stands.voided_at is not None or stands.evidence.get("attempt") != attempt.key:
        return
    other = next(iter(_passed(session, stands)), None)
    if other is not None:
        _rest_on(stands, other)
    else:
        stands.voided_at, stands.voided_by_id, stands.void_reason = now, actor.id, reason
        key = stands.key
        after_commit(session, lambda: hooks.completion_taken_back.send("suyu_learn", completion=key))
    became = "voided" if other is None else "other_evidence"
    audit.record(session, f"completion.{became}", now=now, actor=actor,
                 on=stands, unit_id=stands.unit_id, reason=reason, title=stands.title)  # fmt: skip
    session.flush()


def rest_again(session: Session, completion: Completion) -> bool:
    """Let the completion of an exam that is given back say its attempt as it is now, or the first other that passed;
    whether there is one."""
    key = completion.evidence.get("attempt")
    if key is None:
        return True
    passed = _passed(session, completion)
    if not passed:
        return False
    _rest_on(completion, next((one for one in passed if one.key == key), passed[0]))
    session.flush()
    return True


def _passed(session: Session, completion: Completion) -> Sequence[Attempt]:
    """The attempts that an exam's completion may rest on."""
    closed = (AttemptState.SUBMITTED, AttemptState.TIMED_OUT)
    return session.scalars(
        select(Attempt).where(Attempt.exam_id == completion.subject_id, Attempt.person_id == completion.person_id,
                              Attempt.trial.is_(False), Attempt.passed.is_(True), Attempt.state.in_(closed))
        .order_by(Attempt.number)
    ).all()  # fmt: skip


def _rest_on(completion: Completion, attempt: Attempt) -> None:
    completion.evidence = {
        **completion.evidence, "attempt": attempt.key, "number": attempt.number, "points": str(attempt.points),
        "offline": attempt.offline,
    }  # fmt: skip


def renew_points(session: Session, attempt: Attempt) -> None:
    """Let the completion that rests on an attempt say its points as they are now."""
    stands = session.scalar(
        select(Completion).where(Completion.person_id == attempt.person_id, Completion.kind == CompletionKind.EXAM,
                                 Completion.subject_id == attempt.exam_id, Completion.occasion == "")
    )  # fmt: skip
    if stands is not None and stands.voided_at is None and stands.evidence.get("attempt") == attempt.key:
        stands.evidence = {**stands.evidence, "points": str(attempt.points)}
        session.flush()
