"""Honest hours: never more than was spent, than the text takes, than the day had, than a day may be worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from typing import TypeAlias

from suyu_learn.domain.courses.progress import split_by_day

CENT = Decimal("0.01")
Span: TypeAlias = tuple[datetime, datetime]
"""A real beginning and end."""


@dataclass(frozen=True, slots=True)
class CreditRules:
    """How long a credit hour is, and how many a day may bring."""

    minutes: int = 45
    per_day: Decimal = Decimal(8)

    @property
    def seconds_per_day(self) -> int:
        """The seconds that one day may count."""
        return int(self.per_day * self.minutes * 60)

    def hours(self, seconds: int) -> Decimal:
        """Credit hours with two decimals, rounded down."""
        return (Decimal(max(0, seconds)) / (max(1, self.minutes) * 60)).quantize(CENT, ROUND_DOWN)

    def seconds(self, hours: Decimal) -> int:
        """The fewest seconds that make so many credit hours."""
        return int((max(Decimal(0), hours) * max(1, self.minutes) * 60).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True, slots=True)
class Credit:
    """What a completed course is worth: the seconds that count, by day, and the hours they make."""

    days: Mapping[date, int]
    seconds: int
    hours: Decimal


def grant(
    *,
    claimed: int | None,
    opened_at: datetime | None,
    until: datetime,
    counted_until: datetime | None,
    most: int | None = None,
) -> int:
    """The seconds that may be counted of a claim which ends at `until`.

    None claims all that has passed. Nothing counts before the lesson was opened, and no moment of a person's time
    counts twice, whatever lessons lie open side by side: `counted_until` is where counting has come to.
    """
    if opened_at is None:
        return 0
    start = max(opened_at, counted_until) if counted_until is not None else opened_at
    room = max(0, int((until - start).total_seconds()))
    granted = room if claimed is None else min(max(0, claimed), room)
    return granted if most is None else min(granted, max(0, most))


def counted(days: Mapping[date, int], plausible: int, *, watched: int = 0) -> dict[date, int]:
    """The seconds of a lesson that count: the first ones, until its plausible reading time is full.

    `watched` are seconds of its films and sounds, which come on top.
    """
    left, kept = max(0, plausible) + max(0, watched), {}
    for day in sorted(days):
        seconds = min(max(0, days[day]), left)
        if seconds:
            kept[day] = seconds
            left -= seconds
    return kept


def credit(lessons: Iterable[Mapping[date, int]], *, already: Mapping[date, int], rules: CreditRules) -> Credit:
    """What the counted seconds of all lessons are worth, beside what other courses brought on the same days."""
    total: dict[date, int] = {}
    for lesson in lessons:
        for day, seconds in lesson.items():
            total[day] = total.get(day, 0) + max(0, seconds)
    days = {}
    for day in sorted(total):
        seconds = min(total[day], max(0, rules.seconds_per_day - already.get(day, 0)))
        if seconds:
            days[day] = seconds
    return Credit(days, sum(days.values()), rules.hours(sum(days.values())))


def most(spans: Iterable[Span], *, zone: tzinfo, rules: CreditRules) -> Decimal:
    """The credit hours that some real time can bring somebody whose days are empty."""
    return rules.hours(sum(min(one, rules.seconds_per_day) for one in by_day(spans, zone=zone).values()))


def free(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What is left of a time beside others, since nobody is in two places at once."""
    left = [span]
    for begins, ends in taken:
        parts = [part for began, ended in left for part in ((began, min(ended, begins)), (max(began, ends), ended))]
        left = [part for part in parts if part[0] < part[1]]
    return left


def worth(
    spans: Sequence[Span], hours: Decimal, *, already: Mapping[date, int], zone: tzinfo, rules: CreditRules
) -> Credit:
    """What teaching in person is worth: the hours it is meant to bring, as far as time and days have room for them.

    Several days bear alike, as far as each has room.
    """
    room = {
        day: min(passed, max(0, rules.seconds_per_day - already.get(day, 0)))
        for day, passed in by_day(spans, zone=zone).items()
    }
    left, days = rules.seconds(hours), {}
    for place, day in enumerate(sorted(room, key=lambda one: (room[one], one))):
        days[day] = min(room[day], -(-left // (len(room) - place)))
        left -= days[day]
    kept = {day: days[day] for day in sorted(days) if days[day]}
    return Credit(kept, sum(kept.values()), min(rules.hours(sum(kept.values())), max(hours, Decimal(0))))


def apart(times: Iterable[tuple[datetime, int]], taken: Sequence[Span], *, zone: tzinfo) -> dict[date, int]:
    """The seconds of each local day of times given by their ends and seconds, without what lies in those of `taken`."""
    whole = [(ended - timedelta(seconds=seconds), ended) for ended, seconds in times]
    return by_day([piece for one in whole for piece in free(one, taken)], zone=zone)


def by_day(spans: Iterable[Span], *, zone: tzinfo) -> dict[date, int]:
    """The seconds of real times by local day."""
    days: dict[date, int] = {}
    for began, ended in spans:
        for day, seconds in split_by_day(ended, int((ended - began).total_seconds()), zone=zone).items():
            days[day] = days.get(day, 0) + seconds
    return days
