"""How far a person has come in a programme, and whether it is complete.

A part is done by its own evidence: a course or an exam by its completion, an event or a sign-off once it has brought
the hours it is planned to bring. A stage is done when its required parts are, enough of its electives, and when the
hours that its parts really brought reach the hours it asks for: who clicks through a course in ten minutes has ten
minutes. A programme is complete when every stage is done and its hours are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class PartNeeds:
    """One part: which evidence it takes, and the hours that an event or sign-off has to bring."""

    id: int
    required: bool = True
    hours: Decimal = NONE
    """0 where the evidence alone decides, as with a course or an exam."""


@dataclass(frozen=True, slots=True)
class StageNeeds:
    """One stage with its parts; `electives` is how many of the parts that are not required have to be done."""

    id: int
    parts: Sequence[PartNeeds] = ()
    hours: Decimal = NONE
    electives: int = 0


@dataclass(frozen=True, slots=True)
class Needs:
    """A whole programme; `hours` are due in all."""

    stages: Sequence[StageNeeds] = ()
    hours: Decimal = NONE
    in_order: bool = False
    all_hours: bool = False
    """Whether every hour of the period counts, not only those of the parts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one part has brought: hours, and since when it is done by itself."""

    hours: Decimal = NONE
    began_at: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PartProgress:
    """One part as it stands."""

    id: int
    done: bool
    hours: Decimal = NONE
    began_at: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StageProgress:
    """One stage as it stands; `waits` while an earlier stage has to be done first."""

    id: int
    parts: tuple[PartProgress, ...]
    hours: Decimal
    due: Decimal
    electives_left: int
    waits: bool
    done: bool

    @property
    def hours_left(self) -> Decimal:
        return max(NONE, self.due - self.hours)


@dataclass(frozen=True, slots=True)
class Progress:
    """A programme as one person stands in it."""

    stages: tuple[StageProgress, ...]
    hours: Decimal
    due: Decimal
    parts_done: int
    parts_due: int
    """The required parts, and as many electives as are asked for."""

    @property
    def hours_left(self) -> Decimal:
        return max(NONE, self.due - self.hours)

    @property
    def complete(self) -> bool:
        return all(stage.done for stage in self.stages) and not self.hours_left

    @property
    def started(self) -> bool:
        return bool(self.hours) or any(part.done for stage in self.stages for part in stage.parts)


def progress(needs: Needs, evidence: Mapping[int, Evidence], *, ledger: Decimal = NONE) -> Progress:
    """The progress that follows from the evidence of each part, by its id; `ledger` are all hours of the period."""
    stages: list[StageProgress] = []
    waits = False
    for stage in needs.stages:
        found = _stage(stage, evidence, waits=waits)
        stages.append(found)
        waits = waits or (needs.in_order and not found.done)
    return Progress(
        stages=tuple(stages),
        hours=ledger if needs.all_hours else sum((stage.hours for stage in stages), NONE),
        due=needs.hours,
        parts_done=sum(_counted(stage, found) for stage, found in zip(needs.stages, stages, strict=True)),
        parts_due=sum(sum(part.required for part in stage.parts) + stage.electives for stage in needs.stages),
    )


def _stage(stage: StageNeeds, evidence: Mapping[int, Evidence], *, waits: bool) -> StageProgress:
    parts = tuple(_part(part, evidence.get(part.id)) for part in stage.parts)
    hours = sum((part.hours for part in parts), NONE)
    required = all(found.done for part, found in zip(stage.parts, parts, strict=True) if part.required)
    elective = sum(found.done for part, found in zip(stage.parts, parts, strict=True) if not part.required)
    left = max(0, stage.electives - elective)
    return StageProgress(
        stage.id, parts, hours, stage.hours, left, waits, done=required and not left and hours >= stage.hours
    )


def _part(part: PartNeeds, found: Evidence | None) -> PartProgress:
    if found is None:
        return PartProgress(part.id, done=False)
    done = found.at is not None and found.hours >= part.hours
    return PartProgress(part.id, done, found.hours, found.began_at, found.at)


def _counted(stage: StageNeeds, found: StageProgress) -> int:
    """The parts done that count: no more electives than are asked for."""
    pairs = list(zip(stage.parts, found.parts, strict=True))
    electives = sum(part.done for needs, part in pairs if not needs.required)
    return sum(part.done for needs, part in pairs if needs.required) + min(stage.electives, electives)
