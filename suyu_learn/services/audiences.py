"""Groups that teaching is made for: five built in, others added."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.names import name_key, tidy
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Audience, Membership, Person, PersonAudience, Role, Unit
from suyu_learn.services import audit, grants, people

EDITORS = (Role.ORGANIZER, Role.HR)


@dataclass(frozen=True, slots=True)
class Counted:
    """An audience and how many people of today are in it."""

    audience: Audience
    people: int


def every(session: Session) -> Sequence[Audience]:
    """All audiences, the built-in ones first."""
    rows = session.scalars(select(Audience).order_by(Audience.built_in.desc(), Audience.code)).all()
    order = {code: place for place, code in enumerate(people.BUILT_IN_AUDIENCES)}
    return sorted(rows, key=lambda one: (not one.built_in, order.get(one.code, 0), one.name))


def counted(session: Session, *, reach: grants.Reach) -> list[Counted]:
    """All audiences with those of their people of today who are within reach."""
    counts = dict(
        session.execute(
            select(PersonAudience.audience, func.count())
            .join(Person, Person.id == PersonAudience.person_id)
            .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.home & Membership.until.is_(None))
            .outerjoin(Unit, Unit.id == Membership.unit_id)
            .where(reach.includes(Unit.path), *people.current())
            .group_by(PersonAudience.audience)
        ).all()
    )
    return [Counted(one, counts.get(one.code, 0)) for one in every(session)]


def add(session: Session, name: str, *, actor: Person, now: datetime) -> Audience:
    """A new audience, for everybody who organizes."""
    _require(session, actor)
    name = _free_name(session, name)
    audience = Audience(code=f"a-{secrets.token_hex(6)}", name=name, built_in=False)
    session.add(audience)
    audit.record(session, "audience.added", now=now, actor=actor, on=audience, name=name, code=audience.code)
    session.flush()
    return audience


def get(session: Session, code: str) -> Audience:
    """The audience of that code; raises Problem when there is none."""
    found = session.get(Audience, code)
    if found is None:
        raise Problem("audience.unknown")
    return found


def rename(session: Session, audience: Audience, name: str, *, actor: Person, now: datetime) -> None:
    """Give an added audience another name; everybody sees it, so this is for those who reach everywhere."""
    require_everywhere(session, actor)
    if audience.built_in:
        raise Problem("audience.built_in", place=Place(field="name"))
    if tidy(name) == audience.name:
        return
    old, audience.name = audience.name, _free_name(session, name, besides=audience.code)
    audit.record(session, "audience.renamed", now=now, actor=actor, on=audience, old=old, new=audience.name)
    session.flush()


def require_everywhere(session: Session, actor: Person) -> None:
    """Raise Problem unless the actor reaches everywhere."""
    if not grants.reach(session, actor, EDITORS).everywhere:
        raise Problem("page.refused")


def _require(session: Session, actor: Person) -> None:
    if not grants.reach(session, actor, EDITORS):
        raise Problem("page.refused")


def _free_name(session: Session, name: str, *, besides: str = "") -> str:
    name = tidy(name)
    if not name:
        raise Problem("audience.no_name", place=Place(field="name"))
    for one in every(session):
        if one.code != besides and name_key(one.name) == name_key(name):
            raise Problem("audience.name_taken", place=Place(field="name"), name=name)
    return name
