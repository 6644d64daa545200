"""What an organizer sees of the people who have a programme: how many stand where, and who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Assignment,
    Membership,
    Person,
    Programme,
    ProgrammeExemption,
    ProgrammeMember,
    ProgrammeState,
    Role,
    Unit,
)
from suyu_learn.services import exam_scope, grants
from suyu_learn.services.grants import Reach
from suyu_learn.services.name_order import by_name
from suyu_learn.services.unread import Unread, but_own_turns

VIEWERS = (Role.ORGANIZER, Role.HR)


class Standing(StrEnum):
    """Where a member stands, each in exactly one place."""

    COMPLETED = "completed"
    EXEMPT = "exempt"
    LEFT = "left"
    OVERDUE = "overdue"
    MISSING = "missing"


_MOST_PRESSING = (Standing.OVERDUE, Standing.MISSING, Standing.EXEMPT, Standing.COMPLETED, Standing.LEFT)
_EXEMPT = (
    select(ProgrammeExemption.id)
    .where(ProgrammeExemption.member_id == ProgrammeMember.id, ProgrammeExemption.ended_at.is_(None))
    .exists()
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many members stand where; `given` leaves out those who left without completing, `due` the exempt too."""

    by_standing: Mapping[Standing, int]

    def of(self, standing: Standing) -> int:
        return self.by_standing.get(standing, 0)

    @property
    def given(self) -> int:
        return sum(self.by_standing.values()) - self.of(Standing.LEFT)

    @property
    def due(self) -> int:
        return self.given - self.of(Standing.EXEMPT)


@dataclass(frozen=True, slots=True)
class Line:
    """One member in the list; `unit_names` is where they belong today."""

    member: ProgrammeMember
    person: Person
    unit_path: str
    unit_names: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Given:
    """An assignment with whom it is for and how many have the programme by it."""

    assignment: Assignment
    unit: Unit | None
    person: Person | None
    members: int
    path: str | None
    """Of the unit, or of the person's home."""


def open_to(session: Session, actor: Person, key: str) -> Programme:
    """A programme that the actor may give to people of their own units: one of theirs, or of a unit above.

    Raises Problem for every other, and for drafts.
    """
    row = session.execute(
        select(Programme, Unit.path).outerjoin(Unit, Unit.id == Programme.unit_id)
        .where(Programme.key == key, Programme.deleted_at.is_(None), Programme.state != ProgrammeState.DRAFT)
    ).one_or_none()  # fmt: skip
    reach = grants.reach(session, actor, VIEWERS)
    if row is None or not usable(row[1], reach):
        raise Problem("programme.unknown")
    return row[0]


def from_above(session: Session, actor: Person) -> list[tuple[Programme, Unit | None]]:
    """The published programmes of units above the actor's, which they may give to their own people; newest first."""
    reach = grants.reach(session, actor, Role.ORGANIZER)
    rows = session.execute(
        select(Programme, Unit).outerjoin(Unit, Unit.id == Programme.unit_id)
        .where(Programme.deleted_at.is_(None), Programme.state == ProgrammeState.PUBLISHED)
        .order_by(Programme.id.desc())
    )  # fmt: skip
    found = [(programme, unit, unit.path if unit is not None else None) for programme, unit in rows]
    return [(programme, unit) for programme, unit, path in found if not reach.covers(path) and usable(path, reach)]


def published(session: Session, actor: Person, key: str) -> Programme:
    """The same, where it can still be given to people."""
    programme = open_to(session, actor, key)
    if programme.state is not ProgrammeState.PUBLISHED:
        raise Problem("programme.publish_first", title=programme.title)
    return programme


def assignment_of(session: Session, programme: Programme, assignment_id: int) -> Assignment:
    """A standing assignment of the programme; raises Problem for every other."""
    found = session.get(Assignment, assignment_id)
    if found is None or found.programme_id != programme.id or found.ended_at is not None:
        raise Problem("page.unknown")
    return found


def usable(path: str | None, reach: Reach) -> bool:
    """Whether what a unit of this path keeps can be used within reach: it lies there, or above."""
    return reach.covers(path) or (bool(reach) and (path is None or any(own.startswith(path) for own in reach.paths)))


def counts(
    session: Session, programme: Programme, reach: Reach, *, within: str = "", today: date, unread: Unread | None = None
) -> Counts:
    """How many people within reach, and below a unit's path, stand where; who has it twice, as after a transfer,
    counts once, by what is still to be done. Who asks is left out where `unread` says so, here and in the list."""
    order = case({one.value: place for place, one in enumerate(_MOST_PRESSING)}, value=_standing(today))
    of_each = (
        _members(programme, reach, within, today=today).where(*but_own_turns(unread))
        .with_only_columns(func.min(order).label("place")).group_by(ProgrammeMember.person_id).subquery()
    )  # fmt: skip
    rows = session.execute(select(of_each.c.place, func.count()).group_by(of_each.c.place))
    return Counts({_MOST_PRESSING[place]: number for place, number in rows})


def lines(
    session: Session,
    programme: Programme,
    reach: Reach,
    *,
    today: date,
    within: str = "",
    only: Standing | None = None,
    search: str = "",
    start: int = 0,
    most: int = 50,
    unread: Unread | None = None,
) -> tuple[list[Line], int]:
    """Members by deadline and name from `start` on, and how many in all; of a yearly programme this year's."""
    standing = _standing(today)
    by_deadline = (ProgrammeMember.due_on.is_(None), ProgrammeMember.due_on)
    query = _members(programme, reach, within, today=today).where(*but_own_turns(unread))
    query = query.order_by(*by_deadline, by_name(session), ProgrammeMember.id)
    if only is not None:
        query = query.where(standing == only.value)
    if search:
        query = query.where(
            or_(Person.name.contains(search, autoescape=True), Person.staff_number == search, Person.phone == search)
        )
    total = session.scalar(query.with_only_columns(func.count()).order_by(None)) or 0
    rows = session.execute(query.add_columns(standing).offset(start).limit(most)).all()
    names = exam_scope.names_of_paths(session, {path for _member, _person, path, _standing in rows})
    return [Line(member, person, path, names[path], Standing(at)) for member, person, path, at in rows], total


def member_of(session: Session, actor: Person, programme: Programme, member_id: int, *, today: date) -> Line:
    """One member within reach; raises Problem for every other."""
    standing = _standing(today)
    row = session.execute(
        _members(programme, grants.reach(session, actor, VIEWERS), "").add_columns(standing)
        .where(ProgrammeMember.id == member_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise Problem("programme.no_such_member")
    member, person, path, at = row
    return Line(member, person, path, exam_scope.names_of_paths(session, [path])[path], Standing(at))


def given(session: Session, programme: Programme, reach: Reach) -> list[Given]:
    """The standing assignments within reach, the latest first."""
    members = (
        select(func.count(ProgrammeMember.id))
        .where(ProgrammeMember.assignment_id == Assignment.id, ProgrammeMember.left_at.is_(None))
        .scalar_subquery()
    )  # fmt: skip
    home = (
        select(Unit.path).join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == Assignment.person_id, Membership.home, Membership.until.is_(None))
        .scalar_subquery()
    )  # fmt: skip
    rows = session.execute(
        select(Assignment, Unit, Person, members, func.coalesce(Unit.path, home))
        .outerjoin(Unit, and_(Unit.id == Assignment.unit_id, Assignment.person_id.is_(None)))
        .outerjoin(Person, Person.id == Assignment.person_id)
        .where(Assignment.programme_id == programme.id, Assignment.ended_at.is_(None))
        .order_by(Assignment.id.desc())
    )
    return [
        Given(assignment, unit, person, number, path)
        for assignment, unit, person, number, path in rows
        if reach.covers(path) or (path and any(own.startswith(path) for own in reach.paths))
    ]


def _members(
    programme: Programme, reach: Reach, within: str, *, today: date | None = None
) -> Select[ProgrammeMember, Person, str]:
    """Members where they belong today; who has no unit any more is counted where they had it.

    With the day, without the turns of years that are over.
    """
    path = func.coalesce(Unit.path, ProgrammeMember.unit_path)
    query = (
        select(ProgrammeMember, Person, path)
        .join(Person, Person.id == ProgrammeMember.person_id)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.home, Membership.until.is_(None)))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(ProgrammeMember.programme_id == programme.id)
    )
    if today is not None:
        query = query.where(not_(of_former_years(today)))
    if not reach.everywhere:
        query = query.where(or_(False, *(path.startswith(one, autoescape=True) for one in reach.paths)))
    if within:
        query = query.where(path.startswith(within, autoescape=True))
    return query


def of_former_years(today: date) -> ColumnElement[bool]:
    """What a yearly programme asked for in a year that is over can be learnt no more; other occasions are no years."""
    occasion = ProgrammeMember.occasion
    return and_(func.length(occasion) == 4, occasion >= "1900", occasion < f"{today.year:04}")


def _standing(today: date) -> ColumnElement[str]:
    return case(
        (ProgrammeMember.completed_at.is_not(None), Standing.COMPLETED.value),
        (ProgrammeMember.left_at.is_not(None), Standing.LEFT.value),
        (_EXEMPT, Standing.EXEMPT.value),
        (ProgrammeMember.due_on < today, Standing.OVERDUE.value),
        else_=Standing.MISSING.value,
    )


def mine(session: Session, person: Person) -> Sequence[tuple[ProgrammeMember, Programme, bool]]:
    """A person's programmes with whether they are exempt: what is due first comes first, what is done last."""
    rows = session.execute(
        select(ProgrammeMember, Programme, _EXEMPT)
        .join(Programme, Programme.id == ProgrammeMember.programme_id)
        .where(ProgrammeMember.person_id == person.id, Programme.deleted_at.is_(None),
               Programme.state != ProgrammeState.DRAFT)
        .order_by(ProgrammeMember.completed_at.is_not(None), ProgrammeMember.due_on.is_(None), ProgrammeMember.due_on,
                  ProgrammeMember.id)
    ).all()  # fmt: skip
    return [(member, programme, bool(exempt)) for member, programme, exempt in rows]
