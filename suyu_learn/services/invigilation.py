"""What is done for people while they sit: more time, a pause for an outage, handing in, voiding; each with its reason.

All of it is steps. A pause stops the clock of each attempt; when it goes on, every deadline moves by what has passed,
and so does the exam's closing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState, StepKind, standing_clock
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Attempt, Exam, Person, Step
from suyu_learn.services import (
    audit,
    exam_changes,
    exam_times,
    exams,
    grants,
    locks,
    receipts,
    records,
    sitting,
    typing_ends,
)
from suyu_learn.services.reopening import MOST_MINUTES
from suyu_learn.services.steps import projected, slots_of
from suyu_learn.services.versions import Versions

_APPEND = insert(cast("Table", Step.__table__))


def open_attempts(
    session: Session, exam: Exam, *, now: datetime, grace: timedelta, ids: Iterable[int] | None = None
) -> Sequence[Attempt]:
    """The attempts of an exam that still have time, held; of these ids only, where some are given."""
    query = select(Attempt).where(
        Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state == AttemptState.OPEN
    )
    if ids is not None:
        query = query.where(Attempt.id.in_(sorted(ids)))
    held = query.order_by(Attempt.id).with_for_update(of=Attempt).execution_options(populate_existing=True)
    return [one for one in session.scalars(held) if not sitting.is_over(one, now=now, grace=grace)]


def extend(
    session: Session, exam: Exam, attempts: Sequence[Attempt], *, minutes: int | None, reason: str, actor: Person,
    now: datetime, everybody: bool = False,
) -> int:  # fmt: skip
    """Move the deadline of these attempts, held by `open_attempts`, by so many minutes; how many.

    Where it has passed already they run from now, so that what was made in time is in time still. Nobody gives more
    time to themselves but where `everybody` who sits gets it.
    """
    said = audit.required(reason)
    if minutes is None or not 1 <= minutes <= MOST_MINUTES:
        raise Problem("extend.minutes", place=Place(field="minutes"), most=MOST_MINUTES)
    if not attempts:
        raise Problem("extend.nobody")
    if not everybody or len(attempts) == 1:
        for one in attempts:
            grants.require_another(actor, one.person_id)
    later = [max(one.deadline, standing_clock(now, one.paused_at)) + timedelta(minutes=minutes) for one in attempts]
    set_deadlines(session, attempts, later, {"extended": True, "minutes": minutes, "reason": said}, actor=actor,
                  now=now)  # fmt: skip
    audit.record(session, "exam.extended", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                 minutes=minutes, **_about(attempts))  # fmt: skip
    session.flush()
    return len(attempts)


def set_deadlines(
    session: Session, attempts: Sequence[Attempt], deadlines: Sequence[datetime], why: Mapping[str, Any], *,
    actor: Person, now: datetime,
) -> None:  # fmt: skip
    """Move the deadlines of these attempts, held, by a step each that says why."""
    _append(session, attempts, StepKind.OPENED, actor=actor, now=now,
            details=[{"deadline": deadline.isoformat(), **why} for deadline in deadlines])  # fmt: skip
    for one, deadline in zip(attempts, deadlines, strict=True):
        one.deadline = deadline


def pause(session: Session, exam: Exam, *, reason: str, actor: Person, now: datetime) -> int:
    """Stop the time for everybody who sits, and let nobody start; how many attempts stand still."""
    said = audit.required(reason)
    locks.hold_exam(session, exam)
    if exam.paused_at is not None:
        raise Problem("pause.exam_is")
    running = [one for one in _running(session, exam) if one.deadline >= now and one.paused_at is None]
    stands = (exams.standing(exam, now=now), exams.retake_standing(exam, now=now))
    if not running and exams.Standing.OPEN not in stands:
        raise Problem("pause.nothing_runs")
    _stand_still(session, running, whole=True, reason=said, actor=actor, now=now)
    exam.paused_at = now
    exam_changes.note(session, exam, "paused", "", now.isoformat(), reason=said, actor=actor, now=now)
    session.flush()
    return len(running)


def resume(session: Session, exam: Exam, *, actor: Person, now: datetime) -> timedelta:
    """Let the time go on: every deadline, and what was still to come, moves by just the pause, which is returned."""
    locks.hold_exam(session, exam)
    if exam.paused_at is None:
        raise Problem("pause.exam_is_not")
    began, exam.paused_at = exam.paused_at, None
    those = [one for one in _running(session, exam) if one.paused_at is not None and one.paused_at >= began]
    go_on(session, those, whole=True, actor=actor, now=now)
    exam_changes.note(
        session, exam, "resumed", began.isoformat(), now.isoformat(), reason="", actor=actor, now=now
    )  # fmt: skip
    for name, value in exam_times.after_pause(exam, began, now).items():
        old, new = exam_changes.as_code(getattr(exam, name)), exam_changes.as_code(value)
        setattr(exam, name, value)
        exam_changes.note(session, exam, name, old, new, reason="", actor=actor, now=now)
    session.flush()
    return now - began


def why_paused(session: Session, key: str) -> str:
    """Why the time of an attempt was stopped last; empty where it never was."""
    detail = session.scalar(
        select(Step.detail)
        .join(Attempt, Attempt.id == Step.attempt_id)
        .where(Attempt.key == key, Step.kind == StepKind.PAUSED)
        .order_by(Step.id.desc()).limit(1)
    )  # fmt: skip
    return str(detail.get("reason", "")) if isinstance(detail, dict) else ""


def pause_one(session: Session, exam: Exam, attempt_id: int, *, reason: str, actor: Person, now: datetime) -> None:
    """Stop the time of one attempt."""
    said = audit.required(reason)
    locks.share_exam(session, exam)
    attempt = _held(session, exam, attempt_id)
    grants.require_another(actor, attempt.person_id)
    if attempt.paused_at is not None:
        raise Problem("pause.already")
    if attempt.deadline < now:
        raise Problem("pause.time_over")
    _stand_still(session, [attempt], whole=False, reason=said, actor=actor, now=now)
    audit.record(session, "attempt.paused", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                 person_id=attempt.person_id)  # fmt: skip
    session.flush()


def resume_one(session: Session, exam: Exam, attempt_id: int, *, actor: Person, now: datetime) -> None:
    """Let the time of one attempt go on; while the whole exam is paused, only all go on together."""
    locks.share_exam(session, exam)
    attempt = _held(session, exam, attempt_id)
    if attempt.paused_at is None:
        raise Problem("pause.is_not")
    if exam.paused_at is not None:
        raise Problem("pause.with_all")
    go_on(session, [attempt], actor=actor, now=now)
    audit.record(session, "attempt.resumed", now=now, actor=actor, on=exam, unit_id=exam.unit_id,
                 person_id=attempt.person_id)  # fmt: skip
    session.flush()


def hand_in(
    session: Session, exam: Exam, attempt_id: int, *, reason: str, actor: Person, now: datetime, versions: Versions
) -> Attempt:
    """Hand in for somebody what was saved."""
    said = audit.required(reason)
    attempt = _held(session, exam, attempt_id)
    grants.require_another(actor, attempt.person_id)
    sitting.close(session, attempt, StepKind.SUBMITTED, now=now, versions=versions, actor=actor, reason=said)
    audit.record(session, "attempt.handed_in", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                 person_id=attempt.person_id)  # fmt: skip
    session.flush()
    return attempt


def void(session: Session, exam: Exam, attempt_id: int, *, reason: str, actor: Person, now: datetime) -> Attempt:
    """Make an attempt count nowhere: it is given back, and what followed from it is taken back.

    There is no way back from this but a new attempt.
    """
    said = audit.required(reason)
    attempt = _held(session, exam, attempt_id, also_closed=True)
    grants.require_another(actor, attempt.person_id)
    if attempt.state is AttemptState.VOIDED:
        raise Problem("void.already")
    was_open = attempt.state is AttemptState.OPEN
    _append(session, [attempt], StepKind.VOIDED, actor=actor, now=now,
            details=[{"by": actor.id, "reason": said}])  # fmt: skip
    attempt.state = AttemptState.VOIDED
    if was_open:
        truth = projected(session, attempt)
        for slot in slots_of(session, attempt):
            slot.response = truth.responses.get(slot.number)
        attempt.paused_at, attempt.closed_at, attempt.closed_by_id = None, now, actor.id
        attempt.late_answers = truth.late_answers
        attempt.answers_digest = receipts.digest(truth.responses.items())
        typing_ends.note(session, attempt, truth, now=now)
    session.flush()
    records.take_back_exam(session, attempt, reason=said, actor=actor, now=now)
    audit.record(session, "attempt.voided", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                 person_id=attempt.person_id)  # fmt: skip
    session.flush()
    return attempt


def said_of(session: Session, attempt: Attempt, kind: StepKind) -> tuple[str, str, datetime] | None:
    """Who handed in or voided an attempt in the person's place, why and when."""
    row = session.execute(
        select(Person.name, Step.detail, Step.received_at)
        .join(Person, Person.id == Step.actor_id)
        .where(Step.attempt_id == attempt.id, Step.kind == kind)
        .order_by(Step.id.desc()).limit(1)
    ).first()  # fmt: skip
    if row is None or not isinstance(row.detail, dict):
        return None
    return row.name, str(row.detail.get("reason", "")), row.received_at


def _running(session: Session, exam: Exam) -> Sequence[Attempt]:
    return session.scalars(
        select(Attempt)
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state == AttemptState.OPEN)
        .order_by(Attempt.id).with_for_update(of=Attempt).execution_options(populate_existing=True)
    ).all()  # fmt: skip


def _held(session: Session, exam: Exam, attempt_id: int, *, also_closed: bool = False) -> Attempt:
    attempt = session.scalar(
        select(Attempt).where(Attempt.id == attempt_id, Attempt.exam_id == exam.id, Attempt.trial.is_(False))
        .with_for_update(of=Attempt).execution_options(populate_existing=True)
    )  # fmt: skip
    if attempt is None:
        raise Problem("sitting.unknown")
    if attempt.state is not AttemptState.OPEN and not also_closed:
        raise Problem("invigilation.closed")
    return attempt


def _stand_still(
    session: Session, attempts: Sequence[Attempt], *, whole: bool, reason: str, actor: Person, now: datetime
) -> None:
    detail = {"whole": whole, "reason": reason}
    _append(session, attempts, StepKind.PAUSED, actor=actor, now=now, details=[detail] * len(attempts))
    for one in attempts:
        one.paused_at = now
    session.flush()


def go_on(
    session: Session, attempts: Sequence[Attempt], *, actor: Person, now: datetime, whole: bool = False
) -> None:  # fmt: skip
    """Give these attempts, held, which stand still, the time of their pause back; `whole` where the exam was paused."""
    _append(session, attempts, StepKind.RESUMED, actor=actor, now=now, details=[{"whole": whole}] * len(attempts))
    for one in attempts:
        assert one.paused_at is not None  # chosen by it
        passed = now - one.paused_at
        one.deadline, one.paused_at = one.deadline + passed, None
        if one.shown_until is not None:
            one.shown_until += passed
    session.flush()


def _append(
    session: Session, attempts: Sequence[Attempt], kind: StepKind, *, actor: Person, now: datetime,
    details: Sequence[Any],
) -> None:  # fmt: skip
    rows = [
        {"attempt_id": one.id, "kind": kind, "epoch": one.epoch, "made_at": now, "received_at": now,
         "actor_id": actor.id, "detail": detail}
        for one, detail in zip(attempts, details, strict=True)
    ]  # fmt: skip
    if rows:
        session.connection().execute(_APPEND, rows)


def _about(attempts: Sequence[Attempt]) -> dict[str, int]:
    """Whom an act was about: the one person, or how many."""
    return {"person_id": attempts[0].person_id} if len(attempts) == 1 else {"people": len(attempts)}
