"""The audit trail: who did what to what, when and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import AuditEntry, Person


def record(
    session: Session,
    action: str,
    *,
    now: datetime,
    actor: Person | int | None = None,
    on: Any = None,
    unit_id: int | None = None,
    reason: str = "",
    **detail: Any,
) -> None:
    """Append one entry; `on` is the row that the action was about; the actor may be given by id."""
    session.add(
        AuditEntry(
            at=now,
            actor_id=_id(actor),
            action=action,
            object_kind=type(on).__name__.lower() if on is not None else "",
            object_id=getattr(on, "id", None),
            unit_id=unit_id,
            reason=reason,
            detail=detail,
        )
    )


def _id(actor: Person | int | None) -> int | None:
    return actor.id if isinstance(actor, Person) else actor


def required(reason: str) -> str:
    """The reason, without outer spaces; raises Problem when there is none."""
    reason = reason.strip()
    if not reason:
        raise Problem("reason.missing", place=Place(field="reason"))
    return reason


def has_happened(session: Session, action: str, *, kind: str, number: int) -> bool:
    """Whether an action was ever done to an object."""
    found = select(AuditEntry.id).where(
        AuditEntry.action == action, AuditEntry.object_kind == kind, AuditEntry.object_id == number
    )
    return session.scalar(found.limit(1)) is not None
