"""Putting questions into another bank, as themselves or as copies; a bank with review lets nothing in past it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Bank, Person, Question, QuestionVersion, Status
from suyu_learn.services import audit, bank, bank_editing
from suyu_learn.services.bank_contents import exams_in_need
from suyu_learn.services.bank_questions import latest_of


@dataclass(frozen=True, slots=True)
class Placed:
    """How many questions came into the other bank, and how many of them must be reviewed there before papers draw."""

    changed: int
    same: int
    waiting: int = 0


def move(
    session: Session, row: Bank, questions: Sequence[Question], target: Bank, *, actor: Person, now: datetime
) -> Placed:
    """Put questions into another bank; refused where an open exam would have too few left.

    In a bank with review what nobody else has reviewed waits for a reviewer, or as a draft where it has no source.
    """
    _require_target(row, target)
    if row.pack is not None:
        raise Problem("bulk.pack_stays")
    moving = _with_groups(session, questions)
    in_need = exams_in_need(session, row, {one.id for one in moving}, now=now)
    if in_need:
        raise Problem("bank.needed", exams=[exam.title for exam in in_need])
    waiting = 0
    for question in moving:
        question.bank_id = target.id
        waiting += target.review and _waits_now(session, question)
    audit.record(session, "questions.moved", now=now, actor=actor, on=row, unit_id=row.unit_id, rows=len(moving),
                 bank=target.name, waiting=waiting)  # fmt: skip
    session.flush()
    return Placed(len(moving), 0, waiting)


def copy(
    session: Session, row: Bank, questions: Sequence[Question], target: Bank, *, actor: Person, now: datetime,
    only_published: bool = False,
) -> Placed:  # fmt: skip
    """Make new questions of the newest published versions in another bank, drafts there if it asks for review.

    `only_published` leaves out what was never published, for who may not see it.
    """
    _require_target(row, target)
    copying = [one for one in _with_groups(session, questions)
               if not only_published or one.published_version_id is not None]  # fmt: skip
    known = set(session.scalars(
        select(Question.identity).where(Question.bank_id == target.id, Question.published_version_id.is_not(None))
    ))  # fmt: skip
    groups: dict[int, Question] = {}
    copied = waiting = 0
    for question in copying:
        if question.identity in known and question.group_id is None:
            continue
        groups[question.id] = _copy_one(session, question, target, groups, actor=actor, now=now)
        copied += 1
        waiting += target.review and question.published_version_id is not None
    audit.record(session, "questions.copied", now=now, actor=actor, on=target, unit_id=target.unit_id, rows=copied,
                 bank=row.name)  # fmt: skip
    session.flush()
    return Placed(copied, len(copying) - copied, waiting)


def is_reviewed(session: Session, version: QuestionVersion) -> bool:
    """Whether somebody who wrote nothing of it agreed to a version that states its source."""
    if version.reviewed_at is None or version.reviewer_id is None or not version.source.strip():
        return False
    return version.reviewer_id not in _hands_in(session, version)


def _hands_in(session: Session, version: QuestionVersion) -> set[int | None]:
    """Who wrote something of a version since a person who had not agreed to one before it.

    A change of many questions makes versions that keep the reviewer and the moment of the one they are copies of.
    """
    rows = session.execute(
        select(QuestionVersion.author_id, QuestionVersion.reviewer_id, QuestionVersion.reviewed_at)
        .where(QuestionVersion.question_id == version.question_id, QuestionVersion.number <= version.number)
        .order_by(QuestionVersion.number)
    ).all()  # fmt: skip
    hands: set[int | None] = set()
    for author_id, reviewer_id, reviewed_at in rows:
        hands.add(author_id)
        earlier = reviewed_at is not None and reviewed_at != version.reviewed_at
        if earlier and reviewer_id is not None and reviewer_id not in hands:
            hands.clear()
    return hands


def _waits_now(session: Session, question: Question) -> bool:
    """Take a question that came past review out of drawing; whether papers drew it until now."""
    latest = latest_of(session, question)
    drawn = question.published_version_id
    published = latest if drawn in (None, latest.id) else session.get_one(QuestionVersion, drawn)
    if is_reviewed(session, published):
        if published is not latest and latest.reviewed_at is not None and not is_reviewed(session, latest):
            _forget_review(latest)
        return False
    if drawn is not None:
        published.status = Status.RETIRED
        question.published_version_id = None
    if published is latest and drawn is not None:
        latest.status = Status.REVIEW if latest.source.strip() else Status.DRAFT
    if latest.reviewed_at is not None:
        _forget_review(latest)
    return drawn is not None


def _forget_review(version: QuestionVersion) -> None:
    """Else it could be published again as one that was agreed to."""
    version.reviewer_id, version.reviewer, version.reviewed_at = None, "", None


def _copy_one(
    session: Session, question: Question, target: Bank, groups: dict[int, Question], *, actor: Person, now: datetime
) -> Question:
    version = latest_of(session, question)
    if question.published_version_id is not None:
        version = session.get_one(QuestionVersion, question.published_version_id)
    kept = bank_editing.edit_of(session, question, version)
    uid = bank_editing.new_uid()
    draft = replace(kept.draft, uid=uid)
    group = groups.get(question.group_id) if question.group_id is not None else None
    made = bank_editing.create(session, target, replace(kept, draft=draft), actor=actor, now=now, group=group,
                               told=False)  # fmt: skip
    bank_editing.carry_translations(session, version, made)
    copied = session.get_one(Question, made.question_id)
    if version.status is Status.PUBLISHED and not target.review:
        bank.publish(session, copied, made, reviewer=version.reviewer or actor.name, now=now)
    return copied


def _with_groups(session: Session, questions: Sequence[Question]) -> list[Question]:
    """The questions with the whole of each group they belong to, passages first."""
    heads = {one.group_id or one.id for one in questions}
    members = session.scalars(select(Question).where(Question.group_id.in_(heads))).all() if heads else []
    passages = session.scalars(select(Question).where(Question.id.in_({one.group_id for one in members}))).all()
    found = {one.id: one for one in (*passages, *questions, *members)}
    return sorted(found.values(), key=lambda one: (one.group_id is not None, one.group_position or 0, one.id))


def _require_target(row: Bank, target: Bank) -> None:
    if target.id == row.id or target.deleted_at is not None or target.pack is not None:
        raise Problem("bulk.no_target", place=Place(field="value"))
