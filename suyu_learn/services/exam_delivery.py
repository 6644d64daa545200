"""How the questions of an exam are shown: all on one page, or one at a time with so many seconds for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import (
    FEWEST_SECONDS,
    MOST_SECONDS,
    NO_EXTRA,
    Extra,
    ends_at,
    minutes_needed,
    seconds_of,
    standing_clock,
)
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Attempt, Delivery, Exam, Slot
from suyu_learn.services import exam_times

FIELDS = ("delivery", "question_seconds")


def check(delivery: Delivery, seconds: int | None, *, minutes: int, questions: int) -> None:
    """Raise Problem where questions one at a time have no time, or more than the minutes hold."""
    if delivery is Delivery.WHOLE:
        return
    if seconds is None or not FEWEST_SECONDS <= seconds <= MOST_SECONDS:
        raise Problem("exam.question_seconds", place=Place(field="question_seconds"), fewest=FEWEST_SECONDS,
                      most=MOST_SECONDS)  # fmt: skip
    needed = minutes_needed(questions, seconds)
    if minutes < needed:
        raise Problem("exam.seconds_beyond_minutes", place=Place(field="question_seconds"), questions=questions,
                      seconds=seconds, needed=needed, minutes=minutes)  # fmt: skip


def seconds_for(exam: Exam, extra: Extra = NO_EXTRA) -> int:
    """How long each question is shown to somebody with this extra time, from now on."""
    assert exam.question_seconds is not None  # checked where questions come one at a time
    return seconds_of(exam.question_seconds, minutes=exam.minutes, extra=extra)


def short_of_time(session: Session, exam: Exam, running: Sequence[Attempt], seconds: int, *, now: datetime) -> int:
    """How many running attempts could not be shown all that is left, if each question had so many seconds."""
    if not running:
        return 0
    counts = dict(
        session.execute(
            select(Slot.attempt_id, func.count() - func.count(Slot.parent_number.distinct()))
            .where(Slot.attempt_id.in_([one.id for one in running])).group_by(Slot.attempt_id)
        ).all()
    )  # fmt: skip
    extras = exam_times.extras(session, exam, [one.person_id for one in running])
    short = 0
    for one in running:
        left = counts[one.id] - (one.shown_slot or 0) if one.shown_until is not None else 0
        clock = standing_clock(now, one.paused_at)
        free_from = max(clock, ends_at(one.shown_until, one.deadline)) if one.shown_until is not None else clock
        each = seconds_of(seconds, minutes=exam.minutes, extra=extras.get(one.person_id, NO_EXTRA))
        short += left * each > (one.deadline - free_from).total_seconds()
    return short
