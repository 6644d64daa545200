"""Closed papers that go on: the end was wrong, or they were handed in by mistake. What was answered stays.

The paper is opened by a further step. What followed from its end falls with it: marks, result, completion, receipt,
and the places in the queue of the markers; all of that comes anew when it is handed in again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, delete, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import (
    Appeal,
    AppealState,
    Attempt,
    Exam,
    ExamChange,
    OpenAnswer,
    Person,
    PracticeTaken,
    Slot,
    Step,
)
from suyu_learn.services import audit, exam_seen, grants, locks, records
from suyu_learn.services.exam_standings import CLOSED

MOST_MINUTES = 24 * 60
_APPEND = insert(cast("Table", Step.__table__))


def refusals(
    session: Session, exam: Exam, attempts: Sequence[Attempt], *, now: datetime, grace: timedelta
) -> Mapping[int, Problem]:
    """Why some of these attempts of an exam cannot go on, by id."""
    keys_seen = exam_seen.keys_seen(session, exam, now=now, grace=grace)
    ids = [one.id for one in attempts]
    later, read = _begun_again(session, ids), _read_by_people(session, ids)
    found = {}
    for one in attempts:
        name = one.person.name
        if one.state not in CLOSED or one.trial:
            found[one.id] = Problem("again.not_closed", name=name)
        elif one.offline:
            found[one.id] = Problem("again.on_paper", name=name)
        elif exam.paused_at is not None:
            found[one.id] = Problem("again.paused")
        elif keys_seen:
            found[one.id] = Problem("again.keys_seen")
        elif one.id in later:
            found[one.id] = Problem("again.begun_again", name=name)
        elif one.id in read:
            found[one.id] = Problem("again.read", name=name)
    return found


def reopen(
    session: Session, exam: Exam, ids: Collection[int], *, minutes: int | None, reason: str, actor: Person,
    now: datetime, grace: timedelta, beside: Collection[int] = (),
) -> int:  # fmt: skip
    """Let these closed papers go on with so many minutes from now; how many.

    All or none: raises Problem where one of them cannot. Nobody does it for themselves. Attempts `beside` are held with
    them, for what is done to those in the same transaction.
    """
    said = audit.required(reason)
    if minutes is None or not 1 <= minutes <= MOST_MINUTES:
        raise Problem("extend.minutes", place=Place(field="minutes"), most=MOST_MINUTES)
    locks.hold_people(session, session.scalars(select(Attempt.person_id).where(Attempt.id.in_(ids))))
    locks.share_exam(session, exam)
    every = session.scalars(
        select(Attempt).where(Attempt.id.in_({*ids, *beside}), Attempt.exam_id == exam.id).order_by(Attempt.id)
        .with_for_update(of=Attempt).execution_options(populate_existing=True)
    ).all()  # fmt: skip
    held = [one for one in every if one.id in ids]
    for one in held:
        grants.require_another(actor, one.person_id)
    refused = refusals(session, exam, held, now=now, grace=grace)
    if refused:
        raise next(iter(refused.values()))
    _open(session, held, deadline=now + timedelta(minutes=minutes), minutes=minutes, reason=said, actor=actor, now=now)
    for one in held:
        records.take_back_exam(session, one, reason=said, actor=actor, now=now)
        audit.record(session, "attempt.reopened", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                     person_id=one.person_id, minutes=minutes)  # fmt: skip
    session.flush()
    return len(held)


def keys_may_be_known(session: Session, exam: Exam) -> bool:
    """Whether the exam was over before its closing was moved, so that what is shown then may have been seen."""
    rows = session.execute(
        select(ExamChange.old, ExamChange.at)
        .where(ExamChange.exam_id == exam.id, ExamChange.field.in_(("closes_at", "retake_closes_at")))
    )  # fmt: skip
    return any(old and datetime.fromisoformat(old) <= at for old, at in rows)


def told(session: Session, attempt: Attempt) -> tuple[str, str, datetime] | None:
    """Who opened a paper again last, why and when; None where nobody did."""
    rows = session.execute(
        select(Person.name, Step.detail, Step.received_at)
        .join(Person, Person.id == Step.actor_id)
        .where(Step.attempt_id == attempt.id, Step.kind == StepKind.OPENED)
        .order_by(Step.id.desc())
    )
    return next(
        ((name, str(detail["reason"]), at) for name, detail, at in rows
         if isinstance(detail, dict) and detail.get("again")), None,
    )  # fmt: skip


def run_out(session: Session, exam: Exam) -> Sequence[Attempt]:
    """The papers that the clock has closed, in their order."""
    return session.scalars(
        select(Attempt)
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state == AttemptState.TIMED_OUT)
        .order_by(Attempt.id)
    ).all()  # fmt: skip


def _open(
    session: Session, held: Sequence[Attempt], *, deadline: datetime, minutes: int, reason: str, actor: Person,
    now: datetime,
) -> None:  # fmt: skip
    """The step in a new epoch, and the rows that follow from it."""
    if not held:
        return
    detail = {"deadline": deadline.isoformat(), "again": True, "minutes": minutes, "reason": reason}
    session.connection().execute(_APPEND, [
        {"attempt_id": one.id, "kind": StepKind.OPENED, "epoch": one.epoch + 1, "made_at": now, "received_at": now,
         "actor_id": actor.id, "detail": detail}
        for one in held
    ])  # fmt: skip
    ids = [one.id for one in held]
    session.execute(update(Slot).where(Slot.attempt_id.in_(ids)).values(fraction=None))
    session.execute(delete(OpenAnswer).where(OpenAnswer.attempt_id.in_(ids)))
    session.execute(delete(PracticeTaken).where(PracticeTaken.attempt_id.in_(ids)))  # its mistakes are looked for anew
    for one in held:
        one.state, one.epoch, one.deadline = AttemptState.OPEN, one.epoch + 1, deadline
        one.closed_at = one.closed_by_id = one.marked_at = one.points = one.passed = None
        one.left_too_much, one.answers_digest = False, ""
    session.flush()


def _begun_again(session: Session, ids: Sequence[int]) -> set[int]:
    """Those whose person has a later attempt."""
    later = aliased(Attempt)
    return set(session.scalars(
        select(Attempt.id)
        .join(later, (later.exam_id == Attempt.exam_id) & (later.person_id == Attempt.person_id)
              & (later.number > Attempt.number))
        .where(Attempt.id.in_(ids), later.trial.is_(False), later.state != AttemptState.VOIDED)
    ))  # fmt: skip


def _read_by_people(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of which a person has marked an answer, or which were objected to."""
    marked = select(OpenAnswer.attempt_id).where(
        OpenAnswer.attempt_id.in_(ids), or_(OpenAnswer.first_id.is_not(None), OpenAnswer.second_id.is_not(None))
    )  # fmt: skip
    appealed = select(Appeal.attempt_id).where(
        Appeal.attempt_id.in_(ids), Appeal.state != AppealState.WITHDRAWN
    )  # fmt: skip
    return {*session.scalars(marked), *session.scalars(appealed)}
