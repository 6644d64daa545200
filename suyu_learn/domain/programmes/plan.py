"""A programme as values: stages in their order, with what is done in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from suyu_learn.domain.problems import Place

NOTHING = Decimal(0)


class HoursScope(StrEnum):
    """Which hours of the ledger count towards a programme's."""

    PARTS = "parts"  # those that its own parts brought
    ALL = "all"  # all of the person's hours in its period


class Repeats(StrEnum):
    ONCE = "once"
    YEARLY = "yearly"  # each calendar year anew


class PartKind(StrEnum):
    COURSE = "course"
    EXAM = "exam"
    EVENT = "event"
    SIGN_OFF = "sign_off"  # taught at the workplace, and signed


@dataclass(frozen=True, slots=True)
class Part:
    """What is done in a stage; `id` is 0 until it is stored."""

    kind: PartKind
    title: str
    hours: Decimal = NOTHING
    required: bool = True
    content: str = ""
    """What has to be taught, in words."""
    course_id: int | None = None
    exam_id: int | None = None
    id: int = 0
    slug: str = ""
    """Of its course."""
    seconds: int = 0
    """How long its course plausibly takes: reading, and films and sounds as long as they play."""
    available: bool = True
    """Whether learners can open its course or exam."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a programme."""

    title: str
    hours: Decimal = NOTHING
    electives: int = 0
    """How many of its elective parts are to be done."""
    parts: tuple[Part, ...] = ()
    id: int = 0

    @property
    def required(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.required)

    @property
    def elective(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if not part.required)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a programme asks for, and on what it rests."""

    title: str
    stages: tuple[Stage, ...] = ()
    summary: str = ""
    legal_basis: str = ""
    basis_day: date | None = None
    """Since when the basis is in force."""
    hours: Decimal = NOTHING
    counts: HoursScope = HoursScope.PARTS
    repeats: Repeats = Repeats.ONCE
    window_years: int = 1
    valid_months: int | None = None
    in_order: bool = False
    """A stage opens once the one before it is done."""
    rule_version: int = 0

    @property
    def parts(self) -> Iterator[Part]:
        """All parts in their order."""
        return (part for stage in self.stages for part in stage.parts)

    def part(self, part_id: int) -> Part | None:
        """One of its parts by its number."""
        return next((part for part in self.parts if part.id == part_id), None)

    def asked(self) -> tuple[object, ...]:
        """What somebody has to do to complete it; another answer is another rule."""
        return (
            self.hours, self.counts, self.repeats, self.window_years, self.in_order,
            tuple(
                (stage.hours, stage.electives,
                 tuple((part.kind, part.course_id, part.exam_id, part.required, part.hours) for part in stage.parts))
                for stage in self.stages
            ),
        )  # fmt: skip


def place_of(field: str, stage: int | None = None, part: int | None = None) -> Place:
    """Where a fault lies; stages and parts are counted from 1."""
    ahead = f"s{stage}-" if stage is not None else ""
    return Place(field=f"{ahead}p{part}-{field}" if part is not None else f"{ahead}{field}")
