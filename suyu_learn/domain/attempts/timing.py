"""The clock of an attempt: open, due at its deadline, closed after the grace that late arrivals have."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Phase(StrEnum):
    RUNNING = "running"
    GRACE = "grace"
    OVER = "over"


class Refusal(StrEnum):
    """Why a saved response does not count."""

    CONTINUED_ELSEWHERE = "continued_elsewhere"
    TIME_OVER = "time_over"
    CLOSED = "closed"


def standing_clock(now: datetime, paused_at: datetime | None) -> datetime:
    """The time by a clock that stands still from the moment something was paused."""
    return now if paused_at is None else min(now, paused_at)


def phase(now: datetime, *, deadline: datetime, grace: timedelta) -> Phase:
    """Where `now` lies between the start, the deadline and its grace."""
    if now <= deadline:
        return Phase.RUNNING
    return Phase.GRACE if now <= deadline + grace else Phase.OVER


def made_at(received_at: datetime, *, age: timedelta, last_contact: datetime) -> datetime:
    """When a queued response was made: its age before it came in, but never before the last contact.

    The age comes from the browser, so it can place a change only within the time in which the line was down.
    """
    return min(received_at, max(received_at - max(age, timedelta(0)), last_contact))


def judge_save(
    now: datetime, *, made: datetime, deadline: datetime, grace: timedelta, closed: bool, stale: bool, late_counts: bool
) -> Refusal | None:
    """Why a response that arrives now does not count; None when it does."""
    where = phase(now, deadline=deadline, grace=grace)
    if closed or where is Phase.OVER:
        return Refusal.CLOSED
    if stale:
        return Refusal.CONTINUED_ELSEWHERE
    if where is Phase.GRACE and (made > deadline or not late_counts):
        return Refusal.TIME_OVER
    return None
