"""Whose training file is wanted: one person by name or staff number, or all of a unit; those who have left too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.names import name_key, tidy, tidy_number
from suyu_learn.models import Membership, Person, PersonKind, Programme, ProgrammeMember, ProgrammeState, Unit
from suyu_learn.services import exam_scope
from suyu_learn.services.grants import Reach
from suyu_learn.services.name_order import by_name

MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A person with the last unit they had within reach; `left_at` is when they left it, or were disabled."""

    person: Person
    unit_names: str
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose files: of a unit's subtree, who left it since a moment too, narrowed to those who have a programme."""

    unit: Unit
    left_since: datetime | None = None
    programme: Programme | None = None


def search(session: Session, text: str, *, reach: Reach) -> tuple[list[Found], bool]:
    """Everybody who belongs, or ever belonged, within reach and whose name or staff number has the text; also whether
    there are more than are shown. Nothing is found by nothing."""
    if not tidy(text):
        return [], False
    ids = session.scalars(
        _people(_ever(reach)).where(or_(
            Person.name_key.contains(name_key(text), autoescape=True),
            Person.staff_number.contains(tidy_number(text), autoescape=True),
        )).order_by(Person.disabled_at.is_not(None), by_name(session), Person.id).limit(MOST_FOUND + 1)
    ).all()  # fmt: skip
    return found(session, ids[:MOST_FOUND], reach=reach), len(ids) > MOST_FOUND


def people_of(session: Session, wanted: Wanted, *, reach: Reach) -> Sequence[int]:
    """The ids of all whose files are wanted, by unit and name."""
    within = Unit.path.startswith(wanted.unit.path, autoescape=True)
    present = and_(Membership.until.is_(None), Person.disabled_at.is_(None))
    fits = present
    if wanted.left_since is not None:
        gone = or_(Membership.until >= wanted.left_since,
                   and_(Membership.until.is_(None), Person.disabled_at >= wanted.left_since))  # fmt: skip
        fits = or_(present, gone)
    rows = session.execute(
        select(Person.id, Unit.path)
        .join(Membership, and_(Membership.person_id == Person.id, Membership.home))
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Person.kind == PersonKind.MEMBER, Person.merged_into_id.is_(None), fits, *_given(wanted.programme))
        .where(within, reach.includes(Unit.path))
        .order_by(Unit.path, by_name(session), Person.id)
    )  # fmt: skip
    return list(dict.fromkeys(row.id for row in rows))


def programmes(session: Session, reach: Reach) -> Sequence[Programme]:
    """The programmes that somebody has, or had, who belongs or belonged within reach, by title."""
    theirs = (
        select(ProgrammeMember.programme_id)
        .join(Membership, Membership.person_id == ProgrammeMember.person_id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.home, reach.includes(Unit.path))
    )
    return session.scalars(
        select(Programme).where(Programme.state != ProgrammeState.DRAFT, Programme.id.in_(theirs))
        .order_by(Programme.title, Programme.id)
    ).all()  # fmt: skip


def found(session: Session, ids: Sequence[int], *, reach: Reach) -> list[Found]:
    """These people in this order, each with the last unit within reach."""
    rows = session.execute(
        select(Membership.person_id, Unit.path, Membership.until, Person)
        .join(Unit, Unit.id == Membership.unit_id).join(Person, Person.id == Membership.person_id)
        .where(Membership.person_id.in_(ids), Membership.home, reach.includes(Unit.path))
        .order_by(Membership.since)
    ).all() if ids else []  # fmt: skip
    names = exam_scope.names_of_paths(session, {row.path for row in rows})
    last = {row.person_id: Found(row.Person, names.get(row.path, ""), _earlier(row.until, row.Person.disabled_at))
            for row in rows}  # fmt: skip
    return [last[one] for one in ids if one in last]


def _earlier(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)


def _people(within: ColumnElement[bool]) -> Select[int]:
    return select(Person.id).where(Person.kind == PersonKind.MEMBER, Person.merged_into_id.is_(None), within)


def _ever(reach: Reach) -> ColumnElement[bool]:
    """Whether somebody belongs or belonged within reach."""
    return exists().where(
        Membership.person_id == Person.id, Membership.home, Membership.unit_id == Unit.id, reach.includes(Unit.path)
    )


def _given(programme: Programme | None) -> Sequence[ColumnElement[bool]]:
    if programme is None:
        return ()
    return (exists().where(ProgrammeMember.person_id == Person.id, ProgrammeMember.programme_id == programme.id),)
