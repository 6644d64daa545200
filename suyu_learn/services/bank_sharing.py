"""Banks that other units may look into, draw from and copy, but not change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Bank, BankShare, Exam, ExamState, PaperRule, Person, Unit
from suyu_learn.services import audit, exam_times, grants


def touches(reach: grants.Reach, path: str) -> bool:
    """Whether a share with the unit of that path is for who reaches so far: within the unit, or above it."""
    return reach.everywhere or any(path.startswith(own) or own.startswith(path) for own in reach.paths)


def shared_ids(session: Session, reach: grants.Reach) -> frozenset[int]:
    """The banks shared with a unit of a reach."""
    if not reach:
        return frozenset()
    rows = session.execute(select(BankShare.bank_id, Unit.path).join(Unit, Unit.id == BankShare.unit_id)).all()
    return frozenset(bank_id for bank_id, path in rows if touches(reach, path))


def shares_of(session: Session, bank: Bank) -> Sequence[tuple[BankShare, Unit]]:
    """With whom a bank is shared, by the name of the unit."""
    rows = session.execute(
        select(BankShare, Unit).join(Unit, Unit.id == BankShare.unit_id).where(BankShare.bank_id == bank.id)
        .order_by(Unit.name, Unit.id)
    ).all()  # fmt: skip
    return [(share, unit) for share, unit in rows]


def units_to_share_with(session: Session, bank: Bank) -> Sequence[Unit]:
    """The open units, as a tree read from the top, without the bank's own and those that have it already."""
    taken = select(BankShare.unit_id).where(BankShare.bank_id == bank.id)
    return session.scalars(
        select(Unit).where(Unit.closed_at.is_(None), Unit.id != bank.unit_id, Unit.id.not_in(taken))
        .order_by(Unit.path)
    ).all()  # fmt: skip


def share(session: Session, bank: Bank, unit_id: int, *, actor: Person, now: datetime) -> Unit:
    """Let another unit look into a bank and draw from it."""
    unit = next((one for one in units_to_share_with(session, bank) if one.id == unit_id), None)
    if unit is None or bank.unit_id is None:
        raise Problem("share.no_such_unit", place=Place(field="unit"))
    session.add(BankShare(bank_id=bank.id, unit_id=unit.id, created_at=now, created_by_id=actor.id))
    audit.record(session, "bank.shared", now=now, actor=actor, on=bank, unit_id=bank.unit_id, name=unit.name)
    session.flush()
    return unit


def withdraw(session: Session, bank: Bank, unit_id: int, *, actor: Person, now: datetime) -> Unit:
    """Take a share back; exams that are published keep what they draw from."""
    found = session.get(BankShare, (bank.id, unit_id))
    unit = session.get(Unit, unit_id)
    if found is None or unit is None:
        raise Problem("share.unknown")
    session.delete(found)
    audit.record(session, "bank.unshared", now=now, actor=actor, on=bank, unit_id=bank.unit_id, name=unit.name)
    session.flush()
    return unit


def exams_of(session: Session, bank: Bank, unit: Unit, *, now: datetime) -> int:
    """How many published exams, not yet closed, of a unit and those below it draw from a bank."""
    rows = session.execute(
        select(Exam.id, PaperRule.filter)
        .join(PaperRule, PaperRule.paper_id == Exam.paper_id)
        .join(Unit, Unit.id == Exam.unit_id)
        .where(Exam.state == ExamState.PUBLISHED, Exam.deleted_at.is_(None))
        .where(exam_times.closing_after(now))
        .where(Unit.path.startswith(unit.path, autoescape=True))
    ).all()
    return len({exam_id for exam_id, wanted in rows if bank.id in wanted.get("banks", ())})
