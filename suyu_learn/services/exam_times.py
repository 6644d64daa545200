"""The times of an exam: latest beginning, earliest hand-in, retake, and one person's deadline with extra time."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain import attempts
from suyu_learn.domain.attempts import NO_EXTRA, Extra, RetakeFor, entry_ends, hand_in_from
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Attempt, Exam, ExtraTime
from suyu_learn.services import exam_rosters
from suyu_learn.services.steps import pauses_of

RETAKE = ("retake_for", "retake_opens_at", "retake_closes_at", "retake_attempts")
FIELDS = ("entry_minutes", "entry_until", "hand_in_minutes", "extra_past_closing", *RETAKE)


class Timed(Protocol):
    """What says when one begins and hands in: an exam, or what an organizer wants of it."""

    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def minutes(self) -> int: ...
    @property
    def entry_minutes(self) -> int | None: ...
    @property
    def entry_until(self) -> datetime | None: ...
    @property
    def hand_in_minutes(self) -> int | None: ...
    @property
    def closes_at(self) -> datetime | None: ...
    @property
    def extra_past_closing(self) -> bool: ...
    @property
    def retake_for(self) -> RetakeFor | None: ...
    @property
    def retake_opens_at(self) -> datetime | None: ...
    @property
    def retake_closes_at(self) -> datetime | None: ...
    @property
    def retake_attempts(self) -> int: ...
    @property
    def results_at(self) -> datetime | None: ...


def check(wanted: Timed) -> None:
    """Raise Problem for times that contradict each other."""
    if wanted.entry_minutes is not None and wanted.entry_until is not None:
        raise Problem("exam.entry_twice", place=Place(field="entry_until"))
    if wanted.entry_minutes is not None and wanted.entry_minutes < 1:
        raise Problem("exam.entry_minutes", place=Place(field="entry_minutes"))
    if wanted.entry_until is not None and wanted.opens_at is not None and wanted.entry_until <= wanted.opens_at:
        raise Problem("exam.entry_before_opening", place=Place(field="entry_until"))
    if wanted.hand_in_minutes is not None and not 1 <= wanted.hand_in_minutes < wanted.minutes:
        raise Problem("exam.hand_in_minutes", place=Place(field="hand_in_minutes"), minutes=wanted.minutes)
    if wanted.retake_for is not None:
        _check_retake(wanted)


def _check_retake(wanted: Timed) -> None:
    opens, closes = wanted.retake_opens_at, wanted.retake_closes_at
    if wanted.closes_at is None:
        raise Problem("exam.retake_without_closing", place=Place(field="closes_at"))
    if opens is None or closes is None:
        raise Problem(
            "exam.retake_window", place=Place(field="retake_opens_at" if opens is None else "retake_closes_at")
        )
    if opens < wanted.closes_at:
        raise Problem("exam.retake_too_early", place=Place(field="retake_opens_at"), closes_at=wanted.closes_at)
    tells = wanted.retake_for is not RetakeFor.ABSENT
    if tells and wanted.results_at is not None and opens < wanted.results_at:
        raise Problem("exam.retake_tells", place=Place(field="retake_opens_at"), results_at=wanted.results_at)
    if closes <= opens:
        raise Problem("exam.retake_turned", place=Place(field="retake_closes_at"))
    if wanted.retake_attempts < 1:
        raise Problem("exam.retake_attempts", place=Place(field="retake_attempts"))


def last_entry(exam: Exam) -> datetime | None:
    """The last moment at which somebody may begin for the first time; None as long as the exam is open."""
    return entry_ends(exam_rosters.opening(exam), minutes=exam.entry_minutes, until=exam.entry_until)


def first_hand_in(session: Session, attempt: Attempt, *, now: datetime) -> datetime:
    """From when this attempt may be handed in, which a pause moves as it does the deadline; a trial at any time."""
    minutes = None if attempt.trial else attempt.exam.hand_in_minutes
    if not minutes:
        return attempt.started_at
    stood = pauses_of(session, [attempt.id]).get(attempt.id, timedelta(0))
    standing = now - attempt.paused_at if attempt.paused_at is not None else timedelta(0)
    return hand_in_from(attempt.started_at + stood, minutes=minutes, deadline=attempt.deadline) + standing


def deadline(
    times: Timed, started_at: datetime, *, minutes: int, extra: Extra = NO_EXTRA, retake: bool = False
) -> datetime:
    """Until when one has time who began then with so many minutes."""
    closes_at = times.retake_closes_at if retake else times.closes_at
    return attempts.deadline(started_at, minutes=minutes, closes_at=closes_at, extra=extra,
                             past_closing=times.extra_past_closing)  # fmt: skip


def last_closing(times: Timed) -> datetime | None:
    """When nobody can begin any more, the retake included."""
    return times.closes_at if times.retake_for is None else times.retake_closes_at


def after_pause(exam: Exam, began: datetime, now: datetime) -> dict[str, datetime | int]:
    """What moves when an exam goes on that was paused: what was still to come, by what has passed.

    The retake moves if the pause lay in it, and where the closing would reach into it.
    """
    passed, moved = now - began, dict[str, datetime | int]()
    closes, ends = exam.closes_at, last_entry(exam)
    if closes is not None and closes > began:
        moved["closes_at"] = closes = closes + passed
    if ends is not None and ends > began:
        if exam.entry_minutes is not None:
            moved["entry_minutes"] = exam.entry_minutes + math.ceil(passed / timedelta(minutes=1))
        else:
            moved["entry_until"] = ends + passed
    opens_again, ends_again = exam.retake_opens_at, exam.retake_closes_at
    if exam.retake_for is not None and opens_again is not None and ends_again is not None and ends_again > began:
        pushed = closes is not None and closes > opens_again
        if pushed:
            moved["retake_opens_at"] = opens_again + passed
        if pushed or opens_again < now:
            moved["retake_closes_at"] = ends_again + passed
    return moved


def closing_after(now: datetime) -> ColumnElement[bool]:
    """Exams in which somebody can still begin now or later, the retake included."""
    return or_(
        Exam.closes_at.is_(None), Exam.closes_at > now, and_(Exam.retake_for.is_not(None), Exam.retake_closes_at > now)
    )


def extra_of(factor: Decimal | None, minutes: int | None) -> Extra:
    """What a row of extra time gives; nothing where there is none."""
    return Extra(factor or Decimal(1), minutes or 0)


def extras(session: Session, exam: Exam, person_ids: Collection[int]) -> dict[int, Extra]:
    """The extra time of those who have any: what was given for this exam, else what they have at every exam."""
    rows = session.scalars(
        select(ExtraTime)
        .where(ExtraTime.person_id.in_(person_ids), ExtraTime.taken_back_at.is_(None))
        .where(or_(ExtraTime.exam_id.is_(None), ExtraTime.exam_id == exam.id))
        .order_by(ExtraTime.exam_id.is_not(None), ExtraTime.id)
    )
    return {row.person_id: extra_of(row.factor, row.minutes) for row in rows}
