"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# A Monday morning in Shanghai.
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class FrozenClock:
    """Call it for the time; `advance` and `set` change it."""

    def __init__(self, now: datetime = START) -> None:
        self.set(now)

    def __call__(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        """Jump to an aware time."""
        if now.tzinfo is None:
            raise ValueError(f"The clock needs a time with a zone, not {now!r}")
        self._now = now.astimezone(UTC)

    def advance(self, **duration: float) -> datetime:
        """Move on by what `timedelta` takes, for instance `minutes=5`, and say the new time."""
        self._now += timedelta(**duration)
        return self._now
