"""The one door by which question packs come into the database, as often as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import BankDraft
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Bank, Question
from suyu_learn.services import audit, bank


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a pack changed."""

    name: str
    read: int
    stored: int
    retired: int


def load_banks(session: Session, drafts: Sequence[BankDraft], *, now: datetime) -> list[Loaded]:
    """Store every bank of a pack; what is already there word for word is left alone.

    A question that a pack no longer has is retired, never deleted.
    """
    return [_load_bank(session, draft, now=now) for draft in drafts]


def _load_bank(session: Session, draft: BankDraft, *, now: datetime) -> Loaded:
    if draft.review and not draft.reviewer:
        raise Problem("pack.no_reviewer", place=Place(file=draft.pack, field="reviewer"))
    target = session.scalar(select(Bank).where(Bank.pack == draft.pack))
    if target is None:
        target = bank.add_bank(session, draft.name, unit=None, now=now, review=draft.review, pack=draft.pack,
                               lang=draft.lang)  # fmt: skip
    stored = 0
    for said in draft.questions:
        stored += bank.store(session, target, said, now=now, reviewer=draft.reviewer) is not None
    uids = {said.uid for said in draft.questions}
    gone = [
        question
        for question in session.scalars(
            select(Question).where(Question.bank_id == target.id, Question.published_version_id.is_not(None))
        )
        if question.uid not in uids
    ]
    for question in gone:
        bank.retire(session, question, now=now)
    if stored or gone:
        audit.record(session, "pack.loaded", now=now, on=target, pack=draft.pack, stored=stored, retired=len(gone))
    return Loaded(draft.name, read=len(draft.questions), stored=stored, retired=len(gone))
