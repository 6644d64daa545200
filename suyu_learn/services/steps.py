"""An attempt's steps as stored, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import Projection, StepRecord, project
from suyu_learn.models import Attempt, Slot, Step

_SLOTS = select(Slot).where(Slot.attempt_id == bindparam("attempt")).order_by(Slot.number)
_STEPS = (
    select(Step.kind, Step.received_at, Step.slot, Step.epoch, Step.seq, Step.response, Step.detail, Step.actor_id)
    .where(Step.attempt_id == bindparam("attempt"))
    .order_by(Step.id)
)


def slots_of(session: Session, attempt: Attempt) -> Sequence[Slot]:
    """The slots of an attempt, in order."""
    return session.scalars(_SLOTS, {"attempt": attempt.id}).all()


def projected(session: Session, attempt: Attempt) -> Projection:
    """What the steps alone say of an attempt."""
    rows = session.execute(_STEPS, {"attempt": attempt.id})
    return project(
        StepRecord(row.kind, row.received_at, row.slot, row.epoch, row.seq, row.response, row.detail or {},
                   row.actor_id)
        for row in rows
    )  # fmt: skip
