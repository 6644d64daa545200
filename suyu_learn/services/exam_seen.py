"""Whether right answers can have been seen by somebody whom a change lets sit again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from suyu_learn.models import Exam
from suyu_learn.services import exams
from suyu_learn.services.exam_times import Timed


def keys_seen(session: Session, exam: Exam, *, now: datetime, grace: timedelta) -> bool:
    """Whether right answers or explanations are shown now."""
    shown = exams.shown_now(session, exam, now=now, grace=grace)
    return exam.show_score in shown and not shown.isdisjoint({exam.show_key, exam.show_explanation})


def adds_retake(before: Timed, wanted: Timed) -> bool:
    """Whether there is a retake now that was not there before."""
    return before.retake_for is None and wanted.retake_for is not None


def opens_again(before: Timed, wanted: Timed, *, now: datetime) -> bool:
    """Whether the exam, or the retake that it has, was over and is not any more."""
    ends = [(before.closes_at, wanted.closes_at)]
    if before.retake_for is not None and wanted.retake_for is not None:
        ends.append((before.retake_closes_at, wanted.retake_closes_at))
    return any(was is not None and was <= now and (end is None or end > now) for was, end in ends)
