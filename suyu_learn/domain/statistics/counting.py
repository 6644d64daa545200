"""Counts and sums that are carried up a tree; every rate is made from them at the end, never from other rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from suyu_learn.domain.statistics.standing import Standing

EXCELLENT = Decimal("0.9")
"""From this share of the full points a result is excellent."""


def ratio(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """`part` of `whole`; None when there is no whole."""
    return Decimal(part) / Decimal(whole) if whole else None


def mean(values: Sequence[Decimal]) -> Decimal | None:
    """The arithmetic mean."""
    return ratio(sum(values, Decimal(0)), len(values))


def median(values: Sequence[Decimal]) -> Decimal | None:
    """The middle value, or the mean of the two in the middle."""
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


class Rates:
    """What is made of the counts of who is due at exams, who sat and who passed."""

    __slots__ = ()
    due: int
    sat: int
    passed: int

    @property
    def participation(self) -> Decimal | None:
        """Sat of due."""
        return ratio(self.sat, self.due)

    @property
    def pass_rate_of_sat(self) -> Decimal | None:
        """Passed of sat."""
        return ratio(self.passed, self.sat)

    @property
    def pass_rate_of_due(self) -> Decimal | None:
        """Passed of due."""
        return ratio(self.passed, self.due)

    @property
    def sitting(self) -> tuple[int, ...]:
        """Who is due and sat, and each count that follows from the two."""
        return (self.due, self.sat, self.due - self.sat)

    @property
    def passing(self) -> tuple[int, ...]:
        """The same with who passed."""
        return (*self.sitting, self.passed, self.sat - self.passed, self.due - self.passed)


@dataclass(slots=True)
class Tally(Rates):
    """What is counted of a group of people who are due; each person is added once."""

    due: int = 0
    sat: int = 0
    passed: int = 0
    excellent: int = 0
    unmarked: int = 0
    """Sat, but something of theirs still waits for a marker."""
    points: list[Decimal] = field(default_factory=list)
    """Points of those who are marked."""
    shares: list[Decimal] = field(default_factory=list)
    """The same as shares of the full points."""

    def add(self, standing: Standing | None, *, excellent_from: Decimal = EXCELLENT) -> None:
        """Count one person who is due; None is somebody who has not sat."""
        self.due += 1
        if standing is None:
            return
        self.sat += 1
        if standing.points is None:
            self.unmarked += 1
            return
        self.passed += bool(standing.passed)
        self.points.append(standing.points)
        share = ratio(standing.points, standing.full_points)
        if share is not None:
            self.shares.append(share)
            self.excellent += share >= excellent_from

    def join(self, other: Tally) -> None:
        """Count a group of other people."""
        self.due += other.due
        self.sat += other.sat
        self.passed += other.passed
        self.excellent += other.excellent
        self.unmarked += other.unmarked
        self.points += other.points
        self.shares += other.shares

    @property
    def absent(self) -> int:
        """Due and not sat."""
        return self.due - self.sat

    @property
    def marked(self) -> int:
        """Sat, and everything is marked."""
        return self.sat - self.unmarked

    @property
    def marking(self) -> tuple[int, ...]:
        """What is told of those who are marked; who is excellent has passed, or with a high pass mark the reverse."""
        return (self.marked, self.unmarked, self.marked - self.passed, self.excellent, self.sat - self.excellent,
                self.marked - self.excellent, max(0, self.passed - self.excellent),
                max(0, self.excellent - self.passed))  # fmt: skip

    @property
    def excellent_of_sat(self) -> Decimal | None:
        """Excellent of sat."""
        return ratio(self.excellent, self.sat)

    @property
    def mean(self) -> Decimal | None:
        """Mean points of those who are due, sat and marked."""
        return mean(self.points)

    @property
    def median(self) -> Decimal | None:
        """Median points of the same people."""
        return median(self.points)
