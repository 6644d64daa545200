"""Kinds of certificates that others issue: those shipped, those changed here, and those added."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn import _resources
from suyu_learn.content.outside_kinds import Kind, read_kinds
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import OutsideKind, Person, Role
from suyu_learn.services import audit, grants

LONGEST_NAME = 100
LONGEST_BASIS = 1000
MOST_MONTHS = 600


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is said of a kind."""

    name: str
    issuer: str = ""
    valid_months: int | None = None
    review_months: int | None = None
    basis: str = ""
    checked: date | None = None
    confirmed: bool = False


@lru_cache(maxsize=1)
def shipped() -> dict[str, Kind]:
    """The kinds that come with Suyu Learn, by their codes; read once in a process."""
    return {one.code: one for one in read_kinds(_resources.inside("outside_kinds"))}


def every(session: Session) -> dict[str, Kind]:
    """All kinds by their codes, the shipped ones first, each as it stands here."""
    kept = {row.code: row for row in session.scalars(select(OutsideKind).order_by(OutsideKind.id))}
    found = {code: _kept(kept.pop(code)) if code in kept else kind for code, kind in shipped().items()}
    return {**found, **{code: _kept(row) for code, row in kept.items()}}


def _kept(row: OutsideKind) -> Kind:
    return Kind(
        row.code, row.name, "", row.issuer, row.valid_months, row.review_months, row.basis, row.checked_on,
        row.confirmed, shipped=False,
    )  # fmt: skip


def may_change(session: Session, actor: Person) -> bool:
    """Whether somebody may change what holds for all units: HR of all of them."""
    return grants.reach(session, actor, Role.HR).everywhere


def save(session: Session, code: str, wanted: Wanted, *, actor: Person, now: datetime) -> str:
    """Add a kind (an empty code), or say otherwise of one; its code."""
    _check(wanted)
    if code and code not in every(session):
        raise Problem("outside.no_such_kind")
    if code and not may_change(session, actor):
        raise Problem("page.refused")
    same = (kind.code for kind in every(session).values() if kind.name == wanted.name and kind.code != code)
    if next(same, None) is not None:
        raise Problem("outside.kind_there", place=Place(field="name"), name=wanted.name)
    row = session.scalar(select(OutsideKind).where(OutsideKind.code == code)) if code else None
    if row is None:
        row = OutsideKind(code=code or f"own-{secrets.token_hex(6)}", name=wanted.name, changed_at=now)
        session.add(row)
    row.name, row.issuer, row.basis = wanted.name, wanted.issuer, wanted.basis
    row.valid_months, row.review_months = wanted.valid_months, wanted.review_months
    row.checked_on, row.confirmed = wanted.checked, wanted.confirmed
    row.changed_at, row.changed_by_id = now, actor.id
    session.flush()
    audit.record(session, "outside.kind_changed" if code else "outside.kind_added", now=now, actor=actor, on=row,
                 name=wanted.name, valid_months=wanted.valid_months or 0,
                 review_months=wanted.review_months or 0)  # fmt: skip
    session.flush()
    return row.code


def _check(wanted: Wanted) -> None:
    if not wanted.name or len(wanted.name) > LONGEST_NAME:
        raise Problem("outside.kind_no_name", place=Place(field="name"), most=LONGEST_NAME)
    for field in ("valid_months", "review_months"):
        value = getattr(wanted, field)
        if value is not None and not 1 <= value <= MOST_MONTHS:
            raise Problem("outside.months", place=Place(field=field), most=MOST_MONTHS)
