"""Which question bank a new exam begins with, where nobody has said so."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.models import Bank, Exam, Person
from suyu_learn.services import exam_plans


def proposed_banks(session: Session, person: Person, usable: Sequence[Bank]) -> list[Bank]:
    """The one that the person used or made last, or that alone can be meant; none where that would be a guess."""
    last = session.scalars(
        select(Exam).where(Exam.created_by_id == person.id, Exam.deleted_at.is_(None)).order_by(Exam.id.desc()).limit(1)
    ).first()
    own = [one for one in usable if one.created_by_id == person.id]
    newest = max(own, key=lambda one: (one.created_at, one.id), default=None)
    if newest is not None and (last is None or newest.created_at > last.created_at):
        return [newest]
    if last is not None:
        drawn_from = {rule.bank_id for rule in exam_plans.plan_of(session, last).rules}
        used = [one for one in usable if {one.id} == drawn_from]
        if used:
            return used
    of_units = [one for one in usable if one.unit_id is not None]
    return next((those for those in (of_units, list(usable)) if len(those) == 1), [])
