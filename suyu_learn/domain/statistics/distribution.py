"""How many results fall into each band of ten per cent of the full points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

BANDS = 10


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` per cent to below the next band's `low`; the last one holds 100 as well."""

    low: int
    high: int
    count: int


def band_of(share: Decimal) -> int:
    """The number of the band, from 0; what lies outside 0 to 1 falls into the outermost band."""
    return max(0, min(BANDS - 1, int(share * BANDS)))


def distribution(shares: Iterable[Decimal]) -> tuple[Band, ...] | None:
    """Counts in bands of ten; None without any result."""
    counts = [0] * BANDS
    for share in shares:
        counts[band_of(share)] += 1
    if not any(counts):
        return None
    return tuple(
        Band(low=number * 10, high=100 if number == BANDS - 1 else number * 10 + 9, count=count)
        for number, count in enumerate(counts)
    )
