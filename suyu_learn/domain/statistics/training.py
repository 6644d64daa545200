"""Who was due to learn and did, carried up the tree of units: each person once in every unit above.

Counts come in two forms: sums of people who count in one unit alone, and, one by one, those who count in several.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from suyu_learn.domain.statistics.counting import Rates, ratio


@dataclass(slots=True)
class Trained:
    """People who have something to learn in a period, and how far they came."""

    due: int = 0
    started: int = 0
    completed: int = 0
    """Who has completed everything that was due to them there."""
    overdue: int = 0
    """Whose deadline for something has passed, and who had not completed it."""
    hours: Decimal = Decimal(0)

    def add(self, other: Trained) -> None:
        """Count a group of other people."""
        self.due += other.due
        self.started += other.started
        self.completed += other.completed
        self.overdue += other.overdue
        self.hours += other.hours

    def with_(self, other: Trained) -> Trained:
        """One and the same person with what is due to them elsewhere: begun if anything is, completed if all is."""
        return Trained(
            due=1,
            started=max(self.started, other.started),
            completed=min(self.completed, other.completed),
            overdue=max(self.overdue, other.overdue),
            hours=self.hours,
        )

    @property
    def started_of_due(self) -> Decimal | None:
        """Started of due."""
        return ratio(self.started, self.due)

    @property
    def completed_of_due(self) -> Decimal | None:
        """Completed of due."""
        return ratio(self.completed, self.due)

    @property
    def hours_a_head(self) -> Decimal | None:
        """Hours of those due, by the people due."""
        return ratio(self.hours, self.due)

    @property
    def telling(self) -> tuple[int, ...]:
        """Each count that is shown beside `due`, and each that follows from two of these."""
        missing = self.due - self.completed
        return (self.due, self.started, self.due - self.started, self.completed, self.started - self.completed,
                missing, self.overdue, missing - self.overdue)  # fmt: skip


@dataclass(slots=True)
class Sat(Rates):
    """People who are due at exams of a period, and what came of it."""

    due: int = 0
    sat: int = 0
    """Who sat at least one exam that was due to them."""
    passed: int = 0
    """Who passed every exam they sat of those due to them."""

    def add(self, other: Sat) -> None:
        """Count a group of other people."""
        self.due += other.due
        self.sat += other.sat
        self.passed += other.passed

    def with_(self, other: Sat) -> Sat:
        """One and the same person at several exams."""
        passed = not any(one.sat and not one.passed for one in (self, other)) and (self.sat or other.sat)
        return Sat(1, max(self.sat, other.sat), int(bool(passed)))

    @property
    def telling(self) -> tuple[int, ...]:
        """Each count that is shown, and each that follows from two of these."""
        return self.passing


@dataclass(slots=True)
class Group:
    """People of whom no more is asked than that they are there, such as those who completed something."""

    people: int = 0

    def add(self, other: Group) -> None:
        """Count a group of other people."""
        self.people += other.people

    def with_(self, other: Group) -> Group:
        """One and the same person."""
        return Group(1)

    @property
    def telling(self) -> tuple[int, ...]:
        """The count that is shown."""
        return (self.people,)


Counted = TypeVar("Counted", Trained, Sat, Group)


def climbed(
    kind: type[Counted],
    alone: Iterable[tuple[str, Counted]],
    several: Mapping[int, Mapping[str, Counted]],
) -> dict[str, Counted]:
    """The figures of every unit with all below it, by path; those of "" are the total, with people of no unit.

    `alone` are sums over people who count in that unit only, `several` each person who counts in more than one,
    with what counts in which. No rate is carried up, only counts and sums.
    """
    found: dict[str, Counted] = {"": kind()}
    for path, group in alone:
        for above in _chain(path):
            if above not in found:
                found[above] = kind()
        found[path].add(group)
    for path in sorted(found, key=len, reverse=True):  # each unit before the one above it
        if path:
            found[_above(path)].add(found[path])
    for by_unit in several.values():
        own: dict[str, Counted] = {}
        for path, one in by_unit.items():
            for above in _chain(path):
                own[above] = own[above].with_(one) if above in own else one
        for above, one in own.items():
            found.setdefault(above, kind()).add(one)
    return found


def _above(path: str) -> str:
    """The path of the unit above; empty above the topmost."""
    above = path[: path.rfind("/", 0, -1) + 1]
    return above if len(above) > 1 else ""


def _chain(path: str) -> list[str]:
    """The total, the units above from the top down, and the unit itself."""
    parts = path.strip("/").split("/") if path else []
    return ["", *(f"/{'/'.join(parts[:length])}/" for length in range(1, len(parts) + 1))]
