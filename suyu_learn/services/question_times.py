"""How long questions of a bank took, from the steps of the newest attempts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import StepKind
from suyu_learn.domain.statistics import Made, Spent, seconds_by_slot, spent
from suyu_learn.models import Attempt, Question, QuestionVersion, Slot, Step
from suyu_learn.services.exam_standings import CLOSED

NEWEST = 500
"""Attempts that are looked through for one question; the middle of more would hardly be another."""

NEWEST_OF_A_BANK = 2_000
_PART = 250


_ALL: ColumnElement[bool] = literal(True)


def times_of(
    session: Session, which: ColumnElement[bool], *, newest: int, among: ColumnElement[bool] = _ALL
) -> dict[int, Spent]:
    """The times of the questions that `which` selects, by id, from so many of the newest attempts that asked one.

    `among` limits the attempts.
    """
    seconds: dict[int, list[float]] = {}
    attempts = _newest(session, which, newest, among)
    questions = _questions(session, which) if attempts else {}
    for start in range(0, len(attempts), _PART):
        part = attempts[start : start + _PART]
        asked = _asked(session, part)
        for attempt_id, steps in _steps(session, part):
            for slot, taken in seconds_by_slot(steps).items():
                question_id = questions.get(asked.get((attempt_id, slot), 0))
                if question_id is not None:
                    seconds.setdefault(question_id, []).append(taken)
    found = {number: spent(taken) for number, taken in seconds.items()}
    return {number: one for number, one in found.items() if one is not None}


def _newest(session: Session, which: ColumnElement[bool], newest: int, among: ColumnElement[bool]) -> Sequence[int]:
    """Attempts are looked at from the newest on, until enough are found."""
    asks = (
        select(Slot.number)
        .join(QuestionVersion, QuestionVersion.id == Slot.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Slot.attempt_id == Attempt.id, which)
    )
    return session.scalars(
        select(Attempt.id).where(among, asks.exists(), Attempt.trial.is_(False), Attempt.offline.is_(False),
                                 Attempt.state.in_(CLOSED))
        .order_by(Attempt.id.desc()).limit(newest)
    ).all()  # fmt: skip


def _questions(session: Session, which: ColumnElement[bool]) -> dict[int, int]:
    """The question of each version."""
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.question_id)
        .join(Question, Question.id == QuestionVersion.question_id).where(which)
    )  # fmt: skip
    return dict(rows.all())


def _asked(session: Session, attempt_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """The version in each slot."""
    rows = session.execute(
        select(Slot.attempt_id, Slot.number, Slot.version_id).where(Slot.attempt_id.in_(attempt_ids))
    )
    return {(attempt_id, number): version_id for attempt_id, number, version_id in rows}


def _steps(session: Session, attempt_ids: Sequence[int]) -> list[tuple[int, list[Made]]]:
    """What the learners did, attempt by attempt; an answer that does not count saves none, but time went by."""
    rows = session.execute(
        select(Step.attempt_id, Step.made_at, Step.slot, Step.detail)
        .where(Step.attempt_id.in_(attempt_ids), Step.kind.in_([StepKind.OPENED, StepKind.SAVED]))
        .order_by(Step.attempt_id, Step.id)
    )  # fmt: skip
    return [
        (attempt_id, [Made(at, None if _is_refused(detail) else slot) for _attempt, at, slot, detail in steps])
        for attempt_id, steps in groupby(rows, key=lambda row: row[0])
    ]


def _is_refused(detail: object) -> bool:
    return isinstance(detail, dict) and "refused" in detail
