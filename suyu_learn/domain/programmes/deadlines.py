"""When an assignment begins and ends for one person, and how often it comes."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """What an assignment says: from when, and until a day of its own or so many days after the person's beginning."""

    starts_on: date
    due_on: date | None = None
    due_days: int | None = None
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's turn: the occasion that tells it from others, and its days."""

    occasion: str
    starts_on: date
    due_on: date | None


def turn(terms: Terms, *, joined: date, today: date) -> Turn | None:
    """The turn that is on today for somebody who came on `joined`; None before it has begun, and for who came too
    late for it."""
    begins = max(terms.starts_on, joined)
    if begins > today:
        return None
    if not terms.yearly:
        due = begins + timedelta(days=terms.due_days) if terms.due_days is not None else terms.due_on
        return Turn("", begins, due) if due is None or due >= begins else None
    starts_on = max(begins, date(today.year, 1, 1))
    return Turn(str(today.year), starts_on, _yearly_due(terms, starts_on))


def _yearly_due(terms: Terms, starts_on: date) -> date:
    """The same day of each year, no earlier than the turn begins, and at the latest the last day of its year."""
    last = date(starts_on.year, 12, 31)
    if terms.due_days is not None:
        return min(last, starts_on + timedelta(days=terms.due_days))
    if terms.due_on is None:
        return last
    day = min(terms.due_on.day, monthrange(starts_on.year, terms.due_on.month)[1])
    due = date(starts_on.year, terms.due_on.month, day)
    return due if due >= starts_on else last
