"""Papers that were sat, to be printed and signed: which of them somebody may print, and what stands on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from suyu_learn.domain.names import chinese_order
from suyu_learn.domain.problems import Problem
from suyu_learn.models import Attempt, Counts, Exam, Person, Slot, Unit
from suyu_learn.services import reports
from suyu_learn.services.exam_standings import CLOSED
from suyu_learn.services.reports import Sight

MOST = 200
"""How many papers one print has."""


@dataclass(frozen=True, slots=True)
class Found:
    """Papers to print, by unit and name, and how many more there are."""

    attempts: tuple[Attempt, ...]
    left_out: int
    kept_back: bool = False
    """Whether the paper that stays out would be among them."""


def find(
    session: Session, exam: Exam, *, sight: Sight, unit: Unit | None = None, name: str = "", person: str = "",
    but: int | None = None,
) -> Found:  # fmt: skip
    """The papers that count, one a person, of people whom the viewer may see by name; at most `MOST`.

    `name` is a part of the name, `person` the key of one; `but` is whose paper stays out.

    Where the mean of all attempts counts, it is the latest one. Raises Problem where the exam is out of sight.
    """
    own = reports.own_path(session, exam)
    rows = session.execute(
        select(Attempt.id, Attempt.person_id, Attempt.number, Attempt.points, Attempt.full_points, Attempt.unit_path,
               Attempt.unit_names, Person.name, Person.key)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.exam_id == exam.id, Attempt.trial.is_(False), Attempt.state.in_(CLOSED))
    ).all()  # fmt: skip
    seen = [row for row in rows if sight.names.covers(row.unit_path or own or None)]
    if not seen and not sight.names.covers(own or None):
        raise Problem("exam.unknown")
    wanted = [
        row for row in _counting(exam, seen)
        if (unit is None or (row.unit_path or own).startswith(unit.path)) and name.strip() in row.name
        and person in ("", row.key)
    ]  # fmt: skip
    told = [row for row in wanted if row.person_id != but]
    kept_back, wanted = len(told) < len(wanted), told
    wanted.sort(key=lambda row: (chinese_order(row.unit_names), chinese_order(row.name), row.id))
    first = [row.id for row in wanted[:MOST]]
    attempts = {
        one.id: one
        for one in session.scalars(
            select(Attempt).where(Attempt.id.in_(first)).options(joinedload(Attempt.person), joinedload(Attempt.exam))
        )
    }
    return Found(tuple(attempts[number] for number in first), max(0, len(wanted) - MOST), kept_back)


def _counting(exam: Exam, rows: Iterable[Any]) -> list[Any]:
    """The attempt of each person that counts."""
    of_person: dict[int, list[Any]] = {}
    for row in rows:
        of_person.setdefault(row.person_id, []).append(row)
    if exam.counts is Counts.BEST:
        return [max(those, key=_share) for those in of_person.values()]
    return [max(those, key=lambda row: row.number) for those in of_person.values()]


def _share(row: Any) -> tuple[Any, int]:
    marked = row.points is not None and row.full_points
    return (row.points / row.full_points if marked else -1, row.number)


def slots_of(session: Session, attempts: Sequence[Attempt]) -> Mapping[int, list[Slot]]:
    """The slots of each attempt in their order."""
    found: dict[int, list[Slot]] = {one.id: [] for one in attempts}
    rows = session.scalars(select(Slot).where(Slot.attempt_id.in_(found)).order_by(Slot.attempt_id, Slot.number))
    for slot in rows:
        found[slot.attempt_id].append(slot)
    return found
