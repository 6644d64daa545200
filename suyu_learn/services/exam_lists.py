"""Exams as their organizers see them: which ones, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import AttemptState
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Exam, Person, Role, Unit
from suyu_learn.services import exam_rosters, exams, grants, persons
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


def find_people(session: Session, actor: Person, text: str, *, most: int = 20) -> list[tuple[Person, str]]:
    """People within the organizer's reach by name, number or phone, with their unit; at most `most`."""
    if not text.strip():
        return []
    found, _total = persons.search(session, reach=grants.reach(session, actor, Role.ORGANIZER), text=text)
    return [(one.person, one.unit.name if one.unit is not None else "") for one in found[:most]]


def person_within(session: Session, actor: Person, person_id: int) -> Person:
    """A person at home within the organizer's reach; raises Problem for every other."""
    person = session.get(Person, person_id)
    home = persons.home_unit(session, person) if person is not None else None
    own = grants.reach(session, actor, Role.ORGANIZER)
    if person is None or not own.covers(home.path if home is not None else None):
        raise Problem("page.unknown")
    return person
