"""Sitting an exam one question at a time: each is shown once, for so many seconds, and nobody goes back.

Showing a question is a step, with the moment until which it has time; the next one is shown when the person goes on,
or comes back after that time. Meanwhile the clock runs, whether the page is open or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import ALL_SHOWN, FOR_THE_LINE, NO_EXTRA, Projection, StepKind, ends_at, standing_clock
from suyu_learn.models import Attempt, Slot, Step
from suyu_learn.services import exam_delivery, exam_times, sitting
from suyu_learn.services.sitting import Typing
from suyu_learn.services.steps import slots_of
from suyu_learn.services.versions import Versions

_APPEND = insert(cast("Table", Step.__table__))


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """What the page shows: the question that is asked now, with its passage; no question while paused before one,
    after the last, or once the time of the whole is over."""

    attempt: Attempt
    projection: Projection
    slot: Slot | None
    passage: Slot | None
    count: int
    """How many questions the attempt has."""

    ends: datetime | None = None
    """When the time of the question is over, by the clock that stands still while paused."""


def open_question(
    session: Session, attempt: Attempt, *, now: datetime, grace: timedelta, versions: Versions, device: str = "",
    typing: Typing | None = None,
) -> ShownQuestion | None:  # fmt: skip
    """Begin a new epoch with the question that is asked now; None when the attempt is closed.

    It is the same question with what is left of its time, however often it is opened; the next one once that is over.
    The attempt was read by `hold`; `device` is where it is opened, if the exam wants one at a time.
    """
    opened = sitting.open_paper(session, attempt, now=now, grace=grace, versions=versions, device=device, typing=typing)
    if opened is None:
        return None
    if attempt.paused_at is None and (attempt.shown_slot is None or is_over(attempt, now=now)):
        _show_next(session, attempt, opened.slots, now=now, typing=typing)
    by_number = {slot.number: slot for slot in opened.slots}
    slot = by_number.get(attempt.shown_slot or ALL_SHOWN)
    if slot is not None and is_over(attempt, now=now):
        slot = None
    passage = by_number.get(slot.parent_number) if slot is not None and slot.parent_number is not None else None
    return ShownQuestion(
        attempt, opened.projection, slot, passage, len(_questions(opened.slots)),
        ends=_ends(attempt) if slot is not None else None,
    )  # fmt: skip


def leave(
    session: Session, attempt: Attempt, *, by_clock: bool, now: datetime, grace: timedelta, versions: Versions,
    typing: Typing | None = None,
) -> None:  # fmt: skip
    """Go on from the question that is shown, and behind the last one hand in; nobody goes on while paused.

    `by_clock` says that the page's clock had it so: it stays where it is while the server's says that there is time.
    The attempt was read by `hold`. Raises Problem while it is too early to hand in.
    """
    if attempt.paused_at is not None or (by_clock and _left(attempt, now=now) > sitting.CLOCK_FAULT):
        return
    _show_next(session, attempt, slots_of(session, attempt), now=now, typing=typing)
    if attempt.shown_slot == ALL_SHOWN or now >= attempt.deadline:
        sitting.submit(session, attempt, now=now, grace=grace, versions=versions, typing=typing)


def may_answer(attempt: Attempt, *, now: datetime) -> bool:
    """Whether an answer to the question that is shown comes in time."""
    return attempt.shown_slot != ALL_SHOWN and _left(attempt, now=now) >= -FOR_THE_LINE


def is_over(attempt: Attempt, *, now: datetime) -> bool:
    """Whether the time of the question that was shown has run out; never while the clock stands before its end."""
    return attempt.shown_until is not None and _left(attempt, now=now) <= timedelta(0)


def _left(attempt: Attempt, *, now: datetime) -> timedelta:
    return _ends(attempt) - standing_clock(now, attempt.paused_at)


def _ends(attempt: Attempt) -> datetime:
    return ends_at(attempt.shown_until or attempt.deadline, attempt.deadline)


def _questions(slots: Sequence[Slot]) -> list[Slot]:
    """The slots without the passages, in order."""
    passages = {slot.parent_number for slot in slots}
    return [slot for slot in slots if slot.number not in passages]


def _show_next(
    session: Session, attempt: Attempt, slots: Sequence[Slot], *, now: datetime, typing: Typing | None
) -> None:
    """Append the step that shows the next question, or that none is left; once the time is over, neither."""
    if attempt.shown_slot == ALL_SHOWN or now >= attempt.deadline:
        return
    following = next((slot for slot in _questions(slots) if slot.number > (attempt.shown_slot or 0)), None)
    until = now + timedelta(seconds=_seconds(session, attempt)) if following is not None else None
    session.connection().execute(
        _APPEND,
        {"attempt_id": attempt.id, "kind": StepKind.SHOWN, "slot": following.number if following is not None else None,
         "epoch": attempt.epoch, "made_at": now, "received_at": now,
         "actor_id": typing.actor.id if typing else attempt.person_id,
         "detail": {"until": until.isoformat()} if until is not None else None},
    )  # fmt: skip
    attempt.shown_slot = following.number if following is not None else ALL_SHOWN
    attempt.shown_until = until
    session.flush()


def _seconds(session: Session, attempt: Attempt) -> int:
    extras = {} if attempt.trial else exam_times.extras(session, attempt.exam, [attempt.person_id])
    return exam_delivery.seconds_for(attempt.exam, extras.get(attempt.person_id, NO_EXTRA))
