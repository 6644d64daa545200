"""Which tables left the house: who took what, by which filter, how many rows, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from suyu_learn.models import AuditEntry, Person, Unit
from suyu_learn.services import audit_trail
from suyu_learn.services.audit_trail import Told
from suyu_learn.services.grants import Reach

ACTIONS = (
    "records.exported", "records.filled", "report.exported", "statistics.exported", "outside.exported",
    "person_file.taken", "person_files.exported", "certificates.printed", "identity.exported",
)  # fmt: skip
"""Exports of what people did; those that are sent while they are written are followed by an entry `.done`."""


@dataclass(frozen=True, slots=True)
class Export:
    """One export: how it began, and how it ended; `rows` is None while it runs, and where it was broken off at once."""

    told: Told
    rows: int | None
    whole: bool


def entries(
    session: Session, person: Person, reach: Reach, *, offset: int = 0, limit: int = 50
) -> tuple[Sequence[Export], int]:
    """What one took oneself, and what was taken of the units within reach, newest first, and how much there is."""
    begun = aliased(AuditEntry)
    seen = [begun.actor_id == person.id, and_(begun.unit_id.is_not(None), reach.includes(Unit.path))]
    query = (
        select(begun).outerjoin(Unit, Unit.id == begun.unit_id)
        .where(begun.action.in_(ACTIONS)).order_by(begun.id.desc())
    )  # fmt: skip
    if not reach.everywhere:
        query = query.where(or_(*seen))
    total = session.scalar(query.with_only_columns(func.count()).order_by(None)) or 0
    rows = session.scalars(query.offset(offset).limit(limit)).all()
    ended = _ended(session, rows)
    return [
        Export(told, *ended.get(_number(told.entry), (_rows(told.entry), True)))
        for told in audit_trail.told(session, rows)
    ], total


def _ended(session: Session, rows: Sequence[AuditEntry]) -> dict[str, tuple[int | None, bool]]:
    numbers = {_number(row) for row in rows} - {""}
    if not numbers:
        return {}
    first = min(row.id for row in rows)
    found = session.scalars(
        select(AuditEntry).where(
            AuditEntry.id > first, AuditEntry.action.in_([f"{one}.done" for one in ACTIONS]),
            AuditEntry.detail["export"].as_string().in_(numbers),
        )
    )  # fmt: skip
    return {_number(row): (_rows(row), bool(row.detail.get("whole"))) for row in found}


def _number(row: AuditEntry) -> str:
    return str(row.detail.get("export", "")) if isinstance(row.detail, dict) else ""


def _rows(row: AuditEntry) -> int | None:
    """How many rows, or files of people, that entry tells of."""
    detail = row.detail if isinstance(row.detail, dict) else {}
    rows = detail.get("rows", None if "export" in detail else detail.get("people"))
    return rows if isinstance(rows, int) else None
