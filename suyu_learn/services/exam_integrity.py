"""The integrity rules of an exam: what its organizer set, and what of it holds for one person.

All of them are off unless ticked. They do not hold for somebody who is exempt at this exam, nor for older people
unless the exam says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import LeaveLimit
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Exam, IntegrityExemption, Person, PersonAudience

FIELDS = (
    "count_leaves", "warn_of_leaves", "most_leaves", "most_seconds_away", "watermark", "one_device",
    "integrity_for_seniors",
)  # fmt: skip
SENIORS = "seniors"
MOST_LEAVES = 100
LEAST_SECONDS, MOST_SECONDS = 10, 3600
_EXEMPT = select(
    select(IntegrityExemption.id)
    .where(IntegrityExemption.exam_id == bindparam("exam"), IntegrityExemption.person_id == bindparam("person"))
    .where(IntegrityExemption.taken_back_at.is_(None))
    .exists(),
    select(PersonAudience.person_id)
    .where(PersonAudience.person_id == bindparam("person"), PersonAudience.audience == SENIORS)
    .exists(),
)


class Guarded(Protocol):
    """What says which rules there are: an exam, or what an organizer wants of it."""

    @property
    def count_leaves(self) -> bool: ...
    @property
    def warn_of_leaves(self) -> bool: ...
    @property
    def most_leaves(self) -> int | None: ...
    @property
    def most_seconds_away(self) -> int | None: ...
    @property
    def watermark(self) -> bool: ...
    @property
    def one_device(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold."""

    counts: bool = False
    warns: bool = False
    limit: LeaveLimit = LeaveLimit()
    watermark: bool = False
    one_device: bool = False

    def __bool__(self) -> bool:
        return self.counts or self.watermark or self.one_device


NO_RULES = Rules()


def check(wanted: Guarded) -> None:
    """Raise Problem for rules that cannot be kept."""
    limited = "most_leaves" if wanted.most_leaves is not None else "most_seconds_away"
    if not wanted.count_leaves and (wanted.warn_of_leaves or getattr(wanted, limited) is not None):
        raise Problem("integrity.not_counted", place=Place(field="count_leaves"))
    if wanted.most_leaves is not None and not 1 <= wanted.most_leaves <= MOST_LEAVES:
        raise Problem("integrity.most_leaves", place=Place(field="most_leaves"), most=MOST_LEAVES)
    if wanted.most_seconds_away is not None and not LEAST_SECONDS <= wanted.most_seconds_away <= MOST_SECONDS:
        raise Problem("integrity.most_seconds", place=Place(field="most_seconds_away"), least=LEAST_SECONDS,
                      most=MOST_SECONDS)  # fmt: skip


def rules_of(exam: Guarded) -> Rules:
    """The rules that an exam has."""
    return Rules(
        counts=exam.count_leaves, warns=exam.warn_of_leaves, watermark=exam.watermark, one_device=exam.one_device,
        limit=LeaveLimit(exam.most_leaves, exam.most_seconds_away),
    )  # fmt: skip


def rules_for(session: Session, exam: Exam, person: Person) -> Rules:
    """The rules of an exam that hold for this person."""
    rules = rules_of(exam)
    if not rules:
        return NO_RULES
    exempt, senior = session.execute(_EXEMPT, {"exam": exam.id, "person": person.id}).one()
    return NO_RULES if exempt or (senior and not exam.integrity_for_seniors) else rules


def limit_to_accept(session: Session, exam: Exam, person: Person, *, accepted: bool, free: bool) -> LeaveLimit:
    """The limit that somebody accepts by beginning, unless they are free of it; raises Problem where they have not."""
    if free or not rules_of(exam).limit:
        return NO_RULES.limit
    limit = rules_for(session, exam, person).limit
    if limit and not accepted:
        raise Problem("integrity.not_accepted", place=Place(field="accepted"))
    return limit
