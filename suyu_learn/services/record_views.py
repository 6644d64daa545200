"""Filters of the records kept under a name, with their columns: one's own, and those shared with a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.names import tidy
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Person, RecordView, Unit
from suyu_learn.services import locks
from suyu_learn.services.grants import Reach

MOST = 50
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """A view with whose it is; `owner` is empty for one's own."""

    view: RecordView
    owner: str = ""
    unit: str = ""
    """The unit that it is shared with."""


def listed(session: Session, person: Person, reach: Reach) -> list[Kept]:
    """One's own views by name, then those that others share with a unit above or within one's reach."""
    rows = session.execute(
        select(RecordView, Person.name, Unit)
        .join(Person, Person.id == RecordView.person_id)
        .outerjoin(Unit, Unit.id == RecordView.unit_id)
        .where((RecordView.person_id == person.id) | RecordView.unit_id.is_not(None))
        .order_by(RecordView.person_id != person.id, RecordView.name, RecordView.id)
    )
    return [
        Kept(view, "" if view.person_id == person.id else owner, unit.name if unit is not None else "")
        for view, owner, unit in rows
        if view.person_id == person.id or _concerns(unit, reach)
    ]


def _concerns(unit: Unit, reach: Reach) -> bool:
    return reach.covers(unit.path) or any(own.startswith(unit.path) for own in reach.paths)


def first_of(session: Session, person: Person) -> RecordView | None:
    """The view with which somebody begins."""
    return session.scalar(select(RecordView).where(RecordView.person_id == person.id, RecordView.first))


def save(
    session: Session,
    person: Person,
    name: str,
    *,
    filters: Mapping[str, Sequence[str]],
    columns: Sequence[str],
    first: bool,
    unit: Unit | None,
    now: datetime,
) -> RecordView:
    """Keep a view; one of the same name is replaced. Raises Problem without a name, or when there are too many."""
    name = tidy(name)
    if not name or len(name) > LONGEST:
        raise Problem("record.view_name", place=Place(field="name"), most=LONGEST)
    locks.hold_people(session, [person.id])  # two at once: the second sees what the first has kept
    own = {one.name: one for one in session.scalars(select(RecordView).where(RecordView.person_id == person.id))}
    if name not in own and len(own) >= MOST:
        raise Problem("record.too_many_views", place=Place(field="name"), most=MOST)
    if first:
        session.execute(update(RecordView).where(RecordView.person_id == person.id).values(first=False))
    view = own.get(name) or RecordView(person_id=person.id, name=name)
    view.filters, view.columns = {one: list(values) for one, values in filters.items()}, list(columns)
    view.first, view.unit_id, view.saved_at = first, unit.id if unit is not None else None, now
    session.add(view)
    session.flush()
    return view


def delete(session: Session, person: Person, view_id: int) -> str:
    """Forget one's own view; its name. Raises Problem for every other."""
    view = session.get(RecordView, view_id)
    if view is None or view.person_id != person.id:
        raise Problem("page.unknown")
    session.delete(view)
    session.flush()
    return view.name
