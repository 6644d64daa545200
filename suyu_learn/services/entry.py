"""Coming to one exam without an account: by name and staff number, or openly by name and unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from suyu_learn.domain.names import chinese_order, name_key, tidy, tidy_number
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.models import Exam, ExamState, Person, PersonKind, Unit
from suyu_learn.services import delays, exam_scope, exams, people
from suyu_learn.services.delays import Caller
from suyu_learn.services.exams import Standing

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class EntryUnit:
    """A unit to choose, with as much of its path as tells it from others."""

    id: int
    name: str


def find_exam(session: Session, code: str) -> Exam:
    """The exam of a code as people type it; raises Problem for drafts and unknown ones."""
    wanted = "".join(sign for sign in tidy(code).upper() if sign.isalnum())
    exam = session.scalar(select(Exam).where(Exam.code == wanted)) if wanted else None
    if exam is None or exam.deleted_at is not None or exam.state is ExamState.DRAFT:
        raise Problem("entry.code_unknown", place=Place(field="code"))
    return exam


def code_for_entry(session: Session, exam_id: int | None) -> str | None:
    """The code of an exam that lets people in without an account; None for every other."""
    exam = session.get(Exam, exam_id) if exam_id is not None else None
    if exam is None or exam.deleted_at is not None or exam.state is ExamState.DRAFT:
        return None
    return exam.code if exam.entry_number or exam.entry_open else None


def by_number(session: Session, exam: Exam, *, name: str, number: str, caller: Caller, now: datetime) -> Person:
    """The one member of that name and staff number whom the exam is meant for.

    Unknown, ambiguous and not invited are told apart nowhere; a failure is counted for the browser, and raised
    after that: let the transaction commit.
    """
    if not exam.entry_number:
        raise Problem("entry.not_this_way")
    tidied = tidy_number(number)
    if not tidy(name) or not tidied:
        raise Problem("entry.both_needed", place=Place(field="name" if not tidy(name) else "number"))
    account = delays.name_account(f"entry {exam.id} {tidied.casefold()}")
    delays.take(session, delays.admit(session, caller, [account], now=now), now=now)
    rows = session.scalars(
        select(Person).where(
            Person.name_key == name_key(name),
            Person.staff_number.in_({tidied, tidied.upper(), tidied.lower()}),
            Person.kind == PersonKind.MEMBER,
            Person.disabled_at.is_(None),
            Person.merged_into_id.is_(None),
        )
    )
    meant = [person for person in rows if exams.may_sit(session, exam, person, now=now)]
    if len(meant) != 1:
        delays.note_failure(session, caller, [account], now=now)
        raise Problem("entry.not_found")
    delays.note_success(session, caller, account)
    return meant[0]


def openly(
    session: Session,
    exam: Exam,
    *,
    name: str,
    unit_id: int | None,
    known_guests: Sequence[int],
    now: datetime,
) -> Person:
    """The guest of that name and unit who came from this browser before, or a new one."""
    if not exam.entry_open:
        raise Problem("entry.not_this_way")
    name = tidy(name)
    if not name:
        raise Problem("person.no_name", place=Place(field="name"))
    if len(name) > LONGEST_NAME:
        raise Problem("entry.name_too_long", place=Place(field="name"), most=LONGEST_NAME)
    choices = {one.id for one in units(session, exam)}
    if choices and unit_id not in choices:
        raise Problem("entry.choose_unit", place=Place(field="unit"))
    for guest in guests(session, exam, known_guests):
        home = people.home_membership(session, guest.id, at=now)
        if guest.name_key == name_key(name) and (home.unit_id if home else None) == (unit_id if choices else None):
            return guest
    if exams.standing(exam, now=now) in (Standing.CLOSED, Standing.WITHDRAWN):
        raise Problem(f"exam.is_{exams.standing(exam, now=now).value}")
    unit = session.get(Unit, unit_id) if choices and unit_id is not None else None
    return people.add_person(session, name, now=now, unit=unit, kind=PersonKind.GUEST, guest_exam_id=exam.id)


def guests(session: Session, exam: Exam, ids: Sequence[int]) -> list[Person]:
    """Those of the ids that are active guests of this exam, in the order given."""
    if not ids:
        return []
    rows = {
        person.id: person
        for person in session.scalars(select(Person).where(Person.id.in_(ids), Person.guest_exam_id == exam.id))
        if person.active
    }
    return [rows[number] for number in ids if number in rows]


def units(session: Session, exam: Exam) -> list[EntryUnit]:
    """The open units that a guest can name: those of the exam and all below them, from the top down."""
    query = select(Unit).where(Unit.closed_at.is_(None))
    paths = exam_scope.scope_of(session, exam).paths
    if paths:
        query = query.where(or_(*(Unit.path.startswith(path, autoescape=True) for path in paths)))
    rows = session.scalars(query).all()
    names = {unit.id: unit.name for unit in rows}
    found = [EntryUnit(unit.id, _shown(unit, names)) for unit in rows]
    return sorted(found, key=lambda one: chinese_order(one.name))


def unit_name(session: Session, person: Person, *, now: datetime) -> str:
    """The name of a person's home unit; empty without one."""
    membership = people.home_membership(session, person.id, at=now)
    return membership.unit.name if membership else ""


def _shown(unit: Unit, names: dict[int, str]) -> str:
    """The path within what is offered, so that two villages of one name are told apart."""
    return " / ".join(names[int(part)] for part in unit.path.split("/") if part and int(part) in names)
