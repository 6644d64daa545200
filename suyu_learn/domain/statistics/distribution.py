"""How many results fall into each band of ten per cent of the full points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from suyu_learn.domain.statistics.suppression import hidden_cells

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


def hidden_bands(shares: Iterable[Decimal], *, cuts: Collection[Decimal], below: int) -> frozenset[int]:
    """The numbers of the bands that are hidden where it is known too how many reach each of the `cuts`.

    What lies between two cuts adds up to a known number, so it is hidden by itself; a band that is cut goes when one
    of its parts does.
    """
    parts: dict[int, Counter[int]] = {}
    for share in shares:
        parts.setdefault(sum(share >= cut for cut in cuts), Counter())[band_of(share)] += 1
    return frozenset[int]().union(*(hidden_cells(counts, below=below) for counts in parts.values()))
