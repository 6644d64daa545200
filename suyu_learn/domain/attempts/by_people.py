"""Answers that people mark: where each stands, and when two marks are near enough."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from suyu_learn.domain.attempts.steps import Projection

_STEP = Decimal("0.000001")


class AnswerState(StrEnum):
    """How far the marking of one answer is."""

    MACHINE = "machine"  # marked by its keywords; a person may look at it
    WAITING = "waiting"
    ONCE = "once"  # marked by one of two
    SETTLE = "settle"  # marked by two who are too far apart
    DONE = "done"


def agreed(one: Decimal, other: Decimal, *, apart: Decimal) -> Decimal | None:
    """The mean of two marks; None where they lie further apart than `apart`, a share of the points."""
    return None if abs(one - other) > apart else ((one + other) / 2).quantize(_STEP).normalize() + Decimal(0)


def answer_state(projection: Projection, slot: int) -> AnswerState:
    """How far the marking of a slot is, by the steps alone."""
    if slot in projection.disputed:
        return AnswerState.SETTLE
    if slot in projection.decided_by:
        return AnswerState.DONE
    if slot in projection.fractions:
        return AnswerState.MACHINE
    return AnswerState.ONCE if projection.singles.get(slot) else AnswerState.WAITING
