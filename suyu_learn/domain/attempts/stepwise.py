"""One question at a time: how long each is shown, when its time is over, and which answers come in time."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from fractions import Fraction

from suyu_learn.domain.attempts.timing import NO_EXTRA, Extra, Phase, Refusal, phase

FOR_THE_LINE = timedelta(seconds=5)
"""What an answer may need on its way: so long after a question's end it still counts."""

ALL_SHOWN = 0
"""In the place of a question's number once every question has been shown."""

FEWEST_SECONDS, MOST_SECONDS = 10, 3600


def seconds_of(seconds: int, *, minutes: int, extra: Extra = NO_EXTRA) -> int:
    """The seconds of a question for one person: stretched as the extra time stretches the minutes."""
    return math.floor(seconds * Fraction(minutes * 60 + int(extra.over(minutes).total_seconds()), minutes * 60))


def minutes_needed(questions: int, seconds: int) -> int:
    """In how many minutes so many questions are asked one after the other."""
    return -(-questions * seconds // 60)


def ends_at(until: datetime, deadline: datetime) -> datetime:
    """When the time of a question is over: its own seconds, but never after the deadline of the whole."""
    return min(until, deadline)


def judge_shown(
    now: datetime, *, slot: int, shown: int, until: datetime, deadline: datetime, grace: timedelta, closed: bool,
    stale: bool, late_counts: bool,
) -> Refusal | None:  # fmt: skip
    """Why an answer that arrives now does not count where one question is shown at a time; None when it does.

    What counts is when it arrives: nothing can be made beforehand and sent later.
    """
    if closed or phase(now, deadline=deadline, grace=grace) is Phase.OVER:
        return Refusal.CLOSED
    if stale:
        return Refusal.CONTINUED_ELSEWHERE
    if slot != shown:
        return Refusal.NOT_ASKED_NOW
    if now > ends_at(until, deadline) + FOR_THE_LINE or (now > deadline and not late_counts):
        return Refusal.TIME_OVER
    return None
