"""The audit trail: who did what to what, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
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
    said = entry(action, now=now, actor=actor, on=on, unit_id=unit_id, reason=reason, **detail)
    session.add(AuditEntry(**said))


def entry(
    action: str,
    *,
    now: datetime,
    actor: Person | int | None = None,
    on: Any = None,
    unit_id: int | None = None,
    reason: str = "",
    **detail: Any,
) -> dict[str, Any]:
    """The values of one entry, for `record_all`."""
    return {
        "at": now,
        "actor_id": _id(actor),
        "action": action,
        "object_kind": type(on).__name__.lower() if on is not None else "",
        "object_id": getattr(on, "id", None),
        "unit_id": unit_id,
        "reason": reason,
        "detail": detail,
    }


def record_all(session: Session, entries: Sequence[dict[str, Any]]) -> None:
    """Append many entries in one statement."""
    if entries:
        session.execute(insert(AuditEntry), entries)


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
