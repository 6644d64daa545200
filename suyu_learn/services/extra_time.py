"""Extra time for one person, at one exam or at all: given, changed and taken back, each with its reason.

What somebody has at every exam says something of them: its reason is for those who look after the person's unit,
and does not enter the audit trail.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import NO_EXTRA, AttemptState, Extra
from suyu_learn.domain.names import chinese_order
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Attempt, Exam, ExtraTime, Membership, Person, PersonKind, Unit
from suyu_learn.services import audit, exam_changes, exam_times, grants, persons

FACTORS = (Decimal("1.5"), Decimal(2))
MOST_MINUTES = 600


@dataclass(frozen=True, slots=True)
class Given:
    """Extra time that somebody has: how much, why, since when and from whom; `lasting` for every exam."""

    person: Person
    extra: Extra
    reason: str
    at: datetime
    actor: str
    lasting: bool


def give(
    session: Session, person: Person, extra: Extra, *, exam: Exam | None, reason: str, actor: Person, now: datetime,
    grace: timedelta,
) -> int:  # fmt: skip
    """Let somebody have so much extra time from now on, or none any more; how many running attempts got longer.

    A running attempt is made longer at once, and never shorter.
    """
    said = audit.required(reason)
    grants.require_another(actor, person.id)
    if person.kind is PersonKind.GUEST:
        raise Problem("extra_time.guest", name=person.name)
    if extra.factor not in (1, *FACTORS) or not 0 <= extra.minutes <= MOST_MINUTES:
        raise Problem("extra_time.amount", place=Place(field="minutes"), most=MOST_MINUTES)
    before = live(session, person, exam)
    had = exam_times.extra_of(before.factor, before.minutes) if before is not None else NO_EXTRA
    if had == extra:
        raise Problem("extra_time.unchanged", place=Place(field="amount"))
    if before is not None:
        before.taken_back_at, before.taken_back_by_id = now, actor.id
    if extra != NO_EXTRA:
        session.add(ExtraTime(
            person_id=person.id, exam_id=exam.id if exam else None, reason=said, actor_id=actor.id, at=now,
            factor=extra.factor if extra.factor != 1 else None, minutes=extra.minutes or None,
        ))  # fmt: skip
    session.flush()
    _record(session, person, extra, exam=exam, reason=said, actor=actor, now=now)
    sat = [exam] if exam is not None else _being_sat(session, person)
    return sum(exam_changes.follow_extra(session, one, person, actor=actor, now=now, grace=grace) for one in sat)


def live(session: Session, person: Person, exam: Exam | None) -> ExtraTime | None:
    """What a person has at this very exam, or without one at every exam."""
    return session.scalar(
        select(ExtraTime)
        .where(ExtraTime.person_id == person.id, ExtraTime.taken_back_at.is_(None))
        .where(ExtraTime.exam_id == exam.id if exam is not None else ExtraTime.exam_id.is_(None))
        .order_by(ExtraTime.id.desc())
        .limit(1)
    )


def at_exam(session: Session, exam: Exam, *, due: Collection[int], actor: Person) -> list[Given]:
    """Who has extra time at an exam, by name: given for it, or lasting where the actor looks after the person.

    Why somebody has it at every exam stays on the person's own page.
    """
    rows = session.execute(
        select(ExtraTime, Person, Unit.path)
        .join(Person, Person.id == ExtraTime.person_id)
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.home & Membership.until.is_(None))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(ExtraTime.taken_back_at.is_(None))
        .where((ExtraTime.exam_id == exam.id) | ExtraTime.exam_id.is_(None))
        .order_by(ExtraTime.exam_id.is_not(None), ExtraTime.id)
    ).all()
    own, wanted = grants.reach(session, actor, persons.VIEWERS), set(due)
    found = {}
    for row, person, path in rows:
        if row.exam_id is not None:
            giver = session.get(Person, row.actor_id)
            found[person.id] = Given(person, exam_times.extra_of(row.factor, row.minutes), row.reason, row.at,
                                     giver.name if giver else "", lasting=False)  # fmt: skip
        elif person.id in wanted and own.covers(path):
            found[person.id] = Given(person, exam_times.extra_of(row.factor, row.minutes), "", row.at, "", lasting=True)
    return sorted(found.values(), key=lambda one: (chinese_order(one.person.name_key), one.person.id))


def _being_sat(session: Session, person: Person) -> list[Exam]:
    sitting = select(Attempt.exam_id).where(Attempt.person_id == person.id, Attempt.state == AttemptState.OPEN)
    return list(session.scalars(select(Exam).where(Exam.id.in_(sitting.where(Attempt.trial.is_(False))))))


def _record(
    session: Session, person: Person, extra: Extra, *, exam: Exam | None, reason: str, actor: Person, now: datetime
) -> None:
    home = persons.home_unit(session, person)
    unit_id = exam.unit_id if exam is not None else home.id if home is not None else None
    detail = {"factor": str(extra.factor) if extra.factor != 1 else "", "minutes": extra.minutes}
    if exam is not None:
        detail["person_id"] = person.id
    audit.record(
        session, "extra_time.given" if extra != NO_EXTRA else "extra_time.taken_back", now=now, actor=actor,
        on=exam or person, unit_id=unit_id, reason=reason if exam is not None else "", **detail,
    )  # fmt: skip
