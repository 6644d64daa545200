"""Programmes, sign-offs and attendances when two entries for one person become one, and when they part again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Attendance,
    Completion,
    IdentityNumber,
    IdentityState,
    Person,
    Programme,
    ProgrammeMember,
    SignOff,
)
from suyu_learn.services.identity_numbers import SAID_NO


def give(session: Session, giver: Person, receiver: Person) -> dict[str, Any]:
    """Give all that `giver` has; says what went over, for `take_back`.

    Where both have the same turn of a programme, or were at the same event, the receiver's stands; sign-offs of the
    other's turn go to it, and that it is completed where the completion of the other's turn is the one that stands.
    """
    own = {(row.programme_id, row.occasion): row for row in _members(session, receiver)}
    members, sign_offs, completed = [], [], []
    for row in _members(session, giver):
        twin = own.get((row.programme_id, row.occasion))
        if twin is None:
            members.append(row.id)
        else:
            ids = session.scalars(select(SignOff.id).where(SignOff.member_id == row.id)).all()
            sign_offs += [[number, row.id] for number in ids]
            _move(session, SignOff, ids, member_id=twin.id)
            if _holds_completion_of(session, row, receiver):
                _swap(row, twin)
                completed.append([twin.id, row.id])
    seen = set(session.scalars(select(Attendance.event_id).where(Attendance.person_id == receiver.id)))
    attendances = [
        row.id
        for row in session.scalars(select(Attendance).where(Attendance.person_id == giver.id))
        if row.event_id not in seen
    ]
    _move(session, ProgrammeMember, members, person_id=receiver.id)
    _move(session, Attendance, attendances, person_id=receiver.id)
    return {"members": members, "sign_offs": sign_offs, "attendances": attendances, "completed": completed,
            "identity_numbers": _give_identity_numbers(session, giver, receiver)}  # fmt: skip


def _give_identity_numbers(session: Session, giver: Person, receiver: Person) -> list[int]:
    """Answers go over; where both entries have one, the weightier stands. Two numbers that differ are two people's."""
    own = {row.programme_id: row for row in _answers(session, receiver)}
    moved = []
    for row in _answers(session, giver):
        twin = own.get(row.programme_id)
        if twin is not None and _are_of_two(twin, row):
            raise Problem("identity.differs", title=session.get_one(Programme, row.programme_id).title)
        if twin is not None:
            stands = max(twin, row, key=_weight)
            session.delete(row if stands is twin else twin)
            session.flush()
            if stands is twin:
                continue
        moved.append(row.id)
    _move(session, IdentityNumber, moved, person_id=receiver.id)
    return moved


def _are_of_two(one: IdentityNumber, other: IdentityNumber) -> bool:
    """Whether two numbers are known to differ; what was encrypted with two keys cannot be compared."""
    both = one.state is other.state is IdentityState.GIVEN
    return both and one.cipher_key == other.cipher_key and one.lookup_hash != other.lookup_hash


def _weight(row: IdentityNumber) -> tuple[bool, bool, datetime]:
    """What one answer counts beside another: above what is erased anyhow, one's own and every no above a number that
    others typed, and then the later one."""
    own = row.state in SAID_NO or row.answered_by_id == row.person_id
    return row.state is not IdentityState.ERASED, own, row.answered_at


def _answers(session: Session, person: Person) -> list[IdentityNumber]:
    return list(session.scalars(select(IdentityNumber).where(IdentityNumber.person_id == person.id)))


def _holds_completion_of(session: Session, row: ProgrammeMember, receiver: Person) -> bool:
    done = session.get(Completion, row.completion_id) if row.completion_id is not None else None
    return done is not None and done.person_id == receiver.id


def _swap(one: ProgrammeMember, other: ProgrammeMember) -> None:
    """Let each turn be completed as the other was."""
    one.completed_at, other.completed_at = other.completed_at, one.completed_at
    one.completion_id, other.completion_id = other.completion_id, one.completion_id


def take_back(session: Session, given: Mapping[str, Any], giver: Person) -> None:
    """Give back to `giver` what `give` took; a merge of earlier times says nothing of it."""
    _move(session, ProgrammeMember, given.get("members", ()), person_id=giver.id)
    _move(session, Attendance, given.get("attendances", ()), person_id=giver.id)
    _move(session, IdentityNumber, given.get("identity_numbers", ()), person_id=giver.id)
    for number, member_id in given.get("sign_offs", ()):
        _move(session, SignOff, [number], member_id=member_id)
    for pair in given.get("completed", ()):
        _swap(*(session.get_one(ProgrammeMember, number) for number in pair))
    session.flush()


def _members(session: Session, person: Person) -> list[ProgrammeMember]:
    return list(session.scalars(select(ProgrammeMember).where(ProgrammeMember.person_id == person.id)))


def _move(session: Session, table: Any, ids: Any, **values: int) -> None:
    if ids:
        session.execute(update(table).where(table.id.in_(ids)).values(**values))
        session.expire_all()
