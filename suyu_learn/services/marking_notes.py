"""What people who marked say to the learner, beside the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import StepKind
from suyu_learn.models import Attempt, Slot, Step


@dataclass(frozen=True, slots=True)
class Note:
    """The remark on the mark of a slot that stands, and, where it was changed, when and why."""

    slot: int
    comment: str
    reason: str
    at: datetime


def notes_of(session: Session, attempt: Attempt) -> Sequence[Note]:
    """The notes by slot; nothing is asked where marking was never touched after handing in."""
    if attempt.marked_at is None or attempt.marked_at == attempt.closed_at:
        return ()
    rows = session.execute(
        select(Step.slot, Step.kind, Step.received_at, Step.actor_id, Step.detail)
        .where(Step.attempt_id == attempt.id, Step.slot.is_not(None))
        .where(Step.kind.in_((StepKind.MARKED, StepKind.REGRADED)))
        .order_by(Step.id)
    )
    found: dict[int, Note] = {}
    for row in rows:
        detail = row.detail if isinstance(row.detail, dict) else {}
        if detail.get("single"):
            continue
        by_person = row.kind is StepKind.MARKED and row.actor_id is not None
        comment, reason = (str(detail.get(name, "")) if by_person else "" for name in ("comment", "reason"))
        found[row.slot] = Note(row.slot, comment, reason, row.received_at)
    return [one for _slot, one in sorted(found.items()) if one.comment or one.reason]


def still_read(session: Session, attempt: Attempt) -> int:
    """How many answers of a closed attempt a person still has to mark."""
    unmarked = select(func.count()).select_from(Slot).where(Slot.attempt_id == attempt.id, Slot.fraction.is_(None))
    return session.scalar(unmarked) or 0
