"""Until when an exam takes appeals against its results."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Attempt, Shown
from suyu_learn.services import exam_times

FIELDS = ("appeal_days",)
USUAL_DAYS = 7
MOST_DAYS = 365


class Appealable(Protocol):
    """What says for how long: an exam, or what an organizer wants of it."""

    @property
    def appeal_days(self) -> int | None: ...


def check(wanted: Appealable) -> None:
    """Raise Problem for a number of days that makes no sense."""
    if wanted.appeal_days is not None and not 1 <= wanted.appeal_days <= MOST_DAYS:
        raise Problem("exam.appeal_days", place=Place(field="appeal_days"), most=MOST_DAYS)


def last_moment(attempt: Attempt) -> datetime | None:
    """Until when somebody may object to the result of a closed attempt; None where that is not possible at all.

    The days count from when there is nothing more to be shown: the last mark, the moment that the exam sets for its
    results, and the closing where something is shown only after it.
    """
    exam = attempt.exam
    if exam.appeal_days is None or attempt.trial or exam.show_score is Shown.NEVER:
        return None
    shown = [attempt.marked_at, attempt.closed_at, exam.results_at]
    if Shown.AFTER_CLOSE in (exam.show_score, exam.show_key, exam.show_explanation):
        shown.append(exam_times.last_closing(exam))
    moments = [one for one in shown if one is not None]
    return max(moments) + timedelta(days=exam.appeal_days) if moments else None
