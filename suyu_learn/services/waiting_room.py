"""What those who wait for an exam ask now and then: when it opens, and whether it still does.

One statement an answer, for a whole city may be waiting. How many ask is counted in memory, so that the page can
spread the starts of many over some seconds.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, true
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Exam, ExamState, Person
from suyu_learn.services import exams
from suyu_learn.services.answers import Claim, NotSignedIn
from suyu_learn.services.exams import Standing

STARTS_A_SECOND = 20
"""How many starts with their papers one worker is asked for in a second; docs/performance.md says what it can."""
LONGEST_SPREAD = 8
"""Seconds over which the starts of a crowd are spread at most."""
_AGAIN = 60
_ASKED = (
    select(Exam, Person.stamp, Person.disabled_at)
    .join_from(Exam, Person, true())
    .where(Exam.id == bindparam("exam"), Person.id == bindparam("person"))
)


@dataclass(frozen=True, slots=True)
class Opening:
    """When an exam, or its retake, opens, and where it stands now."""

    standing: Standing
    opens_at: datetime | None
    whole_time: bool
    """Whether who begins some seconds after the opening still has all their minutes before the closing."""


class Crowd:
    """How many ask about each exam within a minute, in this process; each page asks once a minute."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[int, int, int]] = {}
        self._guard = threading.Lock()

    def count(self, exam_id: int) -> int:
        """Count one more who asks; how many did in this minute or the last, whichever were more."""
        minute = int(time.monotonic() // _AGAIN)
        with self._guard:
            at, now, before = self._asked.get(exam_id, (minute, 0, 0))
            if at != minute:
                now, before = 0, now if at == minute - 1 else 0
            self._asked = {number: row for number, row in self._asked.items() if row[0] >= minute - 1}
            self._asked[exam_id] = (minute, now + 1, before)
            return max(now + 1, before)


def spread(asking: int, opening: Opening) -> int:
    """Over how many seconds as many starts are spread; 0 where they are few, or where a wait would cost them time."""
    return min(LONGEST_SPREAD, asking // STARTS_A_SECOND) if opening.whole_time else 0


def opening_of(exam: Exam, *, retake: bool, now: datetime) -> Opening:
    """What those who wait have to know of an exam."""
    opens, closes = (exam.retake_opens_at, exam.retake_closes_at) if retake else (exam.opens_at, exam.closes_at)
    stands = exams.standing(exam, now=now)
    if retake and stands is Standing.CLOSED:
        stands = exams.retake_standing(exam, now=now)
    wanted = timedelta(minutes=exam.minutes, seconds=LONGEST_SPREAD)
    whole = closes is None or max(now, opens or now) + wanted <= closes
    return Opening(stands, opens, whole)


def ask(session: Session, exam_id: int, claim: Claim, *, retake: bool, now: datetime) -> Opening:
    """The same for somebody who asks; raises NotSignedIn, or Problem for an exam that is not there."""
    row = session.execute(_ASKED, {"exam": exam_id, "person": claim.person_id}).one_or_none()
    if row is None:
        raise Problem("exam.unknown")
    exam, stamp, disabled_at = row
    if stamp != claim.stamp or disabled_at is not None or claim.exam_id not in (None, exam_id):
        raise NotSignedIn
    if exam.deleted_at is not None or exam.state is ExamState.DRAFT:
        raise Problem("exam.unknown")
    return opening_of(exam, retake=retake, now=now)
