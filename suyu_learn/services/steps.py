"""An attempt's steps as stored, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import Projection, StepKind, StepRecord, project
from suyu_learn.models import Attempt, Slot, Step

_APPEND = insert(cast("Table", Step.__table__))
_SLOTS = select(Slot).where(Slot.attempt_id == bindparam("attempt")).order_by(Slot.number)
_STEPS = (
    select(Step.kind, Step.received_at, Step.slot, Step.epoch, Step.seq, Step.response, Step.detail, Step.actor_id)
    .where(Step.attempt_id == bindparam("attempt"))
    .order_by(Step.id)
)


def append(
    session: Session, attempt: Attempt, kind: StepKind, *, now: datetime, actor_id: int | None, detail: Any = None
) -> None:
    """Store one step that is about the whole attempt."""
    session.connection().execute(
        _APPEND,
        {"attempt_id": attempt.id, "kind": kind, "epoch": attempt.epoch, "made_at": now, "received_at": now,
         "actor_id": actor_id, "detail": detail},
    )  # fmt: skip


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


def pauses_of(session: Session, attempt_ids: Sequence[int]) -> dict[int, timedelta]:
    """The time given back to each of these attempts for pauses that are over."""
    if not attempt_ids:
        return {}
    began: dict[int, datetime] = {}
    found: dict[int, timedelta] = {}
    rows = session.execute(
        select(Step.attempt_id, Step.kind, Step.received_at)
        .where(Step.attempt_id.in_(attempt_ids), Step.kind.in_([StepKind.PAUSED, StepKind.RESUMED]))
        .order_by(Step.id)
    )
    for attempt_id, kind, at in rows:
        if kind is StepKind.PAUSED:
            began[attempt_id] = at
        elif attempt_id in began:
            found[attempt_id] = found.get(attempt_id, timedelta(0)) + (at - began.pop(attempt_id))
    return found
