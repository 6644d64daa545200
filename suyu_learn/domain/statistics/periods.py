"""Months, quarters and years as periods of statistics, and the weeks they hold."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_CODE = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")
MONTHS, QUARTERS, YEARS = 13, 8, 3
"""How many of each are offered, the present one among them."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from the first to the last; `code` is `2026`, `2026-Q3` or `2026-09`, empty for a free one."""

    first: date
    last: date
    code: str = ""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks that a period touches; each begins on a Monday, but the first and the last are cut by the period."""

    period: Period

    def __iter__(self) -> Iterator[Period]:
        first = self.period.first
        while first <= self.period.last:
            last = min(self.period.last, first + timedelta(days=6 - first.weekday()))
            yield Period(first, last)
            first = last + timedelta(days=1)


def period_of(code: str) -> Period | None:
    """The period of a code; None for what is none."""
    found = _CODE.fullmatch(code)
    if found is None or not 1990 <= int(found[1]) <= 2199:
        return None
    year = int(found[1])
    if found[2]:
        month = 3 * int(found[2])
        return Period(date(year, month - 2, 1), _end(year, month), code)
    if found[3]:
        return Period(date(year, int(found[3]), 1), _end(year, int(found[3])), code)
    return Period(date(year, 1, 1), date(year, 12, 31), code)


def offered(today: date) -> tuple[Period, ...]:
    """The years, quarters and months up to today, each kind with the latest first."""
    months = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(MONTHS)]
    quarters = [divmod(today.year * 4 + (today.month - 1) // 3 - back, 4) for back in range(QUARTERS)]
    codes = [
        *(f"{today.year - back:04}" for back in range(YEARS)),
        *(f"{year:04}-Q{place + 1}" for year, place in quarters),
        *(f"{year:04}-{place + 1:02}" for year, place in months),
    ]
    return tuple(one for code in codes if (one := period_of(code)) is not None)


def _end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
