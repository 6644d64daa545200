"""All that is stored of one person, for that person to take along; what others may not know stays out.

Left out are secrets (hashes, stamps, seeds), the right answers, and results that an exam does not show yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from suyu_learn.domain.attempts import StepKind
from suyu_learn.domain.problems import Problem
from suyu_learn.models import (
    Appeal,
    Attempt,
    Attendance,
    AttendanceChange,
    AuditEntry,
    Base,
    Certificate,
    Completion,
    Enrolment,
    Event,
    Exam,
    IdentityRequest,
    IdentityState,
    Person,
    Programme,
    ProgrammeExemption,
    ProgrammeMember,
    ProgressStep,
    Scan,
    SignOff,
    Slot,
    Step,
    Unit,
)
from suyu_learn.services import identity_desk, identity_numbers, unread
from suyu_learn.services.identity_vault import Vault
from suyu_learn.services.unread import Unread

SECRET = frozenset({"stamp", "host_key", "seed", "answers_digest", "device", "sha256", "unit_path", "name_key",
                    "key_version_id", "option_order", "signature"})  # fmt: skip
"""Columns that are no fact about the person, or that would let somebody in; those of `_SECRETS` besides."""
_SECRETS = ("hash", "token", "secret", "cipher", "encrypted")
_RESULT = frozenset({"points", "passed", "fraction", "marked_at"})
_APART = frozenset({Attempt.__tablename__, Completion.__tablename__})
"""Tables of which not everything may be told."""
_BELOW: Mapping[str, tuple[type[Base], Any, type[Base], Any]] = {
    "learnt": (ProgressStep, ProgressStep.enrolment_id, Enrolment, Enrolment.person_id),
    "sign_offs": (SignOff, SignOff.member_id, ProgrammeMember, ProgrammeMember.person_id),
    "exemptions": (ProgrammeExemption, ProgrammeExemption.member_id, ProgrammeMember, ProgrammeMember.person_id),
    "corrected_attendances": (AttendanceChange, AttendanceChange.attendance_id, Attendance, Attendance.person_id),
    "scans": (Scan, Scan.attempt_id, Attempt, Attempt.person_id),
    "appeals": (Appeal, Appeal.attempt_id, Attempt, Attempt.person_id),
}
"""What hangs on one of these: its table, the column that leads there, and whose that is."""
_STEPS = (StepKind.OPENED, StepKind.SAVED, StepKind.SUBMITTED, StepKind.TIMED_OUT, StepKind.PAUSED, StepKind.RESUMED,
          StepKind.VOIDED, StepKind.LEFT)  # fmt: skip
"""The steps of an attempt that tell nothing of its marks."""


def of(session: Session, person: Person, *, now: datetime, grace: timedelta, vault: Vault) -> dict[str, Any]:
    """Everything by table, each row by its columns; times are UTC in ISO 8601, numbers are texts.

    One's own identity numbers are opened; of one that cannot be the row says so.
    """
    found: dict[str, Any] = {"taken_at": _plain(now), "person": _row(person)}
    for table in tables():
        column = table.__table__.c.person_id
        found[table.__tablename__.removeprefix("suyu_")] = _rows(session, select(table).where(column == person.id))
    for name, (table, column, above, whose) in _BELOW.items():
        ids = select(_id(above)).where(whose == person.id)
        found[name] = _rows(session, select(table).where(column.in_(ids)))
    hidden = unread.of(session, person.id, now=now, grace=grace) or Unread(person.id, frozenset())
    found["completions"] = _rows(
        session, select(Completion).where(Completion.person_id == person.id),
        unless=lambda row: row.id in hidden.completion_ids,
    )  # fmt: skip
    for row in found["programme_member"]:
        if row["programme_id"] in hidden.programme_ids:
            row["completed_at"] = row["completion_id"] = None
    told = {row["id"] for row in found["completions"]}
    mine = select(Completion.id).where(Completion.person_id == person.id)
    found["certificates"] = _rows(
        session, select(Certificate).where(Certificate.completion_id.in_(mine)).order_by(Certificate.id),
        unless=lambda row: row.completion_id not in told,
    )  # fmt: skip
    keyless = unread.keyless_exams(session, person.id, now=now, grace=grace)
    found |= _attempts(session, person, hidden.exam_ids, keyless)
    about = (AuditEntry.object_kind == "person") & (AuditEntry.object_id == person.id)
    for name, fits in (("done_by_me", AuditEntry.actor_id == person.id), ("done_with_me", about)):
        entries = session.scalars(select(AuditEntry).where(fits).order_by(AuditEntry.id))
        found[name] = [_row(one, frozenset({"detail"})) for one in entries]  # which may speak of other people
    found["identity_number"] = _identity_numbers(session, person, vault)
    found["names"] = _names(session, found)
    return found


def tables() -> list[type[Base]]:
    """Every table whose rows belong to one person each, also those that are added later."""
    every = (one.class_ for one in Base.registry.mappers)
    return sorted(
        (one for one in every if "person_id" in one.__table__.c and one.__tablename__ not in _APART),
        key=lambda one: one.__tablename__,
    )


def lines(found: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """The same as lines of table, number of the row, field and value."""
    for table, rows in found.items():
        if isinstance(rows, str):
            yield table, "", "", rows
            continue
        for number, row in enumerate([rows] if isinstance(rows, dict) else rows, start=1):
            for field, value in row.items():
                if value not in (None, "", [], {}):
                    yield table, str(number), field, value if isinstance(value, str) else str(value)


def _attempts(
    session: Session, person: Person, hidden: frozenset[int], keyless: frozenset[int]
) -> dict[str, Any]:  # fmt: skip
    """Attempts with the answers given; points only where the exam shows the score, and the marks of single answers
    only where it shows what is right."""
    rows = session.scalars(select(Attempt).where(Attempt.person_id == person.id).order_by(Attempt.id)).all()
    closed = {one.id for one in rows if one.exam_id in hidden or one.closed_at is None}
    unread = closed | {one.id for one in rows if one.exam_id in keyless}
    of_person = [one.id for one in rows]
    slots = session.scalars(
        select(Slot).where(Slot.attempt_id.in_(of_person)).order_by(Slot.attempt_id, Slot.number)
    ).all() if rows else []  # fmt: skip
    steps = session.scalars(
        select(Step).where(Step.attempt_id.in_(of_person), Step.kind.in_(_STEPS)).order_by(Step.id)
    ).all() if rows else []  # fmt: skip
    return {
        "attempts": [_row(one, _RESULT if one.id in closed else frozenset()) for one in rows],
        "answers": [_row(one, _RESULT if one.attempt_id in unread else frozenset()) for one in slots],
        "steps": [_row(one, frozenset({"detail"})) for one in steps],
    }


def _identity_numbers(session: Session, person: Person, vault: Vault) -> list[dict[str, Any]]:
    """What one answered, each with the purpose that one read, and the number in full."""
    rows = []
    for programme, row in identity_numbers.of_person(session, person):
        asked = session.get(IdentityRequest, programme.id)
        told = _row(row, frozenset({"key", "cipher_key"})) | {"purpose": asked.purpose if asked is not None else ""}
        if row.state is IdentityState.GIVEN:
            try:
                told["number"] = identity_desk.opened(vault, row)
            except Problem as problem:
                told["number"] = problem.code
        rows.append(told)
    return rows


def _rows(
    session: Session, query: Select[Any], *, unless: Callable[[Any], bool] = lambda _row: False
) -> list[dict[str, Any]]:
    return [_row(one) for one in session.scalars(query) if not unless(one)]


def _row(row: Any, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {
        column.key: _plain(getattr(row, column.key))
        for column in row.__mapper__.column_attrs
        if column.key not in without and is_told(column.key) and not isinstance(getattr(row, column.key), bytes)
    }


def is_told(column: str) -> bool:
    """Whether a column may be told: neither a secret, nor who else did something, which is their data."""
    another = column in ("actor_id", "other_id", "first_id", "second_id") or column.endswith("_by_id")
    return column not in SECRET and not another and not any(one in column for one in _SECRETS)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.value if isinstance(value, Enum) else value


def _names(session: Session, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the numbers in the rows are called: units, exams, programmes and events."""
    named: Sequence[tuple[str, str, Any, Any]] = (
        ("unit", "unit_id", Unit.id, Unit.name), ("exam", "exam_id", Exam.id, Exam.title),
        ("programme", "programme_id", Programme.id, Programme.title), ("event", "event_id", Event.id, Event.title),
    )  # fmt: skip
    told = []
    for kind, field, number, name in named:
        rows = [row for those in found.values() if isinstance(those, list) for row in those]
        ids = {row[field] for row in rows if row.get(field) is not None}
        if ids:
            query = select(number, name).where(number.in_(ids)).order_by(number)
            told += [{"kind": kind, "id": one[0], "name": one[1]} for one in session.execute(query)]
    return told


def _id(table: type[Base]) -> Any:
    return table.__table__.c.id
