"""The steps of an attempt and the state that follows from them alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from suyu_learn.domain.attempts.stepwise import ALL_SHOWN


class AttemptState(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    TIMED_OUT = "timed_out"
    VOIDED = "voided"


class StepKind(StrEnum):
    OPENED = "opened"
    SHOWN = "shown"
    PAUSED = "paused"
    RESUMED = "resumed"
    SAVED = "saved"
    SUBMITTED = "submitted"
    TIMED_OUT = "timed_out"
    MARKED = "marked"
    REGRADED = "regraded"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step as stored; `detail` says what the kind needs beside the common fields."""

    kind: StepKind
    at: datetime
    slot: int | None = None
    epoch: int = 0
    seq: int = 0
    response: Any = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    actor: int | None = None


@dataclass(slots=True)
class Projection:
    """What the steps say of the attempt."""

    state: AttemptState = AttemptState.OPEN
    epoch: int = 0
    deadline: datetime | None = None
    """By a clock that stands still while paused: what was paused is added when the time goes on."""

    paused_at: datetime | None = None
    paused_for: timedelta = timedelta(0)
    """All the time given back so far."""

    shown_slot: int | None = None
    """Where questions are shown one at a time: the last that was, ALL_SHOWN once all have been; None before."""

    shown_until: datetime | None = None
    """Until when it has time, by the clock that stands still while paused."""

    closed_at: datetime | None = None
    closed_by: int | None = None
    """Who closed it in the person's place."""

    marked_at: datetime | None = None
    late_answers: int = 0
    responses: dict[int, Any] = field(default_factory=dict)
    sequence: dict[int, tuple[int, int]] = field(default_factory=dict)
    """The winning (epoch, seq) of each slot."""
    fractions: dict[int, Decimal] = field(default_factory=dict)
    key_versions: dict[int, int] = field(default_factory=dict)
    """The version by whose key a slot was marked, or will be; by the one that was asked where nothing says so."""
    singles: dict[int, dict[int, Decimal]] = field(default_factory=dict)
    """Where two people mark an answer: what each of them gave, by person, in the order in which they came."""
    decided_by: dict[int, int] = field(default_factory=dict)
    """Who gave the mark that stands, where a person did."""
    shared: set[int] = field(default_factory=set)
    """Where the mark that stands is the mean of two."""
    disputed: set[int] = field(default_factory=set)
    """Where two people are too far apart, and nobody has settled it yet."""

    kept: dict[int, tuple[int, Any, datetime]] = field(default_factory=dict)
    """What a page sent that could not count, until the person takes it over or leaves it: number, response, time."""

    def next_seq(self, slot: int) -> int:
        """The number from which a page of the current epoch counts on."""
        epoch, seq = self.sequence.get(slot, (0, 0))
        return seq if epoch == self.epoch else 0


_CLOSING = {
    StepKind.SUBMITTED: AttemptState.SUBMITTED,
    StepKind.TIMED_OUT: AttemptState.TIMED_OUT,
    StepKind.VOIDED: AttemptState.VOIDED,
}


def project(steps: Iterable[StepRecord]) -> Projection:
    """The state after all steps, which come in the order in which they were stored."""
    now = Projection()
    for step in steps:
        if step.kind is StepKind.OPENED:
            now.epoch = step.epoch
            now.deadline = datetime.fromisoformat(step.detail["deadline"])
        elif step.kind is StepKind.SHOWN:
            until = step.detail.get("until")
            now.shown_slot = step.slot or ALL_SHOWN
            now.shown_until = datetime.fromisoformat(until) if until else None
        elif step.kind is StepKind.PAUSED:
            now.paused_at = step.at
        elif step.kind is StepKind.RESUMED:
            _go_on(now, step)
        elif step.kind is StepKind.SAVED:
            _save(now, step)
        elif step.kind in _CLOSING:
            now.state = _CLOSING[step.kind]
            if now.closed_at is None:
                now.closed_at, now.closed_by = step.at, step.detail.get("by")
            now.paused_at = None
        elif step.slot is not None and step.detail.get("single"):
            _mark_once(now, step.slot, step)
        elif step.slot is not None:
            _mark(now, step.slot, step)
    return now


def _go_on(now: Projection, step: StepRecord) -> None:
    if now.paused_at is None or now.deadline is None:
        return
    passed = step.at - now.paused_at
    now.deadline, now.paused_for, now.paused_at = now.deadline + passed, now.paused_for + passed, None
    if now.shown_until is not None:
        now.shown_until += passed


def _keep(now: Projection, step: StepRecord) -> None:
    if step.slot is None:  # the person has decided
        now.kept.clear()
    else:
        now.kept[step.slot] = (step.seq, step.response, step.at)


def _mark_once(now: Projection, slot: int, step: StepRecord) -> None:
    """One of two marks: nothing stands by it alone, and what stood before stays until both are settled."""
    assert step.actor is not None  # machines mark once and for all
    now.singles.setdefault(slot, {})[step.actor] = Decimal(step.detail["fraction"])
    if step.detail.get("disputed"):
        now.disputed.add(slot)
    else:
        now.disputed.discard(slot)


def _mark(now: Projection, slot: int, step: StepRecord) -> None:
    now.key_versions[slot] = step.detail["version"]
    if "fraction" not in step.detail:  # it says by which version an open attempt will be marked
        return
    now.fractions[slot] = Decimal(step.detail["fraction"])
    now.marked_at = step.at
    now.disputed.discard(slot)
    now.shared.discard(slot)
    if step.detail.get("mean"):
        now.shared.add(slot)
    if step.kind is StepKind.MARKED and step.actor is not None:
        now.decided_by[slot] = step.actor
    else:
        now.decided_by.pop(slot, None)


def _save(now: Projection, step: StepRecord) -> None:
    if step.detail.get("kept_until_asked"):
        _keep(now, step)
    if step.slot is None or step.detail.get("refused"):
        return
    now.late_answers += bool(step.detail.get("late"))
    place = (step.epoch, step.seq)
    if place > now.sequence.get(step.slot, (0, -1)):
        now.sequence[step.slot] = place
        now.responses[step.slot] = step.response
