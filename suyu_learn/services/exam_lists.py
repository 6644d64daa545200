"""Exams as their organizers see them: which ones, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import false, or_, select, true
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.names import name_key, tidy_number
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam, Membership, Person, PersonKind, Role, Unit
from suyu_learn.services import exam_rosters, exams, grants, people
from suyu_learn.services.exams import Standing


@dataclass(frozen=True, slots=True)
class ExamSeen:
    """One exam with its figures so far."""

    exam: Exam
    unit: Unit | None
    standing: Standing
    due: int
    sat: int
    """Of those due, who has handed in."""
    others: int
    """Who has handed in without being due."""
    running: int


def managed(session: Session, person: Person, exam_id: int, *, deleted: bool = False) -> Exam:
    """One exam within the person's reach; raises Problem for every other, known or not."""
    exam = session.get(Exam, exam_id)
    if exam is None or (exam.deleted_at is not None) is not deleted:
        raise Problem("exam.unknown")
    unit = session.get(Unit, exam.unit_id) if exam.unit_id is not None else None
    if not grants.reach(session, person, Role.ORGANIZER).covers(unit.path if unit else None):
        raise Problem("exam.unknown")
    return exam


def within(session: Session, person: Person, *, deleted: bool = False) -> list[Exam]:
    """The exams within reach, the newest first."""
    own = grants.reach(session, person, Role.ORGANIZER)
    state = Exam.deleted_at.is_not(None) if deleted else Exam.deleted_at.is_(None)
    rows = session.execute(
        select(Exam, Unit.path).outerjoin(Unit, Unit.id == Exam.unit_id).where(state).order_by(Exam.id.desc())
    )
    return [exam for exam, path in rows if own.covers(path)]


def seen(session: Session, exam: Exam, *, now: datetime) -> ExamSeen:
    """One exam with its figures; those due are counted live until the list is stored."""
    due = {one.person_id for one in exam_rosters.due(session, exam, now=now)}
    rows = session.execute(
        select(Attempt.person_id, Attempt.state).where(
            Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state != AttemptState.VOIDED
        )
    ).all()
    sat = {row.person_id for row in rows if row.state is not AttemptState.OPEN}
    return ExamSeen(
        exam=exam,
        unit=session.get(Unit, exam.unit_id) if exam.unit_id is not None else None,
        standing=exams.standing(exam, now=now),
        due=len(due),
        sat=len(sat & due),
        others=len(sat - due),
        running=sum(row.state is AttemptState.OPEN for row in rows),
    )


def find_people(session: Session, person: Person, text: str, *, most: int = 20) -> list[tuple[Person, str]]:
    """People within the organizer's reach by name, number or phone, with their unit; at most `most`."""
    wanted = name_key(text)
    if not wanted:
        return []
    own = grants.reach(session, person, Role.ORGANIZER)
    number = tidy_number(text)
    rows = session.execute(
        select(Person, Unit)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.home, Membership.until.is_(None))
        .where(Person.kind == PersonKind.MEMBER, Person.disabled_at.is_(None), Person.merged_into_id.is_(None))
        .where(
            Person.name_key.contains(wanted, autoescape=True)
            | (Person.staff_number == number)
            | (Person.phone == number)
        )
        .where(true() if own.everywhere else or_(false(), *(Unit.path.startswith(path) for path in own.paths)))
        .order_by(Person.name_key, Person.id)
        .limit(most)
    ).all()
    return [(one, unit.name) for one, unit in rows]


def person_within(session: Session, actor: Person, person_id: int) -> Person:
    """A person at home within the organizer's reach; raises Problem for every other."""
    person = session.get(Person, person_id)
    membership = people.home_membership(session, person_id, at=datetime.max.replace(tzinfo=UTC)) if person else None
    own = grants.reach(session, actor, Role.ORGANIZER)
    if person is None or not own.covers(membership.unit.path if membership is not None else None):
        raise Problem("page.unknown")
    return person
