"""Roles on subtrees: who may do what where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Grant, Person, PersonKind, Role, Unit
from suyu_learn.services import audit
from suyu_learn.services.name_order import by_name

BUNDLES: dict[Role, frozenset[Role]] = {
    Role.UNIT_MANAGER: frozenset({Role.ORGANIZER, Role.HR, Role.MARKER}),
    Role.ADMIN: frozenset(Role) - {Role.IDENTITY},
}
"""What a role holds beside itself."""
_GIVEN_BY: dict[Role, frozenset[Role]] = {Role.IDENTITY: frozenset({Role.ADMIN})}
"""Who passes a role on without holding it."""
_WITH_ROLES = (
    select(Person, Grant.role)
    .outerjoin(Grant, and_(Grant.person_id == Person.id, Grant.revoked_at.is_(None)))
    .where(Person.id == bindparam("id"))
)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a role of a person reaches: everywhere, or the subtrees below some paths."""

    everywhere: bool = False
    paths: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.paths)

    def covers(self, path: str | None) -> bool:
        """Whether a unit's path lies within; what belongs to no unit is covered only by a reach everywhere."""
        return self.everywhere or (path is not None and path.startswith(self.paths))

    def includes(self, column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """The same as a condition on a column of paths."""
        if self.everywhere:
            return true()
        return or_(false(), *(column.startswith(path, autoescape=True) for path in self.paths))


def holders_of(role: Role) -> frozenset[Role]:
    """The roles that hold a role: itself, and the bundles it is in."""
    return frozenset({role, *(bundle for bundle, held in BUNDLES.items() if role in held)})


def with_roles(session: Session, person_id: int) -> tuple[Person | None, frozenset[Role]]:
    """A person, and every role they hold somewhere, in one statement."""
    rows = session.execute(_WITH_ROLES, {"id": person_id}).all()
    return (rows[0][0], _opened(role for _person, role in rows if role is not None)) if rows else (None, frozenset())


def roles_of(session: Session, person: Person) -> frozenset[Role]:
    """Every role a person holds somewhere, bundles opened."""
    return _opened(session.scalars(select(Grant.role).where(Grant.person_id == person.id, Grant.revoked_at.is_(None))))


def _opened(roles: Iterable[Role]) -> frozenset[Role]:
    held = set(roles)
    return frozenset(held.union(*(BUNDLES.get(role, ()) for role in held)))


def reach(session: Session, person: Person, roles: Role | Iterable[Role]) -> Reach:
    """Where a person holds a role, or any of several."""
    wanted = (roles,) if isinstance(roles, Role) else tuple(roles)
    holders = frozenset[Role]().union(*(holders_of(role) for role in wanted))
    rows = session.execute(
        select(Grant.unit_id, Unit.path)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .where(Grant.person_id == person.id, Grant.revoked_at.is_(None), Grant.role.in_(holders))
    ).all()
    return Reach(
        everywhere=any(row.unit_id is None for row in rows),
        paths=tuple(sorted({row.path for row in rows if row.path})),
    )


def require(session: Session, person: Person, roles: Role | Iterable[Role], unit: Unit | None) -> None:
    """Raise Problem unless the person holds one of the roles on the unit."""
    if not reach(session, person, roles).covers(unit.path if unit is not None else None):
        raise Problem("page.refused")


def live(session: Session, person: Person) -> Sequence[Grant]:
    """What a person holds now, with the units."""
    return session.scalars(
        select(Grant)
        .where(Grant.person_id == person.id, Grant.revoked_at.is_(None))
        .options(joinedload(Grant.unit))
        .order_by(Grant.granted_at, Grant.id)
    ).all()


def on_unit(session: Session, unit: Unit) -> Sequence[Grant]:
    """Who holds what on this very unit."""
    return session.scalars(
        select(Grant)
        .where(Grant.unit_id == unit.id, Grant.revoked_at.is_(None))
        .options(joinedload(Grant.person))
        .order_by(Grant.role, Grant.id)
    ).all()


def holding(session: Session, roles: Iterable[Role], unit: Unit | None) -> list[Person]:
    """Active people to whom one of the very roles was given on the unit or above it, by name."""
    rows = session.execute(
        select(Person, Grant.unit_id, Unit.path)
        .join(Grant, Grant.person_id == Person.id)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .where(Grant.role.in_(tuple(roles)), Grant.revoked_at.is_(None))
        .where(Person.disabled_at.is_(None), Person.merged_into_id.is_(None))
        .order_by(by_name(session), Person.id)
    ).all()
    path = unit.path if unit is not None else ""
    return list(
        dict.fromkeys(person for person, given_on, top in rows if given_on is None or (path and path.startswith(top)))
    )


def may_grant(session: Session, actor: Person, role: Role, unit: Unit | None) -> bool:
    """Whether the actor may give or take a role there: whoever holds it, also in a bundle, passes it on inside."""
    return giving(session, actor, role).covers(unit.path if unit is not None else None)


def giving(session: Session, actor: Person, role: Role) -> Reach:
    """Where an actor may give or take a role."""
    return reach(session, actor, {role, *_GIVEN_BY.get(role, ())})


def grantable(session: Session, actor: Person) -> dict[Role, Reach]:
    """The roles that an actor can pass on, each with where."""
    found = {role: giving(session, actor, role) for role in Role}
    return {role: where for role, where in found.items() if where}


def require_another(actor: Person, person_id: int) -> None:
    """Raise Problem for oneself: some things somebody else with the right has to do."""
    if person_id == actor.id:
        raise Problem("person.yourself")


def require_equal(session: Session, actor: Person, person: Person) -> None:
    """Raise Problem when a person holds what the actor could not give.

    Whoever may set somebody's password, or merge them into another, gets all they may do; so this is asked first.
    """
    if not is_equal(session, actor, person):
        raise Problem("person.holds_more", name=person.name)


def is_equal(session: Session, actor: Person, person: Person) -> bool:
    """Whether the actor could give all that a person holds; one is one's own equal."""
    return actor.id == person.id or all(
        may_grant(session, actor, held.role, held.unit) for held in live(session, person)
    )


def require_no_more(session: Session, actor: Person, person: Person) -> None:
    """Raise Problem when a person may do what the actor may not, also what the actor could give to others."""
    if actor.id != person.id and not all(
        reach(session, actor, held.role).covers(held.unit.path if held.unit is not None else None)
        for held in live(session, person)
    ):
        raise Problem("person.may_more", name=person.name)


def grant(
    session: Session,
    person: Person,
    role: Role,
    unit: Unit | None,
    *,
    actor: Person | None,
    now: datetime,
    reason: str = "",
) -> Grant:
    """Give a role on a unit's subtree, or everywhere; an actor of None is the command line."""
    if actor is not None and not may_grant(session, actor, role, unit):
        raise Problem("grant.not_yours", place=Place(field="role"))
    if actor is not None and role in _GIVEN_BY:
        require_another(actor, person.id)
    if not person.active or person.kind is PersonKind.GUEST:
        raise Problem("grant.not_active", place=Place(field="person"), name=person.name)
    if unit is not None and unit.closed_at is not None:
        raise Problem("unit.is_closed", place=Place(field="unit"), name=unit.name)
    if _held(session, person, role, unit) is not None:
        raise Problem("grant.held", place=Place(field="role"), name=person.name)
    return _give(session, person, role, unit, actor=actor, now=now, reason=reason.strip())


def revoke(session: Session, held: Grant, *, actor: Person | None, now: datetime, reason: str) -> None:
    """Take a role back; one's own may always be given back, but the last admin cannot go."""
    reason = audit.required(reason)
    if held.revoked_at is not None:
        raise Problem("grant.unknown")
    if actor is not None and actor.id != held.person_id and not may_grant(session, actor, held.role, held.unit):
        raise Problem("grant.not_yours")
    if held.role is Role.ADMIN and held.unit_id is None:
        keep_an_admin(session, without=held.person)
    _take(session, held, actor=actor, now=now, reason=reason)


def hand_over(
    session: Session, giver: Person, receiver: Person, *, actor: Person, now: datetime, reason: str
) -> Sequence[Grant]:
    """Give all that one person holds to another, in one act; returns what the receiver holds newly."""
    reason = audit.required(reason)
    if giver.id == receiver.id:
        raise Problem("grant.same_person", place=Place(field="person"))
    if not receiver.active or receiver.kind is PersonKind.GUEST:
        raise Problem("grant.not_active", place=Place(field="person"), name=receiver.name)
    held = live(session, giver)
    if not held:
        raise Problem("grant.nothing_held", name=giver.name)
    require_equal(session, actor, giver)
    keep_apart(session, actor, giver, receiver)
    given = []
    for one in held:
        if _held(session, receiver, one.role, one.unit) is None:
            given.append(_give(session, receiver, one.role, one.unit, actor=actor, now=now, reason=reason))
        _take(session, one, actor=actor, now=now, reason=reason)
    audit.record(session, "grants.handed_over", now=now, actor=actor, on=receiver, reason=reason,
                 unit_id=held[0].unit_id, giver=giver.id, roles=len(held))  # fmt: skip
    session.flush()
    return given


def may_carry(session: Session, actor: Person, held: Grant, unit: Unit) -> bool:
    """Whether the actor may make a role on one unit the same role on another."""
    own = held.role in _GIVEN_BY and held.person_id == actor.id
    return not own and may_grant(session, actor, held.role, unit)


def keep_apart(session: Session, actor: Person, giver: Person, receiver: Person) -> None:
    """Raise Problem where the actor would get by another way what nobody gives to themself."""
    if receiver.id == actor.id and any(held.role in _GIVEN_BY for held in live(session, giver)):
        raise Problem("person.yourself")


def carry_over(session: Session, held: Grant, unit: Unit, *, actor: Person, now: datetime, reason: str) -> None:
    """Make a role on one unit the same role on another."""
    if _held(session, held.person, held.role, unit) is None:
        _give(session, held.person, held.role, unit, actor=actor, now=now, reason=reason)
    _take(session, held, actor=actor, now=now, reason=reason)


def keep_an_admin(session: Session, *, without: Person) -> None:
    """Raise Problem when nobody would be left who administers everything; two who go at once wait for each other."""
    rows = session.execute(
        select(Grant, Person)
        .join(Person, Person.id == Grant.person_id)
        .where(Grant.role == Role.ADMIN, Grant.unit_id.is_(None), Grant.revoked_at.is_(None))
        .where(Person.disabled_at.is_(None), Person.merged_into_id.is_(None))
        .order_by(Grant.id)
        .with_for_update()
    ).all()
    people = {person.id for _, person in rows}
    if people == {without.id}:
        raise Problem("grant.last_admin")


def get(session: Session, grant_id: int, *, actor: Person) -> Grant:
    """A live grant that the actor may take back; raises Problem for others, as for those that do not exist."""
    found = session.get(Grant, grant_id)
    if found is None or found.revoked_at is not None:
        raise Problem("grant.unknown")
    if found.person_id != actor.id and not may_grant(session, actor, found.role, found.unit):
        raise Problem("grant.unknown")
    return found


def visible(session: Session, actor: Person, *, offset: int = 0, limit: int = 50) -> tuple[Sequence[Grant], int]:
    """Live grants that the actor could take back, by person, and how many there are."""
    within = [and_(Grant.role == role, where.includes(Unit.path)) for role, where in grantable(session, actor).items()]
    fits = (Grant.revoked_at.is_(None), or_(Grant.person_id == actor.id, *within))
    total = session.scalar(select(func.count(Grant.id)).outerjoin(Unit, Unit.id == Grant.unit_id).where(*fits)) or 0
    rows = session.scalars(
        select(Grant)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .join(Person, Person.id == Grant.person_id)
        .where(*fits)
        .options(joinedload(Grant.unit), joinedload(Grant.person))
        .order_by(by_name(session), Person.id, Grant.id)
        .offset(offset)
        .limit(limit)
    ).all()
    return rows, total


def _held(session: Session, person: Person, role: Role, unit: Unit | None) -> Grant | None:
    return session.scalar(
        select(Grant).where(
            Grant.person_id == person.id,
            Grant.role == role,
            Grant.unit_id == unit.id if unit is not None else Grant.unit_id.is_(None),
            Grant.revoked_at.is_(None),
        )
    )


def _give(
    session: Session, person: Person, role: Role, unit: Unit | None, *, actor: Person | None, now: datetime, reason: str
) -> Grant:
    row = Grant(person_id=person.id, role=role, unit_id=unit.id if unit else None, granted_at=now, reason=reason,
                granted_by_id=actor.id if actor else None)  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, "role.granted", now=now, actor=actor, on=person, unit_id=row.unit_id, reason=reason,
                 role=role.value)  # fmt: skip
    return row


def _take(session: Session, held: Grant, *, actor: Person | None, now: datetime, reason: str) -> None:
    held.revoked_at = now
    held.revoked_by_id = actor.id if actor else None
    session.flush()
    audit.record(session, "role.revoked", now=now, actor=actor, on=held.person, unit_id=held.unit_id, reason=reason,
                 role=held.role.value)  # fmt: skip
