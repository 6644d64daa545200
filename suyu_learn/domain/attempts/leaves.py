"""Leaving the page of a paper: what of an absence counts, and when it was too much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SHORTEST_LEAVE = timedelta(seconds=3)
"""A keyboard that comes up, a question of the browser or a call that is turned away takes less."""


@dataclass(frozen=True, slots=True)
class LeaveLimit:
    """After how many leaves, or how many seconds in one go, a paper is handed in; None sets no limit."""

    count: int | None = None
    seconds: int | None = None

    def __bool__(self) -> bool:
        return self.count is not None or self.seconds is not None

    def is_passed(self, *, count: int, longest: int) -> bool:
        """Whether so many leaves, the longest of so many seconds, are more than the limit."""
        return (self.count is not None and count > self.count) or (self.seconds is not None and longest > self.seconds)


def away_for(began: datetime, ended: datetime, pauses: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """How long an absence was, without what of it lay in a pause of the exam; zero where it is too short to count."""
    left = ended - began
    for start, end in pauses:
        left -= max(min(ended, end) - max(began, start), timedelta(0))
    return left if left >= SHORTEST_LEAVE else timedelta(0)
