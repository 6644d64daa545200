"""Roles on subtrees: who may do what where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Grant, Person, Role, Unit

BUNDLES: dict[Role, frozenset[Role]] = {
    Role.UNIT_MANAGER: frozenset({Role.ORGANIZER, Role.HR, Role.MARKER}),
    Role.ADMIN: frozenset(Role),
}
"""What a role holds beside itself."""


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


def holders_of(role: Role) -> frozenset[Role]:
    """The roles that hold a role: itself, and the bundles it is in."""
    return frozenset({role, *(bundle for bundle, held in BUNDLES.items() if role in held)})


def roles_of(session: Session, person: Person) -> frozenset[Role]:
    """Every role a person holds somewhere, bundles opened."""
    held = set(session.scalars(select(Grant.role).where(Grant.person_id == person.id, Grant.revoked_at.is_(None))))
    return frozenset(held.union(*(BUNDLES.get(role, ()) for role in held)))


def reach(session: Session, person: Person, role: Role) -> Reach:
    """Where a person holds a role."""
    rows = session.execute(
        select(Grant.unit_id, Unit.path)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .where(Grant.person_id == person.id, Grant.revoked_at.is_(None), Grant.role.in_(holders_of(role)))
    ).all()
    return Reach(
        everywhere=any(row.unit_id is None for row in rows),
        paths=tuple(sorted({row.path for row in rows if row.path})),
    )


def require(session: Session, person: Person, roles: Role | Iterable[Role], unit: Unit | None) -> None:
    """Raise Problem unless the person holds one of the roles on the unit."""
    wanted = (roles,) if isinstance(roles, Role) else tuple(roles)
    path = unit.path if unit is not None else None
    if not any(reach(session, person, role).covers(path) for role in wanted):
        raise Problem("page.refused")
