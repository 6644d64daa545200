"""Taking an import of a roster back, as long as nothing stands on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Card,
    Import,
    ImportRow,
    ImportState,
    Membership,
    OneTimeLink,
    Person,
    PersonAudience,
    ProgrammeMember,
    RowOutcome,
    Unit,
)
from suyu_learn.models.base import Base
from suyu_learn.services import audit, rosters
from suyu_learn.services.roster_apply import stored
from suyu_learn.services.roster_plan import PLAIN, plain

_CHUNK = 500
_UNSEEN = {"synchronize_session": False}
_GO_WITH_A_PERSON = {
    "suyu_card.person_id", "suyu_membership.person_id", "suyu_one_time_link.person_id",
    "suyu_person_audience.person_id", "suyu_programme_member.person_id",
}  # fmt: skip
"""Programmes go, as far as nothing was done for them: whoever comes to a unit has those that it was given."""
_GO_WITH_A_UNIT = {"suyu_membership.unit_id", "suyu_person.top_unit_id", "suyu_unit.parent_id"}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps an import from being undone: a code, the name it is about, and how many."""

    code: str
    name: str = ""
    count: int = 1


def obstacles(session: Session, batch: Import, *, most: int = 20) -> list[Obstacle]:
    """What stands in the way of undoing; empty when nothing does."""
    found: list[Obstacle] = []
    for one in _obstacles(session, batch):
        found.append(one)
        if len(found) == most:
            break
    return found


def undo(session: Session, batch: Import, *, actor: Person | None, now: datetime) -> None:
    """Restore people, memberships and units as they were; raises Problem when something stands in the way."""
    session.refresh(batch, with_for_update=True)
    if batch.state is not ImportState.DONE:
        raise Problem("roster.not_done")
    if obstacles(session, batch, most=1):
        raise Problem("roster.in_use")
    rows = rosters.rows_of(session, batch, RowOutcome.NEW, RowOutcome.CHANGED)
    _restore(session, [row for row in rows if row.outcome is RowOutcome.CHANGED])
    _remove_people(session, [row.object_id for row in rows if row.outcome is RowOutcome.NEW and row.object_id])
    _remove_units(session, batch)
    batch.state, batch.undone_at, batch.undone_by_id = ImportState.UNDONE, now, actor.id if actor else None
    audit.record(session, "roster.undone", now=now, actor=actor, on=batch, unit_id=batch.unit_id,
                 file=batch.file_name)  # fmt: skip
    session.flush()


def _obstacles(session: Session, batch: Import) -> Iterator[Obstacle]:
    rows = rosters.rows_of(session, batch, RowOutcome.NEW, RowOutcome.CHANGED)
    persons = _persons(session, rows)
    new = [row for row in rows if row.outcome is RowOutcome.NEW]
    yield from _uses(session, Person.__table__, [row.object_id for row in new], _GO_WITH_A_PERSON)
    for some in _chunks([row.object_id for row in new]):
        turns = session.scalars(select(ProgrammeMember.id).where(ProgrammeMember.person_id.in_(some))).all()
        yield from _uses(session, ProgrammeMember.__table__, turns, set())
        used = select(Person.name).join(Card, Card.person_id == Person.id)
        for name in session.scalars(used.where(Person.id.in_(some), Card.last_used_at.is_not(None))):
            yield Obstacle("card_used", name)
    yield from _moved_on(session, batch, rows)
    for row in rows:
        person = persons.get(row.object_id or 0)
        if person is None or _differs(row, person):
            yield Obstacle("changed", person.name if person else row.data["name"])
    units = session.scalars(select(Unit).where(Unit.import_id == batch.id)).all()
    yield from _uses(session, Unit.__table__, [unit.id for unit in units], _GO_WITH_A_UNIT)
    yield from _filled_since(session, batch, units)


def _persons(session: Session, rows: Sequence[ImportRow]) -> dict[int, Person]:
    return {
        person.id: person
        for some in _chunks([row.object_id for row in rows])
        for person in session.scalars(select(Person).where(Person.id.in_(some)))
    }


def _uses(session: Session, table: Any, ids: Sequence[int | None], harmless: set[str]) -> Iterator[Obstacle]:
    """Rows of other tables that name one of these."""
    if not ids:
        return
    for other in Base.metadata.sorted_tables:
        for column in other.columns:
            if f"{other.name}.{column.name}" in harmless:
                continue
            if any(key.column.table is table for key in column.foreign_keys):
                count = sum(_count(session, other, column.in_(some)) for some in _chunks(ids))
                if count:
                    yield Obstacle(other.name.removeprefix("suyu_"), count=count)


def _count(session: Session, table: Table, where: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(where)) or 0


def _moved_on(session: Session, batch: Import, rows: Sequence[ImportRow]) -> Iterator[Obstacle]:
    """People who have been moved since, or left."""
    touched = {row.object_id for row in rows if row.outcome is RowOutcome.NEW or (row.before or {}).get("membership")}  # type: ignore[attr-defined]
    for some in _chunks(sorted(one for one in touched if one)):
        later = (
            select(Person.name)
            .join(Membership, Membership.person_id == Person.id)
            .where(Person.id.in_(some))
            .where(
                ((Membership.import_id == batch.id) & Membership.until.is_not(None))
                | (
                    (Membership.import_id.is_(None) | (Membership.import_id != batch.id))
                    & (Membership.since >= (batch.done_at or batch.created_at))
                )
            )
        )
        for name in session.scalars(later):
            yield Obstacle("moved", name)


def _differs(row: ImportRow, person: Person) -> bool:
    """Whether the person is no longer as the import left them."""
    if person.disabled_at is not None or person.merged_into_id is not None:
        return True
    if row.outcome is RowOutcome.NEW:
        said = {name: row.data.get(name) or None for name in PLAIN} | {"name": row.data["name"]}
        return person.password_hash is not None or any(_plain(person, name) != value for name, value in said.items())
    changes = row.data["changes"]
    return any(_plain(person, name) != changes[name][1] for name in changes if name in (*PLAIN, "name"))


def _plain(person: Person, name: str) -> Any:
    return plain(getattr(person, name))


def _filled_since(session: Session, batch: Import, units: Sequence[Unit]) -> Iterator[Obstacle]:
    """New units that others have used since: people who moved in, units made below."""
    ids = [unit.id for unit in units]
    for some in _chunks(ids):
        members = select(Unit.name).join(Membership, Membership.unit_id == Unit.id).where(
            Unit.id.in_(some), Membership.import_id.is_(None) | (Membership.import_id != batch.id)
        )  # fmt: skip
        below = select(Unit.name).where(
            Unit.parent_id.in_(some), Unit.import_id.is_(None) | (Unit.import_id != batch.id)
        )  # fmt: skip
        for name in (*session.scalars(members), *session.scalars(below)):
            yield Obstacle("unit_used", name)


def _restore(session: Session, rows: Sequence[ImportRow]) -> None:
    persons = _persons(session, rows)
    for row in rows:
        person = persons[row.object_id or 0]
        before: Any = row.before
        for code in before["audiences"]:
            session.delete(session.get_one(PersonAudience, (person.id, code)))
        if before["membership"]:
            session.delete(session.get_one(Membership, before["membership"]))
            if before.get("top_unit", person.top_unit_id) is None:  # of no unit until then
                person.top_unit_id = None
            session.flush()
        if before["closed"]:
            session.get_one(Membership, before["closed"]).until = None
        for name, value in before["person"].items():
            setattr(person, name, stored(name, value) if name in PLAIN else value)
    session.flush()


def _remove_people(session: Session, ids: Sequence[int]) -> None:
    for some in _chunks(ids):
        for table in (Card, OneTimeLink, PersonAudience, ProgrammeMember, Membership):
            session.execute(delete(table).where(table.person_id.in_(some)), execution_options=_UNSEEN)
        session.execute(delete(Person).where(Person.id.in_(some)), execution_options=_UNSEEN)
    session.expire_all()


def _remove_units(session: Session, batch: Import) -> None:
    for unit in session.scalars(select(Unit).where(Unit.import_id == batch.id).order_by(func.length(Unit.path).desc())):
        session.delete(unit)
        session.flush()


def _chunks(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
