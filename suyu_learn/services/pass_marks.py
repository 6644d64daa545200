"""Another pass mark for an exam that has been sat: who comes to pass by it, and who does not any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.models import Attempt, Completion, CompletionKind, Exam
from suyu_learn.services import records


def _marked(session: Session, exam: Exam) -> Sequence[Attempt]:
    return session.scalars(
        select(Attempt)
        .where(Attempt.exam_id == exam.id, Attempt.points.is_not(None), Attempt.state != AttemptState.VOIDED)
        .order_by(Attempt.id)
    ).all()


def moved_over(session: Session, exam: Exam, pass_share: Decimal) -> tuple[set[int], set[int]]:
    """People who would come to pass, and people who have passed and would not any more."""
    if pass_share == exam.pass_share:
        return set(), set()
    before, after = set(), set()
    for attempt in _marked(session, exam):
        if attempt.trial or attempt.points is None:
            continue
        if attempt.passed:
            before.add(attempt.person_id)
        if attempt.points >= pass_share * attempt.full_points:
            after.add(attempt.person_id)
    return after - before, before - after


def judge_anew(session: Session, exam: Exam, pass_share: Decimal, *, now: datetime) -> None:
    """Say of each marked attempt whether it passes now; new completions are recorded, none is removed."""
    exam.pass_share = pass_share
    known = set(session.scalars(
        select(Completion.person_id).where(
            Completion.kind == CompletionKind.EXAM, Completion.subject_id == exam.id, Completion.voided_at.is_(None)
        )
    ))  # fmt: skip
    for attempt in _marked(session, exam):
        attempt.passed = attempt.points is not None and attempt.points >= pass_share * attempt.full_points
        if attempt.passed and not attempt.trial and attempt.person_id not in known:
            records.complete_exam(session, attempt, now=now)
            known.add(attempt.person_id)
    session.flush()
