"""The unit tree: looking at it, and changing it with a date, a reason, and a trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.names import tidy
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Exam, ExamState, ExamUnit, Grant, Membership, Person, Role, Unit, UnitChange, UnitKind
from suyu_learn.services import audit, grants, people

VIEWERS = (Role.ORGANIZER, Role.HR)
EDITORS = (Role.HR,)


@dataclass(frozen=True, slots=True)
class Node:
    """A unit in the tree, with the people whose home it is, and those of its whole subtree."""

    unit: Unit
    depth: int
    members: int
    members_below: int


@dataclass(frozen=True, slots=True)
class Weight:
    """What a merge or a closing would touch."""

    members: int
    units_below: int
    roles: int
    exams: int


def seen(session: Session, unit_id: int, *, actor: Person) -> Unit:
    """A unit within the actor's sight; raises Problem for others, as for those that do not exist."""
    unit = session.get(Unit, unit_id)
    if unit is None or not grants.reach(session, actor, VIEWERS).covers(unit.path):
        raise Problem("unit.not_here")
    return unit


def editable(session: Session, unit_id: int, *, actor: Person) -> Unit:
    """A unit that the actor may change."""
    unit = seen(session, unit_id, actor=actor)
    grants.require(session, actor, EDITORS, unit)
    return unit


def tree(session: Session, reach: grants.Reach, *, with_closed: bool = False) -> list[Node]:
    """The units within reach, each followed by those below it, with their members of today."""
    query = select(Unit).where(reach.includes(Unit.path))
    if not with_closed:
        query = query.where(Unit.closed_at.is_(None))
    rows = session.scalars(query).all()
    counts = dict(
        session.execute(
            select(Membership.unit_id, func.count(Membership.person_id))
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.home, Membership.until.is_(None), *people.current())
            .group_by(Membership.unit_id)
        ).all()
    )
    return _in_order(rows, counts)


def _in_order(rows: Sequence[Unit], counts: Mapping[int, int]) -> list[Node]:
    below: dict[int | None, list[Unit]] = {}
    known = {row.id for row in rows}
    for row in sorted(rows, key=lambda one: (one.closed_at is not None, one.id)):
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found: list[Node] = []
    _walk(None, 0, below, counts, found)
    return found


def _walk(
    top: int | None, depth: int, below: dict[int | None, list[Unit]], counts: Mapping[int, int], found: list[Node]
) -> int:
    total = 0
    for unit in below.get(top, ()):
        place = len(found)
        found.append(Node(unit, depth, 0, 0))
        own = counts.get(unit.id, 0)
        all_of_it = own + _walk(unit.id, depth + 1, below, counts, found)
        found[place] = Node(unit, depth, own, all_of_it)
        total += all_of_it
    return total


def choices(session: Session, reach: grants.Reach) -> list[tuple[Unit, int]]:
    """Open units within reach with their depth, in the order of the tree, to choose from."""
    rows = session.scalars(select(Unit).where(reach.includes(Unit.path), Unit.closed_at.is_(None))).all()
    return [(node.unit, node.depth) for node in _in_order(rows, {})]


def changes(session: Session, unit: Unit) -> Sequence[tuple[UnitChange, str | None]]:
    """What happened to a unit, newest first, with who did it."""
    rows = session.execute(
        select(UnitChange, Person.name)
        .outerjoin(Person, Person.id == UnitChange.actor_id)
        .where(UnitChange.unit_id == unit.id)
        .order_by(UnitChange.at.desc(), UnitChange.id.desc())
    )
    return [(change, name) for change, name in rows]


def weight(session: Session, unit: Unit) -> Weight:
    """What hangs on a unit now."""

    def count(query: Select[int]) -> int:
        return session.scalar(query) or 0

    return Weight(
        members=count(
            select(func.count(Membership.id))
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.unit_id == unit.id, Membership.home, Membership.until.is_(None), *people.current())
        ),
        units_below=count(select(func.count(Unit.id)).where(Unit.parent_id == unit.id, Unit.closed_at.is_(None))),
        roles=count(select(func.count(Grant.id)).where(Grant.unit_id == unit.id, Grant.revoked_at.is_(None))),
        exams=count(
            select(func.count(func.distinct(Exam.id)))
            .outerjoin(ExamUnit, ExamUnit.exam_id == Exam.id)
            .where(or_(ExamUnit.unit_id == unit.id, Exam.unit_id == unit.id))
            .where(Exam.deleted_at.is_(None), Exam.state != ExamState.WITHDRAWN)
        ),
    )


def add(session: Session, name: str, *, parent: Unit | None, kind: UnitKind, actor: Person, now: datetime) -> Unit:
    """A new unit below `parent`, or at the top for those who reach everywhere."""
    grants.require(session, actor, EDITORS, parent)
    if parent is not None:
        _refuse_closed(parent)
    unit = people.add_unit(session, name, parent=parent, kind=kind, now=now)
    audit.record(session, "unit.added", now=now, actor=actor, on=unit, unit_id=unit.id, name=unit.name)
    session.flush()
    return unit


def rename(
    session: Session, unit: Unit, name: str, *, actor: Person | None, now: datetime, reason: str = "",
    kind: UnitKind | None = None,
) -> None:  # fmt: skip
    """Give a unit another name, or another kind; what was recorded under the old one keeps it."""
    _refuse_closed(unit)
    name = tidy(name)
    if not name:
        raise Problem("unit.no_name", place=Place(field="name"))
    if name != unit.name:
        _refuse_twin(session, unit, name, parent=_parent(session, unit), field="name")
        _change(session, unit, "renamed", unit.name, name, actor=actor, now=now, reason=reason)
        unit.name = name
    if kind is not None and kind is not unit.kind:
        _change(session, unit, "kind", unit.kind.value, kind.value, actor=actor, now=now, reason=reason)
        unit.kind = kind
    session.flush()


def move(session: Session, unit: Unit, parent: Unit | None, *, actor: Person, now: datetime, reason: str) -> None:
    """Hang a unit with all below it under another; members go along, and records keep the path of their day."""
    reason = audit.required(reason)
    grants.require(session, actor, EDITORS, unit)
    grants.require(session, actor, EDITORS, parent)
    _refuse_closed(unit)
    if parent is not None:
        _refuse_closed(parent)
        _refuse_circle(unit, parent)
    if unit.parent_id == (parent.id if parent else None):
        return
    _refuse_twin(session, unit, unit.name, parent=parent, field="parent")
    old = _where(session, _parent(session, unit))
    _change(session, unit, "moved", old, _where(session, parent), actor=actor, now=now, reason=reason)
    _hang(session, unit, parent)


def merge(session: Session, unit: Unit, target: Unit, *, actor: Person, now: datetime, reason: str) -> None:
    """Make one unit part of another: its people, the units below it and its roles go over, and it closes.

    The closed unit hangs below the target, so that what it owns stays within reach of who is responsible now.
    """
    reason = audit.required(reason)
    grants.require(session, actor, EDITORS, unit)
    grants.require(session, actor, EDITORS, target)
    _refuse_closed(unit)
    _refuse_closed(target)
    if unit.id == target.id:
        raise Problem("unit.same", place=Place(field="target"))
    _refuse_circle(unit, target, field="target")
    below = session.scalars(select(Unit).where(Unit.parent_id == unit.id, Unit.closed_at.is_(None))).all()
    for one in below:
        _refuse_twin(session, one, one.name, parent=target, field="target")
    _change(session, unit, "merged", unit.name, target.name, actor=actor, now=now, reason=reason)
    _change(session, target, "took_in", unit.name, target.name, actor=actor, now=now, reason=reason)
    unit.closed_at = now
    unit.merged_into_id = target.id
    session.flush()
    _hang(session, unit, target)
    for one in below:
        _change(session, one, "moved", unit.name, _where(session, target), actor=actor, now=now, reason=reason)
        _hang(session, one, target)
    _move_members(session, unit, target, now=now)
    _move_grants(session, unit, target, actor=actor, now=now, reason=reason)
    session.flush()


def close(session: Session, unit: Unit, *, at: datetime, actor: Person, now: datetime, reason: str) -> None:
    """End a unit on a day; people of today and units below it must have gone elsewhere before."""
    reason = audit.required(reason)
    grants.require(session, actor, EDITORS, unit)
    _refuse_closed(unit)
    if at > now:
        raise Problem("unit.close_in_future", place=Place(field="day"))
    hanging = weight(session, unit)
    if hanging.members or hanging.units_below:
        raise Problem("unit.not_empty", members=hanging.members, units=hanging.units_below)
    last = session.scalar(select(func.max(Membership.until)).where(Membership.unit_id == unit.id))
    earliest = max(unit.created_at, last) if last is not None else unit.created_at
    if at < earliest:
        raise Problem("unit.close_too_early", place=Place(field="day"), moment=earliest)
    _change(session, unit, "closed", unit.name, unit.name, actor=actor, now=now, reason=reason, at=at)
    unit.closed_at = at
    session.flush()


def reopen(session: Session, unit: Unit, *, actor: Person, now: datetime, reason: str) -> None:
    """Open a closed unit again, empty; after a merge its people and roles stay where they went."""
    reason = audit.required(reason)
    grants.require(session, actor, EDITORS, unit)
    if unit.closed_at is None:
        raise Problem("unit.is_open", name=unit.name)
    parent = _parent(session, unit)
    if parent is not None:
        _refuse_closed(parent)
    _refuse_twin(session, unit, unit.name, parent=parent, field="")
    _change(session, unit, "reopened", unit.name, unit.name, actor=actor, now=now, reason=reason)
    unit.closed_at = None
    unit.merged_into_id = None
    session.flush()


def _parent(session: Session, unit: Unit) -> Unit | None:
    return session.get(Unit, unit.parent_id) if unit.parent_id else None


def _where(session: Session, parent: Unit | None) -> str:
    names = people.path_names(session, parent) if parent else ""
    return names if len(names) <= 200 else f"…{names[-199:]}"


def _refuse_closed(unit: Unit) -> None:
    if unit.closed_at is not None:
        raise Problem("unit.is_closed", name=unit.name)


def _refuse_circle(unit: Unit, parent: Unit, *, field: str = "parent") -> None:
    if parent.path.startswith(unit.path):
        raise Problem("unit.circle", place=Place(field=field), name=unit.name, parent=parent.name)


def _refuse_twin(session: Session, unit: Unit, name: str, *, parent: Unit | None, field: str) -> None:
    twin = people.find_unit(session, name, parent=parent)
    if twin is not None and twin.id != unit.id:
        raise Problem("unit.name_taken", place=Place(field=field), name=name)


def _change(
    session: Session, unit: Unit, kind: str, old: str, new: str, *, actor: Person | None, now: datetime, reason: str,
    at: datetime | None = None,
) -> None:  # fmt: skip
    session.add(
        UnitChange(unit_id=unit.id, kind=kind, old=old, new=new, reason=reason.strip(), at=at or now,
                   actor_id=actor.id if actor else None)
    )  # fmt: skip
    audit.record(session, f"unit.{kind}", now=now, actor=actor, on=unit, unit_id=unit.id, reason=reason.strip(),
                 old=old, new=new)  # fmt: skip


def _hang(session: Session, unit: Unit, parent: Unit | None) -> None:
    """Put a unit below another and give its whole subtree the new paths."""
    old, new = unit.path, f"{parent.path if parent else '/'}{unit.id}/"
    unit.parent_id = parent.id if parent else None
    session.flush()
    if people.top_unit_id(unit) != int(new.split("/")[1]):
        _change_organization(session, old, int(new.split("/")[1]))
    session.execute(
        update(Unit)
        .where(Unit.path.startswith(old, autoescape=True))
        .values(path=new + func.substr(Unit.path, len(old) + 1))
        .execution_options(synchronize_session=False)
    )
    for row in list(session.identity_map.values()):
        if isinstance(row, Unit):
            session.refresh(row, ["path"])


def _change_organization(session: Session, path: str, top: int) -> None:
    """Numbers are unique within a top-level unit: refuse to bring a number where somebody else has it."""
    moving = (
        select(Membership.person_id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Unit.path.startswith(path, autoescape=True), Membership.home, Membership.until.is_(None))
    )
    clash = session.scalar(
        select(Person.staff_number)
        .where(Person.top_unit_id == top, Person.merged_into_id.is_(None), Person.id.not_in(moving))
        .where(Person.staff_number.in_(
            select(Person.staff_number).where(Person.id.in_(moving), Person.staff_number.is_not(None))
        ))
        .limit(1)
    )  # fmt: skip
    if clash is not None:
        raise Problem("person.number_taken", number=clash)
    session.execute(update(Person).where(Person.id.in_(moving)).values(top_unit_id=top))


def _move_members(session: Session, unit: Unit, target: Unit, *, now: datetime) -> None:
    """End the open memberships of a unit and begin them in another at the same moment."""
    for one in session.scalars(
        select(Membership).where(Membership.unit_id == unit.id, Membership.until.is_(None))
    ).all():
        one.until = max(now, one.since)
        session.flush()
        session.add(Membership(person_id=one.person_id, unit_id=target.id, home=one.home, since=one.until))
    session.flush()


def _move_grants(session: Session, unit: Unit, target: Unit, *, actor: Person, now: datetime, reason: str) -> None:
    """Roles on a unit become roles on the one that took it in; what the actor could not give there stays put."""
    for held in session.scalars(select(Grant).where(Grant.unit_id == unit.id, Grant.revoked_at.is_(None))).all():
        if grants.may_carry(session, actor, held, target):
            grants.carry_over(session, held, target, actor=actor, now=now, reason=reason)
