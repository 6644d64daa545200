"""Looking at the audit trail, as far as one's reach goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from suyu_learn.models import (
    AuditEntry,
    Bank,
    Course,
    CourseVersion,
    Event,
    Exam,
    Person,
    Programme,
    ReminderChannel,
    Unit,
)
from suyu_learn.services.grants import Reach

_TITLE = select(CourseVersion.title).where(CourseVersion.id == Course.published_version_id).scalar_subquery()
_NAMES: dict[str, tuple[Any, Any]] = {
    "person": (Person.id, Person.name),
    "unit": (Unit.id, Unit.name),
    "event": (Event.id, Event.title),
    "exam": (Exam.id, Exam.title),
    "bank": (Bank.id, Bank.name),
    "reminderchannel": (ReminderChannel.id, ReminderChannel.name),
    "programme": (Programme.id, Programme.title),
    "course": (Course.id, func.coalesce(_TITLE, Course.slug)),
}
"""By what the objects of entries are called."""

_PEOPLE = ("person", "person_id", "giver")
"""The details that are the number of a person."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry with the names that it speaks of."""

    entry: AuditEntry
    actor: str
    object: str
    unit: str
    people: Mapping[int, str] = field(default_factory=dict)
    """The names of those whom the details speak of."""


def entries(
    session: Session,
    *,
    within: Reach,
    action: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[Sequence[Told], int]:
    """What was done, newest first, and how much there is; what has no unit only by a reach everywhere."""
    fits = _within(within)
    if action:
        fits.append(AuditEntry.action == action)
    if since is not None:
        fits.append(AuditEntry.at >= since)
    if until is not None:
        fits.append(AuditEntry.at < until)
    joined = select(AuditEntry).outerjoin(Unit, Unit.id == AuditEntry.unit_id).where(*fits)
    total = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    rows = session.scalars(joined.order_by(AuditEntry.id.desc()).offset(offset).limit(limit)).all()
    return told(session, rows), total


def actions(session: Session, *, within: Reach) -> Sequence[str]:
    """The actions that occur."""
    return session.scalars(
        select(AuditEntry.action)
        .outerjoin(Unit, Unit.id == AuditEntry.unit_id)
        .where(*_within(within))
        .distinct()
        .order_by(AuditEntry.action)
    ).all()


def _within(within: Reach) -> list[ColumnElement[bool]]:
    return [] if within.everywhere else [AuditEntry.unit_id.is_not(None), within.includes(Unit.path)]


def told(session: Session, rows: Sequence[AuditEntry]) -> list[Told]:
    wanted: dict[str, set[int]] = {"person": set(), "unit": set()}
    for row in rows:
        wanted["person"].add(row.actor_id or 0)
        wanted["unit"].add(row.unit_id or 0)
        wanted["person"].update(_people_of(row))
        wanted.setdefault(row.object_kind, set()).add(row.object_id or 0)
    names: dict[tuple[str, int | None], str] = {}
    for kind, (key, column) in _NAMES.items():
        for number, name in session.execute(select(key, column).where(key.in_(wanted.get(kind, ())))):
            names[kind, number] = name
    return [
        Told(
            entry=row,
            actor=names.get(("person", row.actor_id), ""),
            object=names.get((row.object_kind, row.object_id), ""),
            unit=names.get(("unit", row.unit_id), ""),
            people={one: names["person", one] for one in _people_of(row) if ("person", one) in names},
        )
        for row in rows
    ]


def _people_of(row: AuditEntry) -> list[int]:
    detail = row.detail if isinstance(row.detail, dict) else {}
    return [detail[name] for name in _PEOPLE if isinstance(detail.get(name), int)]
