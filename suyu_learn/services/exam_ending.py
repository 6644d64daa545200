"""Ending an exam that runs: nobody begins any more, and, where that is wanted, the papers still open are collected.

Collecting moves their deadlines. The pages that are open follow it within half a minute and hand in by themselves, and
what waits in them for a line counts as it does at any end: what was made in time, if it comes within the grace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Attempt, Exam, ExamState, Person
from suyu_learn.services import audit, exam_changes, exams, invigilation, locks
from suyu_learn.services.exams import Standing

LONGEST = 60
"""Minutes until papers are collected, at the most."""


class Window(Enum):
    """When one may begin."""

    EXAM = auto()
    RETAKE = auto()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an end at this moment would meet."""

    begins: bool
    """Whether anybody could begin now, the exam or its retake."""
    sitting: int
    latest: datetime | None
    """Until when those who sit have time, at the latest."""

    @property
    def runs(self) -> bool:
        """Whether there is anything to end."""
        return self.begins or self.sitting > 0


def outlook(session: Session, exam: Exam, *, now: datetime, grace: timedelta) -> Outlook:
    """How the exam stands."""
    held = invigilation.open_attempts(session, exam, now=now, grace=grace)
    return Outlook(_window(exam, now=now) is not None, len(held), max((one.deadline for one in held), default=None))


def end(
    session: Session, exam: Exam, *, collect_in: int | None, reason: str, actor: Person, now: datetime, grace: timedelta
) -> int:
    """Close the window that is open and, with `collect_in`, every paper after so many minutes; how many papers.

    Whoever has less time than that keeps it. Raises Problem for an exam that is paused, or that nobody sits or could
    begin.
    """
    said = audit.required(reason)
    if collect_in is not None and not 0 <= collect_in <= LONGEST:
        raise Problem("end.minutes", place=Place(field="minutes"), most=LONGEST)
    locks.hold_exam(session, exam)
    if exam.paused_at is not None:
        raise Problem("end.paused")
    window = _window(exam, now=now)
    running = invigilation.open_attempts(session, exam, now=now, grace=grace)
    if window is None and not running:
        raise Problem("end.nothing_runs")
    if window is not None:
        before = exam_changes.wanted_now(session, exam)
        wanted = replace(before, closes_at=now) if window is Window.EXAM else replace(before, retake_closes_at=now)
        exam_changes.change(session, exam, wanted, reason=said, actor=actor, now=now, grace=grace)
    collected = 0
    if collect_in is not None:
        collected = _collect(session, running, minutes=collect_in, reason=said, actor=actor, now=now)
    audit.record(session, "exam.ended", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                 people=collected)  # fmt: skip
    session.flush()
    return collected


def _window(exam: Exam, *, now: datetime) -> Window | None:
    """The window that is open now."""
    if exam.state is not ExamState.PUBLISHED:
        return None
    if exams.standing(exam, now=now) is Standing.OPEN:
        return Window.EXAM
    return Window.RETAKE if exams.retake_standing(exam, now=now) is Standing.OPEN else None


def _collect(
    session: Session, running: Sequence[Attempt], *, minutes: int, reason: str, actor: Person, now: datetime
) -> int:
    """Let the time of these attempts run out after so many minutes, and of those that stand still too."""
    end = now + timedelta(minutes=minutes)
    invigilation.go_on(session, [one for one in running if one.paused_at is not None], actor=actor, now=now)
    longer = [one for one in running if one.deadline > end]
    invigilation.set_deadlines(session, longer, [end] * len(longer), {"ended": True, "reason": reason}, actor=actor,
                               now=now)  # fmt: skip
    return len(running)
