"""Who need not keep the integrity rules of an exam, one person or everybody; each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam, IntegrityExemption, Person
from suyu_learn.services import audit, exam_changes, grants, locks
from suyu_learn.services.exam_integrity import FIELDS, rules_of
from suyu_learn.services.name_order import by_name


@dataclass(frozen=True, slots=True)
class Exempted:
    """Somebody for whom the rules of an exam do not hold: why, since when and by whom."""

    person: Person
    reason: str
    at: datetime
    actor: str


def live(session: Session, exam: Exam, person: Person) -> IntegrityExemption | None:
    """The exemption that a person has at this exam."""
    return session.scalar(
        select(IntegrityExemption)
        .where(IntegrityExemption.exam_id == exam.id, IntegrityExemption.person_id == person.id)
        .where(IntegrityExemption.taken_back_at.is_(None))
        .order_by(IntegrityExemption.id.desc())
        .limit(1)
    )


def exempt(session: Session, exam: Exam, person: Person, *, reason: str, actor: Person, now: datetime) -> None:
    """Let the rules not hold for a person from now on, also while they sit."""
    said = audit.required(reason)
    grants.require_another(actor, person.id)
    if live(session, exam, person) is not None:
        raise Problem("integrity.exempt_already", name=person.name)
    session.add(IntegrityExemption(exam_id=exam.id, person_id=person.id, reason=said, actor_id=actor.id, at=now))
    audit.record(session, "integrity.exempted", now=now, actor=actor, on=exam, unit_id=exam.unit_id, reason=said,
                 person_id=person.id)  # fmt: skip
    session.flush()


def take_back(session: Session, exam: Exam, person: Person, *, reason: str, actor: Person, now: datetime) -> None:
    """Let the rules hold again, from when the paper is opened next."""
    said = audit.required(reason)
    row = live(session, exam, person)
    if row is None:
        raise Problem("integrity.not_exempt", name=person.name)
    while row is not None:  # of two people who became one, each may have brought one
        row.taken_back_at, row.taken_back_by_id = now, actor.id
        session.flush()
        row = live(session, exam, person)
    audit.record(session, "integrity.exemption_taken_back", now=now, actor=actor, on=exam, unit_id=exam.unit_id,
                 reason=said, person_id=person.id)  # fmt: skip
    session.flush()


def lift(session: Session, exam: Exam, *, reason: str, actor: Person, now: datetime) -> None:
    """Switch the rules of an exam off for everybody, also for those who sit; what was counted stays."""
    said = audit.required(reason)
    locks.hold_exam(session, exam)
    if not rules_of(exam):
        raise Problem("integrity.none")
    were = [name for name in FIELDS if getattr(exam, name)]
    for name in FIELDS:
        setattr(exam, name, None if name in ("most_leaves", "most_seconds_away") else False)
    exam_changes.note(session, exam, "integrity", ", ".join(were), "", reason=said, actor=actor, now=now)
    session.flush()


def at_exam(session: Session, exam: Exam) -> list[Exempted]:
    """Who is exempt from the rules of an exam, by name."""
    giver = aliased(Person)
    rows = session.execute(
        select(IntegrityExemption, Person, giver.name)
        .join(Person, Person.id == IntegrityExemption.person_id)
        .outerjoin(giver, giver.id == IntegrityExemption.actor_id)
        .where(IntegrityExemption.exam_id == exam.id, IntegrityExemption.taken_back_at.is_(None))
        .order_by(by_name(session), Person.id)
    )
    return [Exempted(person, row.reason, row.at, actor or "") for row, person, actor in rows]


def has_sat(session: Session, exam: Exam, person_id: int) -> bool:
    """Whether a person has an attempt at the exam."""
    found = select(Attempt.id).where(Attempt.exam_id == exam.id, Attempt.person_id == person_id)
    return session.scalar(found.where(Attempt.trial.is_(False)).limit(1)) is not None
