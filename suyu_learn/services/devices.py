"""One device at a time: a paper that somebody has open does not open elsewhere, until it is let go or silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState, StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam, Person, Step
from suyu_learn.services import audit, grants
from suyu_learn.services.steps import append

FREE_AFTER = timedelta(minutes=3)
"""A page in sight tells of itself every minute; a device that is silent for so long no longer holds the paper."""


def held_until(session: Session, attempt: Attempt, device: str, *, now: datetime) -> datetime | None:
    """Until when another device holds the paper if nothing more is heard from it; None where it may be opened."""
    if attempt.state is not AttemptState.OPEN or attempt.device in ("", device):
        return None
    last = session.scalar(
        select(func.max(Step.received_at)).where(Step.attempt_id == attempt.id, Step.actor_id == attempt.person_id)
    )
    heard = max((one for one in (attempt.heard_at, last) if one is not None), default=attempt.started_at)
    return heard + FREE_AFTER if now < heard + FREE_AFTER else None


def let_go(session: Session, attempt: Attempt, *, now: datetime) -> None:
    """The person lets the paper, read by `hold`, go on elsewhere."""
    if attempt.state is AttemptState.OPEN and attempt.device:
        _release(session, attempt, now=now, actor_id=attempt.person_id)


def release(session: Session, exam: Exam, attempt_id: int, *, reason: str, actor: Person, now: datetime) -> None:
    """Somebody who looks after the exam lets a paper go on elsewhere."""
    said = audit.required(reason)
    attempt = session.scalar(
        select(Attempt).where(Attempt.id == attempt_id, Attempt.exam_id == exam.id, Attempt.trial.is_(False))
        .with_for_update(of=Attempt).execution_options(populate_existing=True)
    )  # fmt: skip
    if attempt is None:
        raise Problem("sitting.unknown")
    grants.require_another(actor, attempt.person_id)
    if attempt.state is not AttemptState.OPEN:
        raise Problem("invigilation.closed")
    if not attempt.device:
        raise Problem("integrity.no_device")
    _release(session, attempt, now=now, actor_id=actor.id, reason=said)
    audit.record(session, "attempt.released", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                 person_id=attempt.person_id)  # fmt: skip
    session.flush()


def _release(session: Session, attempt: Attempt, *, now: datetime, actor_id: int, reason: str = "") -> None:
    append(
        session, attempt, StepKind.RELEASED, now=now, actor_id=actor_id, detail={"reason": reason} if reason else None
    )
    attempt.device = ""
    session.flush()
