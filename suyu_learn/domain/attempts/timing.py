"""The clock of an attempt: open, due at its deadline, closed after the grace that late arrivals have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
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
    NOT_ASKED_NOW = "not_asked_now"


def standing_clock(now: datetime, paused_at: datetime | None) -> datetime:
    """The time by a clock that stands still from the moment something was paused."""
    return now if paused_at is None else min(now, paused_at)


def phase(now: datetime, *, deadline: datetime, grace: timedelta) -> Phase:
    """Where `now` lies between the start, the deadline and its grace."""
    if now <= deadline:
        return Phase.RUNNING
    return Phase.GRACE if now <= deadline + grace else Phase.OVER


def entry_ends(opening: datetime | None, *, minutes: int | None, until: datetime | None) -> datetime | None:
    """The last moment at which one may begin: `until`, or so many minutes after the opening; None for no limit."""
    if until is not None or opening is None or minutes is None:
        return until
    return opening + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Extra:
    """More time for one person: the minutes of the exam so many times, or so many minutes on top."""

    factor: Decimal = Decimal(1)
    minutes: int = 0

    def over(self, minutes: int) -> timedelta:
        """What it adds to an exam of so many minutes."""
        return timedelta(seconds=int(minutes * 60 * (self.factor - 1)), minutes=self.minutes)


NO_EXTRA = Extra()


def deadline(
    started: datetime, *, minutes: int, closes_at: datetime | None, extra: Extra = NO_EXTRA, past_closing: bool = True
) -> datetime:
    """Until when one has time: one's own minutes, cut by the closing, which `past_closing` moves by what is extra."""
    more = extra.over(minutes)
    full = started + timedelta(minutes=minutes) + more
    if closes_at is None:
        return full
    return min(full, closes_at + more if past_closing else closes_at)


def hand_in_from(started: datetime, *, minutes: int | None, deadline: datetime) -> datetime:
    """From when one may hand in: so many minutes after the own start, but never after the time is over anyway."""
    return min(started + timedelta(minutes=minutes or 0), deadline)


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
