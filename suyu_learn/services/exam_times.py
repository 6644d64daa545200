"""When one may begin an exam at the latest, and hand in at the earliest."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from suyu_learn.domain.attempts import entry_ends, hand_in_from
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Attempt, Exam
from suyu_learn.services import exam_rosters

FIELDS = ("entry_minutes", "entry_until", "hand_in_minutes")


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


def last_entry(exam: Exam) -> datetime | None:
    """The last moment at which somebody may begin for the first time; None as long as the exam is open."""
    return entry_ends(exam_rosters.opening(exam), minutes=exam.entry_minutes, until=exam.entry_until)


def first_hand_in(attempt: Attempt) -> datetime:
    """From when this attempt may be handed in; a trial at any time."""
    minutes = None if attempt.trial else attempt.exam.hand_in_minutes
    return hand_in_from(attempt.started_at, minutes=minutes, deadline=attempt.deadline)
