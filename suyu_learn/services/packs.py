"""The one door by which question packs come into the database, as often as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.content.drafts import BankDraft, BankFile, QuestionDraft
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions.identity import content_hash
from suyu_learn.models import Bank, Question, QuestionVersion, new_key
from suyu_learn.services import audit, bank, media
from suyu_learn.services.bank_editing import WRITTEN
from suyu_learn.services.bank_imports import MADE_UP


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a pack changed."""

    name: str
    read: int
    stored: int
    retired: int


def load_banks(
    session: Session, drafts: Sequence[BankDraft], *, now: datetime, prepared: media.Prepared | None = None
) -> list[Loaded]:
    """Store every bank of a pack; what is already there word for word is left alone.

    A question that a pack no longer has is retired, never deleted. What people edited or wrote here stays as it is.
    `prepared` says how its pictures are filed.
    """
    if prepared:
        drafts = [_with_pictures(session, draft, prepared, now=now) for draft in drafts]
    return [_load_bank(session, draft, now=now) for draft in drafts]


def _with_pictures(session: Session, draft: BankDraft, prepared: media.Prepared, *, now: datetime) -> BankDraft:
    """The pack with its pictures as they are stored; one that cannot be kept refuses the pack."""
    for one in draft.media:
        if isinstance(refused := prepared.get(one.sha256), Problem):
            raise refused.at(Place(file=f"{draft.pack}/media/{one.name}"))
    taken = media.take_in(session, BankFile(draft.questions, media=draft.media), prepared, now=now)
    return replace(draft, questions=taken.items)


def _load_bank(session: Session, draft: BankDraft, *, now: datetime) -> Loaded:
    if draft.review and not draft.reviewer:
        raise Problem("pack.no_reviewer", place=Place(file=draft.pack, field="reviewer"))
    target = session.scalar(select(Bank).where(Bank.pack == draft.pack))
    if target is None:
        target = bank.add_bank(session, draft.name, unit=None, now=now, review=draft.review, pack=draft.pack,
                               lang=draft.lang)  # fmt: skip
    _give_back_uids(session, draft, target)
    known = _known(session, target)
    changed = [said for said in draft.questions if not _is_there(session, said, known.get(said.uid))]
    stored = sum(bank.store(session, target, said, now=now, reviewer=draft.reviewer) is not None for said in changed)
    uids = {said.uid for said in draft.questions}
    gone = [
        question
        for question in session.scalars(
            select(Question).where(Question.bank_id == target.id, Question.published_version_id.is_not(None))
        )
        if question.uid not in uids and not question.uid.startswith(WRITTEN)
    ]
    for question in gone:
        bank.retire(session, question, now=now)
    if stored or gone:
        audit.record(session, "pack.loaded", now=now, on=target, pack=draft.pack, stored=stored, retired=len(gone))
    return Loaded(draft.name, read=len(draft.questions), stored=stored, retired=len(gone))


def _give_back_uids(session: Session, draft: BankDraft, target: Bank) -> None:
    """A uid belongs to the pack that comes with it: a question that a file brought under it gets another name."""
    uids = [said.uid for said in draft.questions]
    for start in range(0, len(uids), 500):
        squatting = (
            select(Question).join(Bank, Bank.id == Question.bank_id)
            .where(Question.uid.in_(uids[start : start + 500]), Question.bank_id != target.id, Bank.pack.is_(None))
        )  # fmt: skip
        for question in session.scalars(squatting):
            question.uid = f"{MADE_UP}{new_key()}"
    session.flush()


@dataclass(frozen=True, slots=True)
class _Known:
    """What a bank has of a question: the latest wording, whether papers draw it, and whether a person wrote it."""

    question_id: int
    content_hash: str
    published: bool
    by_hand: bool


def _known(session: Session, target: Bank) -> dict[str, _Known]:
    """The latest version of every question of a bank, in one statement."""
    rows = session.execute(
        select(Question.uid, Question.id, QuestionVersion.content_hash, Question.published_version_id,
               QuestionVersion.id, QuestionVersion.author_id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.bank_id == target.id).order_by(QuestionVersion.number)
    )  # fmt: skip
    return {
        uid: _Known(number, text_hash, published == version, author is not None)
        for uid, number, text_hash, published, version, author in rows
    }


def _is_there(session: Session, said: QuestionDraft, known: _Known | None) -> bool:
    """Whether a question stands as the pack says, was edited by hand, or was retired by hand in this very wording."""
    if known is not None and known.by_hand:
        return True
    if known is None or known.content_hash != _fingerprint(said):
        return False
    return known.published or audit.has_happened(session, "question.retired", kind="question", number=known.question_id)


def _fingerprint(said: QuestionDraft) -> str:
    return content_hash(said.type, said.body, said.text_format, said.lang, said.metadata())
