"""The steps of an attempt and the state that follows from them alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from suyu_learn.domain.attempts.leaves import LeaveLimit
from suyu_learn.domain.attempts.stepwise import ALL_SHOWN

NO_LIMIT = LeaveLimit()
LEFT_TOO_MUCH = "leaves"
"""Why a paper was handed in that nobody handed in: its page was left too often or for too long."""


class AttemptState(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    TIMED_OUT = "timed_out"
    VOIDED = "voided"


class StepKind(StrEnum):
    ACCEPTED = "accepted"
    OPENED = "opened"
    LEFT = "left"
    RELEASED = "released"
    SHOWN = "shown"
    PAUSED = "paused"
    RESUMED = "resumed"
    SAVED = "saved"
    SUBMITTED = "submitted"
    TIMED_OUT = "timed_out"
    MARKED = "marked"
    REGRADED = "regraded"
    VOIDED = "voided"
    ENTERED = "entered"


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
    left_count: int = 0
    """How often the page was left, and for how many seconds in all and at most."""

    left_seconds: int = 0
    left_longest: int = 0
    leave_limit: LeaveLimit = NO_LIMIT
    """After what the paper is handed in, as the person accepted it before beginning."""

    left_too_much: bool = False
    """Whether it was handed in by that limit."""

    device: str = ""
    """The device that opened it last, where the exam wants one at a time; empty when any may open it."""

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

    offline: bool = False
    """Whether it was sat on paper and entered afterwards."""
    sat_at: datetime | None = None
    """When it was sat on paper; it counts as closed then, whenever it was entered."""
    entered: Decimal | None = None
    """The points of a paper whose answers are not known, by the last who entered or corrected them."""
    typed_by: int | None = None
    """Who typed for the person, the last where there were several."""
    typing: int | None = None
    """Who types for the person now, or did when it was closed; None once somebody else has it, or they let go."""

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
            _open(now, step)
        elif step.kind in _ASIDE:
            _ASIDE[step.kind](now, step)
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
                now.closed_at, now.closed_by = now.sat_at or step.at, step.detail.get("by")
                now.left_too_much = step.detail.get("because") == LEFT_TOO_MUCH
            now.paused_at = None
        elif step.kind is StepKind.ENTERED:
            now.entered, now.marked_at = Decimal(step.detail["points"]), step.at
        elif step.slot is not None and step.detail.get("single"):
            _mark_once(now, step.slot, step)
        elif step.slot is not None:
            _mark(now, step.slot, step)
    return now


def _open(now: Projection, step: StepRecord) -> None:
    if step.detail.get("again"):
        _go_on_again(now)
    if step.epoch > now.epoch:  # more time is given in the same epoch, whoever has the paper
        now.typing = step.actor if step.detail.get("typed_for") else None
    now.epoch = step.epoch
    now.deadline = datetime.fromisoformat(step.detail["deadline"])
    now.device = step.detail.get("device", now.device)
    if step.detail.get("offline"):
        now.offline, now.sat_at = True, now.deadline
    if step.detail.get("typed_for"):
        now.typed_by = step.actor


def _go_on_again(now: Projection) -> None:
    """A closed paper is opened again: what followed from its end falls, what was answered stays."""
    now.state = AttemptState.OPEN
    now.closed_at = now.closed_by = now.marked_at = None
    now.left_too_much, now.leave_limit = False, NO_LIMIT
    now.fractions.clear()


def _leave(now: Projection, step: StepRecord) -> None:
    if step.detail.get("refused"):
        return
    seconds = step.detail["seconds"]
    now.left_count += 1
    now.left_seconds += seconds
    now.left_longest = max(now.left_longest, seconds)


def _accept(now: Projection, step: StepRecord) -> None:
    now.leave_limit = LeaveLimit(step.detail.get("count"), step.detail.get("seconds"))


def _release(now: Projection, _step: StepRecord) -> None:
    now.device, now.typing = "", None


_ASIDE = {StepKind.LEFT: _leave, StepKind.ACCEPTED: _accept, StepKind.RELEASED: _release}


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
