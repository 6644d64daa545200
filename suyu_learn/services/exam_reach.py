"""Which banks and units an organizer may use in an exam, and what stays of a draft that lies beyond them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Bank, Exam, Person, Question, QuestionVersion, Role, Unit
from suyu_learn.services import bank_sharing, exam_scope, grants

if TYPE_CHECKING:
    from suyu_learn.services.exam_plans import Plan, RulePlan
    from suyu_learn.services.pick_plans import PickPlan


@dataclass(frozen=True, slots=True)
class PicksOf:
    """How many questions were picked from a bank."""

    bank: Bank
    count: int


def usable_banks(session: Session, person: Person) -> list[Bank]:
    """Banks an organizer may draw from: of their units, shared with them, and those that came with Suyu Learn."""
    own = grants.reach(session, person, Role.ORGANIZER)
    shared = bank_sharing.shared_ids(session, own)
    rows = session.execute(
        select(Bank, Unit.path).outerjoin(Unit, Unit.id == Bank.unit_id).where(Bank.deleted_at.is_(None))
        .order_by(Bank.unit_id.is_(None), Bank.name, Bank.id)
    ).all()  # fmt: skip
    return [row for row, path in rows if own.covers(path) or row.id in shared or (row.unit_id is None and own)]


def units_within(session: Session, person: Person) -> list[Unit]:
    """Open units in which the person may organize, as a tree read from the top."""
    own = grants.reach(session, person, Role.ORGANIZER)
    rows = session.scalars(select(Unit).where(Unit.closed_at.is_(None))).all()
    seen = {row.id: row for row in rows if own.covers(row.path)}

    def place(row: Unit) -> list[tuple[str, int]]:
        ids = [int(part) for part in row.path.split("/") if part]
        return [(seen[one].name if one in seen else "", one) for one in ids]

    return sorted(seen.values(), key=place)


def kept_units(session: Session, exam: Exam, actor: Person) -> list[Unit]:
    """The units of an exam's scope that are not offered to somebody, being closed or out of reach; they stay."""
    offered = {one.id for one in units_within(session, actor)}
    named = set(exam_scope.chosen(session, exam)[0]) - offered
    return list(session.scalars(select(Unit).where(Unit.id.in_(named)).order_by(Unit.path))) if named else []


def kept_banks(session: Session, rules: Sequence[RulePlan], usable: Iterable[Bank]) -> list[Bank]:
    """The banks that rules name beyond those one may use; a rule that is there may go on drawing from them."""
    named = {one.bank_id for one in rules} - {one.id for one in usable}
    return list(session.scalars(select(Bank).where(Bank.id.in_(named)).order_by(Bank.name, Bank.id))) if named else []


def picks_beyond(session: Session, picks: Sequence[PickPlan], usable: Iterable[Bank]) -> list[PicksOf]:
    """From which banks beyond those one may use how many questions are picked."""
    if not picks:
        return []
    rows = session.execute(
        select(Bank, func.count())
        .join(Question, Question.bank_id == Bank.id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(QuestionVersion.id.in_([one.version_id for one in picks]))
        .where(Bank.id.not_in([one.id for one in usable]))
        .group_by(Bank.id)
        .order_by(Bank.name, Bank.id)
    ).all()
    return [PicksOf(row, count) for row, count in rows]


def check(session: Session, plan: Plan, *, actor: Person, unit: Unit | None, former: Plan | None = None) -> None:
    """Raise Problem unless banks, unit and scope lie within what the person may use.

    Rows and picks of the `former` plan may stay as they were, whoever made them.
    """
    if not grants.reach(session, actor, Role.ORGANIZER).covers(unit.path if unit else None):
        raise Problem("exam.unit_out_of_reach", place=Place(field="unit"))
    usable = usable_banks(session, actor)
    known = {one.id for one in usable}
    fresh = Counter(plan.rules) - Counter(former.rules if former is not None else ())
    there = {one.version_id for one in former.picks} if former is not None else set()
    picked = picks_beyond(session, [one for one in plan.picks if one.version_id not in there], usable)
    if picked or any(rule.bank_id not in known for rule in fresh):
        raise Problem("exam.bank_out_of_reach", place=Place(field="rules"))
    require_units(session, plan.unit_ids, actor=actor)


def require_units(session: Session, unit_ids: Collection[int], *, actor: Person) -> None:
    """Raise Problem unless the person may organize in each of the units."""
    within = {one.id for one in units_within(session, actor)} if unit_ids else set()
    if not within.issuperset(unit_ids):
        raise Problem("exam.scope_out_of_reach", place=Place(field="units"))
